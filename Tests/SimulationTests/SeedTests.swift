import Foundation
import Testing

@testable import TestSupport

@Suite("A run is a function of its seed")
struct SeedTests {
    @Test("two processes that run a seed print the same trace, on one node and on several", arguments: [1, 3, 9])
    func sameTrace(seed: Int) async throws {
        let first = try await Self.run(seed)
        #expect(first == (try await Self.run(seed)))
        #expect(first.contains("trace") && first.contains("1 passed, 0 failed"))
    }

    /// What the program prints of a seed, but for how long it took.
    private static func run(_ seed: Int) async throws -> String {
        // The program is built beside the tests.
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: "simulate").path
        let run = try await Child.run([program, "--seed", "\(seed)", "--days", "0.003"])
        let lines = run.output.split(separator: "\n")
        return lines.filter { !$0.contains("simulated in") }.joined(separator: "\n")
    }
}

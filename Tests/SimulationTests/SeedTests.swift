import Foundation
import Testing

@Suite("A run is a function of its seed")
struct SeedTests {
    @Test("two processes that run a seed print the same trace, on one node and on several", arguments: [1, 3, 9])
    func sameTrace(seed: Int) async throws {
        let first = try Self.run(seed)
        #expect(first == (try Self.run(seed)))
        #expect(first.contains("trace") && first.contains("1 passed, 0 failed"))
    }

    /// What the program prints of a seed, but for how long it took.
    private static func run(_ seed: Int) throws -> String {
        let process = Process()
        // The program is built beside the tests.
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: "simulate")
        process.arguments = ["--seed", "\(seed)", "--days", "0.003"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        return lines.filter { !$0.contains("simulated in") }.joined(separator: "\n")
    }
}

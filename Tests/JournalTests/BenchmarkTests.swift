import Foundation
import Testing

@testable import Journal

@Suite("Benchmark of the commit path")
struct BenchmarkTests {
    @Test("it writes the same rows twice and gives figures")
    func runs() async throws {
        let folder = try TemporaryFolder()
        let environment = ProcessInfo.processInfo.environment
        let messages = environment["JOURNAL_BENCHMARK"].flatMap { Int($0) } ?? 400
        let writers = environment["JOURNAL_WRITERS"].flatMap { Int($0) } ?? 20
        let figures = try await CommitBenchmark(messages: messages, writers: writers).run(in: folder.path)
        #expect(figures.journalPerSecond > 0 && figures.barePerSecond > 0)
        #expect(figures.medianMilliseconds <= figures.p99Milliseconds)
        if environment["JOURNAL_BENCHMARK"] != nil { Issue.record("\(figures) share \(figures.share)") }
    }
}

import ArgumentParser
import ContactCenter
import Journal

/// The commit path against a bare loop of SQLite over the same rows.
struct Commits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The journal's commits, and a bare SQLite group commit of the same rows.")

    @OptionGroup var server: ServerOptions

    @Option(help: "Messages that each writes.")
    var messages = 60_000

    @Option(help: "Conversations that write at once.")
    var writers = 100

    @Option(help: "Rounds; the median counts.")
    var rounds = 3

    func run() async throws {
        try Bench.sayDisk(server.folder)
        var found: [Figures] = []
        for _ in 0..<rounds {
            let figures = try await Bench.withFolder(server) { folder in
                try await CommitBenchmark(messages: messages, writers: writers).run(in: folder)
            }
            found.append(
                Figures(
                    "engawa commits, \(writers) writers",
                    [
                        ("per_s", figures.journalPerSecond), ("bare_per_s", figures.barePerSecond),
                        ("share", figures.share), ("p50_ms", figures.medianMilliseconds),
                        ("p99_ms", figures.p99Milliseconds),
                    ]))
        }
        if let median = Figures.median(of: found) { Report.row(median) }
        try Bench.sayDisk(server.folder)
    }
}

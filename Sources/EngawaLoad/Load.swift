import ArgumentParser
import NIOCore
import NIOPosix

/// The load from outside on a release build, and on the peer that does the same job; docs/benchmarks.md says how.
@main
struct Load: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "EngawaLoad", abstract: "Measures Engawa, and ejabberd beside it.",
        subcommands: [
            Way.self, Compare.self, Webhook.self, Idle.self, Storm.self, Crossing.self, Commits.self,
            Decisions.self, Predictions.self, ColdStart.self, Disk.self,
        ])

    /// One event loop: all of the load is one thread, which leaves the rest of the machine to the server.
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
}

/// Where the server comes from, and where its data goes.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server's program, a release build.")
    var binary = ".build/release/engawa"

    @Option(help: "The folder for data; on the disk that is measured.")
    var folder = ".bench"

    @Option(help: "The server's database, if not SQLite in the folder.")
    var database: String?
}

/// How long and how often.
struct RoundOptions: ParsableArguments {
    @Option(help: "Visitors that write, one case each.")
    var visitors: [Int] = [1, 20, 100, 500]

    @Option(help: "Seconds of each round, after a warm-up of a third of it.")
    var seconds = 5.0

    @Option(help: "Rounds of each case; the median counts.")
    var rounds = 3

    /// Agents' sockets for so many visitors, as in the peer's own benchmark.
    static func agents(for visitors: Int) -> Int { min(max(visitors / 5, 1), 20) }

    func run(_ peer: any Peer, visitors: Int) async throws -> Figures {
        let way = try await peer.open(visitors: visitors, agents: Self.agents(for: visitors), on: Load.group)
        let loop = ClosedLoop(way, visitors: visitors, on: Load.group.any())
        let figures = try await loop.run(
            warmUp: .seconds(seconds / 3), measure: .seconds(seconds), peer: peer)
        await way.close()
        return figures
    }
}

/// The message way of Engawa alone.
struct Way: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Guest socket → durable → agent's notification socket.")

    @OptionGroup var server: ServerOptions
    @OptionGroup var options: RoundOptions

    func run() async throws {
        try await Bench.withServer(server) { running in
            for visitors in options.visitors {
                var rounds: [Figures] = []
                for _ in 0..<options.rounds {
                    rounds.append(try await options.run(EngawaPeer(server: running), visitors: visitors))
                }
                if let median = Figures.median(of: rounds) { Report.row(median) }
            }
        }
    }
}

/// The disk's own speed.
struct Disk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How many pages a second this disk makes durable.")

    @OptionGroup var server: ServerOptions

    func run() async throws { try Bench.sayDisk(server.folder) }
}

import ArgumentParser
import NIOCore

/// Visitors at one process, agents at another, both on one PostgreSQL database; and both at one process beside it.
struct Crossing: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Guest socket at one node → durable → agent's notification socket at another.")

    @OptionGroup var server: ServerOptions
    @OptionGroup var options: RoundOptions

    func run() async throws {
        guard server.database != nil else { throw ValidationError("Two processes need --database postgresql://…") }
        Machine.raiseOpenFiles()
        try await Bench.withFolder(server) { folder in
            try Bench.sayDisk(folder)
            let first = try await EngawaServer.start(server, folder: folder + "/one", on: Load.group)
            defer { first.stop() }
            let second = try await EngawaServer.start(server, folder: folder + "/two", on: Load.group)
            defer { second.stop() }
            for visitors in options.visitors {
                for peer in [EngawaPeer(server: first), EngawaPeer(server: first, agentsAt: second)] {
                    var rounds: [Figures] = []
                    for _ in 0..<options.rounds { rounds.append(try await options.run(peer, visitors: visitors)) }
                    if let median = Figures.median(of: rounds) { Report.row(median) }
                }
            }
            try Bench.sayDisk(folder)
        }
    }
}

import ArgumentParser
import NIOCore

/// All sockets are cut at the same moment and come back together, while others go on writing.
struct Storm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "All guests reconnect at once while messages flow; nothing of these may be lost.")

    @OptionGroup var server: ServerOptions

    @Option(help: "Sockets that are cut and come back.")
    var sockets = 10_000

    @Option(help: "Guests that write all the while.")
    var visitors = 20

    func run() async throws {
        try await Bench.withServer(server) { running in
            let guests = try await Idle.open(sockets, running)
            let peer = EngawaPeer(server: running)
            let way = try await peer.open(visitors: visitors, agents: 1, on: Load.group)
            let writing = ClosedLoop(way, visitors: visitors, on: Load.group.any())
            async let figures = writing.run(warmUp: .seconds(1), measure: .seconds(10), peer: peer)
            try await Task.sleep(for: .seconds(2))
            let start = ContinuousClock.now
            for guest in guests { guest.socket.cut() }
            let back = try await Self.reopen(guests, running)
            let seconds = (ContinuousClock.now - start).seconds
            var during = try await figures
            during.values.insert(("reconnect_s", seconds), at: 0)
            during.values.insert(("sockets", Double(back.count)), at: 0)
            during.name = "engawa reconnect storm"
            Report.row(during)
            await way.close()
            for guest in back { guest.socket.cut() }
        }
    }

    /// Every guest with its own token again, all at the same time.
    private static func reopen(_ guests: [Guest], _ server: EngawaServer) async throws -> [Guest] {
        try await withThrowingTaskGroup(of: Guest.self) { group in
            for guest in guests {
                group.addTask {
                    try await Guest.open(
                        server, deployment: server.demo.deploymentId, token: guest.token, on: Load.group)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

import ArgumentParser
import NIOCore

/// What a configured guest socket that says nothing costs the server in memory.
struct Idle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Resident memory of idle guest sockets.")

    @OptionGroup var server: ServerOptions

    @Option(help: "Sockets.")
    var sockets = 10_000

    /// Sockets that connect at once.
    static let atOnce = 100

    func run() async throws {
        try await Bench.withServer(server) { running in
            let process = [running.process.processIdentifier]
            // A first few, so that what the server makes once is not counted.
            let first = try await Self.open(Self.atOnce, running)
            let before = Machine.residentKilobytes(of: process)
            let start = ContinuousClock.now
            let guests = try await Self.open(sockets, running)
            let seconds = (ContinuousClock.now - start).seconds
            try await Task.sleep(for: .seconds(2))
            let after = Machine.residentKilobytes(of: process)
            Report.row(
                Figures(
                    "engawa idle guest sockets",
                    [
                        ("sockets", Double(guests.count)), ("per_s", Double(guests.count) / seconds),
                        ("mb_before", Double(before) / 1_024), ("mb_after", Double(after) / 1_024),
                        ("kb_each", Double(after - before) / Double(guests.count)),
                    ]))
            for guest in first + guests { guest.socket.cut() }
        }
    }

    static func open(_ count: Int, _ server: EngawaServer) async throws -> [Guest] {
        var guests: [Guest] = []
        while guests.count < count {
            let batch = min(atOnce, count - guests.count)
            guests += try await withThrowingTaskGroup(of: Guest.self) { group in
                for _ in 0..<batch {
                    group.addTask {
                        try await Guest.open(server, deployment: server.demo.deploymentId, on: Load.group)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        return guests
    }
}

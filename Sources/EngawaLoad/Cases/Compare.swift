import ArgumentParser

/// Engawa and ejabberd in turns within the same minutes, by the same client.
struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The message way of Engawa and of ejabberd, A B A B, and the ratio of their medians.")

    @OptionGroup var server: ServerOptions
    @OptionGroup var options: RoundOptions

    @Option(help: "ejabberd's WebSocket.")
    var peer = "ws://127.0.0.1:15280/ws"

    func run() async throws {
        try await Bench.withServer(server) { running in
            let peers: [any Peer] = [EngawaPeer(server: running), EjabberdPeer(url: peer)]
            for visitors in options.visitors {
                var rounds: [[Figures]] = [[], []]
                for _ in 0..<options.rounds {
                    for (index, peer) in peers.enumerated() {
                        rounds[index].append(try await options.run(peer, visitors: visitors))
                    }
                }
                let medians = rounds.compactMap(Figures.median)
                for figures in medians {
                    Report.row(figures)
                    Report.json(figures)
                }
                if medians.count == 2 { sayRatio(medians[0], medians[1], visitors) }
                try Bench.sayDisk(server.folder)
            }
        }
    }

    private func sayRatio(_ ours: Figures, _ theirs: Figures, _ visitors: Int) {
        let rate = (ours["per_s"] ?? 0) / (theirs["per_s"] ?? 1)
        let p99 = (ours["p99_ms"] ?? 0) / (theirs["p99_ms"] ?? 1)
        Report.row(Figures("engawa ÷ ejabberd, \(visitors) visitors", [("per_s", rate), ("p99", p99)]))
    }
}

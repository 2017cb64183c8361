import ArgumentParser
import Foundation

/// The router alone: how long a start takes and what it holds, then agents who become free while long lines wait.
struct Decisions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Routing decisions with long lines waiting.")

    @Option(help: "Agents, each with three skills and five queues.")
    var agents = 1_000

    @Option(help: "Queues.")
    var queues = 50

    @Option(help: "Skills.")
    var skills = 50

    @Option(help: "Interactions that wait, at each size.")
    var waiting: [Int] = [1_000, 10_000, 100_000]

    @Option(help: "Decisions that are timed.")
    var decisions = 20_000

    func run() async throws {
        for count in waiting {
            let size = RoutingScene.Size(agents: agents, queues: queues, skills: skills, waiting: count)
            let before = Machine.residentKilobytes(of: [getpid()])
            let start = ContinuousClock.now
            var scene = RoutingScene(size)
            let rebuild = ContinuousClock.now - start
            let held = Machine.residentKilobytes(of: [getpid()]) - before
            var timings = Timings()
            for round in 0..<decisions {
                let start = ContinuousClock.now
                scene.free(round)
                timings.record(.now - start)
                scene.refill()
            }
            Report.row(
                Figures(
                    "routing decision, \(count) waiting",
                    [
                        ("agents", Double(agents)), ("queues", Double(queues)), ("assigned", Double(scene.assigned)),
                        ("rebuild_ms", rebuild / .milliseconds(1)),
                        ("bytes_each", Double(held) * 1_024 / Double(count)),
                        ("p50_us", timings.milliseconds(at: 50) * 1_000),
                        ("p99_us", timings.milliseconds(at: 99) * 1_000),
                    ]))
        }
    }
}

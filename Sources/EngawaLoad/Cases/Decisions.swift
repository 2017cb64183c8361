import ArgumentParser
import ContactCenter
import Routing

/// The router alone: agents who become free while a long line waits.
struct Decisions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Routing decisions with a long line waiting.")

    @Option(help: "Agents, each with three skills of the fifty.")
    var agents = 1_000

    @Option(help: "Interactions that wait, at each size.")
    var waiting: [Int] = [1_000, 10_000]

    @Option(help: "Decisions that are timed.")
    var decisions = 20_000

    private static let skillCount = 50

    func run() async throws {
        for count in waiting {
            var scene = Scene(agents: agents, waiting: count, skills: Self.skillCount)
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
                        ("agents", Double(agents)), ("assigned", Double(scene.assigned)),
                        ("p50_us", timings.milliseconds(at: 50) * 1_000),
                        ("p99_us", timings.milliseconds(at: 99) * 1_000),
                    ]))
        }
    }
}

/// Everybody is busy and a line waits; in turn an agent is done, and a new interaction takes the place of the one that
/// was given out.
private struct Scene {
    private var router = Router()
    private let queue: QueueID
    private let skills: [SkillID]
    private let agents: [Agent]
    private var number: UInt64 = 0
    private var given: [Assignment] = []
    private(set) var assigned = 0

    init(agents count: Int, waiting: Int, skills skillCount: Int) {
        let queue = QueueID(high: 1, low: 1)
        let skills = (0..<skillCount).map { SkillID(high: 2, low: UInt64($0)) }
        self.queue = queue
        self.skills = skills
        agents = (0..<count).map { index in
            Agent(
                user: UserID(high: 3, low: UInt64(index)), isAvailable: true,
                idleSince: Instant(milliseconds: Int64(index)), queues: [queue],
                skills: Set((0..<3).map { skills[(index * 7 + $0 * 11) % skillCount] }), capacity: 1)
        }
        router.sync(Queue(id: queue, name: "Support"))
        for agent in agents { router.sync(agent) }
        for _ in 0..<(waiting + count) { arrive() }
        // Whoever can is given one; the rest is the line.
        _ = router.assignments(at: Instant(milliseconds: 0))
    }

    private mutating func arrive() {
        number += 1
        let conversation = ConversationID(high: 4, low: number)
        let routing = RoutingRequest(queue: queue, skills: [skills[Int(number % UInt64(skills.count))]])
        let interaction = WaitingInteraction(
            conversation: conversation, leg: CommunicationID(high: 5, low: number), routing: routing,
            since: Instant(milliseconds: Int64(number)), isOffered: false)
        router.sync(conversation, waiting: interaction, legs: [:])
    }

    /// An agent ends a conversation, and the router says what comes next: one decision.
    mutating func free(_ round: Int) {
        var agent = agents[round % agents.count]
        // One more than before, as after a conversation that ended.
        agent.utilization[.message].maximum = 2 + round / agents.count
        router.sync(agent)
        given = router.assignments(at: Instant(milliseconds: 1))
        assigned += given.count
    }

    mutating func refill() { for _ in given { arrive() } }
}

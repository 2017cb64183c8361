import ContactCenter
import Routing

/// Everybody is busy and a line waits in each queue; in turn an agent is done, and a new interaction takes the place of
/// the one that was given out.
struct RoutingScene {
    /// How large a contact centre it is.
    struct Size {
        var agents = 1_000
        var queues = 50
        var skills = 50
        var waiting = 10_000
    }

    private(set) var router = Router()
    private let queues: [QueueID]
    private let skills: [SkillID]
    private let agents: [Agent]
    private var number: UInt64 = 0
    private var given: [Assignment] = []
    private(set) var assigned = 0

    /// Tells the router of everybody and everything, as at a start; the first decisions are made.
    init(_ size: Size) {
        let queues = (0..<size.queues).map { QueueID(high: 1, low: UInt64($0)) }
        let skills = (0..<size.skills).map { SkillID(high: 2, low: UInt64($0)) }
        self.queues = queues
        self.skills = skills
        agents = (0..<size.agents).map { Self.agent($0, queues, skills) }
        for queue in queues { router.sync(Queue(id: queue, name: "Queue")) }
        for agent in agents { router.sync(agent) }
        for _ in 0..<(size.waiting + size.agents) { arrive() }
        // Whoever can is given one; the rest is the line.
        _ = router.assignments(at: Instant(milliseconds: 0))
    }

    /// Five queues and three skills each, spread so that every queue asks for skills that some of its agents have.
    private static func agent(_ index: Int, _ queues: [QueueID], _ skills: [SkillID]) -> Agent {
        Agent(
            user: UserID(high: 3, low: UInt64(index)), isAvailable: true,
            idleSince: Instant(milliseconds: Int64(index)),
            queues: Set((0..<5).map { queues[(index + $0 * 13) % queues.count] }),
            skills: Set((0..<3).map { skills[(index * 7 + $0 * 11) % skills.count] }), capacity: 1)
    }

    private mutating func arrive() {
        number += 1
        let conversation = ConversationID(high: 4, low: number)
        // Skills of somebody who is in the queue, so that each can be served.
        let agent = agents[Int(number &* 2_654_435_761 % UInt64(agents.count))]
        let queue = agent.memberships.keys.min() ?? queues[0]
        let routing = RoutingRequest(
            queue: queue, skills: Array(agent.proficiencies.keys.sorted().prefix(Int(number % 3))),
            priority: number % 10 == 0 ? 5 : 0)
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

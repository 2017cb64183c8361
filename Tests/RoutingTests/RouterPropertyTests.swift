import ContactCenter
import Routing
import Testing

/// A small contact centre around a router, which believes nothing of it: after each step everything is looked at again
/// from the plain facts.
private struct Floor {
    var router = Router()
    var chance: Chance
    var now = Instant(milliseconds: 1_000_000)
    var agents: [UserID: Agent] = [:]
    var waiting: [ConversationID: WaitingInteraction] = [:]
    var legs: [ConversationID: [UserID: Set<Occupation>]] = [:]
    var modes: [QueueID: QueueRules.LastAgent] = [:]
    var pauses: [CommunicationID: [UserID: Instant]] = [:]
    var last: UInt64 = 0

    static let queues = (1...4).map { QueueID(high: 2, low: UInt64($0)) }
    static let skills = (1...5).map { SkillID(high: 7, low: UInt64($0)) }

    init(seed: Int) {
        chance = Chance(seed: UInt64(seed))
        for id in Self.queues {
            var queue = Queue(id: id, name: "queue")
            queue.rules.lastAgent = [.disabled, .queueMembersOnly, .anyAgent][chance.below(3)]
            modes[id] = queue.rules.lastAgent
            router.sync(queue)
        }
    }

    mutating func some<T>(_ all: [T], upTo count: Int) -> [T] {
        (0..<chance.below(count + 1)).map { _ in all[chance.below(all.count)] }
    }

    mutating func step() {
        now = now + Span(milliseconds: Int64(chance.below(4_000)))
        switch chance.below(8) {
        case 0...2: arrive()
        case 3, 4: changeAgent()
        case 5: end()
        case 6: leaveQueue()
        default: break
        }
    }

    private mutating func changeAgent() {
        let user = UserID(high: 3, low: UInt64(chance.below(8)))
        let agent = Agent(
            user: user, isAvailable: chance.below(4) > 0, idleSince: now, queues: Set(some(Self.queues, upTo: 3)),
            skills: Set(some(Self.skills, upTo: 4)), capacity: chance.below(4))
        agents[user] = agent
        router.sync(agent)
    }

    private mutating func arrive() {
        last += 1
        let routing = RoutingRequest(
            queue: Self.queues[chance.below(4)], skills: some(Self.skills, upTo: 2), priority: chance.below(3),
            lastAgent: chance.below(3) == 0 ? UserID(high: 3, low: UInt64(chance.below(8))) : nil)
        let interaction = WaitingInteraction(
            conversation: ConversationID(high: 1, low: last), leg: CommunicationID(high: 1, low: last),
            routing: routing, since: now, isOffered: false)
        waiting[interaction.conversation] = interaction
        router.sync(interaction.conversation, waiting: interaction, legs: [:])
    }

    private mutating func end() {
        guard let conversation = legs.keys.sorted().first else { return }
        legs[conversation] = nil
        router.sync(conversation, waiting: waiting[conversation], legs: [:])
    }

    private mutating func leaveQueue() {
        guard let conversation = waiting.keys.sorted().first else { return }
        waiting[conversation] = nil
        router.sync(conversation, waiting: nil, legs: legs[conversation] ?? [:])
    }

    /// Carries the proposals out, or refuses them, or lets the agent decline.
    mutating func route() {
        while true {
            let found = router.assignments(at: now)
            if found.isEmpty {
                if let next = router.nextChange(after: now) { #expect(next > now) }
                return
            }
            for assignment in found { settle(assignment) }
        }
    }

    private mutating func settle(_ assignment: Assignment) {
        let interaction = assignment.interaction
        #expect(waiting[interaction.conversation] == interaction)
        if chance.below(5) == 0 {
            router.declined(interaction.leg, by: assignment.user, at: now)
            pauses[interaction.leg, default: [:]][assignment.user] = now + Router.declinePause
            return router.refused(assignment)
        }
        waiting[interaction.conversation] = nil
        let leg = CommunicationID(high: 9, low: interaction.leg.low)
        legs[interaction.conversation] = [assignment.user: [Occupation(leg)]]
        router.sync(interaction.conversation, waiting: nil, legs: legs[interaction.conversation] ?? [:])
    }

    func load(of user: UserID) -> Int { legs.values.reduce(0) { $0 + ($1[user]?.count ?? 0) } }

    func mayHave(_ agent: Agent, _ interaction: WaitingInteraction) -> Bool {
        guard agent.isAvailable, load(of: agent.user) < agent.utilization[.message].maximum else { return false }
        if let until = pauses[interaction.leg]?[agent.user], until > now { return false }
        if interaction.lastAgent == agent.user {
            let mode = modes[interaction.queue] ?? .disabled
            if mode == .anyAgent { return true }
            if mode == .queueMembersOnly, agent.memberships[interaction.queue] != nil { return true }
        }
        return agent.memberships[interaction.queue] != nil
            && interaction.skills.allSatisfy { agent.proficiencies[$0] != nil }
    }
}

@Suite("The router, whatever happens")
struct RouterPropertyTests {
    @Test("nobody waits while somebody who may serve is free, and nobody has more than the capacity", arguments: 0..<60)
    func nobodyWaitsInVain(seed: Int) {
        var floor = Floor(seed: seed)
        for _ in 0..<250 {
            floor.step()
            let before = floor.agents.mapValues { floor.load(of: $0.user) }
            floor.route()
            for interaction in floor.waiting.values {
                let free = floor.agents.values.filter { floor.mayHave($0, interaction) }
                #expect(free.isEmpty, "\(interaction.leg.low) waits while \(free.map(\.user.low)) could serve")
            }
            for agent in floor.agents.values where floor.load(of: agent.user) > before[agent.user] ?? 0 {
                #expect(floor.load(of: agent.user) <= agent.utilization[.message].maximum)
            }
            for queue in Floor.queues {
                let count = floor.waiting.values.filter { $0.queue == queue }.count
                #expect(floor.router.waitingCount(in: queue) == count)
            }
        }
    }

    @Test("the same history gives the same proposals")
    func deterministic() {
        var first = Floor(seed: 7)
        var second = Floor(seed: 7)
        for _ in 0..<300 {
            first.step()
            second.step()
            first.route()
            second.route()
            #expect(first.legs == second.legs)
        }
    }

    @Test("an agent who gets room is asked for the oldest interaction of all the queues, behind many that need others")
    func oldestOfAllQueues() {
        var router = Router()
        let queues = Floor.queues
        for queue in queues { router.sync(Queue(id: queue, name: "queue")) }
        for number in 1...200 {
            let routing = RoutingRequest(
                queue: queues[number % 2], skills: number == 150 || number == 151 ? [] : [Floor.skills[0]])
            let interaction = WaitingInteraction(
                conversation: ConversationID(high: 1, low: UInt64(number)),
                leg: CommunicationID(high: 1, low: UInt64(number)), routing: routing,
                since: Instant(milliseconds: Int64(number)), isOffered: false)
            router.sync(interaction.conversation, waiting: interaction, legs: [:])
        }
        #expect(router.assignments(at: Instant(milliseconds: 0)).isEmpty)
        router.sync(
            Agent(
                user: UserID(high: 3, low: 1), isAvailable: true, idleSince: Instant(milliseconds: 0),
                queues: [queues[0], queues[1]], skills: [], capacity: 1))
        #expect(router.assignments(at: Instant(milliseconds: 0)).map(\.interaction.leg.low) == [150])
    }
}

import ContactCenter
import Routing
import Testing

/// Agents who park what waits for the customer, and get it back: after each step everything is counted from the plain
/// facts.
private struct Shelf {
    var router = Router()
    var chance: Chance
    var now = Instant(milliseconds: 1_000_000)
    var agents: [UserID: Agent] = [:]
    /// Legs that are connected, parked, and parked and wanted back.
    var connected: [ConversationID: UserID] = [:]
    var parked: [ConversationID: UserID] = [:]
    var wanted: [ConversationID: ParkedReturn] = [:]
    var waiting: [ConversationID: WaitingInteraction] = [:]
    var last: UInt64 = 0

    static let queue = QueueID(high: 2, low: 1)
    static let users = (1...5).map { UserID(high: 3, low: UInt64($0)) }

    init(seed: Int) {
        chance = Chance(seed: UInt64(seed))
        router.sync(Queue(id: Self.queue, name: "Support"))
    }

    static func leg(_ conversation: ConversationID) -> CommunicationID {
        CommunicationID(high: 9, low: conversation.low)
    }

    mutating func tell(_ conversation: ConversationID) {
        let legs = connected[conversation].map { [$0: Set([Occupation(Self.leg(conversation))])] } ?? [:]
        router.sync(conversation, waiting: waiting[conversation], legs: legs)
        router.sync(conversation, returning: wanted[conversation])
    }

    mutating func step() {
        now = now + .seconds(1)
        switch chance.below(10) {
        case 0...2:
            last += 1
            let id = ConversationID(high: 1, low: last)
            waiting[id] = WaitingInteraction(
                conversation: id, leg: CommunicationID(high: 1, low: last), routing: RoutingRequest(queue: Self.queue),
                since: now, isOffered: false)
            tell(id)
        case 3, 4:
            let user = Self.users[chance.below(5)]
            let agent = Agent(
                user: user, isAvailable: chance.below(4) > 0, idleSince: now, queues: [Self.queue], skills: [],
                capacity: chance.below(4))
            agents[user] = agent
            router.sync(agent)
        case 5, 6:
            guard let id = some(connected.keys) else { return }
            parked[id] = connected.removeValue(forKey: id)
            tell(id)
        case 7, 8:
            guard let id = some(parked.keys), wanted[id] == nil, let user = parked[id] else { return }
            wanted[id] = ParkedReturn(
                id, leg: Self.leg(id), user: user, since: now, isAskedByAgent: chance.below(3) == 0)
            tell(id)
        default:
            guard let id = some(connected.keys) else { return }
            connected[id] = nil
            tell(id)
        }
    }

    private mutating func some(_ ids: some Collection<ConversationID>) -> ConversationID? {
        ids.isEmpty ? nil : ids.sorted()[chance.below(ids.count)]
    }

    mutating func route() {
        while true {
            let returns = router.returns()
            for entry in returns { settle(entry) }
            let found = router.assignments(at: now)
            for assignment in found {
                let id = assignment.interaction.conversation
                waiting[id] = nil
                connected[id] = assignment.user
                tell(id)
            }
            if returns.isEmpty, found.isEmpty { return }
        }
    }

    private mutating func settle(_ entry: ParkedReturn) {
        #expect(wanted[entry.conversation] == entry)
        wanted[entry.conversation] = nil
        parked[entry.conversation] = nil
        // The conversation ended meanwhile, and refuses.
        if chance.below(6) == 0 { router.refused(entry) } else { connected[entry.conversation] = entry.user }
        tell(entry.conversation)
    }

    func load(of user: UserID) -> Int { connected.values.count { $0 == user } }

    func hasRoom(_ agent: Agent) -> Bool { load(of: agent.user) < agent.utilization[.message].maximum }
}

@Suite("What is parked comes back")
struct ParkedReturnTests {
    @Test("within its agent's capacity, and as soon as there is room", arguments: 0..<60)
    func neverTooMany(seed: Int) {
        var shelf = Shelf(seed: seed)
        for _ in 0..<250 {
            shelf.step()
            let before = shelf.agents.mapValues { shelf.load(of: $0.user) }
            shelf.route()
            for agent in shelf.agents.values where shelf.load(of: agent.user) > before[agent.user] ?? 0 {
                #expect(shelf.load(of: agent.user) <= agent.utilization[.message].maximum)
            }
            for entry in shelf.wanted.values {
                guard let agent = shelf.agents[entry.user] else { continue }
                let mayReturn = shelf.hasRoom(agent) && (agent.isAvailable || entry.isAskedByAgent)
                #expect(!mayReturn, "\(entry.leg.low) stays parked while its agent has room")
            }
            guard !shelf.waiting.isEmpty else { continue }
            #expect(!shelf.agents.values.contains { $0.isAvailable && shelf.hasRoom($0) })
        }
    }

    @Test("before anything new is given to its agent, whoever waits longest first")
    func first() {
        var router = Router()
        let hana = Shelf.users[0]
        router.sync(Queue(id: Shelf.queue, name: "Support"))
        let early = Instant(milliseconds: 10)
        for (number, since) in [(UInt64(1), Instant(milliseconds: 50)), (2, Instant(milliseconds: 40))] {
            let id = ConversationID(high: 1, low: number)
            router.sync(id, waiting: nil, legs: [:])
            router.sync(
                id,
                returning: ParkedReturn(id, leg: Shelf.leg(id), user: hana, since: since, isAskedByAgent: false))
        }
        let new = ConversationID(high: 1, low: 3)
        router.sync(
            new,
            waiting: WaitingInteraction(
                conversation: new, leg: CommunicationID(high: 1, low: 3), routing: RoutingRequest(queue: Shelf.queue),
                since: early, isOffered: false), legs: [:])
        router.sync(
            Agent(user: hana, isAvailable: true, idleSince: early, queues: [Shelf.queue], skills: [], capacity: 1))
        #expect(router.returns().map(\.conversation.low) == [2])
        #expect(router.assignments(at: Instant(milliseconds: 100)).isEmpty)
    }
}

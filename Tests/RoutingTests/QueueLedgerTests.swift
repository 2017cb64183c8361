@testable import ContactCenter
@testable import Routing
import Testing

@Suite("What is counted of queues")
struct QueueLedgerTests {
    static let support = QueueID(high: 2, low: 1)
    static let sales = QueueID(high: 2, low: 2)
    static let medium = QueueMedium(support, .message)
    static let hana = UserID(high: 3, low: 1)
    let start = Instant(milliseconds: 1_700_000_000_000)

    /// A queue's day, told event by event.
    struct Story {
        var ledger = QueueLedger()
        var now: Instant
        var number: UInt64 = 0

        mutating func pass(_ seconds: Int64) { now = now + .seconds(seconds) }

        func conversation(_ number: UInt64) -> ConversationID { ConversationID(high: 1, low: number) }

        mutating func queue(_ number: UInt64, priority: Int = 0) {
            ledger.apply(
                .queued(
                    .init(
                        participant: ParticipantID(high: 1, low: number),
                        communication: CommunicationID(high: 6, low: number),
                        routing: RoutingRequest(queue: QueueLedgerTests.support, priority: priority))),
                of: conversation(number), at: now)
        }

        mutating func offer(_ number: UInt64, to user: UserID = QueueLedgerTests.hana) {
            ledger.apply(
                .offered(
                    .init(
                        participant: ParticipantID(high: 5, low: number),
                        communication: CommunicationID(high: 7, low: number), user: user, name: nil,
                        queue: QueueLedgerTests.support, alertingTimeout: .seconds(30),
                        wrapupPolicy: WrapupPolicy(prompt: .optional))),
                of: conversation(number), at: now)
        }

        mutating func answer(_ number: UInt64) {
            ledger.apply(.answered(CommunicationID(high: 7, low: number)), of: conversation(number), at: now)
            end(6, number, .transfer)
        }

        /// Ends the leg that waits (6) or the agent's (7).
        mutating func end(_ kind: UInt64, _ number: UInt64, _ type: Communication.DisconnectType) {
            let leg = CommunicationID(high: kind, low: number)
            ledger.apply(.disconnected(.init(communication: leg, type: type)), of: conversation(number), at: now)
        }

        mutating func staff(_ status: AgentState.RoutingStatus, capacity: Int = 1) {
            ledger.sync(
                ObservedPerson(
                    user: QueueLedgerTests.hana, presence: "on", status: status,
                    memberships: [QueueLedgerTests.support: true],
                    utilization: Utilization([.message: .init(capacity)])))
        }

        var reading: QueueReading { ledger.reading(of: QueueLedgerTests.medium) }
    }

    @Test("each interaction is waiting, alerting or interacting, and the oldest of each is known")
    func states() {
        var story = Story(now: start)
        story.queue(1)
        story.pass(5)
        story.queue(2)
        #expect(story.reading.waitingCount == 2)
        #expect(story.reading.waitingSince == start)
        story.offer(1)
        #expect(([story.reading.waitingCount, story.reading.alertingCount] as [Int]) == [1, 1])
        #expect(story.reading.waitingSince == start + .seconds(5))
        story.pass(5)
        story.answer(1)
        #expect(([story.reading.alertingCount, story.reading.interactingCount] as [Int]) == [0, 1])
        #expect(story.reading.interactingSince == start + .seconds(10))
        story.offer(2)
        story.end(7, 2, .system)
        #expect(([story.reading.waitingCount, story.reading.alertingCount] as [Int]) == [1, 0])
        story.end(7, 1, .client)
        story.end(6, 2, .peer)
        #expect(story.reading == QueueReading())
    }

    @Test("a place in line follows the turn, not the arrival, and what is offered has none")
    func places() {
        var story = Story(now: start)
        story.queue(1)
        story.pass(10)
        story.queue(2, priority: 1)
        story.queue(3)
        func position(_ number: UInt64) -> Int? { story.ledger.place(of: story.conversation(number))?.position }
        #expect([position(2), position(1), position(3)] == [1, 2, 3])
        var later = RoutingRequest(queue: Self.support)
        later.priority = 5
        story.ledger.apply(
            .routingChanged(ParticipantID(high: 1, low: 3), later), of: story.conversation(3), at: story.now)
        #expect([position(3), position(2), position(1)] == [1, 2, 3])
        story.offer(3)
        #expect([position(3), position(2), position(1)] == [0, 1, 2])
        story.end(6, 2, .transfer)
        #expect([position(2), position(1)] == [nil, 1])
    }

    @Test("answered in time counts, abandoned counts against, a transfer out of the queue does not count")
    func serviceLevel() {
        var story = Story(now: start)
        let goal = ServiceLevelGoal(share: 0.9, within: .seconds(20))
        story.ledger.sync(QueueRules(), goals: [.message: goal], of: Self.support)
        for number in 1...4 as ClosedRange<UInt64> { story.queue(number) }
        story.pass(20)
        story.offer(1)
        story.answer(1)
        story.end(6, 2, .peer)
        story.end(6, 3, .transfer)
        story.pass(1)
        story.offer(4)
        story.answer(4)
        let level = story.ledger.serviceLevel(of: Self.medium, at: story.now)
        #expect(([level.withinCount, level.count] as [Int]) == [1, 3])
        #expect(level.target == 0.9)
        let stats = story.ledger.stats(of: Self.medium, from: start + .hours(-1), to: story.now + .seconds(1))
        #expect(stats.answered.count == 2)
        #expect(stats.answered.sumMs == 41_000)
        #expect(([stats.abandoned.count, stats.flowedOut.count, stats.overCount] as [Int]) == [1, 1, 1])
        // Half an hour later the window is empty, and the day still knows.
        #expect(story.ledger.serviceLevel(of: Self.medium, at: story.now + .minutes(31)).ratio == nil)
        #expect(story.ledger.stats(of: Self.medium, from: start + .hours(-1), to: story.now + .seconds(1)) == stats)
    }

    @Test("people are counted by what they do, in every queue that they are members of")
    func people() {
        var story = Story(now: start)
        story.staff(.idle, capacity: 3)
        story.ledger.sync(
            ObservedPerson(
                user: UserID(high: 3, low: 2), presence: nil, status: .offQueue,
                memberships: [Self.support: true, Self.sales: false], utilization: Utilization()))
        var count = story.ledger.people(of: Self.support)
        #expect(
            ([count.memberCount, count.activeCount, count.onQueueCount, count.offQueueCount] as [Int]) == [2, 2, 1, 1])
        #expect(count.presences == ["on": 1, "": 1])
        #expect(count.statuses == [.idle: 1, .offQueue: 1])
        #expect(story.ledger.people(of: Self.sales).memberCount == 1)
        #expect(story.ledger.people(of: Self.sales).activeCount == 0)
        story.staff(.interacting)
        story.ledger.forget(UserID(high: 3, low: 2))
        count = story.ledger.people(of: Self.support)
        #expect(([count.memberCount, count.onQueueCount, count.idleCount] as [Int]) == [1, 1, 0])
        #expect(story.ledger.people(of: Self.sales).memberCount == 0)
    }

    @Test("what was told before is kept when the ledger begins anew, and what was there is not")
    func history() {
        var past = Story(now: start)
        past.queue(1)
        past.offer(1)
        past.answer(1)
        past.queue(2)
        var ledger = QueueLedger()
        ledger.begin(with: [], at: past.now)
        ledger.absorb(historyOf: past.ledger, at: past.now)
        #expect(ledger.reading(of: Self.medium) == QueueReading())
        #expect(ledger.serviceLevel(of: Self.medium, at: past.now).ratio == 1)
        past.ledger.begin(with: [], at: past.now)
        #expect(past.reading == QueueReading())
        #expect(past.ledger.serviceLevel(of: Self.medium, at: past.now).ratio == 1)
    }

    @Test("counts agree with a count over all conversations after every step of random days", arguments: 1...20)
    func recount(seed: UInt64) throws {
        var days = RandomDays(seed: seed)
        for _ in 0..<400 {
            try days.step()
            for queue in [Self.support, Self.sales] {
                #expect(days.ledger.reading(of: QueueMedium(queue, .message)) == days.recount(queue))
            }
        }
        var anew = QueueLedger()
        anew.begin(with: Array(days.conversations.values), at: days.now)
        for queue in [Self.support, Self.sales] {
            #expect(anew.reading(of: QueueMedium(queue, .message)) == days.recount(queue))
        }
    }
}

extension Span {
    /// Negative lengths look back.
    fileprivate static prefix func - (span: Span) -> Span { Span(milliseconds: -span.milliseconds) }
}

/// Conversations that do what they like, and a ledger that is told.
struct RandomDays {
    var conversations: [ConversationID: Conversation] = [:]
    var ledger = QueueLedger()
    var now = Instant(milliseconds: 1_700_000_000_000)
    private var chance: SeededChance
    private var ids = NumberedIdentifiers()

    init(seed: UInt64) { chance = SeededChance(state: seed) }

    mutating func step() throws {
        now = now + Span(milliseconds: Int64(chance.next() % 20_000))
        let number = chance.next() % 6
        let id = ConversationID(high: 1, low: number)
        var conversation = conversations[id] ?? Conversation(id: id)
        guard let command = command(for: conversation) else { return }
        // What a conversation refuses changes nothing.
        guard let events = try? conversation.handle(command, at: now, ids: &ids) else { return }
        conversations[id] = conversation
        for event in events { ledger.apply(event, of: id, at: now) }
    }

    private mutating func command(for conversation: Conversation) -> ConversationCommand? {
        let queue = chance.next() % 2 == 0 ? QueueLedgerTests.support : QueueLedgerTests.sales
        let entry = RoutingRequest(queue: queue, priority: Int(chance.next() % 3))
        let agent = conversation.agents.last
        let owing = conversation.participants.last { $0.owesWrapup }
        switch chance.next() % 12 {
        case 0, 1:
            let origin = Origin(
                platform: .open, integration: .init(high: 4, low: 1), identity: .init(high: 5, low: 1),
                contact: .init(high: 6, low: 1), address: "mika", name: nil)
            return .receive(ids.next(NormalizedMessage.self), .init(origin: origin, entry: entry))
        case 2, 3:
            return conversation.waiting.map { waiting in
                .offer(
                    .init(
                        waiting: waiting.communication.id, user: UserID(high: 3, low: chance.next() % 4), name: nil,
                        alertingTimeout: .seconds(30), wrapupPolicy: WrapupPolicy(prompt: .mandatory)))
            }
        case 4, 5: return agent.map { .answer($0.id) }
        case 6: return agent.map { .expireAlert($0.communication.id) }
        case 7: return agent.map { chance.next() % 2 == 0 ? .park($0.id) : .resume($0.id) }
        case 8: return agent.map { .transfer($0.id, .queue(entry)) }
        case 9: return (chance.next() % 2 == 0 ? agent : conversation.waiting).map { .disconnect($0.id, .client) }
        case 10: return owing.map { .wrapUp($0.id, Wrapup(code: "solved")) }
        default: return chance.next() % 3 == 0 ? .customerLeave(.peer) : agent.map { .requeue($0.id) }
        }
    }

    /// The slow way: every leg of every conversation.
    func recount(_ queue: QueueID) -> QueueReading {
        var reading = QueueReading()
        for conversation in conversations.values {
            let isOffered = conversation.agents.contains { $0.communication.state == .alerting }
            if let waiting = conversation.waiting, waiting.queue == queue, !isOffered {
                reading.waitingCount += 1
                reading.waitingSince = min(reading.waitingSince ?? waiting.startedAt, waiting.startedAt)
            }
            for agent in conversation.agents where agent.queue == queue {
                if agent.communication.state == .alerting { reading.alertingCount += 1 }
                guard agent.communication.state == .connected, let since = agent.connectedAt else { continue }
                reading.interactingCount += 1
                reading.interactingSince = min(reading.interactingSince ?? since, since)
            }
        }
        return reading
    }
}

/// SplitMix64: a seed reproduces a run.
private struct SeededChance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private struct NumberedIdentifiers: IdentifierSource {
    private var last: UInt64 = 0

    mutating func next<Entity>(_: Entity.Type) -> Identifier<Entity> {
        last += 1
        return Identifier(high: 9, low: last)
    }
}

import ContactCenter

/// What is counted of queues: who waits, is alerted and is served, how long that took lately, and what that says of the
/// next one's wait. A value without clock or I/O; it is told events, in order, and each costs the same whatever the
/// number of conversations.
///
/// It can be told the past first, and then begun anew with what is open now: what had ended stays counted.
public struct QueueLedger: Sendable {
    struct Round: Sendable {
        let conversation: ConversationID
        let medium: QueueMedium
        let since: Instant
        var priority: Int
        var place: LinePlace
        var isOffered = false
        /// When it was offered last, after a wait that says something of the line.
        var hasWaited = false
        var isAnswered = false
    }

    struct AgentLeg: Sendable {
        let conversation: ConversationID
        let participant: ParticipantID
        let user: UserID
        let medium: QueueMedium?
        let media: MediaType
        let alertingSince: Instant
        var connectedSince: Instant?
        var isParked = false
        /// Since when it is in hand, and how long it was before.
        var inHandSince: Instant?
        var inHandBefore = Span(milliseconds: 0)

        /// It is not in hand from now on.
        mutating func rest(at now: Instant) {
            if let since = inHandSince {
                inHandBefore = Span(milliseconds: inHandBefore.milliseconds + max((now - since).milliseconds, 0))
            }
            inHandSince = nil
        }
    }

    struct AfterCallWork: Sendable {
        let user: UserID
        let medium: QueueMedium?
        let media: MediaType
        var since: Instant?
    }

    var rounds: [CommunicationID: Round] = [:]
    var roundOf: [ConversationID: CommunicationID] = [:]
    var legs: [CommunicationID: AgentLeg] = [:]
    /// Of agents who left, by participant: what they may owe.
    var owed: [ParticipantID: AfterCallWork] = [:]
    var ledgers: [QueueMedium: MediumLedger] = [:]
    var staff = PeopleLedger()
    var rules: [QueueID: QueueRules] = [:]
    var goals: [QueueMedium: ServiceLevelGoal] = [:]
    /// The agent who left last.
    var lastLeft: ParticipantID?
    var changed: Set<QueueID> = []

    /// A ledger that knows nothing yet.
    public init() {}

    // MARK: What happened

    /// How a queue orders who waits, and what it wants to reach.
    public mutating func sync(_ new: QueueRules, goals newGoals: [MediaType: ServiceLevelGoal], of queue: QueueID) {
        for (medium, goal) in newGoals { goals[QueueMedium(queue, medium)] = goal }
        let isOrdered = rules[queue]?.scoring == new.scoring
        rules[queue] = new
        guard !isOrdered else { return }
        for (leg, round) in rounds where round.medium.queue == queue && !round.isOffered {
            ledgers[round.medium]?.line.remove(round.place)
            let place = LinePlace(order: new.order(priority: round.priority, since: round.since), leg: leg)
            ledgers[round.medium]?.line.insert(place)
            rounds[leg]?.place = place
        }
    }

    /// What is known of a person now.
    public mutating func sync(_ person: ObservedPerson) { changed.formUnion(staff.sync(person)) }

    /// A person was deleted.
    public mutating func forget(_ user: UserID) { changed.formUnion(staff.forget(user)) }

    /// A queue was deleted.
    public mutating func forget(_ queue: QueueID) {
        rules[queue] = nil
        for one in MediaType.allCases.map({ QueueMedium(queue, $0) }) {
            goals[one] = nil
            if rounds.values.allSatisfy({ $0.medium != one }) { ledgers[one] = nil }
        }
    }

    /// Takes an event of a conversation.
    public mutating func apply(_ event: ConversationEvent, of conversation: ConversationID, at now: Instant) {
        switch event {
        case .queued(let body): open(body, of: conversation, at: now)
        case .offered(let body): offer(body, of: conversation, at: now)
        case .routingChanged(_, let routing): reorder(conversation, routing)
        case .answered(let leg): answer(leg, at: now)
        case .parked(let leg): park(leg, true, at: now)
        case .resumed(let leg): park(leg, false, at: now)
        case .disconnected(let body):
            close(body.communication, body.type, at: now)
            leave(body.communication, at: now)
        case .afterCallWorkStarted(let participant): startAfterCallWork(participant, at: now)
        case .afterCallWorkEnded(let participant): endAfterCallWork(participant, at: now)
        default: break
        }
    }

    /// Forgets what was there and takes what is there now; what has ended stays.
    public mutating func begin(with open: some Sequence<Conversation>, at now: Instant) {
        changed.formUnion(ledgers.keys.map(\.queue))
        (rounds, roundOf, legs, owed) = ([:], [:], [:], [:])
        staff.dropLoads()
        for medium in ledgers.keys { ledgers[medium]?.dropPresent(at: now) }
        for conversation in open { take(conversation) }
    }

    /// What another ledger was told of the time before.
    public mutating func absorb(historyOf other: QueueLedger, at now: Instant) {
        for (medium, past) in other.ledgers {
            touch(medium)
            ledgers[medium]?.pace.absorb(past.pace)
            ledgers[medium]?.history.absorb(past.history, at: now)
        }
    }

    /// Takes over how queues order who waits, and what they want to reach.
    public mutating func takeSettings(of other: QueueLedger) { (rules, goals) = (other.rules, other.goals) }

    /// The queues in which something changed since this was asked last.
    public mutating func takeChanged() -> Set<QueueID> {
        defer { changed = [] }
        return changed
    }

    // MARK: Reading

    /// What there is of a queue and medium.
    public func reading(of medium: QueueMedium) -> QueueReading { ledgers[medium]?.reading ?? QueueReading() }

    /// A queue's people.
    public func people(of queue: QueueID) -> PeopleCount { staff[queue] }

    /// The interactions of a state, the oldest first.
    public func interactions(_ state: ObservedState, of medium: QueueMedium, limit: Int) -> [ObservedInteraction] {
        (ledgers[medium]?.ages[state]?.prefix(limit) ?? []).compactMap { aged in
            if state == .waiting {
                return rounds[aged.leg].map {
                    ObservedInteraction(conversation: $0.conversation, leg: aged.leg, user: nil, since: aged.since)
                }
            }
            return legs[aged.leg].map {
                ObservedInteraction(conversation: $0.conversation, leg: aged.leg, user: $0.user, since: aged.since)
            }
        }
    }

    /// Where a conversation waits, since when, and its place in line from 1; 0 while it is offered.
    public func place(of conversation: ConversationID) -> (medium: QueueMedium, since: Instant, position: Int)? {
        guard let leg = roundOf[conversation], let round = rounds[leg] else { return nil }
        let position = round.isOffered ? 0 : (ledgers[round.medium]?.line.count(before: round.place) ?? 0) + 1
        return (round.medium, round.since, position)
    }

    /// How long a conversation that waits in this queue, or the next one that comes, will wait for an answer; `nil`
    /// while nobody is on queue.
    public func estimate(
        in medium: QueueMedium, for conversation: ConversationID? = nil, at now: Instant
    ) -> WaitEstimate? {
        let place = conversation.flatMap { self.place(of: $0) }.flatMap { $0.medium == medium ? $0 : nil }
        let ledger = ledgers[medium]
        let count = staff[medium.queue]
        var basis = WaitBasis(
            position: place?.position ?? (ledger?.line.count ?? 0) + 1, isInLine: place != nil,
            slots: count.slots[medium.media.ordinal], freeSlots: count.freeSlots[medium.media.ordinal],
            pace: (ledger?.pace ?? QueuePace()).reading(at: now))
        if place?.position == 0 {
            // Somebody is being asked: what is left is the answer.
            basis.position = 0
            basis.slots = max(basis.slots, 1)
        }
        return basis.estimate
    }

    /// How well a queue reached its goal in the last half hour.
    public func serviceLevel(of medium: QueueMedium, at now: Instant) -> ServiceLevel {
        var level = ServiceLevel(target: goal(of: medium).share)
        if let stats = ledgers[medium]?.history.window(at: now) { level.add(stats) }
        return level
    }

    /// What ended from one moment to another, as whole quarters of an hour, a day back at most.
    public func stats(of medium: QueueMedium, from start: Instant, to end: Instant) -> IntervalStats {
        ledgers[medium]?.history.sum(from: start, to: end) ?? IntervalStats()
    }

    /// What a queue wants to reach.
    public func goal(of medium: QueueMedium) -> ServiceLevelGoal { goals[medium] ?? .usual }
}

import ContactCenter

/// Finds an agent for each interaction that waits. A value without clock, chance or I/O; its owner tells it what
/// happened and carries out what it proposes.
///
/// Inputs are states, not deltas (`sync…`), so that telling it twice is harmless and it can be rebuilt at any time.
/// A proposal reserves the agent's capacity at once; the reservation becomes load when the alert is seen, and is given
/// back by `refused`.
///
/// The result is that of going through all that waits, the earliest turn first, and giving each the best agent who may
/// have it. What a decision costs does not grow with the number that waits: an interaction that comes, or that asks for
/// less than before, looks at agents (`AgentPool`); an agent who gets room looks at the fronts of lines (`QueueLine`);
/// and only what changed looks at all.
public struct Router: Sendable {
    var pool = AgentPool()
    var rules: [QueueID: QueueRules] = [:]
    var conditions: [QueueID: [Bool]] = [:]
    var lines: [QueueID: QueueLines] = [:]
    var waiting = Table<ConversationID, Waiting>()
    var conversationOfLeg: [CommunicationID: ConversationID] = [:]
    /// Interactions in line that name an agent: as the last one, the only one, or a preferred one.
    var wanting: [UserID: OrderedLine<Place>] = [:]
    var pauses = DeclinePauses()
    var board = ScoreBoard()
    /// What agents have parked and want back.
    var parkedReturns = ParkedReturns()
    private var byQueue: [QueueID: Set<ConversationID>] = [:]
    /// Interactions by the agent who had the customer last, whether they are in line or not.
    private var returning: [UserID: Set<ConversationID>] = [:]
    private var legsOfConversation: [ConversationID: [UserID: Set<Occupation>]] = [:]
    private var reserved: [ConversationID: Reservation] = [:]
    /// When phases end, the soonest first.
    private var phaseEnds = OrderedLine<PhaseEnd>()

    /// What may lead to a proposal: interactions whose phase has to be looked up, those that may find somebody now,
    /// agents with new room.
    private var stale: Set<ConversationID> = []
    private var arrived: Set<ConversationID> = []
    private var freed: Set<UserID> = []
    /// What has to be explained to those who keep records.
    var unexplained = Unexplained()

    struct Waiting: Sendable {
        var interaction: WaitingInteraction
        var place: Place
        var phase: Phase?
        /// Where it stands in line; nowhere while it is offered or reserved.
        var standing: Standing?

        var isInLine: Bool { standing != nil }
    }

    /// Where an interaction stands in line: with those of its demand, and with agents whom it names.
    struct Standing: Sendable {
        var demand: Demand?
        var named: [UserID]
    }

    private struct Reservation {
        let user: UserID
        let leg: CommunicationID
    }

    private struct PhaseEnd: Comparable, Hashable {
        let at: Instant
        let conversation: ConversationID

        static func < (left: Self, right: Self) -> Bool {
            left.at == right.at ? left.conversation < right.conversation : left.at < right.at
        }
    }

    /// How long an agent who declined an interaction is not asked for it again.
    public static let declinePause = Span.seconds(30)
    /// When more agents than this got room at once (at a start, say), their queues are gone through instead.
    static let freedMax = 16

    /// A router that knows nothing yet.
    public init() {}

    // MARK: What happened

    /// A queue's settings as its configuration has them.
    public mutating func sync(_ queue: Queue) { sync(queue.rules, of: queue.id) }

    /// How a queue finds agents.
    public mutating func sync(_ new: QueueRules, of queue: QueueID) {
        guard rules[queue] != new else { return }
        rules[queue] = new
        for conversation in byQueue[queue] ?? [] {
            leaveLine(conversation)
            guard let interaction = waiting[conversation]?.interaction else { continue }
            waiting[conversation]?.place = Place(interaction, under: new)
            stale.insert(conversation)
        }
    }

    /// Which of a queue's conditional groups are let in now, in the order of its rules.
    public mutating func sync(conditions new: [Bool], of queue: QueueID) {
        guard conditions[queue] != new else { return }
        conditions[queue] = new
        stale.formUnion(byQueue[queue] ?? [])
    }

    /// What is predicted for a queue; `nil` for nothing. Who waits stays in its place: only the order among those who
    /// may be asked is another one.
    public mutating func sync(predicting new: PredictiveRules?, of queue: QueueID) {
        board.sync(new, of: queue, everybody: pool.known)
    }

    /// An agent's availability, queues, skills and capacity.
    public mutating func sync(_ agent: Agent) {
        let before = pool.find(agent.user)
        for each in [before, agent] { touch(each) }
        guard pool.sync(agent) else { return }
        if let slot = pool.slot(of: agent.user) { board.sync(agent, in: slot) }
        parkedReturns.touch(agent.user)
        if pool.hasAnyRoom(agent.user) { freed.insert(agent.user) }
        // Whether a returning customer waits for this agent depends on both.
        if before?.isAvailable != agent.isAvailable || before?.memberships != agent.memberships {
            stale.formUnion(returning[agent.user] ?? [])
        }
    }

    /// What a conversation asks of routing now: the interaction that waits, and the legs that occupy agents.
    public mutating func sync(
        _ conversation: ConversationID, waiting interaction: WaitingInteraction?, legs: [UserID: Set<Occupation>]
    ) {
        if let reservation = reserved[conversation], settles(reservation, interaction, legs) {
            reserved[conversation] = nil
            release(reservation.leg, of: reservation.user)
        }
        for (user, old) in legsOfConversation[conversation] ?? [:] {
            for gone in old.subtracting(legs[user] ?? []) { release(gone.leg, of: user) }
        }
        for (user, new) in legs { for occupation in new { pool.occupy(user, with: occupation) } }
        legsOfConversation[conversation] = legs.isEmpty ? nil : legs
        place(interaction, of: conversation)
    }

    /// An agent declined, or let pass, the interaction that waits with this leg.
    public mutating func declined(_ leg: CommunicationID, by user: UserID, at now: Instant) {
        pauses.add(leg, user, until: now + Self.declinePause)
    }

    /// A person chose an agent for the interaction that waits with this leg: that agent is asked, even after declining.
    public mutating func chosen(_ user: UserID, for leg: CommunicationID) { pauses.lift(leg, user) }

    /// The conversation refused a proposal: its reservation is given back.
    public mutating func refused(_ assignment: Assignment) { giveBack(assignment.interaction.conversation) }

    /// A proposal was carried out. The alert that shows it may be over already in the state that is told next: then
    /// nothing else would end the reservation.
    public mutating func offered(_ conversation: ConversationID) { giveBack(conversation) }

    private mutating func giveBack(_ conversation: ConversationID) {
        guard let reservation = reserved.removeValue(forKey: conversation) else { return }
        release(reservation.leg, of: reservation.user)
        if waiting[conversation]?.interaction.mayBeOffered == true { stale.insert(conversation) }
    }

    /// How many interactions wait in a queue, offered ones included.
    public func waitingCount(in queue: QueueID) -> Int { byQueue[queue]?.count ?? 0 }

    /// Every queue that has somebody waiting or somebody to serve, counted through.
    public func census() -> [QueueID: QueueCensus] {
        var queues: [QueueID: QueueCensus] = [:]
        for entry in waiting.values { queues[entry.interaction.queue, default: .init()].count(entry.interaction) }
        pool.count(into: &queues)
        return queues
    }

    /// Whether a returned leg shows among those that its conversation told.
    func isOccupied(_ entry: ParkedReturn) -> Bool {
        legsOfConversation[entry.conversation]?[entry.user]?.contains { $0.leg == entry.leg } ?? false
    }

    // MARK: What to do

    /// The proposals that follow from all that happened, the earliest turn first; each reserves its agent.
    public mutating func assignments(at now: Instant) -> [Assignment] {
        expire(at: now)
        enterLines(at: now)
        lookAtAllOfMany()
        var places = arrived.compactMap { waiting[$0]?.place }.sorted()[...]
        arrived = []
        var users = freed.filter(pool.hasAnyRoom).sorted()
        freed = []
        var found: [Assignment] = []
        var ofUsers = earliest(for: &users, at: now)
        while let turn = [places.first, ofUsers].compactMap(\.self).min() {
            let isArrival = turn == places.first
            if isArrival { places.removeFirst() }
            if let assignment = propose(turn.conversation, at: now) {
                found.append(assignment)
                ofUsers = earliest(for: &users, at: now)
            } else if isArrival {
                noteUnserved(turn.conversation)
            } else {
                // What an agent may have, somebody may have: cannot be, and must not go on for ever.
                ofUsers = nil
            }
        }
        return found
    }

    /// When something changes by itself next: a pause after a decline ends, a ring opens, a wait for an agent is over.
    public func nextChange(after now: Instant) -> Instant? {
        [pauses.next, phaseEnds.first?.at].compactMap(\.self).min().map { max($0, now) }
    }

    // MARK: Going through

    private mutating func expire(at now: Instant) {
        for leg in pauses.end(by: now) {
            if let conversation = conversationOfLeg[leg] { arrived.insert(conversation) }
        }
        while let end = phaseEnds.first, end.at <= now {
            phaseEnds.remove(end)
            stale.insert(end.conversation)
        }
    }

    /// Each agent with new room may have the earliest interaction that no other agent with room may have before. The
    /// earliest of all; agents who may have nothing more drop out.
    private func earliest(for users: inout [UserID], at now: Instant) -> Place? {
        var earliest: Place?
        users.removeAll { user in
            guard pool.hasAnyRoom(user), let next = next(for: user, at: now) else { return true }
            if earliest.map({ next < $0 }) ?? true { earliest = next }
            return false
        }
        return earliest
    }

    private mutating func lookAtAllOfMany() {
        guard freed.count > Self.freedMax else { return }
        var queues: Set<QueueID> = []
        for user in freed {
            queues.formUnion(pool.find(user)?.memberships.keys.map(\.self) ?? [])
            arrived.formUnion(wanting[user]?.elements.map(\.conversation) ?? [])
        }
        for queue in queues { arrived.formUnion(byQueue[queue] ?? []) }
        freed = []
    }

    private mutating func propose(_ conversation: ConversationID, at now: Instant) -> Assignment? {
        guard let entry = waiting[conversation], entry.isInLine,
            let (user, reason) = choose(for: entry, at: now)
        else { return nil }
        var decision = decision(of: entry, at: now, withDetails: unexplained.isKept)
        decision.putFirst(user)
        if reason == .lastAgent { decision.predictive = nil }
        reserve(entry.interaction, for: user, at: now)
        return Assignment(interaction: entry.interaction, user: user, reason: reason, decision: decision)
    }

    private mutating func reserve(_ interaction: WaitingInteraction, for user: UserID, at now: Instant) {
        leaveLine(interaction.conversation)
        reserved[interaction.conversation] = Reservation(user: user, leg: interaction.leg)
        pool.occupy(user, with: Occupation(interaction.leg, media: interaction.media, label: interaction.label))
        pool.noteOffer(to: user, at: now)
        touch(pool.find(user))
    }

    // MARK: Keeping

    /// A reservation has done its work once the alert shows as a leg, or the round of waiting that it was for is over.
    private func settles(
        _ reservation: Reservation, _ interaction: WaitingInteraction?, _ legs: [UserID: Set<Occupation>]
    ) -> Bool {
        interaction?.leg != reservation.leg || interaction?.isOffered == true || legs[reservation.user] != nil
    }

    private mutating func place(_ interaction: WaitingInteraction?, of conversation: ConversationID) {
        let before = waiting[conversation]
        let mayBeOffered = interaction?.mayBeOffered == true && reserved[conversation] == nil
        if before?.interaction == interaction {
            if let before, before.isInLine != mayBeOffered, mayBeOffered { stale.insert(conversation) }
            if !mayBeOffered { leaveLine(conversation) }
            return
        }
        leaveLine(conversation)
        if let gone = before?.interaction { forget(gone, stays: gone.leg == interaction?.leg) }
        guard let interaction else { return }
        let rules = rules[interaction.queue] ?? QueueRules()
        waiting[conversation] = Waiting(interaction: interaction, place: Place(interaction, under: rules))
        byQueue[interaction.queue, default: []].insert(conversation)
        conversationOfLeg[interaction.leg] = conversation
        if let user = interaction.lastAgent { returning[user, default: []].insert(conversation) }
        stale.insert(conversation)
        if reserved[conversation] == nil { noteHeld(interaction) }
    }

    private mutating func forget(_ gone: WaitingInteraction, stays: Bool) {
        if let end = waiting[gone.conversation]?.phase?.until {
            phaseEnds.remove(PhaseEnd(at: end, conversation: gone.conversation))
        }
        waiting[gone.conversation] = nil
        byQueue[gone.queue]?.remove(gone.conversation)
        if byQueue[gone.queue]?.isEmpty == true { byQueue[gone.queue] = nil }
        conversationOfLeg[gone.leg] = nil
        if !stays { pauses.forget(gone.leg) }
        guard let user = gone.lastAgent else { return }
        returning[user]?.remove(gone.conversation)
        if returning[user]?.isEmpty == true { returning[user] = nil }
    }

    /// Looks up the phase of whatever may be in another one, and puts it where it belongs.
    private mutating func enterLines(at now: Instant) {
        for conversation in stale {
            guard let entry = waiting[conversation] else { continue }
            let mayBeOffered = entry.interaction.mayBeOffered && reserved[conversation] == nil
            let phase = phase(of: entry.interaction, at: now)
            if let end = entry.phase?.until, end != phase.until {
                phaseEnds.remove(PhaseEnd(at: end, conversation: conversation))
            }
            if let end = phase.until { phaseEnds.insert(PhaseEnd(at: end, conversation: conversation)) }
            if entry.isInLine { leaveLine(conversation) }
            waiting[conversation]?.phase = phase
            if mayBeOffered { enterLine(conversation, at: now) }
        }
        stale = []
    }

    private mutating func enterLine(_ conversation: ConversationID, at now: Instant) {
        guard let entry = waiting[conversation], let phase = entry.phase else { return }
        let standing = standing(of: entry.interaction, in: phase)
        if let demand = standing.demand {
            let mask = pool.mask(of: demand.skills)
            lines[entry.interaction.queue, default: QueueLines()][entry.interaction.media]
                .insert(entry.place, demand, mask: mask)
        }
        for user in standing.named { wanting[user, default: OrderedLine()].insert(entry.place) }
        waiting[conversation]?.standing = standing
        arrived.insert(conversation)
    }

    private mutating func leaveLine(_ conversation: ConversationID) {
        guard let entry = waiting[conversation], let standing = entry.standing else { return }
        waiting[conversation]?.standing = nil
        let queue = entry.interaction.queue
        if let demand = standing.demand {
            lines[queue]?[entry.interaction.media].remove(entry.place, demand)
            if lines[queue]?.isEmpty == true { lines[queue] = nil }
        }
        for user in standing.named {
            wanting[user]?.remove(entry.place)
            if wanting[user]?.isEmpty == true { wanting[user] = nil }
        }
    }

    mutating func release(_ leg: CommunicationID, of user: UserID) {
        pool.release(leg, of: user)
        parkedReturns.touch(user)
        touch(pool.find(user))
        if pool.hasAnyRoom(user) { freed.insert(user) }
    }
}

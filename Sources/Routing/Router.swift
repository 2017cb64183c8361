import ContactCenter

/// Finds an agent for each interaction that waits. A value without clock, chance or I/O; its owner tells it what
/// happened and carries out what it proposes.
///
/// Inputs are states, not deltas (`sync…`), so that telling it twice is harmless and it can be rebuilt at any time.
/// A proposal reserves the agent's capacity at once; the reservation becomes load when the alert is seen, and is given
/// back by `refused`.
///
/// What a decision costs does not grow with the number that waits: an interaction that arrives looks at agents
/// (`AgentPool`), an agent who gets room looks at the fronts of lines (`QueueLine`), and only what changed looks at
/// all.
public struct Router: Sendable {
    private var pool = AgentPool()
    private var lines: [QueueID: QueueLine] = [:]
    private var waiting: [ConversationID: Waiting] = [:]
    private var waitingCounts: [QueueID: Int] = [:]
    private var conversationOfLeg: [CommunicationID: ConversationID] = [:]
    /// Interactions by the agent who had the customer last.
    private var wanting: [UserID: Set<ConversationID>] = [:]
    private var legsOfConversation: [ConversationID: [UserID: Set<CommunicationID>]] = [:]
    private var reserved: [ConversationID: Reservation] = [:]
    private var pauses = DeclinePauses()
    private var lastAgentMode: [QueueID: Queue.LastAgentRouting] = [:]
    private var ignoresSkills: Set<QueueID> = []

    /// What may lead to a proposal: queues whose settings changed, interactions that came, agents with new room.
    private var changedQueues: Set<QueueID> = []
    private var arrived: Set<ConversationID> = []
    private var freed: Set<UserID> = []

    private struct Waiting {
        var interaction: WaitingInteraction
        /// Whether it stands in its queue's line: neither offered nor reserved.
        var isInLine = false
    }

    private struct Reservation {
        let user: UserID
        let leg: CommunicationID
    }

    /// How long an agent who declined an interaction is not asked for it again.
    public static let declinePause = Span.seconds(30)
    /// When more agents than this got room at once (at a start, say), their queues are gone through instead.
    static let freedMax = 16

    /// A router that knows nothing yet.
    public init() {}

    // MARK: What happened

    /// A queue's settings.
    public mutating func sync(_ queue: Queue) {
        lastAgentMode[queue.id] = queue.lastAgentRouting
        if queue.ignoresSkills { ignoresSkills.insert(queue.id) } else { ignoresSkills.remove(queue.id) }
        changedQueues.insert(queue.id)
    }

    /// An agent's availability, queues, skills and capacity.
    public mutating func sync(_ agent: Agent) {
        if pool.sync(agent), pool.hasRoom(agent.user) { freed.insert(agent.user) }
    }

    /// What a conversation asks of routing now: the interaction that waits, and the legs that occupy agents.
    public mutating func sync(
        _ conversation: ConversationID, waiting interaction: WaitingInteraction?, legs: [UserID: Set<CommunicationID>]
    ) {
        if let reservation = reserved[conversation], settles(reservation, interaction, legs) {
            reserved[conversation] = nil
            release(reservation.leg, of: reservation.user)
        }
        for (user, old) in legsOfConversation[conversation] ?? [:] {
            for leg in old.subtracting(legs[user] ?? []) { release(leg, of: user) }
        }
        for (user, new) in legs { for leg in new { pool.occupy(user, with: leg) } }
        legsOfConversation[conversation] = legs.isEmpty ? nil : legs
        place(interaction, of: conversation)
    }

    /// An agent declined, or let pass, the interaction that waits with this leg.
    public mutating func declined(_ leg: CommunicationID, by user: UserID, at now: Instant) {
        pauses.add(leg, user, until: now + Self.declinePause)
    }

    /// The conversation refused a proposal: its reservation is given back.
    public mutating func refused(_ assignment: Assignment) { giveBack(assignment.interaction.conversation) }

    /// A proposal was carried out. The alert that shows it may be over already in the state that is told next: then
    /// nothing else would end the reservation.
    public mutating func offered(_ conversation: ConversationID) { giveBack(conversation) }

    private mutating func giveBack(_ conversation: ConversationID) {
        guard let reservation = reserved.removeValue(forKey: conversation) else { return }
        release(reservation.leg, of: reservation.user)
        place(waiting[conversation]?.interaction, of: conversation)
    }

    /// How many interactions wait in a queue, offered ones included.
    public func waitingCount(in queue: QueueID) -> Int { waitingCounts[queue] ?? 0 }

    /// Every queue that has somebody waiting or somebody to serve, counted through.
    public func census() -> [QueueID: QueueCensus] {
        var queues: [QueueID: QueueCensus] = [:]
        for entry in waiting.values { queues[entry.interaction.queue, default: .init()].count(entry.interaction) }
        pool.count(into: &queues)
        return queues
    }

    // MARK: What to do

    /// The proposals that follow from all that happened, oldest interaction first; each reserves its agent.
    public mutating func assignments(at now: Instant) -> [Assignment] {
        if freed.count > Self.freedMax {
            for user in freed { changedQueues.formUnion(queues(of: user)) }
            freed = []
        }
        var found: [Assignment] = []
        for queue in changedQueues.sorted() { goThrough(queue, at: now, &found) }
        serveFreed(at: now, &found)
        serveArrived(at: now, &found)
        changedQueues = []
        freed = []
        arrived = []
        return found
    }

    /// When a pause after a decline ends next, so that the owner asks again then.
    public mutating func nextChange(after now: Instant) -> Instant? {
        let (ended, next) = pauses.end(by: now)
        arrived.formUnion(ended.compactMap { conversationOfLeg[$0] })
        return next
    }

    private mutating func goThrough(_ queue: QueueID, at now: Instant, _ found: inout [Assignment]) {
        let isOpenToAll = lastAgentMode[queue] == .anyAgent
        for place in lines[queue]?.whole.elements ?? [] {
            guard isOpenToAll || pool.hasReadyMember(queue) else { return }
            propose(place.conversation, at: now, &found)
        }
    }

    /// Each agent with new room gets the oldest interaction that nobody else should have first.
    private mutating func serveFreed(at now: Instant, _ found: inout [Assignment]) {
        var users = freed.filter(pool.hasRoom).sorted()
        while !users.isEmpty {
            var oldest: Place?
            users.removeAll { user in
                guard pool.hasRoom(user), let next = next(for: user, at: now) else { return true }
                if oldest.map({ next < $0 }) ?? true { oldest = next }
                return false
            }
            guard let oldest, propose(oldest.conversation, at: now, &found) else { return }
        }
    }

    private mutating func serveArrived(at now: Instant, _ found: inout [Assignment]) {
        let places = arrived.compactMap { waiting[$0].map { Place($0.interaction) } }.sorted()
        for place in places { propose(place.conversation, at: now, &found) }
    }

    @discardableResult
    private mutating func propose(
        _ conversation: ConversationID, at now: Instant, _ found: inout [Assignment]
    ) -> Bool {
        guard let entry = waiting[conversation], entry.isInLine,
            let (user, reason) = choose(for: entry.interaction, at: now)
        else { return false }
        found.append(Assignment(interaction: entry.interaction, user: user, reason: reason))
        reserved[conversation] = Reservation(user: user, leg: entry.interaction.leg)
        pool.occupy(user, with: entry.interaction.leg)
        leaveLine(conversation)
        return true
    }

    // MARK: Choosing

    private func choose(for interaction: WaitingInteraction, at now: Instant) -> (UserID, Assignment.Reason)? {
        if let user = interaction.lastAgent, pool.hasRoom(user), mayServeAgain(user, interaction),
            !pauses.contains(interaction.leg, user, at: now)
        {
            return (user, .lastAgent)
        }
        let skills = ignoresSkills.contains(interaction.queue) ? [] : interaction.skills
        return pool.longestIdle(in: interaction.queue, skills: skills) { user in
            !pauses.contains(interaction.leg, user, at: now)
        }.map { ($0, .longestIdle) }
    }

    /// The first interaction that an agent with room may have.
    private func next(for user: UserID, at now: Instant) -> Place? {
        guard let agent = pool.find(user) else { return nil }
        let mask = pool.skillMask(of: user)
        var best: Place?
        for queue in agent.queues {
            let place = lines[queue]?.first(
                skills: ignoresSkills.contains(queue) ? nil : agent.skills, mask: mask,
                of: { waiting[$0.conversation]?.interaction.skills ?? [] },
                isFree: { !pauses.contains($0.leg, user, at: now) })
            if let place, best.map({ place < $0 }) ?? true { best = place }
        }
        for conversation in wanting[user] ?? [] {
            guard let entry = waiting[conversation], entry.isInLine, mayServeAgain(user, entry.interaction),
                !pauses.contains(entry.interaction.leg, user, at: now)
            else { continue }
            let place = Place(entry.interaction)
            if best.map({ place < $0 }) ?? true { best = place }
        }
        return best
    }

    /// Whether the queue lets a returning customer's last agent be asked first.
    private func mayServeAgain(_ user: UserID, _ interaction: WaitingInteraction) -> Bool {
        switch lastAgentMode[interaction.queue] ?? .queueMembersOnly {
        case .disabled: false
        case .anyAgent: true
        case .queueMembersOnly: pool.find(user)?.queues.contains(interaction.queue) ?? false
        }
    }

    /// The queues in which an agent may find something: the agent's own, and those of customers who come back.
    private func queues(of user: UserID) -> Set<QueueID> {
        let returning = (wanting[user] ?? []).compactMap { waiting[$0]?.interaction.queue }
        return (pool.find(user)?.queues ?? []).union(returning)
    }

    // MARK: Keeping

    /// A reservation has done its work once the alert shows as a leg, or the round of waiting that it was for is over.
    private func settles(
        _ reservation: Reservation, _ interaction: WaitingInteraction?, _ legs: [UserID: Set<CommunicationID>]
    ) -> Bool {
        interaction?.leg != reservation.leg || interaction?.isOffered == true || legs[reservation.user] != nil
    }

    private mutating func place(_ interaction: WaitingInteraction?, of conversation: ConversationID) {
        let before = waiting[conversation]
        let mayBeOffered = interaction?.isOffered == false && reserved[conversation] == nil
        if before?.interaction == interaction, before?.isInLine == mayBeOffered { return }
        leaveLine(conversation)
        if let gone = before?.interaction { forget(gone, stays: gone.leg == interaction?.leg) }
        guard let interaction else { return }
        waiting[conversation] = Waiting(interaction: interaction)
        waitingCounts[interaction.queue, default: 0] += 1
        conversationOfLeg[interaction.leg] = conversation
        if let user = interaction.lastAgent { wanting[user, default: []].insert(conversation) }
        if mayBeOffered { enterLine(interaction) }
    }

    private mutating func forget(_ gone: WaitingInteraction, stays: Bool) {
        waiting[gone.conversation] = nil
        waitingCounts[gone.queue, default: 0] -= 1
        if waitingCounts[gone.queue] == 0 { waitingCounts[gone.queue] = nil }
        conversationOfLeg[gone.leg] = nil
        if !stays { pauses.forget(gone.leg) }
        guard let user = gone.lastAgent else { return }
        wanting[user]?.remove(gone.conversation)
        if wanting[user]?.isEmpty == true { wanting[user] = nil }
    }

    private mutating func enterLine(_ interaction: WaitingInteraction) {
        let mask = pool.mask(of: interaction.skills)
        lines[interaction.queue, default: QueueLine()].insert(
            Place(interaction), skills: interaction.skills, mask: mask)
        waiting[interaction.conversation]?.isInLine = true
        arrived.insert(interaction.conversation)
    }

    private mutating func leaveLine(_ conversation: ConversationID) {
        guard let entry = waiting[conversation], entry.isInLine else { return }
        waiting[conversation]?.isInLine = false
        let queue = entry.interaction.queue
        lines[queue]?.remove(Place(entry.interaction), skills: entry.interaction.skills)
        if lines[queue]?.isEmpty == true { lines[queue] = nil }
    }

    private mutating func release(_ leg: CommunicationID, of user: UserID) {
        pool.release(leg, of: user)
        if pool.hasRoom(user) { freed.insert(user) }
    }
}

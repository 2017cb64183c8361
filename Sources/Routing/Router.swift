import ContactCenter

/// Finds an agent for each interaction that waits. A value without clock, chance or I/O; its owner tells it what
/// happened and carries out what it proposes.
///
/// Inputs are states, not deltas (`sync…`), so that telling it twice is harmless and it can be rebuilt at any time.
/// A proposal reserves the agent's capacity at once; the reservation becomes load when the alert is seen, and is given
/// back by `refused`.
public struct Router: Sendable {
    private var agents: [UserID: Agent] = [:]
    private var waiting: [QueueID: [WaitingInteraction]] = [:]
    private var queueOfConversation: [ConversationID: QueueID] = [:]
    /// Legs (alerting, connected, or after-call work due) and reservations (by the waiting leg) of each agent.
    private var load: [UserID: Set<CommunicationID>] = [:]
    private var legsOfConversation: [ConversationID: [UserID: Set<CommunicationID>]] = [:]
    private var reserved: [ConversationID: Reservation] = [:]
    private var declined: [CommunicationID: [UserID: Instant]] = [:]
    private var lastAgentMode: [QueueID: Queue.LastAgentRouting] = [:]
    private var ignoresSkills: Set<QueueID> = []
    private var dirty: Set<QueueID> = []

    private struct Reservation {
        let user: UserID
        let leg: CommunicationID
    }

    /// How long an agent who declined an interaction is not asked for it again.
    public static let declinePause = Span.seconds(30)

    /// A router that knows nothing yet.
    public init() {}

    // MARK: What happened

    /// A queue's settings.
    public mutating func sync(_ queue: Queue) {
        lastAgentMode[queue.id] = queue.lastAgentRouting
        if queue.ignoresSkills { ignoresSkills.insert(queue.id) } else { ignoresSkills.remove(queue.id) }
        dirty.insert(queue.id)
    }

    /// An agent's availability, queues, skills and capacity.
    public mutating func sync(_ agent: Agent) {
        let before = agents[agent.user]
        guard before != agent else { return }
        agents[agent.user] = agent
        dirty.formUnion(agent.queues)
        if let before { dirty.formUnion(before.queues) }
    }

    /// What a conversation asks of routing now: the interaction that waits, and the legs that occupy agents.
    public mutating func sync(
        _ conversation: ConversationID, waiting interaction: WaitingInteraction?, legs: [UserID: Set<CommunicationID>]
    ) {
        if let reservation = reserved[conversation], settles(reservation, interaction, legs) {
            reserved[conversation] = nil
            release(reservation.leg, of: reservation.user)
        }
        let before = legsOfConversation[conversation] ?? [:]
        for (user, old) in before {
            for leg in old.subtracting(legs[user] ?? []) { release(leg, of: user) }
        }
        for (user, new) in legs { load[user, default: []].formUnion(new) }
        legsOfConversation[conversation] = legs.isEmpty ? nil : legs
        place(interaction, of: conversation)
    }

    /// An agent declined, or let pass, the interaction that waits with this leg.
    public mutating func declined(_ leg: CommunicationID, by user: UserID, at now: Instant) {
        declined[leg, default: [:]][user] = now + Self.declinePause
    }

    /// The conversation refused a proposal: its reservation is given back.
    public mutating func refused(_ assignment: Assignment) {
        guard let reservation = reserved.removeValue(forKey: assignment.interaction.conversation) else { return }
        release(reservation.leg, of: reservation.user)
        dirty.insert(assignment.interaction.queue)
    }

    // MARK: What to do

    /// The proposals that follow from all that happened, oldest interaction first; each reserves its agent.
    public mutating func assignments(at now: Instant) -> [Assignment] {
        var found: [Assignment] = []
        let queues = dirty.sorted()
        dirty.removeAll()
        for queue in queues {
            guard let line = waiting[queue] else { continue }
            var free = freeMembers(of: queue)
            for interaction in line where !interaction.isOffered && reserved[interaction.conversation] == nil {
                guard !free.isEmpty || lastAgentMode[queue] == .anyAgent else { break }
                guard let (user, reason) = choose(for: interaction, from: free, at: now) else { continue }
                found.append(Assignment(interaction: interaction, user: user, reason: reason))
                reserved[interaction.conversation] = Reservation(user: user, leg: interaction.leg)
                load[user, default: []].insert(interaction.leg)
                if !hasRoom(user) { free.removeAll { $0.user == user } }
            }
        }
        return found
    }

    /// When a pause after a decline ends next, so that the owner asks again then.
    public mutating func nextChange(after now: Instant) -> Instant? {
        var next: Instant?
        for (leg, pauses) in declined {
            let open = pauses.filter { $0.value > now }
            declined[leg] = open.isEmpty ? nil : open
            if open.count < pauses.count { dirty.formUnion(waiting.keys) }
            if let soonest = open.values.min() { next = min(next ?? soonest, soonest) }
        }
        return next
    }

    /// How many interactions wait in a queue, offered ones included.
    public func waitingCount(in queue: QueueID) -> Int { waiting[queue]?.count ?? 0 }

    // MARK: Choosing

    private func choose(
        for interaction: WaitingInteraction, from free: [Agent], at now: Instant
    ) -> (UserID, Assignment.Reason)? {
        let mode = lastAgentMode[interaction.queue] ?? .queueMembersOnly
        if mode != .disabled, let user = interaction.lastAgent, let agent = agents[user], hasRoom(user),
            mode == .anyAgent || agent.queues.contains(interaction.queue), !isPaused(interaction, user, now)
        {
            return (user, .lastAgent)
        }
        let able = free.filter { agent in
            !isPaused(interaction, agent.user, now) && hasSkills(agent, interaction)
        }
        return able.first.map { ($0.user, .longestIdle) }
    }

    private func hasSkills(_ agent: Agent, _ interaction: WaitingInteraction) -> Bool {
        ignoresSkills.contains(interaction.queue) || agent.skills.isSuperset(of: interaction.skills)
    }

    private func isPaused(_ interaction: WaitingInteraction, _ user: UserID, _ now: Instant) -> Bool {
        guard let until = declined[interaction.leg]?[user] else { return false }
        return until > now
    }

    private func hasRoom(_ user: UserID) -> Bool {
        guard let agent = agents[user], agent.isAvailable else { return false }
        return (load[user]?.count ?? 0) < agent.capacity
    }

    /// Members with room, longest idle first; the id breaks ties so that the same state gives the same answer.
    private func freeMembers(of queue: QueueID) -> [Agent] {
        agents.values
            .filter { $0.queues.contains(queue) && hasRoom($0.user) }
            .sorted { ($0.idleSince, $0.user) < ($1.idleSince, $1.user) }
    }

    // MARK: Keeping

    /// A reservation has done its work once the alert shows as a leg, or the round of waiting that it was for is over.
    private func settles(
        _ reservation: Reservation, _ interaction: WaitingInteraction?, _ legs: [UserID: Set<CommunicationID>]
    ) -> Bool {
        interaction?.leg != reservation.leg || interaction?.isOffered == true || legs[reservation.user] != nil
    }

    private mutating func place(_ interaction: WaitingInteraction?, of conversation: ConversationID) {
        if let queue = queueOfConversation[conversation] {
            if let gone = waiting[queue]?.first(where: { $0.conversation == conversation }),
                gone.leg != interaction?.leg
            {
                declined[gone.leg] = nil
            }
            waiting[queue]?.removeAll { $0.conversation == conversation }
            queueOfConversation[conversation] = nil
        }
        guard let interaction else { return }
        var line = waiting[interaction.queue] ?? []
        let index = line.firstIndex { interaction.precedes($0) } ?? line.endIndex
        line.insert(interaction, at: index)
        waiting[interaction.queue] = line
        queueOfConversation[conversation] = interaction.queue
        dirty.insert(interaction.queue)
    }

    private mutating func release(_ leg: CommunicationID, of user: UserID) {
        load[user]?.remove(leg)
        if load[user]?.isEmpty == true { load[user] = nil }
        if let agent = agents[user] { dirty.formUnion(agent.queues) }
    }
}

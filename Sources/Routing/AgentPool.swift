import ContactCenter

/// Who is asked first among those who can: who is idle longest; the id breaks ties, so that the same state gives the
/// same answer.
private struct IdleRank: Comparable {
    let idleSince: Instant
    let user: UserID

    init(_ agent: Agent) {
        idleSince = agent.idleSince
        user = agent.user
    }

    static func < (left: Self, right: Self) -> Bool {
        left.idleSince == right.idleSince ? left.user < right.user : left.idleSince < right.idleSince
    }
}

/// The agents that routing knows, with what occupies them, found by queue, skill and room.
struct AgentPool: Sendable {
    private var slots: [UserID: Int] = [:]
    private var agents: [Agent] = []
    private var masks: [SkillMask] = []
    private var ranks: [IdleRank] = []
    /// Legs (alerting, connected, or after-call work due) and reservations (by the waiting leg) of each agent.
    private var load: [UserID: Set<CommunicationID>] = [:]
    private var ready = AgentSet()
    private var members: [QueueID: AgentSet] = [:]
    private var able: [SkillID: AgentSet] = [:]
    private var numbers: [SkillID: Int] = [:]

    /// Takes what is known of an agent now; whether anything changed.
    mutating func sync(_ agent: Agent) -> Bool {
        if let slot = slots[agent.user] {
            guard agents[slot] != agent else { return false }
            for queue in agents[slot].queues.subtracting(agent.queues) { members[queue]?.remove(slot) }
            for skill in agents[slot].skills.subtracting(agent.skills) { able[skill]?.remove(slot) }
        }
        let slot = slots[agent.user] ?? newSlot(agent)
        for queue in agent.queues { members[queue, default: AgentSet()].insert(slot) }
        for skill in agent.skills { able[skill, default: AgentSet()].insert(slot) }
        agents[slot] = agent
        masks[slot] = mask(of: agent.skills)
        ranks[slot] = IdleRank(agent)
        updateRoom(of: slot)
        return true
    }

    /// Something occupies an agent.
    mutating func occupy(_ user: UserID, with leg: CommunicationID) {
        load[user, default: []].insert(leg)
        if let slot = slots[user] { updateRoom(of: slot) }
    }

    /// Something does not occupy an agent any more.
    mutating func release(_ leg: CommunicationID, of user: UserID) {
        load[user]?.remove(leg)
        if load[user]?.isEmpty == true { load[user] = nil }
        if let slot = slots[user] { updateRoom(of: slot) }
    }

    /// Everybody.
    var known: [Agent] { agents }

    func isOccupied(_ user: UserID) -> Bool { load[user] != nil }

    func find(_ user: UserID) -> Agent? { slots[user].map { agents[$0] } }

    func skillMask(of user: UserID) -> SkillMask { slots[user].map { masks[$0] } ?? SkillMask([]) }

    func hasRoom(_ user: UserID) -> Bool { slots[user].map(ready.contains) ?? false }

    /// Whether a member of a queue has room.
    func hasReadyMember(_ queue: QueueID) -> Bool {
        guard var set = members[queue] else { return false }
        set.formIntersection(ready)
        return !set.isEmpty
    }

    /// The member of a queue with room and all the skills who is idle longest, of those for whom
    /// `isRight` is true.
    func longestIdle(in queue: QueueID, skills: [SkillID], where isRight: (UserID) -> Bool) -> UserID? {
        guard var set = members[queue] else { return nil }
        set.formIntersection(ready)
        for skill in skills {
            guard let able = able[skill] else { return nil }
            set.formIntersection(able)
        }
        var best: IdleRank?
        set.forEach { slot in
            let rank = ranks[slot]
            if best.map({ rank < $0 }) ?? true, isRight(rank.user) { best = rank }
        }
        return best?.user
    }

    /// The mask of skills, which numbers those that are new.
    mutating func mask(of skills: some Sequence<SkillID>) -> SkillMask {
        var found: [Int] = []
        for skill in skills {
            let number = numbers[skill] ?? numbers.count
            numbers[skill] = number
            found.append(number)
        }
        return SkillMask(found)
    }

    private mutating func newSlot(_ agent: Agent) -> Int {
        slots[agent.user] = agents.count
        agents.append(agent)
        masks.append(SkillMask([]))
        ranks.append(IdleRank(agent))
        return agents.count - 1
    }

    private mutating func updateRoom(of slot: Int) {
        let agent = agents[slot]
        if agent.isAvailable, (load[agent.user]?.count ?? 0) < agent.capacity {
            ready.insert(slot)
        } else {
            ready.remove(slot)
        }
    }
}

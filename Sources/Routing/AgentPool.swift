import ContactCenter

/// The agents that routing knows, with what occupies them, found by queue, stage, skill and room.
struct AgentPool: Sendable {
    private var slots: [UserID: Int] = [:]
    private var agents: [Agent] = []
    private var users: [UserID] = []
    private var idleSince: [Instant] = []
    private var masks: [SkillMask] = []
    /// When each agent was last offered something, for the round robin.
    private var offeredAt: [Int64] = []
    private var loads: [Load] = []
    /// What occupies those whom nobody has told of yet.
    private var strangers: [UserID: [CommunicationID: Occupation]] = [:]
    private var available = AgentSet()
    private var ready = [AgentSet](repeating: AgentSet(), count: MediaType.allCases.count)
    private var members: [QueueID: [AgentSet]] = [:]
    /// Those who belong to a queue without taking part.
    private var resting: [QueueID: AgentSet] = [:]
    private var able: [SkillID: AgentSet] = [:]
    private var numbers: [SkillID: Int] = [:]

    /// What an agent has in hand: legs (alerting, connected, or after-call work due) and reservations.
    private struct Load: Sendable {
        var occupations: [CommunicationID: Occupation] = [:]
        var counts = [Int](repeating: 0, count: MediaType.allCases.count)
        var labels: [LabelID: Int] = [:]

        mutating func add(_ occupation: Occupation) {
            remove(occupation.leg)
            occupations[occupation.leg] = occupation
            counts[occupation.media.ordinal] += 1
            if let label = occupation.label { labels[label, default: 0] += 1 }
        }

        mutating func remove(_ leg: CommunicationID) {
            guard let gone = occupations.removeValue(forKey: leg) else { return }
            counts[gone.media.ordinal] -= 1
            guard let label = gone.label else { return }
            labels[label, default: 1] -= 1
            if labels[label] == 0 { labels[label] = nil }
        }
    }

    /// Takes what is known of an agent now; whether anything changed.
    mutating func sync(_ agent: Agent) -> Bool {
        let isNew = slots[agent.user] == nil
        let slot = slots[agent.user] ?? newSlot(agent)
        guard isNew || agents[slot] != agent else { return false }
        leave(slot, agents[slot])
        enter(slot, agent)
        agents[slot] = agent
        idleSince[slot] = agent.idleSince
        masks[slot] = mask(of: agent.proficiencies.keys)
        updateRoom(of: slot)
        return true
    }

    /// Something occupies an agent.
    mutating func occupy(_ user: UserID, with occupation: Occupation) {
        guard let slot = slots[user] else {
            strangers[user, default: [:]][occupation.leg] = occupation
            return
        }
        loads[slot].add(occupation)
        updateRoom(of: slot)
    }

    /// Something does not occupy an agent any more.
    mutating func release(_ leg: CommunicationID, of user: UserID) {
        guard let slot = slots[user] else {
            strangers[user]?[leg] = nil
            return
        }
        loads[slot].remove(leg)
        updateRoom(of: slot)
    }

    /// An agent was offered something, whatever becomes of it.
    mutating func noteOffer(to user: UserID, at now: Instant) {
        if let slot = slots[user] { offeredAt[slot] = now.milliseconds }
    }

    // MARK: Looking

    /// Everybody.
    var known: [Agent] { agents }

    func isOccupied(_ user: UserID) -> Bool { slots[user].map { !loads[$0].occupations.isEmpty } ?? false }

    func find(_ user: UserID) -> Agent? { slots[user].map { agents[$0] } }

    /// What an agent brings along for a queue.
    func offer(of user: UserID, in queue: QueueID) -> Offer? {
        guard let slot = slots[user], let stages = agents[slot].memberships[queue] else { return nil }
        return Offer(skills: Set(agents[slot].proficiencies.keys), mask: masks[slot], stages: stages)
    }

    func hasRoom(_ user: UserID, for media: MediaType) -> Bool {
        slots[user].map(ready[media.ordinal].contains) ?? false
    }

    /// Whether one more fits beside what an agent has in hand, on queue or not.
    func hasCapacity(_ user: UserID, for media: MediaType) -> Bool {
        guard let slot = slots[user] else { return false }
        return agents[slot].utilization.admits(media, besides: loads[slot].counts)
    }

    func hasAnyRoom(_ user: UserID) -> Bool {
        guard let slot = slots[user] else { return false }
        return ready.contains { $0.contains(slot) }
    }

    /// Whether an agent's room for a label is not used up.
    func admits(_ label: LabelID?, _ user: UserID) -> Bool {
        guard let label, let slot = slots[user] else { return true }
        return agents[slot].utilization.admits(label, besides: loads[slot].labels)
    }

    /// Whether anybody has room for a medium.
    func isAnybodyReady(for media: MediaType) -> Bool { !ready[media.ordinal].isEmpty }

    // MARK: Sets

    /// The agents of a queue's stages.
    func members(of queue: QueueID, in stages: Stages) -> AgentSet {
        guard let byStage = members[queue] else { return AgentSet() }
        var set = AgentSet()
        for (index, agents) in byStage.enumerated() where stages.bits & 1 << UInt8(index) != 0 {
            set.formUnion(agents)
        }
        return set
    }

    /// Those who belong to a queue without taking part now.
    func resting(in queue: QueueID) -> AgentSet { resting[queue] ?? AgentSet() }

    func slot(of user: UserID) -> Int? { slots[user] }

    func narrow(_ set: inout AgentSet, toRoomFor media: MediaType) { set.formIntersection(ready[media.ordinal]) }

    func narrowToAvailable(_ set: inout AgentSet) { set.formIntersection(available) }

    func narrow(_ set: inout AgentSet, to skills: [SkillID]) {
        for skill in skills { set.formIntersection(able[skill] ?? AgentSet()) }
    }

    // MARK: Ranking

    /// What an agent is measured by; see ``Rank``.
    func candidate(_ slot: Int, skills: [SkillID]?) -> Decision.Candidate {
        let agent = agents[slot]
        let proficiency = skills.map { asked in
            asked.reduce(0) { $0 + (agent.proficiencies[$1] ?? 0) } / Double(max(asked.count, 1))
        }
        return Decision.Candidate(
            user: agent.user, proficiency: proficiency, score: nil, idleSince: agent.idleSince,
            load: loads[slot].occupations.count)
    }

    /// The rank of an agent; `skills` are those that rank, where they do.
    func rank(_ slot: Int, by selection: QueueRules.Selection, skills: [SkillID]?, media: MediaType) -> Rank {
        var merit = 0.0
        if let skills { for skill in skills { merit += agents[slot].proficiencies[skill] ?? 0 } }
        let turn: Double =
            switch selection {
            case .longestIdle: 0
            case .roundRobin: Double(offeredAt[slot])
            case .leastOccupied:
                Double(loads[slot].counts[media.ordinal]) / Double(max(agents[slot].utilization[media].maximum, 1))
            }
        return Rank(merit: merit, turn: turn, idleSince: idleSince[slot], user: users[slot])
    }

    func user(_ slot: Int) -> UserID { users[slot] }

    /// Interactions that an agent has in hand.
    func load(_ slot: Int) -> Int { loads[slot].occupations.count }

    // MARK: Keeping

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
        let slot = agents.count
        slots[agent.user] = slot
        var empty = agent
        empty.memberships = [:]
        empty.resting = []
        empty.proficiencies = [:]
        empty.isAvailable = false
        agents.append(empty)
        users.append(agent.user)
        idleSince.append(agent.idleSince)
        masks.append(SkillMask([]))
        offeredAt.append(0)
        loads.append(Load())
        for occupation in (strangers.removeValue(forKey: agent.user) ?? [:]).values { loads[slot].add(occupation) }
        return slot
    }

    private mutating func leave(_ slot: Int, _ agent: Agent) {
        for queue in agent.memberships.keys {
            for index in 0..<(members[queue]?.count ?? 0) { members[queue]?[index].remove(slot) }
        }
        for queue in agent.resting { resting[queue]?.remove(slot) }
        for skill in agent.proficiencies.keys { able[skill]?.remove(slot) }
    }

    private mutating func enter(_ slot: Int, _ agent: Agent) {
        for (queue, stages) in agent.memberships {
            for index in 0..<Stages.countMax where stages.bits & 1 << UInt8(index) != 0 {
                while members[queue, default: []].count <= index { members[queue, default: []].append(AgentSet()) }
                members[queue]?[index].insert(slot)
            }
        }
        for queue in agent.resting { resting[queue, default: AgentSet()].insert(slot) }
        for skill in agent.proficiencies.keys { able[skill, default: AgentSet()].insert(slot) }
    }

    private mutating func updateRoom(of slot: Int) {
        let agent = agents[slot]
        if agent.isAvailable { available.insert(slot) } else { available.remove(slot) }
        for media in MediaType.allCases {
            if agent.isAvailable, agent.utilization.admits(media, besides: loads[slot].counts) {
                ready[media.ordinal].insert(slot)
            } else {
                ready[media.ordinal].remove(slot)
            }
        }
    }
}

/// Who is asked first among those who can: who has more of the skills, then whose turn it is, then who is idle longest;
/// the id breaks ties, so that the same state gives the same answer.
struct Rank: Comparable, Sendable {
    var merit: Double
    let turn: Double
    let idleSince: Instant
    let user: UserID

    static func < (left: Self, right: Self) -> Bool {
        if left.merit != right.merit { return left.merit > right.merit }
        if left.turn != right.turn { return left.turn < right.turn }
        return left.idleSince == right.idleSince ? left.user < right.user : left.idleSince < right.idleSince
    }
}

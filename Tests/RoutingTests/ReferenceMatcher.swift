import ContactCenter
import Routing

/// The plain rules of routing, slow and obviously right: go through all that waits, the earliest turn first, and give
/// each the best agent who may have it. It keeps facts, looks at all of them each time, and shares nothing with the
/// router but the values that go in.
struct ReferenceMatcher {
    var agents: [UserID: Agent] = [:]
    var rules: [QueueID: QueueRules] = [:]
    var conditions: [QueueID: [Bool]] = [:]
    var waiting: [ConversationID: WaitingInteraction] = [:]
    /// What is in hand, by agent.
    var hands: [UserID: [CommunicationID: Occupation]] = [:]
    var pauses: [CommunicationID: [UserID: Instant]] = [:]
    /// What is parked and wanted back.
    var wanted: [ConversationID: ParkedReturn] = [:]
    /// What is predicted, by queue.
    var predictions: [QueueID: PredictiveRules] = [:]
    /// When each agent was last given something.
    var lastGiven: [UserID: Int64] = [:]

    struct Match: Equatable {
        var conversation: ConversationID
        var user: UserID
        var reason: Assignment.Reason
    }

    /// What should happen now; it happens here, too.
    mutating func matches(at now: Instant) -> [Match] {
        var found: [Match] = []
        for interaction in waiting.values.sorted(by: comesFirst) where !interaction.isOffered && !interaction.isHeld {
            guard let (user, reason) = best(for: interaction, at: now) else { continue }
            found.append(Match(conversation: interaction.conversation, user: user, reason: reason))
            waiting[interaction.conversation] = nil
            hands[user, default: [:]][interaction.leg] = Occupation(
                interaction.leg, media: interaction.media, label: interaction.label)
            lastGiven[user] = now.milliseconds
        }
        return found
    }

    func rules(_ interaction: WaitingInteraction) -> QueueRules { rules[interaction.queue] ?? QueueRules() }

    /// A point of priority is a minute of waiting, or more than any wait.
    private func turn(_ interaction: WaitingInteraction) -> Int64 {
        let worth: Int64 = rules(interaction).scoring == .priorityOnly ? 1 << 42 : 60_000
        return interaction.since.milliseconds - Int64(interaction.priority) * worth
    }

    private func comesFirst(_ left: WaitingInteraction, _ right: WaitingInteraction) -> Bool {
        turn(left) == turn(right) ? left.leg < right.leg : turn(left) < turn(right)
    }

    private func best(for interaction: WaitingInteraction, at now: Instant) -> (UserID, Assignment.Reason)? {
        let rules = rules(interaction)
        let waited = now - interaction.since
        let isOver = interaction.directUntil.map { now >= $0 } ?? rules.directWait.map { waited >= $0 } ?? false
        if let direct = interaction.directAgent, !isOver {
            return has(direct, roomFor: interaction, at: now) ? (direct, .directAgent) : nil
        }
        if let last = interaction.lastAgent, maySeeAgain(last, interaction) {
            if has(last, roomFor: interaction, at: now) {
                // A wait for the last agent or none: this agent comes first, unless only others are preferred.
                if waited < rules.lastAgentWait || preferred(interaction, after: waited) == nil {
                    return (last, .lastAgent)
                }
            } else if waited < rules.lastAgentWait, agents[last]?.isAvailable == true {
                return nil
            }
        }
        if let threshold = preferred(interaction, after: waited) {
            let able = agents.values.filter {
                (interaction.scores[$0.user] ?? -1) >= threshold && $0.memberships[interaction.queue] != nil
                    && (rules.evaluation != .all || hasAll($0, interaction.skills))
                    && has($0.user, roomFor: interaction, at: now)
            }
            let top = able.map { interaction.scores[$0.user] ?? 0 }.max()
            let equal = able.filter { interaction.scores[$0.user] == top }
            return equal.min { ranksHigher($0, $1, rules, [], interaction.media) }.map { ($0.user, .preferredAgent) }
        }
        return anybody(for: interaction, rules, waited, at: now)
    }

    private func anybody(
        for interaction: WaitingInteraction, _ rules: QueueRules, _ waited: Span, at now: Instant
    ) -> (UserID, Assignment.Reason)? {
        let (open, removed) = opened(rules, interaction, waited)
        let skills = interaction.skills.filter { !removed.contains($0) }
        let able = agents.values.filter { agent in
            guard let stages = agent.memberships[interaction.queue] else { return false }
            return open.contains { stages == stages.union(Stages($0)) }
                && (rules.evaluation != .all || hasAll(agent, skills))
                && has(agent.user, roomFor: interaction, at: now)
        }
        if let merit = prediction(for: interaction, skills, open, at: now) {
            let best = able.min { left, right in
                let (one, other) = (merit(left), merit(right))
                return one == other ? ranksHigher(left, right, rules, [], interaction.media) : one > other
            }
            return best.map { ($0.user, .predictive) }
        }
        let ranking = rules.evaluation == .best ? skills : []
        guard let agent = able.min(by: { ranksHigher($0, $1, rules, ranking, interaction.media) }) else { return nil }
        if !ranking.isEmpty { return (agent.user, .bestSkills) }
        switch rules.selection {
        case .longestIdle: return (agent.user, .longestIdle)
        case .roundRobin: return (agent.user, .roundRobin)
        case .leastOccupied: return (agent.user, .leastOccupied)
        }
    }

    /// The stages that are open by their numbers, and what is not asked for any more.
    func opened(
        _ rules: QueueRules, _ interaction: WaitingInteraction, _ waited: Span
    ) -> (open: [Int], removed: Set<SkillID>) {
        var open = [1]
        var removed: Set<SkillID> = []
        if rules.rings.isEmpty {
            let holds = conditions[interaction.queue] ?? []
            for (index, wait) in rules.conditionalWaits.enumerated()
            where wait <= waited && index < holds.count && holds[index] {
                open.append(index + 2)
            }
        }
        var end: Int64 = 0
        for (index, ring) in rules.rings.dropLast().enumerated() {
            end += ring.timeout.milliseconds
            if waited.milliseconds < end { break }
            open.append(index + 2)
            removed.formUnion(ring.removes)
        }
        return (open, removed)
    }

    /// The least score of the preference that holds; `nil` when everybody may have it.
    func preferred(_ interaction: WaitingInteraction, after waited: Span) -> Int? {
        var end: Int64 = 0
        for preference in rules(interaction).preferences {
            guard let threshold = preference.threshold else { return nil }
            guard interaction.scores.values.contains(where: { $0 >= threshold }) else { continue }
            end += preference.wait.milliseconds
            if waited.milliseconds < end { return threshold }
        }
        return nil
    }

    private func ranksHigher(
        _ left: Agent, _ right: Agent, _ rules: QueueRules, _ skills: [SkillID], _ media: MediaType
    ) -> Bool {
        func merit(_ agent: Agent) -> Double { skills.reduce(0) { $0 + (agent.proficiencies[$1] ?? 0) } }
        if merit(left) != merit(right) { return merit(left) > merit(right) }
        if rules.selection == .roundRobin, lastGiven[left.user] ?? 0 != lastGiven[right.user] ?? 0 {
            return lastGiven[left.user] ?? 0 < lastGiven[right.user] ?? 0
        }
        if rules.selection == .leastOccupied {
            let (one, other) = (share(left, media), share(right, media))
            if one != other { return one < other }
        }
        return (left.idleSince, left.user) < (right.idleSince, right.user)
    }

    private func share(_ agent: Agent, _ media: MediaType) -> Double {
        let inHand = hands[agent.user]?.values.filter { $0.media == media }.count ?? 0
        return Double(inHand) / Double(max(agent.utilization[media].maximum, 1))
    }

    func hasAll(_ agent: Agent, _ skills: [SkillID]) -> Bool {
        skills.allSatisfy { agent.proficiencies[$0] != nil }
    }

    func maySeeAgain(_ user: UserID, _ interaction: WaitingInteraction) -> Bool {
        switch rules(interaction).lastAgent {
        case .disabled: false
        case .anyAgent: true
        case .queueMembersOnly: agents[user]?.memberships[interaction.queue] != nil
        }
    }

    private func has(_ user: UserID, roomFor interaction: WaitingInteraction, at now: Instant) -> Bool {
        guard let agent = agents[user], agent.isAvailable else { return false }
        if let until = pauses[interaction.leg]?[user], until > now { return false }
        return hasPlace(agent, for: interaction.media) && admits(interaction.label, agent)
    }

    /// Whether a medium goes beside what is in hand.
    func hasPlace(_ agent: Agent, for media: MediaType) -> Bool {
        let inHand = Array((hands[agent.user] ?? [:]).values)
        let same = inHand.filter { $0.media == media }.count
        guard same < agent.utilization[media].maximum else { return false }
        return inHand.filter { $0.media != media }
            .allSatisfy { agent.utilization[$0.media].interruptible.contains(media) }
    }

    /// Whether a label goes beside what is in hand.
    func admits(_ label: LabelID?, _ agent: Agent) -> Bool {
        guard let label else { return true }
        let inHand = Array((hands[agent.user] ?? [:]).values)
        for (other, limit) in agent.utilization.labels {
            let count = inHand.filter { $0.label == other }.count
            if count > 0, count >= limit.maximum, !limit.interrupting.contains(label) { return false }
        }
        return agent.utilization.labels[label].map { $0.maximum > 0 } ?? true
    }
}

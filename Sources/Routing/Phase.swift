import ContactCenter

/// How an interaction may be served at a moment, and until when that stays so.
struct Phase: Hashable, Sendable {
    enum Audience: Hashable, Sendable {
        /// The queue's agents of these stages.
        case agents(Stages)
        /// Certain agents and nobody else, for one reason.
        case only([UserID], Assignment.Reason)
    }

    var audience: Audience
    /// What is still asked for.
    var skills: [SkillID]
    /// The ring or group that is open, from 1.
    var stage = 1
    var until: Instant?

    /// The phase of an interaction: for one agent, for the last one, for preferred ones, for the queue's rings, in this
    /// order, each while it lasts.
    /// - Parameters:
    ///   - conditions: which of the queue's conditional groups are let in.
    ///   - mayHold: whether it is worth waiting for this agent.
    init(
        of interaction: WaitingInteraction, under rules: QueueRules, conditions: [Bool], at now: Instant,
        mayHold: (UserID) -> Bool
    ) {
        let since = interaction.since
        skills = interaction.skills
        if let direct = interaction.directAgent {
            let end = interaction.directUntil ?? rules.directWait.map { since + $0 }
            if end.map({ now < $0 }) ?? true {
                audience = .only([direct], .directAgent)
                until = end
                return
            }
        }
        if let last = interaction.lastAgent, rules.lastAgentWait > Span(milliseconds: 0), rules.lastAgent != .disabled {
            let end = since + rules.lastAgentWait
            if now < end, mayHold(last) {
                audience = .only([last], .lastAgent)
                until = end
                return
            }
        }
        if let (users, end) = Self.preferred(interaction, rules, at: now) {
            audience = .only(users, .preferredAgent)
            until = end
            return
        }
        audience = .agents(.first)
        if rules.rings.isEmpty {
            openGroups(rules.conditionalWaits, conditions, since: since, at: now)
        } else {
            openRings(rules.rings, since: since, at: now)
        }
    }

    /// The preferred agents of the preference that holds now. A preference that nobody meets is passed at once.
    private static func preferred(
        _ interaction: WaitingInteraction, _ rules: QueueRules, at now: Instant
    ) -> ([UserID], Instant)? {
        var end = interaction.since
        for preference in rules.preferences {
            guard let threshold = preference.threshold else { return nil }
            let users = interaction.scores.filter { $0.value >= threshold }
            if users.isEmpty { continue }
            end = end + preference.wait
            if now < end {
                let ranked = users.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                return (ranked.map(\.key), end)
            }
        }
        return nil
    }

    private mutating func openRings(_ rings: [QueueRules.Ring], since: Instant, at now: Instant) {
        var end = since
        for ring in rings.dropLast() {
            end = end + ring.timeout
            if now < end {
                until = end
                break
            }
            stage += 1
            skills.removeAll(where: ring.removes.contains)
        }
        audience = .agents(.upTo(stage))
    }

    private mutating func openGroups(_ waits: [Span], _ conditions: [Bool], since: Instant, at now: Instant) {
        var stages = Stages.first
        for (index, wait) in waits.enumerated() {
            let opens = since + wait
            if now < opens {
                until = min(until ?? opens, opens)
            } else if index < conditions.count, conditions[index] {
                stages = stages.union(Stages(index + 2))
                stage = max(stage, index + 2)
            }
        }
        audience = .agents(stages)
    }

    /// Whether two phases are the same for the lines; when they end is not.
    func isSame(as other: Phase) -> Bool { audience == other.audience && skills == other.skills }
}

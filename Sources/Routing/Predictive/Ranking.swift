import ContactCenter

/// How the agents of one decision are compared.
struct Ranking: Sendable {
    var selection: QueueRules.Selection
    /// Skills that rank, where they do.
    var skills: [SkillID]?
    var media: MediaType
    /// The predictions, where they rank.
    var scores: DemandScores?

    var reason: Assignment.Reason {
        if scores != nil { return .predictive }
        if skills != nil { return .bestSkills }
        return switch selection {
        case .longestIdle: .longestIdle
        case .roundRobin: .roundRobin
        case .leastOccupied: .leastOccupied
        }
    }
}

extension Router {
    /// How those who may have an interaction are compared: by prediction where one holds, else by the queue's own
    /// method. A prediction needs two agents whom it knows; with fewer there is nothing to choose by.
    func ranking(of set: AgentSet, for entry: Waiting, _ phase: Phase, at now: Instant) -> Ranking {
        let rules = rules(of: entry.interaction.queue)
        var ranking = Ranking(
            selection: rules.selection,
            skills: rules.evaluation == .best && !phase.skills.isEmpty ? phase.skills : nil,
            media: entry.interaction.media)
        guard mark(of: entry, phase, at: now)?.arm == .predictive,
            let scores = board.scores(for: entry.interaction, skills: phase.skills, at: now)
        else { return ranking }
        var known = set
        known.formIntersection(scores.known)
        if known.count > 1 { ranking.scores = scores }
        return ranking
    }

    /// An agent's rank; `nil` for one whom a prediction puts behind another, which is said without looking further.
    func rank(_ slot: Int, by ranking: Ranking, unlessBehind other: Rank?) -> Rank? {
        guard let scores = ranking.scores else {
            let rank = pool.rank(slot, by: ranking.selection, skills: ranking.skills, media: ranking.media)
            return other.map { rank < $0 } ?? true ? rank : nil
        }
        let merit = scores.merit(slot, pool.user(slot), load: pool.load(slot))
        if let other, merit < other.merit { return nil }
        var rank = pool.rank(slot, by: ranking.selection, skills: nil, media: ranking.media)
        rank.merit = merit
        return other.map { rank < $0 } ?? true ? rank : nil
    }

    /// Which prediction holds for an interaction, and its part of the comparison.
    func mark(of entry: Waiting, _ phase: Phase, at now: Instant) -> PredictiveMark? {
        guard case .agents = phase.audience, let rules = board.rules(of: entry.interaction.queue),
            rules.waitMax.map({ now - entry.interaction.since < $0 }) ?? true,
            let arm = rules.arm(of: entry.interaction.conversation, in: entry.interaction.queue, at: now)
        else { return nil }
        return PredictiveMark(predictor: rules.predictor, version: rules.version, arm: arm)
    }

    /// What is expected of candidates, and why; nothing where predictions do not rank.
    func predicting(for entry: Waiting, _ ranking: Ranking, at now: Instant) -> Predicting? {
        guard ranking.scores != nil, let rules = board.rules(of: entry.interaction.queue) else { return nil }
        var interaction = PredictedInteraction(entry.interaction, at: now)
        if let phase = entry.phase { interaction.skills = phase.skills }
        return Predicting(rules.model, interaction)
    }
}

import ContactCenter
import Routing

/// What comes back from being parked, and whom a prediction puts first, by the plain rules.
extension ReferenceMatcher {
    /// What comes back now; it happens here, too.
    mutating func returns() -> [ParkedReturn] {
        var found: [ParkedReturn] = []
        let order = wanted.values.sorted {
            $0.since == $1.since ? $0.conversation < $1.conversation : $0.since < $1.since
        }
        for entry in order {
            guard let agent = agents[entry.user], agent.isAvailable || entry.isAskedByAgent,
                hasPlace(agent, for: entry.media), admits(entry.label, agent)
            else { continue }
            found.append(entry)
            wanted[entry.conversation] = nil
            hands[entry.user, default: [:]][entry.leg] = Occupation(entry.leg, media: entry.media, label: entry.label)
        }
        return found
    }

    /// By how much each agent is expected to be better than another; nothing where no prediction holds. It needs two
    /// whom it knows among those who are asked and have room.
    func prediction(
        for interaction: WaitingInteraction, _ skills: [SkillID], _ open: [Int], at now: Instant
    ) -> ((Agent) -> Double)? {
        guard let rules = predictions[interaction.queue], now < rules.validUntil,
            rules.model.queueCases[interaction.queue] ?? 0 >= 100
        else { return nil }
        if let longest = rules.waitMax, now - interaction.since >= longest { return nil }
        if let start = rules.hourOnHourOffSince {
            let passed = (now - start).milliseconds
            guard passed >= 0, passed / 3_600_000 % 2 == 0 else { return nil }
        } else if rules.comparisonShare == 1 {
            return nil
        }
        let known = agents.values.filter { agent in
            guard let stages = agent.memberships[interaction.queue], place(of: agent, in: rules.model) != nil else {
                return false
            }
            return open.contains { stages == stages.union(Stages($0)) } && agent.isAvailable
                && (self.rules(interaction).evaluation != .all || hasAll(agent, skills))
                && hasPlace(agent, for: interaction.media)
        }
        guard known.count > 1 else { return nil }
        return { merit(of: $0, for: interaction, skills, rules.model) }
    }

    private func place(of agent: Agent, in model: PredictiveModel) -> Int? {
        model.agents.firstIndex(of: agent.user).flatMap { model.agentCases[$0] >= 10 ? $0 : nil }
    }

    private func merit(
        of agent: Agent, for interaction: WaitingInteraction, _ skills: [SkillID], _ model: PredictiveModel
    ) -> Double {
        var value = (model.slopes[.load] ?? 0) * Double(hands[agent.user]?.count ?? 0)
        if interaction.lastAgent == agent.user { value += model.slopes[.sameAgent] ?? 0 }
        for skill in skills {
            value += (model.slopes[.proficiency] ?? 0) / Double(skills.count) * (agent.proficiencies[skill] ?? 0)
        }
        if let place = place(of: agent, in: model) {
            let segments =
                [Segment(.agent, ""), Segment(.queue, interaction.queue.description), Segment(.returning, "0")]
                + skills.map { Segment(.skill, $0.description) }
            for segment in segments { value += model.rows[segment].map { Double($0[place]) } ?? 0 }
        }
        return model.goal.isMinimised ? -value : value
    }
}

import ContactCenter
import Routing

/// Who may have an interaction and why not, by the plain rules: each agent is asked one question after the other.
extension ReferenceMatcher {
    struct View: Equatable {
        var free: Set<UserID> = []
        var left: [UserID: Decision.Obstacle] = [:]
        var skills: Set<SkillID>
        var stage: Int
        var memberCount: Int

        /// The same, as the router says it. It names a few candidates only: where there are more, the rest is taken
        /// from `expected`, and only their number is compared.
        init(_ decision: Decision, among expected: View) {
            free = Set(decision.candidates.map(\.user))
            if free.count == Decision.candidatesMax, free.isSubset(of: expected.free) { free = expected.free }
            for excluded in decision.details?.excluded ?? [] { left[excluded.user] = excluded.obstacle }
            skills = Set(decision.skills)
            stage = decision.stage
            memberCount = decision.memberCount
            for obstacle in Decision.Obstacle.allCases
            where decision.exclusions[obstacle] != left.values.count(where: { $0 == obstacle }) {
                left = [:]
            }
        }

        fileprivate init(skills: Set<SkillID>, stage: Int, memberCount: Int) {
            self.skills = skills
            self.stage = stage
            self.memberCount = memberCount
        }
    }

    private enum Asked {
        case only([UserID], needsSkills: Bool)
        case stages([Int])
    }

    func view(of interaction: WaitingInteraction, at now: Instant) -> View {
        let rules = rules(interaction)
        let waited = now - interaction.since
        let members = agents.values.filter { $0.memberships[interaction.queue] != nil }
        let asked = asked(interaction, at: now)
        var skills = Set(interaction.skills)
        var stage = 1
        var needsSkills = true
        var named: Set<UserID> = []
        switch asked {
        case .only(let users, let needs):
            needsSkills = needs
            named = Set(users).intersection(agents.keys)
        case .stages(let open):
            skills.subtract(opened(rules, interaction, waited).removed)
            stage = open.max() ?? 1
            for agent in members {
                guard let stages = agent.memberships[interaction.queue] else { continue }
                if open.contains(where: { stages == stages.union(Stages($0)) }) { named.insert(agent.user) }
            }
        }
        var view = View(skills: skills, stage: stage, memberCount: members.count)
        // Nobody is looked at while the queue does not serve.
        if interaction.isHeld { return view }
        for agent in agents.values where agent.resting.contains(interaction.queue) && !named.contains(agent.user) {
            view.left[agent.user] = .notJoined
        }
        for user in named.union(members.map(\.user)) {
            let hasSkills = rules.evaluation != .all || !needsSkills || hasAll(user, skills)
            if let obstacle = obstacle(user, interaction, isAsked: named.contains(user), hasSkills: hasSkills, at: now)
            {
                view.left[user] = obstacle
            } else {
                view.free.insert(user)
            }
        }
        return view
    }

    private func asked(_ interaction: WaitingInteraction, at now: Instant) -> Asked {
        let rules = rules(interaction)
        let waited = now - interaction.since
        let isOver = interaction.directUntil.map { now >= $0 } ?? rules.directWait.map { waited >= $0 } ?? false
        if let direct = interaction.directAgent, !isOver {
            return .only([direct], needsSkills: false)
        }
        if let last = interaction.lastAgent, maySeeAgain(last, interaction), waited < rules.lastAgentWait,
            agents[last]?.isAvailable == true
        {
            return .only([last], needsSkills: false)
        }
        if let threshold = preferred(interaction, after: waited) {
            let users = interaction.scores.filter { $0.value >= threshold }.keys
            return .only(users.filter { agents[$0]?.memberships[interaction.queue] != nil }, needsSkills: true)
        }
        return .stages(opened(rules, interaction, waited).open)
    }

    private func hasAll(_ user: UserID, _ skills: Set<SkillID>) -> Bool {
        agents[user].map { hasAll($0, Array(skills)) } ?? false
    }

    private func obstacle(
        _ user: UserID, _ interaction: WaitingInteraction, isAsked: Bool, hasSkills: Bool, at now: Instant
    ) -> Decision.Obstacle? {
        guard isAsked else { return .notYetAsked }
        guard hasSkills else { return .lackSkills }
        guard let agent = agents[user], agent.isAvailable else { return .notOnQueue }
        let inHand = Array((hands[user] ?? [:]).values)
        let same = inHand.filter { $0.media == interaction.media }.count
        let letsIn = inHand.filter { $0.media != interaction.media }.allSatisfy {
            agent.utilization[$0.media].interruptible.contains(interaction.media)
        }
        guard same < agent.utilization[interaction.media].maximum, letsIn else { return .atCapacity }
        if let label = interaction.label {
            for (other, limit) in agent.utilization.labels {
                let count = inHand.filter { $0.label == other }.count
                if count > 0, count >= limit.maximum, !limit.interrupting.contains(label) { return .labelFull }
            }
            if agent.utilization.labels[label]?.maximum == 0 { return .labelFull }
        }
        if let until = pauses[interaction.leg]?[user], until > now { return .paused }
        return nil
    }
}

import ContactCenter

/// Who may have what, and who is best.
extension Router {
    func rules(of queue: QueueID) -> QueueRules { rules[queue] ?? QueueRules() }

    func phase(of interaction: WaitingInteraction, at now: Instant) -> Phase {
        Phase(
            of: interaction, under: rules(of: interaction.queue), conditions: conditions[interaction.queue] ?? [],
            at: now
        ) { user in
            // Worth waiting for: on queue, if busy, and one whom the queue lets serve again.
            pool.find(user)?.isAvailable == true && mayServeAgain(user, interaction)
        }
    }

    /// Where an interaction stands in a phase.
    func standing(of interaction: WaitingInteraction, in phase: Phase) -> Standing {
        switch phase.audience {
        case .only(let users, _): return Standing(demand: nil, named: users)
        case .agents(let stages):
            let rules = rules(of: interaction.queue)
            let skills = rules.evaluation == .all ? phase.skills : []
            let last = rules.lastAgent == .disabled ? nil : interaction.lastAgent
            return Standing(demand: Demand(skills: skills, stages: stages), named: last.map { [$0] } ?? [])
        }
    }

    /// The agent for an interaction; `nil` when nobody may have it now.
    func choose(for entry: Waiting, at now: Instant) -> (UserID, Assignment.Reason)? {
        let interaction = entry.interaction
        guard let phase = entry.phase, pool.isAnybodyReady(for: interaction.media) else { return nil }
        switch phase.audience {
        case .only(let users, let reason):
            let eligible = users.filter { isEligible($0, entry, as: reason, at: now) }
            return best(of: eligible, for: entry).map { ($0, reason) }
        case .agents(let stages):
            if let last = interaction.lastAgent, isEligible(last, entry, as: .lastAgent, at: now) {
                return (last, .lastAgent)
            }
            return best(in: stages, phase, entry, at: now)
        }
    }

    /// The earliest interaction that an agent with room may have.
    func next(for user: UserID, at now: Instant) -> Place? {
        guard let agent = pool.find(user) else { return nil }
        var best: Place?
        for queue in agent.memberships.keys {
            guard let lines = lines[queue], let offer = pool.offer(of: user, in: queue) else { continue }
            for media in MediaType.allCases where !lines[media].isEmpty && pool.hasRoom(user, for: media) {
                let place = lines[media].first(
                    for: offer, demandOf: { waiting[$0.conversation]?.standing?.demand },
                    isFree: { isFree(user, $0, at: now) })
                if let place, best.map({ place < $0 }) ?? true { best = place }
            }
        }
        let named = wanting[user]?.first { place in
            guard let entry = waiting[place.conversation], let phase = entry.phase else { return false }
            return isEligible(user, entry, as: Self.reason(phase), at: now)
        }
        if let named, best.map({ named < $0 }) ?? true { best = named }
        return best
    }

    /// Why an agent whom an interaction names would get it.
    private static func reason(_ phase: Phase) -> Assignment.Reason {
        if case .only(_, let reason) = phase.audience { reason } else { .lastAgent }
    }

    // MARK: Who may

    /// Neither paused after a decline nor full of the label.
    private func isFree(_ user: UserID, _ place: Place, at now: Instant) -> Bool {
        !pauses.contains(place.leg, user, at: now)
            && pool.admits(waiting[place.conversation]?.interaction.label, user)
    }

    /// Whether an agent whom the interaction names may have it.
    private func isEligible(
        _ user: UserID, _ entry: Waiting, as reason: Assignment.Reason, at now: Instant
    ) -> Bool {
        let interaction = entry.interaction
        guard pool.hasRoom(user, for: interaction.media), isFree(user, entry.place, at: now) else { return false }
        switch reason {
        case .lastAgent: return mayServeAgain(user, interaction)
        case .preferredAgent:
            guard let offer = pool.offer(of: user, in: interaction.queue) else { return false }
            return rules(of: interaction.queue).evaluation != .all || offer.skills.isSuperset(of: interaction.skills)
        default: return true
        }
    }

    /// Whether the queue lets a returning customer's last agent be asked first.
    private func mayServeAgain(_ user: UserID, _ interaction: WaitingInteraction) -> Bool {
        switch rules(of: interaction.queue).lastAgent {
        case .disabled: false
        case .anyAgent: true
        case .queueMembersOnly: pool.find(user)?.memberships[interaction.queue] != nil
        }
    }

    // MARK: Who is best

    /// The best of named agents: the highest score first.
    private func best(of users: [UserID], for entry: Waiting) -> UserID? {
        guard users.count > 1 else { return users.first }
        let scores = entry.interaction.scores
        let top = users.map { scores[$0] ?? 0 }.max()
        let equal = users.filter { scores[$0] ?? 0 == top }
        let rules = rules(of: entry.interaction.queue)
        return equal.compactMap { pool.slot(of: $0) }
            .map { pool.rank($0, by: rules.selection, skills: nil, media: entry.interaction.media) }.min()?.user
    }

    private func best(
        in stages: Stages, _ phase: Phase, _ entry: Waiting, at now: Instant
    ) -> (UserID, Assignment.Reason)? {
        let rules = rules(of: entry.interaction.queue)
        var set = pool.members(of: entry.interaction.queue, in: stages)
        pool.narrow(&set, toRoomFor: entry.interaction.media)
        if rules.evaluation == .all { pool.narrow(&set, to: phase.skills) }
        let ranking = ranking(of: set, for: entry, phase, at: now)
        var best: Rank?
        set.forEach { slot in
            guard let rank = rank(slot, by: ranking, unlessBehind: best) else { return }
            if isFree(rank.user, entry.place, at: now) { best = rank }
        }
        return best.map { ($0.user, ranking.reason) }
    }

    // MARK: Why

    /// Whether who lacks a skill is left out, where the queue asks for all of them.
    func mustHaveSkills(_ phase: Phase) -> Bool {
        switch phase.audience {
        case .agents, .only(_, .preferredAgent): true
        case .only: false
        }
    }

    /// Those whom a phase asks.
    func asked(_ phase: Phase, _ queue: QueueID) -> AgentSet {
        switch phase.audience {
        case .agents(let stages): return pool.members(of: queue, in: stages)
        case .only(let users, let reason):
            var set = AgentSet()
            for slot in users.compactMap({ pool.slot(of: $0) }) { set.insert(slot) }
            // Who is preferred must belong to the queue all the same.
            if reason == .preferredAgent { set.formIntersection(pool.members(of: queue, in: Stages(bits: .max))) }
            return set
        }
    }

    /// The best of a set, the first one first.
    func candidates(
        in set: AgentSet, _ entry: Waiting, _ phase: Phase, by ranking: Ranking, at now: Instant
    ) -> [Decision.Candidate] {
        var top: [(rank: Rank, slot: Int)] = []
        set.forEach { slot in
            let last = top.count == Decision.candidatesMax ? top.last?.rank : nil
            guard let rank = rank(slot, by: ranking, unlessBehind: last) else { return }
            let place = top.firstIndex { rank < $0.rank } ?? top.count
            top.insert((rank, slot), at: place)
            if top.count > Decision.candidatesMax { top.removeLast() }
        }
        let predicting = predicting(for: entry, ranking, at: now)
        return top.map { _, slot in
            var candidate = pool.candidate(slot, skills: phase.skills.isEmpty ? nil : phase.skills)
            candidate.score = entry.interaction.scores[candidate.user]
            candidate.prediction = predicting?.predict(
                PredictedAgent(candidate.user, proficiency: candidate.proficiency ?? 0, load: candidate.load))
            return candidate
        }
    }
}

extension Decision {
    /// Puts the chosen agent before the others. One who was not among the candidates, because the customer came back to
    /// somebody outside the queue, stands in the assignment alone.
    mutating func putFirst(_ user: UserID) {
        guard let index = candidates.firstIndex(where: { $0.user == user }) else { return }
        candidates.insert(candidates.remove(at: index), at: 0)
    }
}

import ContactCenter

/// Why an interaction waits: what was last decided on it, as it would be decided now.
public struct Explanation: Hashable, Sendable {
    public var interaction: WaitingInteraction
    public var decision: Decision

    /// An explanation.
    public init(interaction: WaitingInteraction, decision: Decision) {
        self.interaction = interaction
        self.decision = decision
    }
}

/// What has to be explained to those who keep records; nothing is noted unless they do.
struct Unexplained: Sendable {
    /// Whether somebody keeps records.
    var isKept = false
    /// Interactions that were looked at and found nobody.
    var unserved: [ConversationID] = []
    /// Queues of agents who changed, or were given or freed of something.
    var touched: Set<QueueID> = []
}

/// Why.
extension Router {
    /// Of one pass so many interactions that found nobody are explained; the rest say why when they are asked.
    static let unservedMax = 64
    /// So many at the front of a line are explained again when an agent of the queue changed.
    static let frontMax = 4

    /// Whether decisions carry their details, and what found nobody is noted, because somebody keeps records. Who
    /// begins to keep some is told of those who wait already.
    public var isRecorded: Bool {
        get { unexplained.isKept }
        set {
            unexplained = Unexplained()
            unexplained.isKept = newValue
            guard newValue else { return }
            unexplained.touched = Set(lines.keys)
            for entry in waiting.values { noteHeld(entry.interaction) }
        }
    }

    /// Why an interaction waits, as of now; `nil` when it does not. Changes nothing.
    public func explain(_ conversation: ConversationID, at now: Instant) -> Explanation? {
        guard var entry = waiting[conversation] else { return nil }
        entry.phase = phase(of: entry.interaction, at: now)
        return Explanation(
            interaction: entry.interaction, decision: decision(of: entry, at: now, withDetails: true))
    }

    /// Those that were looked at since the last call and found nobody, each explained as of now; of one pass
    /// ``unservedMax`` at most.
    public mutating func takeUnserved(at now: Instant) -> [Explanation] {
        defer { unexplained.unserved = [] }
        return unserved(unexplained.unserved, at: now)
    }

    /// Those at the front of lines whose agents changed, and who still have nobody, each explained as of now; about
    /// `limit`. Lines that are left over come with the next call.
    public mutating func takeTouched(at now: Instant, limit: Int) -> [Explanation] {
        var fronts: [ConversationID] = []
        while fronts.count < limit, let queue = unexplained.touched.popFirst() {
            for media in MediaType.allCases {
                guard let line = lines[queue]?[media], !line.isEmpty else { continue }
                // Nobody is right: all of the front are looked at.
                _ = line.whole.first(among: Self.frontMax) { place in
                    fronts.append(place.conversation)
                    return false
                }
            }
        }
        return unserved(fronts, at: now)
    }

    private func unserved(_ conversations: [ConversationID], at now: Instant) -> [Explanation] {
        conversations.compactMap { conversation in
            guard let entry = waiting[conversation], entry.isInLine || entry.interaction.isHeld else { return nil }
            let found = explain(conversation, at: now)
            return found?.decision.candidates.isEmpty == true ? found : nil
        }
    }

    mutating func noteUnserved(_ conversation: ConversationID) {
        guard unexplained.isKept, unexplained.unserved.count < Self.unservedMax else { return }
        if waiting[conversation]?.isInLine == true { unexplained.unserved.append(conversation) }
    }

    /// What is held back is looked at by nobody: it is explained when that begins, or becomes another closure.
    mutating func noteHeld(_ interaction: WaitingInteraction) {
        guard unexplained.isKept, unexplained.unserved.count < Self.unservedMax else { return }
        if interaction.isHeld, !interaction.isOffered { unexplained.unserved.append(interaction.conversation) }
    }

    mutating func touch(_ agent: Agent?) {
        guard unexplained.isKept, let agent else { return }
        unexplained.touched.formUnion(agent.memberships.keys)
        unexplained.touched.formUnion(agent.resting)
    }

    // MARK: Making a decision's words

    /// What a decision on an interaction sees now.
    func decision(of entry: Waiting, at now: Instant, withDetails: Bool) -> Decision {
        let interaction = entry.interaction
        let phase = entry.phase ?? self.phase(of: interaction, at: now)
        let rules = rules(of: interaction.queue)
        let everybody = pool.members(of: interaction.queue, in: Stages(bits: .max))
        let asked = asked(phase, interaction.queue)
        var decision = Decision(
            at: now, method: Decision.Method(phase, rules), skills: phase.skills, stage: phase.stage,
            turn: rules.scoring == .timestampAndPriority ? Instant(milliseconds: entry.place.order) : nil,
            memberCount: everybody.count)
        decision.closure = interaction.closure
        if withDetails { decision.details = details(of: entry, phase, everybody) }
        if let closure = interaction.closure {
            decision.nextChange = closure.opensAt.map { Decision.NextChange(at: $0, kind: .queueOpens) }
            return decision
        }
        decision.predictive = mark(of: entry, phase, at: now)
        decision.nextChange = nextChange(of: interaction, phase, rules, at: now)
        var left = everybody
        left.formUnion(asked)
        let resting = pool.resting(in: interaction.queue)
        if !resting.isEmpty {
            let aside = resting.subtracting(left)
            decision.exclusions[.notJoined] = aside.count
            decision.details?.name(aside, .notJoined, pool.user)
        }
        func leaveOut(_ obstacle: Decision.Obstacle, _ narrow: (inout AgentSet) -> Void) {
            let before = left
            narrow(&left)
            let count = before.count - left.count
            decision.exclusions[obstacle] = count
            if count > 0 { decision.details?.name(before.subtracting(left), obstacle, pool.user) }
        }
        leaveOut(.notYetAsked) { $0.formIntersection(asked) }
        if rules.evaluation == .all, mustHaveSkills(phase) {
            leaveOut(.lackSkills) { pool.narrow(&$0, to: phase.skills) }
        }
        leaveOut(.notOnQueue) { pool.narrowToAvailable(&$0) }
        leaveOut(.atCapacity) { pool.narrow(&$0, toRoomFor: interaction.media) }
        let ranking = ranking(of: left, for: entry, phase, at: now)
        if interaction.label != nil {
            leaveOut(.labelFull) { $0.keep { pool.admits(interaction.label, pool.user($0)) } }
        }
        if pauses.next(of: interaction.leg, after: now) != nil {
            leaveOut(.paused) { $0.keep { !pauses.contains(interaction.leg, pool.user($0), at: now) } }
        }
        decision.candidates = candidates(in: left, entry, phase, by: ranking, at: now)
        return decision
    }

    private func details(of entry: Waiting, _ phase: Phase, _ everybody: AgentSet) -> Decision.Details {
        var details = Decision.Details()
        for skill in phase.skills {
            var able = everybody
            pool.narrow(&able, to: [skill])
            details.holders.append(Decision.Holders(skill: skill, count: able.count))
        }
        var skilled = everybody
        pool.narrow(&skilled, to: phase.skills)
        details.skilledCount = skilled.count
        if case .agents = phase.audience, !entry.interaction.isHeld, let lines = lines[entry.interaction.queue] {
            details.position = lines[entry.interaction.media].whole.count(before: entry.place) + 1
        }
        return details
    }

    private func nextChange(
        of interaction: WaitingInteraction, _ phase: Phase, _ rules: QueueRules, at now: Instant
    ) -> Decision.NextChange? {
        let pause = pauses.next(of: interaction.leg, after: now)
        guard let until = phase.until, pause.map({ until <= $0 }) ?? true else {
            return pause.map { Decision.NextChange(at: $0, kind: .pauseEnds) }
        }
        guard case .agents = phase.audience else { return Decision.NextChange(at: until, kind: .othersAsked) }
        guard rules.rings.isEmpty else {
            return Decision.NextChange(at: until, kind: .ringOpens, stage: phase.stage + 1)
        }
        let group = rules.conditionalWaits.firstIndex { interaction.since + $0 == until }
        return Decision.NextChange(at: until, kind: .groupOpens, stage: group.map { $0 + 2 })
    }
}

extension Decision.Details {
    fileprivate mutating func name(
        _ agents: AgentSet, _ obstacle: Decision.Obstacle, _ user: (Int) -> UserID
    ) {
        guard excluded.count < Self.excludedMax else { return }
        agents.forEach { slot in
            if excluded.count < Self.excludedMax {
                excluded.append(Decision.Excluded(user: user(slot), obstacle: obstacle))
            }
        }
    }
}

extension Decision.Method {
    fileprivate init(_ phase: Phase, _ rules: QueueRules) {
        evaluation = rules.evaluation
        scoring = rules.scoring
        selection = rules.selection
        stageCount = rules.rings.isEmpty ? rules.conditionalWaits.count + 1 : rules.rings.count
        switch phase.audience {
        case .agents:
            audience = rules.rings.isEmpty ? (rules.conditionalWaits.isEmpty ? .members : .groups) : .rings
        case .only(_, let reason):
            switch reason {
            case .directAgent: audience = .directAgent
            case .preferredAgent: audience = .preferredAgents
            default: audience = .lastAgent
            }
        }
    }
}

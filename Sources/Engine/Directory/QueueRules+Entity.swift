import ContactCenter

extension QueueRules {
    /// Reads a queue's routing settings; everything absent has the API's default.
    init(_ body: JSONValue) {
        self.init()
        evaluation = body["skillEvaluationMethod"]?.string.flatMap(Evaluation.init(rawValue:)) ?? evaluation
        scoring = body["scoringMethod"]?.string.flatMap(Scoring.init(rawValue:)) ?? scoring
        lastAgent = body["lastAgentRoutingMode"]?.string.flatMap(LastAgent.init(rawValue:)) ?? lastAgent
        selection = body["agentSelectionMethod"]?.string.flatMap(Selection.init(wire:)) ?? selection
        lastAgentWait = lastAgentWait.extended(by: body["lastAgentWaitSeconds"]?.double ?? 0)
        rings = (body["bullseye"]?["rings"]?.array ?? []).prefix(Self.ringsMax).map(Ring.init)
        preferences = (body["routingRules"]?.array ?? []).prefix(Self.ringsMax).map(Preference.init)
        let direct = body["directRouting"]
        directWait = direct?["agentWaitSeconds"]?.integer.map(Span.seconds)
        var opens = Span(milliseconds: 0)
        for rule in (body["conditionalGroupRouting"]?["rules"]?.array ?? []).prefix(Self.ringsMax) {
            opens = opens.extended(by: rule["waitSeconds"]?.double ?? 0)
            conditionalWaits.append(opens)
        }
        // Groups of activation come in as soon as their conditions hold, however long an interaction waits.
        if conditionalWaits.isEmpty {
            let activated = body["conditionalGroupActivation"]?["rules"]?.array ?? []
            conditionalWaits = activated.prefix(Self.ringsMax).map { _ in Span(milliseconds: 0) }
        }
    }

    /// Rings, rules and conditional groups of a queue (reference F.3).
    static let ringsMax = 6
}

extension QueueRules.Selection {
    /// Reads `agentSelectionMethod`, a member of ours beside the platform's.
    fileprivate init?(wire: String) {
        switch wire {
        case "LongestIdle": self = .longestIdle
        case "RoundRobin": self = .roundRobin
        case "LeastOccupied": self = .leastOccupied
        default: return nil
        }
    }
}

extension QueueRules.Ring {
    fileprivate init(_ ring: JSONValue) {
        let timeout = ring["expansionCriteria"]?.array?.first?["threshold"]?.double ?? 0
        let removed = ring["actions"]?["skillsToRemove"]?.array ?? []
        self.init(
            timeout: Span(milliseconds: 0).extended(by: timeout),
            removes: Set(removed.compactMap { $0["id"]?.string.flatMap { SkillID($0) } }))
    }
}

extension QueueRules.Preference {
    fileprivate init(_ rule: JSONValue) {
        let threshold = rule["operator"]?.string == "ANY" ? nil : rule["threshold"]?.integer.map { Int($0) } ?? 0
        self.init(threshold: threshold, wait: Span(milliseconds: 0).extended(by: rule["waitSeconds"]?.double ?? 0))
    }
}

extension Span {
    /// Longer by seconds that may have a fraction.
    fileprivate func extended(by seconds: Double) -> Span {
        Span(milliseconds: milliseconds + Int64((min(max(seconds, 0), 1e9) * 1_000).rounded()))
    }
}

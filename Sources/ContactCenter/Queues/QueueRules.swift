/// How a queue finds agents: its routing settings (reference F.2 and F.3).
public struct QueueRules: Hashable, Sendable {
    /// When the agent who had a returning customer last is asked first (`lastAgentRoutingMode`).
    public enum LastAgent: String, Hashable, Sendable {
        case disabled = "Disabled"
        case queueMembersOnly = "QueueMembersOnly"
        case anyAgent = "AnyAgent"
    }

    /// How skills count (`skillEvaluationMethod`).
    public enum Evaluation: String, Hashable, Sendable, Codable {
        /// An agent needs all of them.
        case all = "ALL"
        /// Nobody is excluded; who has most of them, best, is asked first.
        case best = "BEST"
        /// They are not looked at.
        case none = "NONE"
    }

    /// In which order interactions are served (`scoringMethod`).
    public enum Scoring: String, Hashable, Sendable, Codable {
        /// Each point of priority is worth a minute of waiting, so that everybody's turn comes.
        case timestampAndPriority = "TimestampAndPriority"
        /// A higher priority always goes first.
        case priorityOnly = "PriorityOnly"
    }

    /// Who is asked first of those who are equally right. The platform has one method; the others are ours.
    public enum Selection: String, Hashable, Sendable, Codable {
        case longestIdle, roundRobin, leastOccupied
    }

    /// A ring of the bullseye: how long an interaction stays in it, and what changes when it leaves.
    public struct Ring: Hashable, Sendable {
        /// How long the ring is waited in before the next one opens.
        public var timeout: Span
        /// Skills that are not asked for any more after it.
        public var removes: Set<SkillID>

        /// A ring.
        public init(timeout: Span, removes: Set<SkillID> = []) {
            self.timeout = timeout
            self.removes = removes
        }
    }

    /// For how long only preferred agents are asked (`routingRules`).
    public struct Preference: Hashable, Sendable {
        /// The least score, from 0 to 100; nothing lets anybody in (`ANY`).
        public var threshold: Int?
        public var wait: Span

        /// A preference.
        public init(threshold: Int?, wait: Span) {
            self.threshold = threshold
            self.wait = wait
        }
    }

    public var evaluation = Evaluation.all
    public var scoring = Scoring.timestampAndPriority
    public var selection = Selection.longestIdle
    /// The bullseye's rings; the last one is never left.
    public var rings: [Ring] = []
    public var preferences: [Preference] = []
    /// When each group of conditional routing is looked at, after the interaction came in; whether its condition holds
    /// is the router's owner's to tell.
    public var conditionalWaits: [Span] = []
    public var lastAgent = LastAgent.queueMembersOnly
    /// How long a returning customer waits for an agent who is on queue and busy; nothing asks others at once.
    public var lastAgentWait = Span(milliseconds: 0)
    /// How long an interaction for one agent waits for that agent before the queue's members are asked; `nil` waits
    /// for ever.
    public var directWait: Span?

    /// The platform's defaults.
    public init() {}
}

/// Someone or something that takes part in a conversation for a while. A new assignment of an agent is a new
/// participant; those who left stay listed, in the order of their start.
public struct Participant: Codable, Hashable, Sendable {
    /// The role in the conversation; raw values are the wire's `purpose` (reference E.4).
    public enum Purpose: String, Codable, Hashable, Sendable {
        case customer, workflow, botflow, acd, agent, user, api, external
    }

    public let id: ParticipantID
    public let purpose: Purpose
    public let startedAt: Instant
    public var endedAt: Instant?
    public var connectedAt: Instant?
    public var name: String?
    public var user: UserID?
    public var queue: QueueID?
    /// What an `acd` participant asks of the router.
    public var routing: RoutingRequest?
    /// How an agent was found.
    public var usedRouting: UsedRouting?
    /// What was done with an `acd` participant while it waited.
    public var inQueue: InQueueProgress?
    /// How an `acd` participant's wait ended.
    public var queueOutcome: QueueOutcome?
    public var attributes: [String: String]
    /// Whether a customer has proven who it is; absent for everybody else.
    public var isAuthenticated: Bool?
    public var communications: [Communication]
    /// Where a customer was before writing.
    public var journey: JourneyContext?
    /// Tags of the languages that a customer reads, best first.
    public var languages: [String]?
    /// How long an agent's alert lasts.
    public var alertingTimeout: Span?
    /// What an agent owes after the conversation.
    public var wrapupPolicy: WrapupPolicy?
    /// Whether an agent asked for after-call work, where the queue leaves it to the agent.
    public var wantsAfterCallWork: Bool?
    /// How an agent's conversation is parked.
    public var parking: ParkingPolicy?
    public var wrapup: Wrapup?
    public var afterCallWorkStartedAt: Instant?
    public var afterCallWorkEndedAt: Instant?

    init(id: ParticipantID, purpose: Purpose, startedAt: Instant, communication: Communication) {
        self.id = id
        self.purpose = purpose
        self.startedAt = startedAt
        attributes = [:]
        communications = [communication]
    }

    /// The leg that matters now: the last one.
    public var communication: Communication { communications[communications.count - 1] }
    /// Whether any leg is still there.
    public var isPresent: Bool { communications.contains { $0.state != .disconnected } }
    /// Whether after-call work follows when an agent's leg ends.
    public var startsAfterCallWork: Bool {
        guard let wrapupPolicy else { return false }
        if wrapupPolicy.prompt == .agentRequested { return wantsAfterCallWork ?? false }
        return wrapupPolicy.startsAfterCallWork
    }
    /// Whether after-call work has begun and has not ended.
    public var owesWrapup: Bool { afterCallWorkStartedAt != nil && afterCallWorkEndedAt == nil }
}

/// What a queue asks of an agent after a conversation (`acwSettings`, reference F.2).
public struct WrapupPolicy: Codable, Hashable, Sendable {
    /// Whether and how long after-call work lasts.
    public enum Prompt: String, Codable, Hashable, Sendable {
        case optional = "OPTIONAL"
        case mandatory = "MANDATORY"
        case mandatoryTimeout = "MANDATORY_TIMEOUT"
        case mandatoryForcedTimeout = "MANDATORY_FORCED_TIMEOUT"
        case agentRequested = "AGENT_REQUESTED"
    }

    public var prompt: Prompt
    /// How long it may last, where the prompt has a time-out.
    public var timeout: Span?

    /// A policy.
    public init(prompt: Prompt, timeout: Span? = nil) {
        self.prompt = prompt
        self.timeout = timeout
    }

    /// Whether after-call work starts by itself when the agent leaves.
    public var startsAfterCallWork: Bool {
        switch prompt {
        case .mandatory, .mandatoryTimeout, .mandatoryForcedTimeout: true
        case .optional, .agentRequested: false
        }
    }

    /// When after-call work ends by itself at the latest; `nil` where it waits for the agent.
    public var timeLimit: Span? {
        switch prompt {
        case .mandatoryTimeout, .mandatoryForcedTimeout, .agentRequested: timeout
        case .mandatory, .optional: nil
        }
    }

    /// Whether a wrap-up ends after-call work; else only its time does.
    public var endsWithWrapup: Bool { prompt != .mandatoryForcedTimeout || timeLimit == nil }
}

/// How an agent sums up a conversation.
public struct Wrapup: Codable, Hashable, Sendable {
    public var code: String
    public var name: String?
    public var notes: String?
    public var tags: [String]?
    public var durationSeconds: Int64?
    public var endedAt: Instant?

    /// A wrap-up; only its code must be given.
    public init(
        code: String, name: String? = nil, notes: String? = nil, tags: [String]? = nil, durationSeconds: Int64? = nil,
        endedAt: Instant? = nil
    ) {
        self.code = code
        self.name = name
        self.notes = notes
        self.tags = tags
        self.durationSeconds = durationSeconds
        self.endedAt = endedAt
    }
}

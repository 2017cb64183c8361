import ContactCenter

/// An interaction that waits in a queue.
public struct WaitingInteraction: Hashable, Sendable {
    public var conversation: ConversationID
    /// The `acd` leg that waits; it names this round of waiting.
    public var leg: CommunicationID
    public var queue: QueueID
    public var skills: [SkillID]
    public var priority: Int
    /// The agent to ask first, if that agent can take it.
    public var lastAgent: UserID?
    public var since: Instant
    /// An agent is alerted for it right now.
    public var isOffered: Bool

    /// An interaction that waits.
    public init(
        conversation: ConversationID, leg: CommunicationID, routing: RoutingRequest, since: Instant, isOffered: Bool
    ) {
        self.conversation = conversation
        self.leg = leg
        queue = routing.queue
        skills = routing.skills
        priority = routing.priority
        lastAgent = routing.lastAgent
        self.since = since
        self.isOffered = isOffered
    }
}

/// What routing knows of an agent.
public struct Agent: Hashable, Sendable {
    public var user: UserID
    /// On queue and answering: idle or interacting with room left.
    public var isAvailable: Bool
    /// Since when the agent has had nothing to do; who is idle longest is asked first.
    public var idleSince: Instant
    public var queues: Set<QueueID>
    public var skills: Set<SkillID>
    /// How many message interactions the agent may have at once.
    public var capacity: Int

    /// An agent.
    public init(
        user: UserID, isAvailable: Bool, idleSince: Instant, queues: Set<QueueID>, skills: Set<SkillID>, capacity: Int
    ) {
        self.user = user
        self.isAvailable = isAvailable
        self.idleSince = idleSince
        self.queues = queues
        self.skills = skills
        self.capacity = capacity
    }
}

/// The router's proposal: offer this interaction to this agent. The conversation has the last word.
public struct Assignment: Hashable, Sendable {
    /// Why this agent.
    public enum Reason: String, Hashable, Sendable {
        case lastAgent
        case longestIdle
    }

    public var interaction: WaitingInteraction
    public var user: UserID
    public var reason: Reason
}

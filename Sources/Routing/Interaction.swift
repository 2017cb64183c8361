import ContactCenter

/// An interaction that waits in a queue.
public struct WaitingInteraction: Hashable, Sendable {
    public var conversation: ConversationID
    /// The `acd` leg that waits; it names this round of waiting.
    public var leg: CommunicationID
    public var queue: QueueID
    /// What is asked for: skills, and the language beside them.
    public var skills: [SkillID]
    public var priority: Int
    /// The agent to ask first, if that agent can take it.
    public var lastAgent: UserID?
    /// The one agent that it is for.
    public var directAgent: UserID?
    /// Until when it waits for that agent alone; the queue's rules say so where it is absent.
    public var directUntil: Instant?
    /// A person chose that agent.
    public var isAssigned: Bool
    /// Agents with their scores from 0 to 100, for queues with preferred agents.
    public var scores: [UserID: Int]
    public var media: MediaType
    public var label: LabelID?
    /// What a prediction may look at beside the rest.
    public var traits = InteractionTraits()
    public var since: Instant
    /// The moment that the turn is reckoned from: earlier for those who waited in another queue before.
    public var turnSince: Instant
    /// Nobody is asked for it, because its queue does not serve now.
    public var closure: QueueClosure?
    /// An agent is alerted for it right now.
    public var isOffered: Bool

    /// An interaction that waits.
    public init(
        conversation: ConversationID, leg: CommunicationID, routing: RoutingRequest, since: Instant, isOffered: Bool
    ) {
        self.conversation = conversation
        self.leg = leg
        queue = routing.queue
        skills = routing.language.map { routing.skills + [$0] } ?? routing.skills
        priority = routing.priority
        lastAgent = routing.lastAgent
        directAgent = routing.directAgent?.user
        directUntil = routing.directAgent?.until
        isAssigned = routing.directAgent?.isAssigned ?? false
        scores = Dictionary(routing.scoredAgents.map { ($0.user, $0.score) }, uniquingKeysWith: max)
        media = .message
        label = routing.label
        self.since = since
        turnSince = routing.waitingSince ?? since
        self.isOffered = isOffered
    }

    /// Whether its queue does not serve.
    public var isHeld: Bool { closure != nil }

    /// Whether somebody may be asked for it.
    var mayBeOffered: Bool { !isOffered && !isHeld }
}

/// Why a queue does not serve.
public struct QueueClosure: Hashable, Sendable, Codable {
    /// Anything but open.
    public var standing: QueueStanding
    /// When it serves again, where its hours say so.
    public var opensAt: Instant?

    /// A closure.
    public init(_ standing: QueueStanding, opensAt: Instant? = nil) {
        self.standing = standing
        self.opensAt = opensAt
    }
}

/// What routing knows of an agent.
public struct Agent: Hashable, Sendable {
    public var user: UserID
    /// On queue and answering: idle or interacting with room left.
    public var isAvailable: Bool
    /// Since when the agent has had nothing to do; who is idle longest is asked first.
    public var idleSince: Instant
    /// The queues, with the stages at which each lets the agent in.
    public var memberships: [QueueID: Stages]
    /// The queues that the agent belongs to without taking part now.
    public var resting: Set<QueueID> = []
    /// Skills and languages with their proficiency, from 0 to 5.
    public var proficiencies: [SkillID: Double]
    public var utilization: Utilization

    /// An agent.
    public init(
        user: UserID, isAvailable: Bool, idleSince: Instant, memberships: [QueueID: Stages],
        proficiencies: [SkillID: Double], utilization: Utilization
    ) {
        self.user = user
        self.isAvailable = isAvailable
        self.idleSince = idleSince
        self.memberships = memberships
        self.proficiencies = proficiencies
        self.utilization = utilization
    }

    /// An agent who takes messages, a member of all rings, good at all that is named.
    public init(
        user: UserID, isAvailable: Bool, idleSince: Instant, queues: Set<QueueID>, skills: Set<SkillID>, capacity: Int
    ) {
        self.init(
            user: user, isAvailable: isAvailable, idleSince: idleSince,
            memberships: Dictionary(uniqueKeysWithValues: queues.map { ($0, .first) }),
            proficiencies: Dictionary(uniqueKeysWithValues: skills.map { ($0, Self.proficiencyMax) }),
            utilization: Utilization([.message: .init(capacity)]))
    }

    static let proficiencyMax = 5.0
}

/// What occupies an agent: a leg, or a reservation for an interaction that was proposed.
public struct Occupation: Hashable, Sendable {
    public var leg: CommunicationID
    public var media: MediaType
    public var label: LabelID?

    /// An occupation; a message without a label unless said otherwise.
    public init(_ leg: CommunicationID, media: MediaType = .message, label: LabelID? = nil) {
        self.leg = leg
        self.media = media
        self.label = label
    }
}

/// The router's proposal: offer this interaction to this agent. The conversation has the last word.
public struct Assignment: Hashable, Sendable {
    /// Why this agent.
    public enum Reason: String, Hashable, Sendable, Codable {
        /// The customer spoke with this agent last.
        case lastAgent
        /// The interaction is for this agent.
        case directAgent
        /// The agent's score is high enough; of those the best was taken.
        case preferredAgent
        /// The agent has most of the skills, best.
        case bestSkills
        /// Of those who may have it, this agent is most likely to reach the queue's goal.
        case predictive
        case longestIdle, roundRobin, leastOccupied
    }

    public var interaction: WaitingInteraction
    public var user: UserID
    public var reason: Reason
    /// What was weighed.
    public var decision: Decision
}

/// What an interaction that waits in a queue needs.
public struct RoutingRequest: Codable, Hashable, Sendable {
    public var queue: QueueID
    public var skills: [SkillID]
    /// Counts among what is asked for, beside the skills.
    public var language: SkillID?
    public var priority: Int
    /// The agent who spoke last with this customer, to be asked first.
    public var lastAgent: UserID?
    /// The one agent that it is for.
    public var directAgent: DirectAgent?
    /// How well agents suit, for queues with preferred agents; ``scoredAgentsMax`` at most.
    public var scoredAgents: [ScoredAgent]
    /// The utilisation label that it occupies an agent with.
    public var label: LabelID?
    /// Since when the customer has waited who was passed on from another queue; the turn is reckoned from it.
    public var waitingSince: Instant?
    /// The queues that passed the customer on, the first one first.
    public var passed: [QueueID]?

    /// Scores that come with one interaction (reference F.3).
    public static let scoredAgentsMax = 20
    /// Skills that one interaction may ask for; a policy of ours, the platform names no bound.
    public static let skillsMax = 50
    /// Priorities that may be given; far more than ages away.
    public static let priorities = -1_000_000...1_000_000

    /// A request; priority 0, no skills unless given.
    public init(queue: QueueID, skills: [SkillID] = [], priority: Int = 0, lastAgent: UserID? = nil) {
        self.queue = queue
        self.skills = skills
        self.priority = priority
        self.lastAgent = lastAgent
        scoredAgents = []
    }

    /// Reads a stored one; those that were stored before scores existed have none.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        queue = try members.decode(QueueID.self, forKey: .queue)
        skills = try members.decode([SkillID].self, forKey: .skills)
        language = try members.decodeIfPresent(SkillID.self, forKey: .language)
        priority = try members.decode(Int.self, forKey: .priority)
        lastAgent = try members.decodeIfPresent(UserID.self, forKey: .lastAgent)
        directAgent = try members.decodeIfPresent(DirectAgent.self, forKey: .directAgent)
        scoredAgents = try members.decodeIfPresent([ScoredAgent].self, forKey: .scoredAgents) ?? []
        label = try members.decodeIfPresent(LabelID.self, forKey: .label)
        waitingSince = try members.decodeIfPresent(Instant.self, forKey: .waitingSince)
        passed = try members.decodeIfPresent([QueueID].self, forKey: .passed)
    }
}

/// The one agent that an interaction waits for, and until when it waits for nobody else.
public struct DirectAgent: Codable, Hashable, Sendable {
    public var user: UserID
    /// The queue's other agents are asked from then on; `nil` leaves that to the queue.
    public var until: Instant?
    /// A person chose the agent for an interaction that was waiting already.
    public var isAssigned: Bool

    /// One agent.
    public init(user: UserID, until: Instant? = nil, isAssigned: Bool = false) {
        self.user = user
        self.until = until
        self.isAssigned = isAssigned
    }
}

/// How well an agent suits an interaction.
public struct ScoredAgent: Codable, Hashable, Sendable {
    public var user: UserID
    /// From 0 to 100.
    public var score: Int

    /// A score.
    public init(user: UserID, score: Int) {
        self.user = user
        self.score = score
    }
}

/// How an agent was found; raw values are the wire's `usedRouting` (reference F.3).
public enum UsedRouting: String, Codable, Hashable, Sendable {
    case bullseye = "Bullseye"
    case conditional = "Conditional"
    case direct = "Direct"
    case last = "Last"
    case manual = "Manual"
    case predictive = "Predictive"
    case preferred = "Preferred"
    case standard = "Standard"
}

/// What is asked for differently from now on; what is absent stays.
public struct RoutingChange: Hashable, Sendable {
    public var skills: [SkillID]?
    public var language: SkillID?
    public var priority: Int?
    public var scoredAgents: [ScoredAgent]?
    public var label: LabelID?

    /// No change.
    public init() {}

    func applied(to request: RoutingRequest) -> RoutingRequest {
        var request = request
        request.skills = skills ?? request.skills
        request.language = language ?? request.language
        request.priority = priority ?? request.priority
        request.scoredAgents = scoredAgents ?? request.scoredAgents
        request.label = label ?? request.label
        return request
    }
}

extension Conversation {
    /// What a transfer from a participant to a queue asks for there. What waits takes everything along; what an agent
    /// passes on keeps what belongs to the customer (language, priority, label) and leaves what the first queue needed
    /// (skills, scores) behind.
    public func request(of participant: Participant, for queue: QueueID) -> RoutingRequest {
        var next = participant.routing ?? RoutingRequest(queue: queue)
        if participant.routing == nil, let earlier = request {
            next.language = earlier.language
            next.priority = earlier.priority
            next.label = earlier.label
        }
        next.queue = queue
        next.directAgent = nil
        return next
    }
}

extension RoutingRequest {
    /// The same asked for in another queue, by somebody who has waited in this one; the turn stays that of the first.
    public func passedOn(to queue: QueueID, since: Instant) -> RoutingRequest {
        var routing = self
        routing.passed = (passed ?? []) + [self.queue]
        routing.waitingSince = waitingSince ?? since
        routing.queue = queue
        return routing
    }
}

import ContactCenter

/// What predictive routing sees of an interaction beside queue, skills, priority and time. Nothing in it says who the
/// customer is: no name, address, text or contact.
public struct InteractionTraits: Hashable, Sendable {
    /// The channel by the wire's name.
    public var channel: String
    /// What the integration or flow said it is about, as `name=value`, of attributes that are named for it.
    public private(set) var categories: [String]
    /// How often the customer had come before in this conversation.
    public var earlierRounds: Int

    /// The attributes that are looked at unless the operator names others. Others are never read.
    public static let categoryAttributes = ["topic", "category"]
    /// Categories of one interaction, and the bytes of each; longer text is no category.
    public static let categoriesMax = 4
    static let categoryBytesMax = 64

    /// Traits; nothing is known unless given.
    public init(channel: String = "", attributes: [String: String] = [:], earlierRounds: Int = 0) {
        self.channel = channel
        self.earlierRounds = earlierRounds
        categories = Self.categoryAttributes.compactMap { name in
            guard let value = attributes[name], !value.isEmpty, value.utf8.count <= Self.categoryBytesMax else {
                return nil
            }
            return "\(name)=\(value.lowercased())"
        }
    }
}

/// What a prediction looks at. Raw values are stored and shown.
public enum Factor: String, Hashable, Sendable, Codable, CaseIterable {
    // The interaction. Those that are crossed have an effect for each agent as well.
    case queue, skill, channel, category, returning, hourOfWeek, priority, waited
    // The agent.
    case agent
    // The agent with the interaction, as numbers.
    case proficiency, load, sameAgent

    /// Whether each agent has an own effect for each of its values.
    var isCrossed: Bool {
        switch self {
        case .queue, .skill, .channel, .category, .returning, .agent: true
        default: false
        }
    }
}

/// One value of a factor: a queue by its id, an hour of the week by its number.
public struct Segment: Hashable, Sendable {
    public var factor: Factor
    public var name: String

    /// A value of a factor.
    public init(_ factor: Factor, _ name: String) {
        self.factor = factor
        self.name = name
    }

    /// What all interactions have in common.
    static let all = Segment(.agent, "")
}

/// An interaction at the moment of a decision, as a prediction sees it.
public struct PredictedInteraction: Hashable, Sendable {
    public var queue: QueueID
    public var skills: [SkillID]
    public var priority: Int
    public var traits: InteractionTraits
    /// When it began to wait, and the time of the decision.
    public var since: Instant
    public var at: Instant
    public var lastAgent: UserID?

    /// An interaction.
    public init(
        queue: QueueID, skills: [SkillID] = [], priority: Int = 0, traits: InteractionTraits = .init(),
        since: Instant, at: Instant
    ) {
        self.queue = queue
        self.skills = skills
        self.priority = priority
        self.traits = traits
        self.since = since
        self.at = at
    }

    init(_ interaction: WaitingInteraction, at now: Instant) {
        queue = interaction.queue
        skills = interaction.skills
        priority = interaction.priority
        traits = interaction.traits
        since = interaction.since
        at = now
        lastAgent = interaction.lastAgent
    }

    /// The values that agents may have effects of their own for; what everybody has in common comes first.
    var crossed: [Segment] {
        var found = [Segment.all, Segment(.queue, queue.description)]
        for skill in skills { found.append(Segment(.skill, skill.description)) }
        if !traits.channel.isEmpty { found.append(Segment(.channel, traits.channel)) }
        for category in traits.categories { found.append(Segment(.category, category)) }
        found.append(Segment(.returning, Self.bucket(traits.earlierRounds, [1, 2, 5])))
        return found
    }

    /// The values that are the same whoever is asked.
    var common: [Segment] {
        let waitedSeconds = Int((at - since).milliseconds / 1_000)
        return crossed.dropFirst() + [
            Segment(.hourOfWeek, String(Self.hourOfWeek(at))),
            Segment(.priority, Self.bucket(priority, [1, 5, 20])),
            Segment(.waited, Self.bucket(waitedSeconds, [10, 30, 120, 600, 3_600])),
        ]
    }

    /// The hour since Monday 00:00 UTC.
    static func hourOfWeek(_ at: Instant) -> Int {
        let hours = at.milliseconds / 3_600_000
        // The epoch was a Thursday.
        return Int(((hours + 72) % 168 + 168) % 168)
    }

    /// The largest limit that a number reaches, as text; `0` below all.
    private static func bucket(_ number: Int, _ limits: [Int]) -> String {
        limits.last { number >= $0 }.map(String.init) ?? "0"
    }
}

/// An agent who may be asked, as a prediction sees it.
public struct PredictedAgent: Hashable, Sendable {
    public var user: UserID
    /// The mean proficiency in what is asked for, from 0 to 5; 0 where nothing is.
    public var proficiency: Double
    /// Interactions in hand.
    public var load: Int

    /// An agent.
    public init(_ user: UserID, proficiency: Double = 0, load: Int = 0) {
        self.user = user
        self.proficiency = proficiency
        self.load = load
    }
}

/// A past assignment with what came of it.
public struct RoutedCase: Hashable, Sendable {
    /// What came of it, as far as it is known.
    public struct Outcome: Hashable, Sendable {
        public var handleSeconds: Double?
        public var isTransferred: Bool?
        public var isResolved: Bool?
        public var surveyScore: Int?

        /// An outcome of which nothing is known yet.
        public init() {}
    }

    public var interaction: PredictedInteraction
    /// Who took it; one of `candidates`.
    public var agent: UserID
    /// Everybody who could have been given it at that moment.
    public var candidates: [PredictedAgent]
    /// Which part of the comparison it was in; none where nothing was predicted.
    public var arm: PredictiveMark.Arm?
    public var outcome: Outcome

    /// A past assignment.
    public init(
        _ interaction: PredictedInteraction, agent: UserID, candidates: [PredictedAgent],
        arm: PredictiveMark.Arm? = nil,
        outcome: Outcome = .init()
    ) {
        self.interaction = interaction
        self.agent = agent
        self.candidates = candidates
        self.arm = arm
        self.outcome = outcome
    }

    /// The one who took it, as it was then.
    var taker: PredictedAgent { candidates.first { $0.user == agent } ?? PredictedAgent(agent) }
}

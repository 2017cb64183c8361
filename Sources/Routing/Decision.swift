import ContactCenter

/// What was weighed when an interaction was looked at: who could have it, and why everybody else could not.
public struct Decision: Hashable, Sendable, Codable {
    /// An agent who could be taken.
    public struct Candidate: Hashable, Sendable, Codable {
        public var user: UserID
        /// The mean proficiency in what is asked for, from 0 to 5; absent where nothing is asked for.
        public var proficiency: Double?
        /// The preferred agent's score, from 0 to 100.
        public var score: Int?
        public var idleSince: Instant
        /// Interactions in hand.
        public var load: Int
        /// What is expected of the agent, and why; absent where predictions do not rank.
        public var prediction: PredictiveModel.Prediction?
    }

    /// Why an agent cannot be taken. Each agent counts under the first that holds, in this order: what lasts comes
    /// before what passes, so that "3 speak Japanese, 2 of these are busy" can be said.
    public enum Obstacle: String, Hashable, Sendable, Codable, CaseIterable {
        /// Belongs to the queue without taking part now. These are beside ``memberCount``, all others among it.
        case notJoined
        /// The ring or group has not opened yet, or only certain agents are asked so far.
        case notYetAsked
        /// A skill or language is missing.
        case lackSkills
        /// Not on queue, or not responding.
        case notOnQueue
        /// No room for this medium.
        case atCapacity
        /// No room for the label.
        case labelFull
        /// Declined a moment ago, or let the alert pass.
        case paused
    }

    /// How many of those who were looked at were left out, by reason.
    public struct Exclusions: Hashable, Sendable, Codable {
        public var notJoined = 0
        public var notYetAsked = 0
        public var lackSkills = 0
        public var notOnQueue = 0
        public var atCapacity = 0
        public var labelFull = 0
        public var paused = 0

        /// Nobody.
        public init() {}

        /// Reads stored ones; a reason that was not known when they were stored left out nobody.
        public init(from decoder: any Decoder) throws {
            let counts = try [String: Int](from: decoder)
            for obstacle in Obstacle.allCases { self[obstacle] = counts[obstacle.rawValue] ?? 0 }
        }

        /// All that were left out.
        public var total: Int { Obstacle.allCases.reduce(0) { $0 + self[$1] } }

        /// How many were left out for one reason.
        public subscript(obstacle: Obstacle) -> Int {
            get {
                switch obstacle {
                case .notJoined: notJoined
                case .notYetAsked: notYetAsked
                case .lackSkills: lackSkills
                case .notOnQueue: notOnQueue
                case .atCapacity: atCapacity
                case .labelFull: labelFull
                case .paused: paused
                }
            }
            set {
                switch obstacle {
                case .notJoined: notJoined = newValue
                case .notYetAsked: notYetAsked = newValue
                case .lackSkills: lackSkills = newValue
                case .notOnQueue: notOnQueue = newValue
                case .atCapacity: atCapacity = newValue
                case .labelFull: labelFull = newValue
                case .paused: paused = newValue
                }
            }
        }
    }

    /// One agent who was left out.
    public struct Excluded: Hashable, Sendable, Codable {
        public var user: UserID
        public var obstacle: Obstacle
    }

    /// How agents were looked for.
    public struct Method: Hashable, Sendable, Codable {
        /// Who was asked.
        public enum Audience: String, Hashable, Sendable, Codable {
            case members, rings, groups, directAgent, lastAgent, preferredAgents
        }

        public var audience: Audience
        public var evaluation: QueueRules.Evaluation
        public var scoring: QueueRules.Scoring
        public var selection: QueueRules.Selection
        /// Rings or groups of the queue in all; 1 where it has none.
        public var stageCount: Int
    }

    /// What changes by itself, and when.
    public struct NextChange: Hashable, Sendable, Codable {
        public enum Kind: String, Hashable, Sendable, Codable {
            /// The next ring, or a conditional group, opens.
            case ringOpens, groupOpens
            /// Others than the certain agents are asked.
            case othersAsked
            /// Somebody who declined is asked again.
            case pauseEnds
            /// The queue serves again.
            case queueOpens
        }

        public var at: Instant
        public var kind: Kind
        /// The ring or group that opens.
        public var stage: Int?
    }

    /// How many of the queue's agents have one skill or language that is asked for.
    public struct Holders: Hashable, Sendable, Codable {
        public var skill: SkillID
        public var count: Int
    }

    /// What only records and explanations show, and assignments carry only when they are recorded.
    public struct Details: Hashable, Sendable, Codable {
        /// Those who were left out, ``excludedMax`` at most, in the order of ``Obstacle``.
        public var excluded: [Excluded] = []
        /// For each skill that is still asked for.
        public var holders: [Holders] = []
        /// Agents of the queue who have all of them.
        public var skilledCount = 0
        /// The place among those that wait for the same agents and medium, from 1; absent while certain agents are
        /// waited for.
        public var position: Int?

        /// Agents who are named at most.
        public static let excludedMax = 20
    }

    public var at: Instant
    public var method: Method
    /// What was still asked for.
    public var skills: [SkillID]
    /// The number of the ring or group that is open, from 1.
    public var stage: Int
    /// The turn as a moment, where it is one (``QueueRules/Scoring/timestampAndPriority``).
    public var turn: Instant?
    /// Agents of the queue in all its stages who take part.
    public var memberCount: Int
    /// The queue does not serve: nobody is looked at, so nobody is left out and nobody could be taken.
    public var closure: QueueClosure?
    public var exclusions = Exclusions()
    /// The best of those who could be taken, the chosen one first; ``candidatesMax`` at most.
    public var candidates: [Candidate] = []
    /// What is asked for changes by itself; nothing changes but by what others do.
    public var nextChange: NextChange?
    public var details: Details?

    /// The prediction that held, and which part of the comparison this is; absent where nothing is predicted, or the
    /// interaction was for certain agents.
    public var predictive: PredictiveMark?

    /// Candidates that are kept of a decision.
    public static let candidatesMax = 5

    /// What kept the last of them out: the hurdle at which those fell who came furthest; `nil` when somebody could be
    /// taken, or when there was nobody to look at.
    public var lastObstacle: Obstacle? {
        candidates.isEmpty ? Obstacle.allCases.last { exclusions[$0] > 0 } : nil
    }

    /// Whether it says the same as another, whenever both were made and whatever place in line they were made at.
    public func says(theSameAs other: Decision) -> Bool { self.timeless == other.timeless }

    /// What it says, without when.
    public var timeless: Decision {
        var timeless = self
        timeless.at = Instant(milliseconds: 0)
        timeless.details?.position = nil
        return timeless
    }
}

import ContactCenter

/// What was weighed when an interaction went to an agent.
public struct Decision: Hashable, Sendable {
    /// An agent who could have been taken.
    public struct Candidate: Hashable, Sendable {
        public var user: UserID
        /// The mean proficiency in what is asked for, from 0 to 5; absent where skills do not rank.
        public var proficiency: Double?
        /// The preferred agent's score, from 0 to 100.
        public var score: Int?
        public var idleSince: Instant
        /// Interactions in hand.
        public var load: Int
        /// What is expected of the agent, and why; absent where predictions do not rank.
        public var prediction: PredictiveModel.Prediction?
    }

    /// How many of the queue's agents were left out, each counted under the first reason that holds, in this order.
    public struct Exclusions: Hashable, Sendable {
        /// Their ring or group has not opened yet, or only certain agents are asked so far.
        public var notYetAsked = 0
        /// Not on queue, or not responding.
        public var notOnQueue = 0
        /// No room for this medium.
        public var atCapacity = 0
        /// A skill or language is missing.
        public var lackSkills = 0
        /// Declined a moment ago, or has no room for the label.
        public var paused = 0

        /// All that were left out.
        public var total: Int { notYetAsked + notOnQueue + atCapacity + lackSkills + paused }
    }

    public var at: Instant
    /// What was still asked for.
    public var skills: [SkillID]
    /// The number of the ring or group that is open, from 1.
    public var stage: Int
    /// Agents of the queue in all its stages.
    public var memberCount: Int
    public var exclusions: Exclusions
    /// The best of those who could be taken, the chosen one first; ``candidatesMax`` at most.
    public var candidates: [Candidate]
    /// When what is asked for changes by itself; nothing changes but by what others do.
    public var nextChange: Instant?

    /// The prediction that held, and which part of the comparison this is; absent where nothing is predicted, or the
    /// interaction was for certain agents.
    public var predictive: PredictiveMark?

    /// Candidates that are kept of a decision.
    public static let candidatesMax = 5
}

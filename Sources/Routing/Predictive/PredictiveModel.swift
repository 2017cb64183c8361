import ContactCenter

/// What was learnt from past conversations for one goal: a sum of effects, each pulled towards nothing the more, the
/// less was seen of it. Values are in the goal's own unit (seconds, shares, points).
public struct PredictiveModel: Hashable, Sendable {
    public var goal: Goal
    public var trainedAt: Instant
    /// Cases that it was learnt from.
    public var caseCount: Int
    /// The cases of each queue and each agent.
    public var queueCases: [QueueID: Int]
    public internal(set) var agents: [UserID]
    public internal(set) var agentCases: [Int]
    /// The value of an average case.
    public var mean: Double
    /// What stays unexplained, as a standard deviation.
    public var noise: Double
    /// Effects that are the same whoever is asked.
    public internal(set) var common: [Segment: Double]
    /// Effects of agents, by the agents' index: for everything, and for each value of what is crossed.
    public internal(set) var rows: [Segment: [Float]]
    /// By how much the value changes with a point of proficiency, one more in hand, the same agent again.
    public internal(set) var slopes: [Factor: Double]
    /// The share of each factor in what is explained of the differences; sums to 1, or is empty.
    public internal(set) var importance: [Factor: Double]
    private(set) var indexes: [UserID: Int]

    /// What one factor adds to a prediction.
    public struct Contribution: Hashable, Sendable, Codable {
        public var factor: Factor
        /// The value of the factor: a queue's id, say; empty where it has none.
        public var segment: String
        /// What it adds, in the goal's unit.
        public var value: Double
    }

    /// A prediction for one agent.
    public struct Prediction: Hashable, Sendable, Codable {
        /// What is expected, in the goal's unit.
        public var value: Double
        /// What makes this agent different from an average one, the largest first; ``contributionsMax`` at most.
        public var contributions: [Contribution]
        /// Whether enough was seen of this agent.
        public var isKnown: Bool
    }

    /// Contributions that a prediction names.
    public static let contributionsMax = 3
    /// An agent with fewer cases is taken as an average one, and not counted as known.
    public static let agentCasesMin = 10
    /// A queue with fewer cases stays with its own method.
    public static let queueCasesMin = 100
    /// Agents and rows of effects that a model keeps: those with most cases. 1 MB of numbers at most.
    public static let agentsMax = 2_000
    public static let rowsMax = 400
    static let effectsMax = 250_000

    init(goal: Goal, trainedAt: Instant, caseCount: Int, agents: [UserID], agentCases: [Int]) {
        self.goal = goal
        self.trainedAt = trainedAt
        self.caseCount = caseCount
        self.agents = agents
        self.agentCases = agentCases
        queueCases = [:]
        mean = 0
        noise = 0
        common = [:]
        rows = [:]
        slopes = [:]
        importance = [:]
        indexes = Dictionary(agents.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether enough was seen of a queue to rank its agents.
    public func serves(_ queue: QueueID) -> Bool { queueCases[queue] ?? 0 >= Self.queueCasesMin }

    /// Where an agent's effects stand; `nil` for one of whom too little was seen.
    func index(of user: UserID) -> Int? {
        indexes[user].flatMap { agentCases[$0] >= Self.agentCasesMin ? $0 : nil }
    }

    /// What is expected of an agent with an interaction, and why.
    public func predict(_ interaction: PredictedInteraction, _ agent: PredictedAgent) -> Prediction {
        Predicting(self, interaction).predict(agent)
    }

    /// What of an agent with an interaction is a number.
    static func amounts(_ interaction: PredictedInteraction, _ agent: PredictedAgent) -> [(Factor, Double)] {
        [
            (.proficiency, agent.proficiency), (.load, Double(agent.load)),
            (.sameAgent, interaction.lastAgent == agent.user ? 1 : 0),
        ]
    }

    /// The best of some agents; `nil` when fewer than two of them are known: then nothing can be compared.
    public func best(of agents: [PredictedAgent], for interaction: PredictedInteraction) -> PredictedAgent? {
        guard agents.filter({ index(of: $0.user) != nil }).count > 1 else { return nil }
        let predicting = Predicting(self, interaction)
        let merits = agents.map { (merit: goal.merit(predicting.difference(of: $0)), agent: $0) }
        return merits.max { left, right in
            left.merit == right.merit ? left.agent.user > right.agent.user : left.merit < right.merit
        }?.agent
    }
}

/// A model looking at one interaction: the slow and complete way, which can say why. The router reaches the same order
/// with ``DemandScores``.
struct Predicting {
    private let model: PredictiveModel
    private let interaction: PredictedInteraction
    private let rows: [(segment: Segment, effects: [Float])]
    private let base: Double

    init(_ model: PredictiveModel, _ interaction: PredictedInteraction) {
        self.model = model
        self.interaction = interaction
        rows = interaction.crossed.compactMap { segment in model.rows[segment].map { (segment, $0) } }
        base = interaction.common.reduce(model.mean) { $0 + (model.common[$1] ?? 0) }
    }

    func predict(_ agent: PredictedAgent) -> PredictiveModel.Prediction {
        let contributions = contributions(of: agent)
        let ranked = contributions.filter { $0.value != 0 }.sorted { left, right in
            (abs(right.value), left.factor.rawValue, left.segment)
                < (abs(left.value), right.factor.rawValue, right.segment)
        }
        return PredictiveModel.Prediction(
            value: contributions.reduce(base) { $0 + $1.value },
            contributions: Array(ranked.prefix(PredictiveModel.contributionsMax)),
            isKnown: model.index(of: agent.user) != nil)
    }

    /// By how much an agent differs from an average one.
    func difference(of agent: PredictedAgent) -> Double { contributions(of: agent).reduce(0) { $0 + $1.value } }

    private func contributions(of agent: PredictedAgent) -> [PredictiveModel.Contribution] {
        var found: [PredictiveModel.Contribution] = []
        if let index = model.index(of: agent.user) {
            for (segment, effects) in rows {
                found.append(.init(factor: segment.factor, segment: segment.name, value: Double(effects[index])))
            }
        }
        for (factor, amount) in PredictiveModel.amounts(interaction, agent) {
            guard amount != 0, let slope = model.slopes[factor] else { continue }
            found.append(.init(factor: factor, segment: "", value: slope * amount))
        }
        return found
    }
}

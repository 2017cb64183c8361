import ContactCenter
import Foundation
import Routing

/// What a predictor can make better; ids are the platform's where it has them.
public struct KeyPerformanceIndicator: Sendable, Hashable {
    public let id: String
    /// Whether less is better.
    public let isMinimised: Bool
    /// Whether it is a yes or no.
    public let isClassification: Bool
    /// Whether the platform has it too.
    public let isOfPlatform: Bool

    /// All that there are.
    public static let all = Goal.allCases.map(Self.init)

    init(_ goal: Goal) {
        id = goal.rawValue
        isMinimised = goal.isMinimised
        isClassification = goal == .transfer || goal == .firstContact
        isOfPlatform = goal == .handleTime || goal == .firstContact
    }

    /// The one of a name, without regard to case and dashes.
    public static func find(_ name: String) -> Self? {
        let plain = name.lowercased().filter { $0 != "-" }
        return all.first { $0.id.lowercased() == plain }
    }

    var goal: Goal { Goal(rawValue: id) ?? .handleTime }
}

/// A predictor as its row has it: which queues, which goal, and how much is kept to compare with.
public struct Predictor: Sendable, Hashable {
    public var id: String
    public var queues: [QueueID]
    public var indicator: KeyPerformanceIndicator
    /// The share of conversations that keep the queue's own method.
    public var comparisonShare: Double
    /// Every other hour is kept instead, since this moment.
    public var hourOnHourOffSince: Instant?

    /// How long an interaction may have waited to be ranked by prediction; any time where absent.
    public var waitMax: Span?

    /// Queues of one predictor.
    public static let queuesMax = 50
    /// Shares that may be kept; without any a predictor could never be seen to fail.
    public static let comparisonShares = 0.01...0.9
    public static let usualComparisonShare = PredictiveRules.usualComparisonShare

    /// Reads a row; `nil` where it says nothing that can be used.
    public init?(_ entity: Entity) {
        guard let indicator = entity.body["kpi"]?.string.flatMap(KeyPerformanceIndicator.find) else { return nil }
        id = entity.id
        self.indicator = indicator
        queues = (entity.body["queueIds"]?.array ?? []).compactMap { $0.string.flatMap { QueueID($0) } }
        let share = entity.body["comparisonShare"]?.double ?? Self.usualComparisonShare
        comparisonShare = min(max(share, Self.comparisonShares.lowerBound), Self.comparisonShares.upperBound)
        waitMax = entity.body["routingTimeoutSeconds"]?.integer.map(Span.seconds)
        hourOnHourOffSince = entity.body["hourOnHourOffSince"]?.integer.map(Instant.init(milliseconds:))
    }
}

/// What a training found, for people and programs; kept with each model.
public struct TrainingReport: Sendable, Hashable, Codable {
    /// The hold-out, in the goal's unit.
    public struct HoldOut: Sendable, Hashable, Codable {
        public var cases: Int
        public var base: Double
        public var predicted: Double
        public var uplift: Double
        public var upliftLow: Double
        public var upliftHigh: Double
    }

    /// How much of what is explained a factor explains.
    public struct Factor: Sendable, Hashable, Codable {
        public var factor: String
        public var share: Double
    }

    /// Why a model ranks, or does not.
    public enum Verdict: String, Sendable, Hashable, Codable {
        case ranks, tooFewCases, noUplift
    }

    /// Fewer cases than this are too few.
    public static let casesMin = Training.casesMin

    public var kpi: String
    public var cases: Int
    public var agents: Int
    public var verdict: Verdict
    public var holdOut: HoldOut?
    /// The largest first.
    public var factors: [Factor]

    init(_ training: Training) {
        kpi = training.model.goal.rawValue
        cases = training.model.caseCount
        agents = training.model.agents.count
        verdict =
            switch training.verdict {
            case .ranks: .ranks
            case .tooFewCases: .tooFewCases
            case .noUplift: .noUplift
            }
        holdOut = training.holdOut.map {
            HoldOut(
                cases: $0.caseCount, base: $0.baseValue, predicted: $0.predictedValue, uplift: $0.uplift,
                upliftLow: $0.upliftLow, upliftHigh: $0.upliftHigh)
        }
        factors = training.model.importance.map { Factor(factor: $0.key.rawValue, share: $0.value) }
            .sorted { ($1.share, $0.factor) < ($0.share, $1.factor) }
    }
}

/// A stored model of a predictor.
public struct PredictorModel: Sendable {
    public var id: String
    public var version: Int64
    public var trainedAt: Instant
    public var report: TrainingReport

    /// Models of a predictor that are kept.
    public static let keptMax = 3

    init?(_ entity: Entity) {
        guard let version = entity.id.split(separator: "/").last.flatMap({ Int64($0) }),
            let report = entity.body["report"], let bytes = try? JSON.encode(report),
            let decoded = try? JSON.decode(TrainingReport.self, from: bytes)
        else { return nil }
        id = entity.id
        self.version = version
        self.report = decoded
        trainedAt = entity.createdAt
    }
}

extension Directory {
    /// A predictor's models, the latest first.
    public func models(of predictor: String) -> [PredictorModel] {
        children(.predictorModel, of: predictor).compactMap(PredictorModel.init).sorted { $1.version < $0.version }
    }

    /// The model of a predictor that decides: the latest training, whatever it found, unless it had too few cases to
    /// find anything.
    public func decidingModel(of predictor: String) -> PredictorModel? {
        models(of: predictor).first { $0.report.verdict != .tooFewCases }
    }

    /// The predictor of a queue; of several the one made first.
    public func predictor(of queue: QueueID) -> Predictor? {
        list(.predictor).sorted { $0.id < $1.id }.compactMap(Predictor.init).first { $0.queues.contains(queue) }
    }

    /// What is predicted, by queue. When the model that decides found no uplift any more, an earlier one does not come
    /// back.
    func predictiveRules() -> [QueueID: PredictiveRules] {
        var found: [QueueID: PredictiveRules] = [:]
        for entity in list(.predictor).sorted(by: { $0.id < $1.id }) {
            guard let predictor = Predictor(entity), let rules = rules(of: predictor) else { continue }
            for queue in predictor.queues where found[queue] == nil { found[queue] = rules }
        }
        return found
    }

    private func rules(of predictor: Predictor) -> PredictiveRules? {
        guard let latest = decidingModel(of: predictor.id), latest.report.verdict == .ranks,
            let stored = find(.predictorModel, latest.id)?.body["model"], let bytes = try? JSON.encode(stored),
            let model = try? JSON.decode(PredictiveModel.self, from: bytes), model.goal == predictor.indicator.goal
        else { return nil }
        var rules = PredictiveRules(
            predictor: predictor.id, version: latest.version, model: model,
            comparisonShare: predictor.comparisonShare, hourOnHourOffSince: predictor.hourOnHourOffSince,
            validUntil: model.trainedAt + PredictiveRules.validFor)
        rules.waitMax = predictor.waitMax
        return rules
    }

    /// What is predicted now for each queue, or that nothing is.
    func predictions() -> [(queue: QueueID, rules: PredictiveRules?)] {
        let rules = predictiveRules()
        return list(.queue).compactMap { entity in QueueID(entity.id).map { ($0, rules[$0]) } }
    }
}

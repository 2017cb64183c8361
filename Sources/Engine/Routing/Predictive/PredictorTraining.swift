import ContactCenter
import Foundation
import Journal
import Routing

/// Learns predictors from the log, and says how those that rank are doing.
public struct PredictorTraining: Sendable {
    /// What is learnt from, and for which goal.
    public struct Order: Sendable {
        public var queues: [QueueID]
        public var indicator: KeyPerformanceIndicator
        public var from: Instant?
        public var to: Instant?
        /// A customer who comes back within so long was not helped at first contact.
        public var returnWindow = Span.hours(72)

        /// An order.
        public init(queues: [QueueID], indicator: KeyPerformanceIndicator) {
            self.queues = queues
            self.indicator = indicator
        }
    }

    /// What was learnt; stored only by ``save(_:as:)``.
    public struct Result: Sendable {
        public let order: Order
        public let report: TrainingReport
        let training: Training
    }

    /// How the arms of the comparison did, as the log has it.
    public struct Comparison: Sendable, Hashable, Codable {
        /// One arm.
        public struct Arm: Sendable, Hashable, Codable {
            public var cases: Int
            /// The mean in the goal's unit; nothing without cases.
            public var mean: Double?
        }

        public var kpi: String
        public var predictive: Arm
        public var base: Arm
        /// By how much the predictive arm is better, with the limits of 95 in 100; absent with too few cases.
        public var uplift: Double?
        public var upliftLow: Double?
        public var upliftHigh: Double?
    }

    private let journal: any Journal
    private let directory: Directory
    private let surroundings: Surroundings
    private let lanes: Lanes<String>

    /// Training beside a running engine.
    public init(engine: Engine) {
        journal = engine.journal
        directory = engine.directory
        surroundings = engine.surroundings
        lanes = engine.trainings
    }

    private init(journal: any Journal, directory: Directory) {
        self.journal = journal
        self.directory = directory
        surroundings = .live
        lanes = Lanes()
    }

    /// Training on a journal that no engine of this process has.
    public static func open(_ journal: any Journal) async throws(EngineError) -> PredictorTraining {
        let directory = Directory(journal: journal, surroundings: .live)
        try await directory.load()
        return PredictorTraining(journal: journal, directory: directory)
    }

    /// The queues of these ids or names; all where none is named.
    public func queues(named names: [String]) throws(EngineError) -> [QueueID] {
        if names.isEmpty { return directory.list(.queue).compactMap { QueueID($0.id) } }
        var found: [QueueID] = []
        for name in names {
            guard let entity = directory.find(.queue, name.lowercased()) ?? directory.find(.queue, named: name),
                let id = QueueID(entity.id)
            else { throw .notFound(kind: "queue", id: name) }
            found.append(id)
        }
        return found
    }

    /// Learns, and looks at the hold-out.
    public func train(_ order: Order) async throws(EngineError) -> Result {
        let training = Training(try await cases(of: order), learning: Learning(order.indicator.goal))
        return Result(order: order, report: TrainingReport(training), training: training)
    }

    /// How the arms did.
    public func compare(_ order: Order) async throws(EngineError) -> Comparison {
        let goal = order.indicator.goal
        let cases = try await cases(of: order)
        func values(_ arm: PredictiveMark.Arm) -> Sample {
            Sample(cases.filter { $0.arm == arm }.compactMap { goal.value(of: $0.outcome) })
        }
        let (predictive, base) = (values(.predictive), values(.base))
        var comparison = Comparison(
            kpi: order.indicator.id, predictive: predictive.arm, base: base.arm)
        guard let one = predictive.mean, let other = base.mean, predictive.count > 1, base.count > 1 else {
            return comparison
        }
        let uplift = goal.merit(one - other)
        let margin = 1.96 * (predictive.errorSquare + base.errorSquare).squareRoot()
        comparison.uplift = uplift
        comparison.upliftLow = uplift - margin
        comparison.upliftHigh = uplift + margin
        return comparison
    }

    func cases(of order: Order) async throws(EngineError) -> [RoutedCase] {
        try await lanes.run("log") { () async throws(EngineError) -> [RoutedCase] in try await read(order) }
    }

    private func read(_ order: Order) async throws(EngineError) -> [RoutedCase] {
        var past = PastCases(directory: directory, returnWindow: order.returnWindow)
        var reader = try await PastReader(journal)
        while try await reader.next(into: &past) {}
        past.close(at: surroundings.now())
        let queues = Set(order.queues)
        return past.cases.filter { entry in
            let at = entry.interaction.at
            return queues.contains(entry.interaction.queue) && order.from.map { at >= $0 } ?? true
                && order.to.map { at < $0 } ?? true
        }
    }

    // MARK: Keeping

    /// Stores a result as the next model of a predictor, or of the one of these queues and this goal, which is made
    /// where there is none. Answers the model.
    @discardableResult
    public func save(_ result: Result, as predictor: String? = nil) async throws(EngineError) -> PredictorModel {
        let id: String
        if let predictor { id = predictor } else { id = try await findOrMake(for: result.order) }
        let version = (directory.models(of: id).first?.version ?? 0) + 1
        var body: JSONValue = ["report": try value(result.report)]
        if result.report.verdict == .ranks { body["model"] = try value(result.training.model) }
        let row = try await directory.save(.predictorModel, id: "\(id)/\(version)", name: nil, body: body)
        let deciding = directory.decidingModel(of: id)?.id
        for old in directory.models(of: id).dropFirst(PredictorModel.keptMax) where old.id != deciding {
            try await directory.delete(.predictorModel, old.id)
        }
        guard let model = PredictorModel(row) else { throw .notFound(kind: "predictorModel", id: row.id) }
        return model
    }

    private func value(_ encodable: some Encodable) throws(EngineError) -> JSONValue {
        try JSON.decode(JSONValue.self, from: try JSON.encode(encodable))
    }

    private func findOrMake(for order: Order) async throws(EngineError) -> String {
        let queues = Set(order.queues)
        let known = directory.list(.predictor).compactMap(Predictor.init).first { predictor in
            predictor.indicator == order.indicator && Set(predictor.queues) == queues
        }
        if let known { return known.id }
        if let taken = order.queues.first(where: { directory.predictor(of: $0) != nil }) {
            throw .invalid(
                field: "queueIds", message: "The queue \(taken) has a predictor of another goal or more queues.")
        }
        guard order.queues.count <= Predictor.queuesMax else {
            throw .invalid(field: "queueIds", message: "A predictor has at most \(Predictor.queuesMax) queues.")
        }
        var ids = surroundings.identifiers
        let body: JSONValue = [
            "queueIds": .array(order.queues.map { .string($0.description) }), "kpi": .string(order.indicator.id),
        ]
        return try await directory.save(.predictor, id: ids.next(Predictor.self).description, name: nil, body: body).id
    }
}

/// Values with their mean, and how sure it is.
private struct Sample {
    let count: Int
    let mean: Double?
    let errorSquare: Double

    init(_ values: [Double]) {
        count = values.count
        guard !values.isEmpty else {
            mean = nil
            errorSquare = 0
            return
        }
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        errorSquare = values.count > 1 ? squares / Double(values.count - 1) / Double(values.count) : 0
    }

    var arm: PredictorTraining.Comparison.Arm { .init(cases: count, mean: mean) }
}

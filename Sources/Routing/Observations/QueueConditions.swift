import ContactCenter

/// When a queue's conditional groups are let in (`conditionalGroupRouting`, `conditionalGroupActivation`, reference
/// F.2): comparisons of what is measured of queues, joined by words.
public struct QueueConditions: Hashable, Sendable {
    /// What is measured of a queue; raw values are the wire's.
    public enum Metric: String, Hashable, Sendable {
        /// In seconds; longer than everything while nobody is on queue.
        case estimatedWaitTime = "EstimatedWaitTime"
        /// In percent, of the last half hour; nothing compares with it while nothing was answered or abandoned.
        case serviceLevel = "ServiceLevel"
        /// Agents on queue with nothing in hand.
        case idleAgentCount = "IdleAgentCount"
    }

    /// One comparison.
    public struct Test: Hashable, Sendable {
        public var metric: Metric
        public var queue: QueueID
        public var comparison: Comparator
        public var value: Double

        /// A comparison.
        public init(_ metric: Metric, of queue: QueueID, _ comparison: Comparator, _ value: Double) {
            self.metric = metric
            self.queue = queue
            self.comparison = comparison
            self.value = value
        }
    }

    /// Must hold before any rule is looked at.
    public var pilot: ConditionExpression
    /// One for each conditional group, in the order of the queue's rules.
    public var rules: [ConditionExpression]

    /// Conditions; without a pilot the rules stand for themselves.
    public init(pilot: ConditionExpression = .all([]), rules: [ConditionExpression]) {
        self.pilot = pilot
        self.rules = rules
    }

    /// Which groups are let in, by what is measured.
    public func evaluated(_ measure: (Metric, QueueID) -> Double?) -> [Bool] {
        let isPiloted = pilot.holds(measure)
        return rules.map { isPiloted && $0.holds(measure) }
    }
}

/// Comparisons joined by `and`, `or` and `not`.
public indirect enum ConditionExpression: Hashable, Sendable {
    case test(QueueConditions.Test)
    case not(ConditionExpression)
    case all([ConditionExpression])
    case any([ConditionExpression])

    /// The longest text that is read.
    public static let lengthMax = 500

    /// Reads a text like `C1 and (C2 or C3)`, in which `C1` is the first of the tests; an empty one joins all by `and`.
    /// `nil` for what is no such text, or names a test that is not there.
    public init?(_ text: String, tests: [QueueConditions.Test]) {
        guard text.utf8.count <= Self.lengthMax else { return nil }
        var reader = ConditionReader(text, tests: tests)
        guard !reader.isAtEnd else {
            self = .all(tests.map(ConditionExpression.test))
            return
        }
        guard let found = reader.readAny(), reader.isAtEnd else { return nil }
        self = found
    }

    func holds(_ measure: (QueueConditions.Metric, QueueID) -> Double?) -> Bool {
        switch self {
        case .test(let test): measure(test.metric, test.queue).map { test.comparison.holds($0, test.value) } ?? false
        case .not(let inner): !inner.holds(measure)
        case .all(let parts): parts.allSatisfy { $0.holds(measure) }
        case .any(let parts): parts.contains { $0.holds(measure) }
        }
    }
}

/// Reads an expression word by word: `or` joins what `and` has joined, `not` binds closest.
private struct ConditionReader {
    private var words: ArraySlice<String>
    private let tests: [QueueConditions.Test]

    init(_ text: String, tests: [QueueConditions.Test]) {
        let spaced = text.lowercased().replacing("(", with: " ( ").replacing(")", with: " ) ")
        words = spaced.split(whereSeparator: \.isWhitespace).map(String.init)[...]
        self.tests = tests
    }

    var isAtEnd: Bool { words.isEmpty }

    mutating func readAny() -> ConditionExpression? {
        guard let first = readAll() else { return nil }
        var parts = [first]
        while take("or") {
            guard let next = readAll() else { return nil }
            parts.append(next)
        }
        return parts.count == 1 ? first : .any(parts)
    }

    private mutating func readAll() -> ConditionExpression? {
        guard let first = readOne() else { return nil }
        var parts = [first]
        while take("and") {
            guard let next = readOne() else { return nil }
            parts.append(next)
        }
        return parts.count == 1 ? first : .all(parts)
    }

    private mutating func readOne() -> ConditionExpression? {
        if take("not") { return readOne().map(ConditionExpression.not) }
        if take("(") {
            guard let inner = readAny(), take(")") else { return nil }
            return inner
        }
        guard let word = words.popFirst(), word.hasPrefix("c"), let number = Int(word.dropFirst()),
            (1...max(tests.count, 1)).contains(number), number <= tests.count
        else { return nil }
        return .test(tests[number - 1])
    }

    private mutating func take(_ word: String) -> Bool {
        guard words.first == word else { return false }
        words.removeFirst()
        return true
    }
}

extension QueueLedger {
    /// Which of a queue's conditional groups are let in now.
    public func evaluated(_ conditions: QueueConditions, at now: Instant) -> [Bool] {
        conditions.evaluated { metric, queue in
            let medium = QueueMedium(queue, .message)
            switch metric {
            case .estimatedWaitTime: return estimate(in: medium, at: now)?.span.seconds ?? .infinity
            case .serviceLevel: return serviceLevel(of: medium, at: now).ratio.map { $0 * 100 }
            case .idleAgentCount: return Double(people(of: queue).idleCount)
            }
        }
    }
}

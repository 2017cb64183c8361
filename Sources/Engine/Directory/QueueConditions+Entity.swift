import ContactCenter
import Routing

extension QueueConditions {
    /// Reads the conditions of a queue's groups; `nil` where it has none. A queue has rules of conditional routing or
    /// of activation; where it has both, those of routing hold.
    init?(_ body: JSONValue, of queue: QueueID) {
        if let rules = body["conditionalGroupRouting"]?["rules"]?.array, !rules.isEmpty {
            self.init(rules: rules.prefix(QueueRules.ringsMax).map { Self.expression(of: $0, queue) })
            return
        }
        let activation = body["conditionalGroupActivation"]
        guard let rules = activation?["rules"]?.array, !rules.isEmpty else { return nil }
        self.init(
            pilot: activation?["pilotRule"].map { Self.joined($0, queue) } ?? .all([]),
            rules: rules.prefix(QueueRules.ringsMax).map { Self.joined($0, queue) })
    }

    /// The one condition of a rule of conditional routing.
    private static func expression(of rule: JSONValue, _ queue: QueueID) -> ConditionExpression {
        Test(rule["metric"], rule["queue"], rule["operator"], rule["conditionValue"], of: queue)
            .map(ConditionExpression.test) ?? never
    }

    /// The conditions of a rule of activation, joined by its expression. What cannot be read never holds.
    private static func joined(_ rule: JSONValue, _ queue: QueueID) -> ConditionExpression {
        let tests = (rule["conditions"]?.array ?? []).map { condition in
            let metric = condition["simpleMetric"]
            return Test(metric?["metric"], metric?["queue"], condition["operator"], condition["value"], of: queue)
        }
        let known = tests.compactMap(\.self)
        guard known.count == tests.count else { return never }
        return ConditionExpression(rule["conditionExpression"]?.string ?? "", tests: known) ?? never
    }

    private static var never: ConditionExpression { .any([]) }
}

extension Directory {
    /// Whether an expression that joins so many conditions can be read.
    public static func canRead(conditionExpression text: String, conditionsCount: Int) -> Bool {
        let test = QueueConditions.Test(.idleAgentCount, of: QueueID(high: 0, low: 0), .equalTo, 0)
        return ConditionExpression(text, tests: Array(repeating: test, count: conditionsCount)) != nil
    }
}

extension QueueConditions.Test {
    /// A comparison as the wire has it; without a queue it is about the one that has the rule.
    fileprivate init?(
        _ metric: JSONValue?, _ other: JSONValue?, _ comparison: JSONValue?, _ value: JSONValue?, of queue: QueueID
    ) {
        guard let metric = metric?.string.flatMap(QueueConditions.Metric.init(rawValue:)),
            let comparison = comparison?.string.flatMap(Comparator.init(rawValue:)),
            let value = value?.double
        else { return nil }
        self.init(metric, of: other?["id"]?.string.flatMap { QueueID($0) } ?? queue, comparison, value)
    }
}

/// How a number is compared with a limit; raw values are the wire's (reference F.2).
public enum Comparator: String, Hashable, Sendable {
    case equalTo = "EqualTo"
    case notEqualTo = "NotEqualTo"
    case lessThan = "LessThan"
    case greaterThan = "GreaterThan"
    case greaterThanOrEqualTo = "GreaterThanOrEqualTo"
    case lessThanOrEqualTo = "LessThanOrEqualTo"

    /// Whether a value compares so with a limit.
    public func holds(_ value: Double, _ limit: Double) -> Bool {
        switch self {
        case .equalTo: value == limit
        case .notEqualTo: value != limit
        case .lessThan: value < limit
        case .greaterThan: value > limit
        case .greaterThanOrEqualTo: value >= limit
        case .lessThanOrEqualTo: value <= limit
        }
    }
}

/// One family of the metrics page: its name with the unit, what it is, and what people are told about it.
public struct Metric: Sendable {
    /// What Prometheus has to know to work with it.
    public enum Kind: Sendable, Equatable {
        /// Only grows, from 0 at the start of the process.
        case counter
        /// The value now.
        case gauge
        /// How many values were at most so large, by the upper bounds.
        case histogram(bounds: [Double])
    }

    /// As in `engawa_commits_total`.
    public let name: String
    /// The kind.
    public let kind: Kind
    /// One sentence.
    public let help: String

    init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }
}

/// One value of a gauge or counter that is read when the page is asked for.
public struct Sample: Sendable {
    /// The family.
    public let metric: Metric
    /// Names and values that tell it from others of the family.
    public let labels: [(String, String)]
    /// The value.
    public let value: Double

    /// A value under labels.
    public init(_ metric: Metric, _ labels: [(String, String)], _ value: Double) {
        self.metric = metric
        self.labels = labels
        self.value = value
    }

    /// A count under labels.
    public init(_ metric: Metric, _ labels: [(String, String)], _ count: some BinaryInteger) {
        self.init(metric, labels, Double(count))
    }

    /// The one value of a family.
    public init(_ metric: Metric, _ value: Double) { self.init(metric, [], value) }

    /// The one count of a family.
    public init(_ metric: Metric, _ count: some BinaryInteger) { self.init(metric, [], Double(count)) }
}

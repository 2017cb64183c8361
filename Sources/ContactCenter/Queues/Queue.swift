/// What customers write to: an open integration, a web deployment, a page, a number.
public enum Integration {}

/// What an agent can do, or a language that an agent speaks, with a proficiency from 0 to 5.
public enum Skill {}

/// A name for some of a medium's interactions, with a capacity of its own.
public enum UtilizationLabel {}

/// A queue as routing needs it: read from the configuration row, whose body keeps every field of the API.
public struct Queue: Hashable, Sendable {
    public var id: QueueID
    public var name: String
    /// How long an agent is alerted before the next one is asked.
    public var alertingTimeout: Span
    public var wrapupPolicy: WrapupPolicy
    /// How agents are found.
    public var rules = QueueRules()

    /// The wire's least and usual alerting time-outs for messages, in seconds (reference F.3).
    public static let alertingSecondsMin: Int64 = 7
    public static let alertingSecondsDefault: Int64 = 30

    /// A queue with the API's defaults.
    public init(id: QueueID, name: String) {
        self.id = id
        self.name = name
        alertingTimeout = .seconds(Self.alertingSecondsDefault)
        wrapupPolicy = WrapupPolicy(prompt: .optional)
    }
}

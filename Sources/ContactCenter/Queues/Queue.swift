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
    /// What is settled for each medium; one that is left out has the API's defaults.
    public var media: [MediaType: MediaRules] = [:]
    public var wrapupPolicy: WrapupPolicy
    /// What becomes of an agent who declines.
    public var declineAction = DeclineAction.stayAvailable
    public var parking = ParkingPolicy()
    /// How agents are found.
    public var rules = QueueRules()

    /// The wire's least and usual alerting time-outs for messages, in seconds (reference F.3).
    public static let alertingSecondsMin: Int64 = 7
    public static let alertingSecondsDefault: Int64 = 30

    /// A queue with the API's defaults.
    public init(id: QueueID, name: String) {
        self.id = id
        self.name = name
        wrapupPolicy = WrapupPolicy(prompt: .optional)
    }

    /// What is settled for a medium.
    public func rules(for media: MediaType) -> MediaRules { self.media[media] ?? MediaRules(of: media) }

    /// How long an agent is alerted for a message before the next one is asked.
    public var alertingTimeout: Span { rules(for: .message).alertingTimeout }
}

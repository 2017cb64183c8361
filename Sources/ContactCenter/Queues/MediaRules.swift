/// What a queue settles for the interactions of one medium (`mediaSettings`, reference F.2).
public struct MediaRules: Hashable, Sendable {
    /// How long an agent is alerted before the next one is asked (`alertingTimeoutSeconds`).
    public var alertingTimeout: Span
    /// Whether an interaction connects without the agent's doing (`enableAutoAnswer`).
    public var answersItself: Bool
    /// The same for single kinds of messages, which overrules the medium (`subTypeSettings`).
    public var answersItselfByPlatform: [MessagingPlatform: Bool]

    /// Rules of a medium.
    public init(
        alertingTimeout: Span, answersItself: Bool = false,
        answersItselfByPlatform: [MessagingPlatform: Bool] = [:]
    ) {
        self.alertingTimeout = alertingTimeout
        self.answersItself = answersItself
        self.answersItselfByPlatform = answersItselfByPlatform
    }

    /// The API's defaults of a medium (reference F.3).
    public init(of media: MediaType) {
        self.init(alertingTimeout: .seconds(Self.alertingSecondsDefault(media)))
    }

    /// How long an alert of a medium lasts where nothing is configured, in seconds.
    public static func alertingSecondsDefault(_ media: MediaType) -> Int64 {
        switch media {
        case .call: 8
        case .email: 300
        case .callback, .chat, .message, .workitem: Queue.alertingSecondsDefault
        }
    }

    /// Whether an interaction that came by a platform connects without the agent's doing.
    public func answersItself(_ platform: MessagingPlatform?) -> Bool {
        platform.flatMap { answersItselfByPlatform[$0] } ?? answersItself
    }
}

/// What becomes of an agent who declines an alert (our own member `messageHandling.declineAction` of a queue).
public enum DeclineAction: String, Hashable, Sendable {
    /// The agent stays available, and is not asked for the same interaction for a while.
    case stayAvailable = "STAY_AVAILABLE"
    /// As after an alert that nobody took: nothing more until the agent goes back to work.
    case notResponding = "NOT_RESPONDING"
}

/// How a queue's conversations are parked while they wait for the customer (our own member `messageHandling`).
public struct ParkingPolicy: Codable, Hashable, Sendable {
    /// How long the customer may be silent after the agent's word before the conversation is parked by itself; absent
    /// where only agents park.
    public var after: Span?
    /// How long a customer who writes again waits for the same agent before the queue's others are asked.
    public var returnWait: Span

    /// The usual wait for the same agent.
    public static let returnWaitDefault = Span.seconds(120)

    /// A policy; by default only agents park.
    public init(after: Span? = nil, returnWait: Span = returnWaitDefault) {
        self.after = after
        self.returnWait = returnWait
    }
}

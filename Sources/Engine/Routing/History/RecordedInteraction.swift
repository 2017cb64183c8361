import ContactCenter
import Routing

/// One round of waiting as the log tells it: how an interaction came into a queue, whom it was offered to, and what
/// became of it.
public struct RecordedInteraction: Sendable, Hashable {
    /// How it came into the queue.
    public enum Cause: Sendable, Hashable {
        /// The customer wrote.
        case arrived
        /// This agent, or a person at the queue, passed it on.
        case transferred(from: UserID?)
        /// An agent had to give it back, or did not take a transfer.
        case returned
        /// An agent passed it straight to another one: it waits in no queue.
        case passed(to: UserID)
    }

    /// An agent who was asked.
    public struct Offer: Sendable, Hashable {
        /// What the agent did.
        public enum Outcome: String, Sendable, Hashable { case answered, declined, timedOut, withdrawn, open }

        public var user: UserID
        public var at: Instant
        public var outcome = Outcome.open
        /// When it was over; nothing while it is open.
        public var endedAt: Instant?
    }

    /// The agent who took it.
    public struct Answer: Sendable, Hashable {
        public var user: UserID
        public var at: Instant
        /// Interactions that the agent had in hand then, this one included.
        public var concurrency: Int
        /// When the leg ended and why; nothing while it lasts.
        public var endedAt: Instant?
        public var end: Communication.DisconnectType?
        /// When the agent was done with it, after-call work included.
        public var releasedAt: Instant?
        /// When it was parked and resumed, in turn, in milliseconds after the answer: parked it occupies nobody.
        public var parkingMs: [Int64] = []
    }

    /// Something else was asked for while it waited.
    public struct RoutingChange: Sendable, Hashable {
        public var at: Instant
        public var routing: RoutingRequest
    }

    /// Why it waits no longer.
    public enum Outcome: Sendable, Hashable {
        case answered
        /// The customer left.
        case abandoned
        /// It was taken out of the queue: passed on, or closed.
        case removed
        /// Its queue's settings let the customer go: the queue did not serve, or the longest wait was over.
        case letGo
        /// It waits still.
        case open
    }

    public var conversation: ConversationID
    /// The leg that waits; it names the round.
    public var leg: CommunicationID
    public var cause: Cause
    /// What it asked for when it came, and each change while it waited.
    public var routing: RoutingRequest
    public var changes: [RoutingChange] = []
    public var media = MediaType.message
    /// Where the customer writes; nothing where the log begins later.
    public var platform: MessagingPlatform?
    public var integration: IntegrationID?
    /// What a prediction may look at, as it was known last while it waited.
    var traits = InteractionTraits()
    /// The step of its queue's settings that ended the wait, if one did.
    var lastStep: InQueueStep?
    /// The first closure that it met.
    var closure: QueueStanding?
    public var queuedAt: Instant
    public var offers: [Offer] = []
    public var outcome = Outcome.open
    /// When the waiting ended.
    public var endedAt: Instant?
    public var answer: Answer?

    /// Offers, and changes of what is asked for, that are kept of one round: the first ones.
    public static let offersMax = 200

    /// How long it waited for an answer, an end or, open, until an instant.
    public func wait(until now: Instant) -> Span { (endedAt ?? now) - queuedAt }

    /// Whether the queue's settings passed it on to another queue.
    var isPassedOn: Bool { outcome == .removed && lastStep != nil }

    /// From the answer until the agent was done, after-call work included; nothing while it lasts.
    public var handling: Span? { answer.flatMap { answer in answer.releasedAt.map { $0 - answer.at } } }
}

/// What the log tells of an agent's readiness.
public struct RecordedReadiness: Sendable, Hashable {
    /// What changed.
    public enum Change: Sendable, Hashable {
        case onQueue(Bool)
        case notResponding(Bool)
    }

    public var user: UserID
    public var at: Instant
    public var change: Change
}

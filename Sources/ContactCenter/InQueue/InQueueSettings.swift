/// What closes queues at once, whatever their schedules say.
public enum EmergencyGroup {}

/// Whether a queue serves now: by its emergency group, else by its schedule group.
public enum QueueStanding: String, Codable, Hashable, Sendable {
    case open, closed, holiday, emergency

    /// What a schedule group says.
    public init(_ state: ScheduleGroup.State) {
        switch state {
        case .open: self = .open
        case .closed: self = .closed
        case .holiday: self = .holiday
        }
    }
}

/// What a queue does with those who wait in it. Ours: the API has flows for it (`messageInQueueFlow`), which answer the
/// same hooks.
public struct InQueueSettings: Hashable, Sendable {
    /// Where somebody goes who cannot stay, or that nothing is done.
    public enum Action: Hashable, Sendable {
        case wait
        case overflow(QueueID)
        case disconnect
    }

    /// Texts by language tag; see ``InQueueText``.
    public typealias Texts = [String: String]

    /// What is told and done at one moment.
    public struct Policy: Hashable, Sendable {
        public var action: Action
        /// Nothing is said without any.
        public var texts: Texts

        /// A policy.
        public init(_ action: Action, texts: Texts = [:]) {
            self.action = action
            self.texts = texts
        }
    }

    /// What those who wait are told now and then.
    public struct Treatment: Hashable, Sendable {
        /// How long after the wait began the first time.
        public var delay: Span
        /// How long after the last time; once without.
        public var interval: Span?
        public var timesMax: Int
        public var texts: Texts

        /// A treatment.
        public init(delay: Span, interval: Span?, timesMax: Int, texts: Texts) {
            self.delay = delay
            self.interval = interval
            self.timesMax = timesMax
            self.texts = texts
        }
    }

    /// When somebody is passed on to another queue.
    public struct Overflow: Hashable, Sendable {
        public var queue: QueueID
        /// After this wait.
        public var after: Span?
        /// As soon as the estimated wait is longer.
        public var estimatedWait: Span?
        public var texts: Texts

        /// An overflow.
        public init(to queue: QueueID, after: Span?, estimatedWait: Span? = nil, texts: Texts = [:]) {
            self.queue = queue
            self.after = after
            self.estimatedWait = estimatedWait
            self.texts = texts
        }
    }

    /// The longest wait, and what comes then.
    public struct MaximumWait: Hashable, Sendable {
        public var span: Span
        public var policy: Policy

        /// A longest wait.
        public init(_ span: Span, _ policy: Policy) {
            self.span = span
            self.policy = policy
        }
    }

    public var treatment: Treatment?
    /// What happens while the queue does not serve; those who wait are told nothing and stay where it says nothing.
    public var closures: [QueueStanding: Policy] = [:]
    public var overflow: Overflow?
    public var maximumWait: MaximumWait?
    /// How long a customer may say nothing before the wait counts as given up.
    public var inactivity: Span?
    /// Who leaves sooner did not abandon, but changed their mind.
    public var shortAbandon: Span?

    /// Of a treatment; what is said more often nobody reads.
    public static let timesMax = 100
    /// How long after the last time at the least.
    public static let intervalMin = Span.seconds(5)
    /// Queues that somebody is passed through at most; then the last one keeps them.
    public static let passedMax = 5
    /// How often somebody's estimated wait is looked at where it decides about an overflow.
    public static let estimatePause = Span.seconds(15)

    /// Nothing is told, nobody is passed on.
    public init() {}

    /// Whether an abandonment after this wait is a short one.
    public func isShortAbandon(_ wait: Span) -> Bool { shortAbandon.map { wait < $0 } ?? false }

    /// What happens in a standing; a holiday and an emergency without their own policy are like any closure.
    func closure(_ standing: QueueStanding) -> Policy? { closures[standing] ?? closures[.closed] }
}

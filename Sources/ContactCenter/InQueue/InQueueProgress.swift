/// What has been done with somebody who waits; kept with the queue's participant, so that each thing is done once.
public struct InQueueProgress: Codable, Hashable, Sendable {
    /// How often the treatment came.
    public var timesTreated = 0
    public var treatedAt: Instant?
    /// The closure that was told of; absent while the queue serves.
    public var closure: QueueStanding?
    /// When the queue began to serve again; waits are reckoned from here.
    public var openedAt: Instant?
    /// The longest wait is over and was told of.
    public var isOverdue = false

    /// Nothing yet.
    public init() {}

    /// Notes a step that was taken.
    public mutating func note(_ step: InQueueStep, at now: Instant) {
        switch step {
        case .treatment(let number):
            timesTreated = number
            treatedAt = now
        case .closed(let standing): closure = standing
        case .opened:
            closure = nil
            openedAt = now
        case .maximumWait: isOverdue = true
        case .overflow, .inactive: break
        }
    }
}

/// One thing that is done with somebody who waits.
public enum InQueueStep: Codable, Hashable, Sendable {
    /// The treatment, for the first, second, … time.
    case treatment(Int)
    /// The queue does not serve.
    case closed(QueueStanding)
    /// It serves again.
    case opened
    case overflow
    case maximumWait
    /// The customer has said nothing for too long.
    case inactive
}

/// Somebody who waits, as far as the queue's settings look at it.
public struct InQueueSituation: Hashable, Sendable {
    /// Since when in this queue.
    public var since: Instant
    /// When the customer last said something.
    public var lastInboundAt: Instant?
    public var progress: InQueueProgress
    public var standing: QueueStanding
    /// When the standing changes by itself.
    public var standingChangesAt: Instant?
    public var estimatedWait: Span?
    /// Until when an agent is being asked; nobody is taken away from an agent who may just answer.
    public var alertEndsAt: Instant?
    /// Where this person has been, the present queue last.
    public var passed: [QueueID]
    /// Queues that do not serve, of those that an overflow may lead to.
    public var closedQueues: Set<QueueID>

    /// Somebody who has just come.
    public init(since: Instant, standing: QueueStanding = .open) {
        self.since = since
        self.standing = standing
        progress = InQueueProgress()
        passed = []
        closedQueues = []
    }
}

/// What is to be done with somebody who waits.
public enum InQueueMove: Hashable, Sendable {
    /// This, now: the texts that are told, and where to.
    case take(InQueueStep, InQueueSettings.Policy)
    /// Nothing before; look again then, or at a change of the settings.
    case rest(until: Instant?)
}

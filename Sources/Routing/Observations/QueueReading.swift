import ContactCenter

/// One queue and one of its media.
public struct QueueMedium: Hashable, Sendable {
    public var queue: QueueID
    public var media: MediaType

    /// A queue's medium.
    public init(_ queue: QueueID, _ media: MediaType) {
        self.queue = queue
        self.media = media
    }
}

/// An interaction among those that are counted.
public struct ObservedInteraction: Hashable, Sendable {
    public var conversation: ConversationID
    /// The leg that waits, alerts or is connected.
    public var leg: CommunicationID
    /// The agent who is alerted or connected.
    public var user: UserID?
    /// Since when it is what it is counted as.
    public var since: Instant
}

/// What there is of one queue and medium now: each interaction is in one count at most.
public struct QueueReading: Hashable, Sendable {
    /// Waiting and offered to nobody.
    public var waitingCount = 0
    /// Alerting an agent.
    public var alertingCount = 0
    /// Connected with an agent, held ones included, parked ones left out.
    public var interactingCount = 0
    /// Since when the oldest that waits does so, offered ones left out.
    public var waitingSince: Instant?
    /// Since when the oldest that is connected is.
    public var interactingSince: Instant?

    /// Nothing.
    public init() {}
}

/// What interactions are counted as.
public enum ObservedState: Hashable, Sendable {
    case waiting, alerting, interacting
}

/// One queue and medium: what is there, in order of age and of turn, and what has ended.
struct MediumLedger: Sendable {
    /// Who waits in line, by turn.
    var line = OrderedLine<LinePlace>()
    var ages: [ObservedState: OrderedLine<AgedLeg>] = [:]
    var pace = QueuePace()
    var history = QueueHistory()

    /// Nothing is there any more; what has ended stays.
    mutating func dropPresent(at now: Instant) {
        line = OrderedLine()
        ages = [:]
        pace.lineChanged(to: 0, at: now)
    }

    mutating func change(_ state: ObservedState, _ leg: AgedLeg, isThere: Bool) {
        if isThere { ages[state, default: OrderedLine()].insert(leg) } else { ages[state]?.remove(leg) }
    }

    var reading: QueueReading {
        var reading = QueueReading()
        reading.waitingCount = ages[.waiting]?.count ?? 0
        reading.alertingCount = ages[.alerting]?.count ?? 0
        reading.interactingCount = ages[.interacting]?.count ?? 0
        reading.waitingSince = ages[.waiting]?.first?.since
        reading.interactingSince = ages[.interacting]?.first?.since
        return reading
    }
}

/// A leg among others by age.
struct AgedLeg: Comparable, Hashable, Sendable {
    let since: Instant
    let leg: CommunicationID

    static func < (left: Self, right: Self) -> Bool {
        left.since == right.since ? left.leg < right.leg : left.since < right.since
    }
}

/// A leg among others by turn.
struct LinePlace: Comparable, Hashable, Sendable {
    let order: Int64
    let leg: CommunicationID

    static func < (left: Self, right: Self) -> Bool {
        left.order == right.order ? left.leg < right.leg : left.order < right.order
    }
}

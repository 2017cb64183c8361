/// One leg of a participant on one channel; what the wire calls a communication, and agents address by its id.
public struct Communication: Codable, Hashable, Sendable {
    /// Where the leg stands. It moves from alerting over connected (and parked) to disconnected, never back.
    public enum State: String, Codable, Hashable, Sendable {
        case alerting, connected, parked, disconnected
    }

    /// Who began it.
    public enum Direction: String, Codable, Hashable, Sendable {
        case inbound, outbound
    }

    /// Why a leg ended; raw values are the wire's.
    public enum DisconnectType: String, Codable, Hashable, Sendable {
        case endpoint, client, system, timeout, transfer, error, peer, other, spam, inactivity
        case transferNoAnswer = "transfer.noanswer"
        case transferNotAvailable = "transfer.notavailable"
        case sessionExpired = "session.expired"
        case transportFailure = "transport.failure"
    }

    /// A stretch of one activity of the leg, for history and analytics.
    public struct Segment: Codable, Hashable, Sendable {
        /// What was done.
        public enum Kind: String, Codable, Hashable, Sendable {
            case alert = "Alert"
            case interact = "Interact"
            case hold = "Hold"
            case park = "Park"
            case wait = "Delay"
            case wrapup = "Wrapup"
        }

        public let kind: Kind
        public let startedAt: Instant
        public var endedAt: Instant?
        public var disconnectType: DisconnectType?
    }

    public let id: CommunicationID
    public var state: State
    public let initialState: State
    public let direction: Direction
    public var isHeld: Bool
    public var alertingAt: Instant?
    public var connectedAt: Instant?
    public var heldAt: Instant?
    public var parkedAt: Instant?
    /// Since when a parked leg is wanted back by the customer, who wrote again.
    public var recalledAt: Instant?
    /// Since when a parked leg is wanted back by its agent.
    public var wantedAt: Instant?
    public var disconnectedAt: Instant?
    public var disconnectType: DisconnectType?
    /// The customer's leg that this one talks to.
    public var peer: CommunicationID?
    public var segments: [Segment]

    init(id: CommunicationID, state: State, direction: Direction, peer: CommunicationID?, segment: Segment) {
        self.id = id
        self.state = state
        initialState = state
        self.direction = direction
        isHeld = false
        self.peer = peer
        segments = [segment]
        if state == .alerting { alertingAt = segment.startedAt }
        if state == .connected { connectedAt = segment.startedAt }
    }

    /// Whether somebody wants a parked leg back.
    public var isWantedBack: Bool { recalledAt != nil || wantedAt != nil }

    mutating func begin(_ kind: Segment.Kind, at now: Instant) {
        closeSegment(at: now, disconnectType: nil)
        segments.append(Segment(kind: kind, startedAt: now))
    }

    mutating func closeSegment(at now: Instant, disconnectType: DisconnectType?) {
        guard let last = segments.indices.last, segments[last].endedAt == nil else { return }
        segments[last].endedAt = now
        segments[last].disconnectType = disconnectType
    }
}

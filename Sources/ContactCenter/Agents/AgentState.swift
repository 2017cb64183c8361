/// A person of the business.
public enum User {}

/// Whether an agent can be given work: presence, being on queue, and what is in hand.
///
/// Routing status follows from the rest (reference F.3): off queue; not responding after an alert that nobody took;
/// interacting with a conversation or its after-call work; else idle.
public struct AgentState: Codable, Hashable, Sendable {
    /// The wire's routing status.
    public enum RoutingStatus: String, Codable, Hashable, Sendable {
        case offQueue = "OFF_QUEUE"
        case idle = "IDLE"
        case interacting = "INTERACTING"
        case notResponding = "NOT_RESPONDING"
        case communicating = "COMMUNICATING"
    }

    public let user: UserID
    public private(set) var version: Int64 = 0
    /// The id of the presence definition; `nil` before the first.
    public private(set) var presenceDefinition: String?
    public private(set) var systemPresence: SystemPresence = .offline
    public private(set) var presenceMessage: String?
    public private(set) var presenceAt: Instant?
    public private(set) var isNotResponding = false
    /// Legs that are connected or whose after-call work is due.
    public private(set) var interactions: Set<CommunicationID> = []
    public private(set) var routingStatus: RoutingStatus = .offQueue
    public private(set) var routingStatusAt: Instant?
    /// Since when nothing is in hand, whatever the presence was meanwhile; `nil` before the first interaction.
    public private(set) var freeSince: Instant?

    /// An agent who has never signed in.
    public init(user: UserID) { self.user = user }

    /// What may be asked of an agent's state.
    public enum Command: Sendable {
        /// The agent (or the system) sets a presence.
        case setPresence(definition: String, SystemPresence, message: String?)
        /// Back to work after not responding.
        case setIdle
        case interactionStarted(CommunicationID)
        case interactionEnded(CommunicationID)
        /// An alert that this agent did not take.
        case alertExpired
        /// No desktop of an agent is open any more who is on queue since a moment; offline by this definition. Nothing
        /// for one who has changed the presence since.
        case deskGone(definition: String, since: Instant)
    }

    /// What happened to an agent.
    public enum Event: Codable, Hashable, Sendable {
        case presenceChanged(definition: String, SystemPresence, message: String?)
        case notRespondingChanged(Bool)
        case interactionStarted(CommunicationID)
        case interactionEnded(CommunicationID)
        case routingStatusChanged(RoutingStatus)

        /// The name that the journal stores beside the body.
        public var name: String {
            switch self {
            case .presenceChanged: "presenceChanged"
            case .notRespondingChanged: "notRespondingChanged"
            case .interactionStarted: "interactionStarted"
            case .interactionEnded: "interactionEnded"
            case .routingStatusChanged: "routingStatusChanged"
            }
        }
    }

    /// Why an agent's state refused a command.
    public enum AgentError: Error, Hashable, Sendable {
        /// Only an agent on queue can be idle.
        case notOnQueue
    }

    /// Applies a command: the events that it causes, already part of the state. A command that changes nothing
    /// causes none, so that repeating it is harmless.
    public mutating func handle(_ command: Command, at now: Instant) throws(AgentError) -> [Event] {
        var events: [Event] = []
        switch command {
        case .setPresence(let definition, let presence, let message):
            if definition != presenceDefinition || message != presenceMessage || presence != systemPresence {
                events.append(.presenceChanged(definition: definition, presence, message: message))
            }
            if isNotResponding { events.append(.notRespondingChanged(false)) }
        case .setIdle:
            guard systemPresence == .onQueue else { throw .notOnQueue }
            if isNotResponding { events.append(.notRespondingChanged(false)) }
        case .interactionStarted(let leg):
            if !interactions.contains(leg) { events.append(.interactionStarted(leg)) }
        case .interactionEnded(let leg):
            if interactions.contains(leg) { events.append(.interactionEnded(leg)) }
        case .alertExpired:
            if !isNotResponding, systemPresence == .onQueue { events.append(.notRespondingChanged(true)) }
        case .deskGone(let definition, let since):
            guard systemPresence == .onQueue, presenceAt == since else { break }
            events.append(.presenceChanged(definition: definition, .offline, message: nil))
            if isNotResponding { events.append(.notRespondingChanged(false)) }
        }
        for event in events { apply(event, at: now) }
        let status = derivedStatus
        if status != routingStatus {
            apply(.routingStatusChanged(status), at: now)
            events.append(.routingStatusChanged(status))
        }
        return events
    }

    /// Takes an event of the past into the state.
    public mutating func apply(_ event: Event, at: Instant) {
        version += 1
        switch event {
        case .presenceChanged(let definition, let presence, let message):
            presenceDefinition = definition
            systemPresence = presence
            presenceMessage = message
            presenceAt = at
        case .notRespondingChanged(let value): isNotResponding = value
        case .interactionStarted(let leg): interactions.insert(leg)
        case .interactionEnded(let leg):
            interactions.remove(leg)
            if interactions.isEmpty { freeSince = at }
        case .routingStatusChanged(let status):
            routingStatus = status
            routingStatusAt = at
        }
    }

    private var derivedStatus: RoutingStatus {
        if systemPresence != .onQueue { return .offQueue }
        if isNotResponding { return .notResponding }
        return interactions.isEmpty ? .idle : .interacting
    }
}

/// The presences that every organisation has (reference F.3); raw values are the wire's in `systemPresence`.
public enum SystemPresence: String, Codable, Hashable, Sendable, CaseIterable {
    case available = "Available"
    case away = "Away"
    case busy = "Busy"
    case `break` = "Break"
    case meal = "Meal"
    case meeting = "Meeting"
    case training = "Training"
    case onQueue = "On Queue"
    case idle = "Idle"
    case offline = "Offline"

    /// Clients write `On Queue`, `ON_QUEUE` and `OnQueue`; all mean the same.
    public init?(wire text: String) {
        func plain(_ text: String) -> String { text.lowercased().filter { $0 != " " && $0 != "_" } }
        guard let match = Self.allCases.first(where: { plain($0.rawValue) == plain(text) }) else { return nil }
        self = match
    }
}

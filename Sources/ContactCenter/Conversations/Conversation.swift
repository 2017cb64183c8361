/// One conversation between a customer and the business: who took part, on which legs, and how each ended.
///
/// The state is small: messages are rows of their own, here are only their arrival and count. It is the sum of its
/// events; `handle` decides which events a command causes and applies them, without clock, chance or I/O.
public struct Conversation: Codable, Hashable, Sendable {
    public let id: ConversationID
    /// How many events made this state.
    public internal(set) var version: Int64 = 0
    public internal(set) var origin: Origin?
    public internal(set) var startedAt: Instant?
    /// When the last present participant left; absent while somebody is there.
    public internal(set) var endedAt: Instant?
    public internal(set) var participants: [Participant] = []
    /// The last message, or the last leave.
    public internal(set) var lastActivityAt: Instant?
    public internal(set) var lastInboundAt: Instant?
    public internal(set) var messageCount: Int = 0
    /// Whether the last word was an agent's.
    public internal(set) var awaitsCustomer: Bool?
    /// The agent who last spoke with the customer.
    public internal(set) var lastAgent: UserID?

    /// More participants than this in one conversation start a new one instead: a list that is copied into every
    /// notification must stay small.
    public static let participantsMax = 200
    /// What a participant's attributes may weigh together, in bytes of UTF-8 (a platform's custom data is far smaller).
    public static let attributeBytesMax = 32_768

    /// A conversation in which nothing has happened.
    public init(id: ConversationID) { self.id = id }

    /// Applies a command at `now`: the events that it causes, already part of the state; or an error and no change.
    public mutating func handle(
        _ command: ConversationCommand, at now: Instant, ids: inout some IdentifierSource
    ) throws(ConversationError) -> [ConversationEvent] {
        var draft = ConversationDraft(conversation: self, now: now)
        try draft.decide(command, &ids)
        self = draft.conversation
        return draft.events
    }

    /// Takes an event of the past into the state.
    public mutating func apply(_ event: ConversationEvent, at: Instant) {
        version += 1
        switch event {
        case .started(let body):
            origin = body.origin
            startedAt = at
            lastActivityAt = at
        case .customerJoined(let body): join(body, at: at)
        case .queued(let body): queue(body, at: at)
        case .treated(let body):
            change(body.communication) { participant, _ in
                participant.inQueue = participant.inQueue ?? InQueueProgress()
                participant.inQueue?.note(body.step, at: at)
            }
        case .offered(let body): offer(body, at: at)
        case .messageReceived:
            messageCount += 1
            lastActivityAt = at
            lastInboundAt = at
            awaitsCustomer = nil
        case .messageSent(_, let leg):
            messageCount += 1
            lastActivityAt = at
            awaitsCustomer = participant(having: leg)?.purpose == .agent ? true : nil
        case .messageStatusChanged: break
        case .answered, .held, .retrieved, .parked, .recalled, .resumed, .disconnected: applyToLeg(event, at: at)
        case .routingChanged, .attributesChanged, .customerAuthenticated, .afterCallWorkRequired,
            .afterCallWorkStarted, .wrappedUp,
            .afterCallWorkEnded:
            applyToParticipant(event, at: at)
        }
    }

    // MARK: Reading

    /// The customer who is here now.
    public var customer: Participant? { participants.last { $0.purpose == .customer && $0.isPresent } }
    /// The queue entry that waits now.
    public var waiting: Participant? { participants.last { $0.purpose == .acd && $0.isPresent } }
    /// What was last asked of the router.
    public var request: RoutingRequest? { participants.last { $0.routing != nil }?.routing }
    /// Agents who are alerted, talking, or have parked the conversation.
    public var agents: [Participant] { participants.filter { $0.purpose == .agent && $0.isPresent } }
    /// The agent who has parked the conversation.
    public var parker: Participant? { agents.first { $0.communication.state == .parked } }
    /// The agent who has parked the conversation and is wanted back.
    public var returning: Participant? { parker.flatMap { $0.communication.isWantedBack ? $0 : nil } }
    /// Whether an agent is asked to take it right now.
    public var isOffered: Bool { agents.contains { $0.communication.state == .alerting } }
    /// Whether anybody of the business is there or being looked for.
    public var isAttended: Bool { participants.contains { $0.purpose != .customer && $0.isPresent } }
    /// Whether anything is still to be done: somebody present, or after-call work.
    public var isOpen: Bool { participants.contains { $0.isPresent || $0.owesWrapup } }

    /// Whether a message at `now` belongs to this conversation: while the customer is connected always, afterwards
    /// inside the threading window since the last activity.
    public func continues(at now: Instant, window: Span) -> Bool {
        if customer != nil { return true }
        guard let lastActivityAt, participants.count < Self.participantsMax else { return false }
        return now - lastActivityAt < window
    }

    /// A participant by id.
    public func participant(_ id: ParticipantID) -> Participant? { participants.first { $0.id == id } }
    /// The participant who has a leg.
    public func participant(having leg: CommunicationID) -> Participant? {
        participants.first { $0.communications.contains { $0.id == leg } }
    }
}

extension Conversation {
    private mutating func join(_ body: ConversationEvent.CustomerJoined, at: Instant) {
        let leg = Communication(
            id: body.communication, state: .connected, direction: .inbound, peer: nil,
            segment: .init(kind: .interact, startedAt: at))
        var participant = Participant(id: body.participant, purpose: .customer, startedAt: at, communication: leg)
        participant.connectedAt = at
        participant.name = body.name
        participant.journey = body.journey
        participant.languages = body.languages
        if let earlier = participants.last(where: { $0.purpose == .customer }) {
            participant.attributes = earlier.attributes
        }
        participants.append(participant)
        endedAt = nil
        lastActivityAt = at
    }

    private mutating func queue(_ body: ConversationEvent.Queued, at: Instant) {
        let leg = Communication(
            id: body.communication, state: .connected, direction: .inbound, peer: customer?.communication.id,
            segment: .init(kind: .wait, startedAt: at))
        var participant = Participant(id: body.participant, purpose: .acd, startedAt: at, communication: leg)
        participant.connectedAt = at
        participant.queue = body.routing.queue
        participant.routing = body.routing
        participants.append(participant)
    }

    private mutating func offer(_ body: ConversationEvent.Offered, at: Instant) {
        let leg = Communication(
            id: body.communication, state: .alerting, direction: .inbound, peer: customer?.communication.id,
            segment: .init(kind: .alert, startedAt: at))
        var participant = Participant(id: body.participant, purpose: .agent, startedAt: at, communication: leg)
        participant.user = body.user
        participant.name = body.name
        participant.queue = body.queue
        participant.alertingTimeout = body.alertingTimeout
        participant.wrapupPolicy = body.wrapupPolicy
        participant.usedRouting = body.usedRouting
        participant.parking = body.parking
        participants.append(participant)
    }

    private mutating func applyToLeg(_ event: ConversationEvent, at: Instant) {
        switch event {
        case .answered(let id):
            change(id) { participant, leg in
                leg.state = .connected
                leg.connectedAt = at
                leg.begin(.interact, at: at)
                participant.connectedAt = at
            }
            lastAgent = participant(having: id)?.user ?? lastAgent
        case .held(let id): change(id) { $1.hold(at: at) }
        case .retrieved(let id): change(id) { $1.retrieve(at: at) }
        case .parked(let id): change(id) { $1.park(at: at) }
        case .recalled(let id, let byAgent): change(id) { $1.recall(byAgent: byAgent, at: at) }
        case .resumed(let id): change(id) { $1.resume(at: at) }
        case .disconnected(let body):
            change(body.communication) { participant, leg in
                leg.end(body.type, at: at)
                participant.endedAt = at
                participant.queueOutcome = body.outcome
            }
            lastActivityAt = at
            if !participants.contains(where: \.isPresent) { endedAt = at }
        default: break
        }
    }

    private mutating func applyToParticipant(_ event: ConversationEvent, at: Instant) {
        switch event {
        case .routingChanged(let id, let routing): change(id) { $0.routing = routing }
        case .attributesChanged(let id, let changes):
            change(id) { participant in
                for (key, value) in changes { participant.attributes[key] = value }
            }
        case .customerAuthenticated(let id, let name):
            change(id) { participant in
                participant.isAuthenticated = true
                participant.name = name ?? participant.name
            }
        case .afterCallWorkRequired(let id, let isRequired): change(id) { $0.wantsAfterCallWork = isRequired }
        case .afterCallWorkStarted(let id): change(id) { $0.afterCallWorkStartedAt = at }
        case .wrappedUp(let id, let wrapup): change(id) { $0.wrapup = wrapup }
        case .afterCallWorkEnded(let id): change(id) { $0.afterCallWorkEndedAt = at }
        default: break
        }
    }

    private mutating func change(_ id: ParticipantID, _ edit: (inout Participant) -> Void) {
        guard let index = participants.firstIndex(where: { $0.id == id }) else { return }
        edit(&participants[index])
    }

    private mutating func change(_ id: CommunicationID, _ edit: (inout Participant, inout Communication) -> Void) {
        for index in participants.indices.reversed() {
            guard let leg = participants[index].communications.firstIndex(where: { $0.id == id }) else { continue }
            var communication = participants[index].communications[leg]
            edit(&participants[index], &communication)
            participants[index].communications[leg] = communication
            return
        }
    }
}

extension Communication {
    fileprivate mutating func hold(at now: Instant) {
        isHeld = true
        heldAt = now
        begin(.hold, at: now)
    }

    fileprivate mutating func retrieve(at now: Instant) {
        isHeld = false
        heldAt = nil
        begin(.interact, at: now)
    }

    fileprivate mutating func park(at now: Instant) {
        state = .parked
        isHeld = false
        heldAt = nil
        parkedAt = now
        begin(.park, at: now)
    }

    fileprivate mutating func recall(byAgent: Bool, at now: Instant) {
        if byAgent { wantedAt = wantedAt ?? now } else { recalledAt = recalledAt ?? now }
    }

    fileprivate mutating func resume(at now: Instant) {
        state = .connected
        parkedAt = nil
        recalledAt = nil
        wantedAt = nil
        begin(.interact, at: now)
    }

    fileprivate mutating func end(_ type: DisconnectType, at now: Instant) {
        closeSegment(at: now, disconnectType: type)
        state = .disconnected
        recalledAt = nil
        wantedAt = nil
        isHeld = false
        heldAt = nil
        disconnectedAt = now
        disconnectType = type
    }
}

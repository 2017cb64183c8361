/// What happened in a conversation. The journal keeps these; the state is their sum.
public enum ConversationEvent: Codable, Hashable, Sendable {
    case started(Started)
    case customerJoined(CustomerJoined)
    case queued(Queued)
    /// The participant asks the router for something else than before.
    case routingChanged(ParticipantID, RoutingRequest)
    /// Something was done with the customer who waits: a text, a closure, an overflow.
    case treated(Treated)
    case offered(Offered)
    case answered(CommunicationID)
    case held(CommunicationID)
    case retrieved(CommunicationID)
    case parked(CommunicationID)
    /// A parked conversation is wanted back by its agent, or by the customer, who wrote again.
    case recalled(CommunicationID, byAgent: Bool)
    case resumed(CommunicationID)
    case disconnected(Disconnected)
    case messageReceived(MessageID, CommunicationID)
    case messageSent(MessageID, CommunicationID)
    case messageStatusChanged(MessageID, MessageStatus)
    case attributesChanged(ParticipantID, [String: String?])
    /// The customer has proven who it is; with the name that the proof gives, if it does.
    case customerAuthenticated(ParticipantID, name: String?)
    /// The agent asked for after-call work, or for none.
    case afterCallWorkRequired(ParticipantID, Bool)
    case afterCallWorkStarted(ParticipantID)
    case wrappedUp(ParticipantID, Wrapup)
    case afterCallWorkEnded(ParticipantID)

    /// The name that the journal stores beside the body.
    public var name: String {
        switch self {
        case .started: "started"
        case .customerJoined: "customerJoined"
        case .queued: "queued"
        case .routingChanged: "routingChanged"
        case .treated: "treated"
        case .offered: "offered"
        case .answered: "answered"
        case .held: "held"
        case .retrieved: "retrieved"
        case .parked: "parked"
        case .recalled: "recalled"
        case .resumed: "resumed"
        case .disconnected: "disconnected"
        case .messageReceived: "messageReceived"
        case .messageSent: "messageSent"
        case .messageStatusChanged: "messageStatusChanged"
        case .attributesChanged: "attributesChanged"
        case .customerAuthenticated: "customerAuthenticated"
        case .afterCallWorkRequired: "afterCallWorkRequired"
        case .afterCallWorkStarted: "afterCallWorkStarted"
        case .wrappedUp: "wrappedUp"
        case .afterCallWorkEnded: "afterCallWorkEnded"
        }
    }

    /// Whether the event changes more than counters, so that a snapshot should follow it.
    public var changesState: Bool {
        switch self {
        case .messageReceived, .messageSent, .messageStatusChanged: false
        default: true
        }
    }

    /// A conversation began.
    public struct Started: Codable, Hashable, Sendable {
        public var id: ConversationID
        public var origin: Origin
    }

    /// A customer came or came back.
    public struct CustomerJoined: Codable, Hashable, Sendable {
        public var participant: ParticipantID
        public var communication: CommunicationID
        public var name: String?
        public var isReturning: Bool
        /// Where the customer was before; absent where the channel does not tell.
        public var journey: JourneyContext?
        /// Tags of the languages that the customer reads, best first; absent where the channel does not tell.
        public var languages: [String]?
    }

    /// The conversation waits in a queue.
    public struct Queued: Codable, Hashable, Sendable {
        public var participant: ParticipantID
        public var communication: CommunicationID
        public var routing: RoutingRequest

        /// A wait that begins.
        public init(participant: ParticipantID, communication: CommunicationID, routing: RoutingRequest) {
            self.participant = participant
            self.communication = communication
            self.routing = routing
        }
    }

    /// A step of the queue's settings was taken.
    public struct Treated: Codable, Hashable, Sendable {
        /// The leg that waits.
        public var communication: CommunicationID
        public var step: InQueueStep
    }

    /// An agent is asked to take the conversation.
    public struct Offered: Codable, Hashable, Sendable {
        public var participant: ParticipantID
        public var communication: CommunicationID
        public var user: UserID
        public var name: String?
        public var queue: QueueID?
        public var alertingTimeout: Span
        public var wrapupPolicy: WrapupPolicy
        /// How the agent was found; absent in transfers to an agent.
        public var usedRouting: UsedRouting?
        public var parking: ParkingPolicy?
        /// What was predicted for the queue then; absent where nothing was.
        public var predictive: PredictiveMark?
    }

    /// A leg ended.
    public struct Disconnected: Codable, Hashable, Sendable {
        public var communication: CommunicationID
        public var type: Communication.DisconnectType
        /// How a wait ended; absent for every other leg.
        public var outcome: QueueOutcome?

        /// The end of a leg.
        public init(
            communication: CommunicationID, type: Communication.DisconnectType, outcome: QueueOutcome? = nil
        ) {
            self.communication = communication
            self.type = type
            self.outcome = outcome
        }
    }
}

extension ConversationEvent.Offered {
    /// An alert of which only the leg, the agent and the queue are said.
    public init(
        participant: ParticipantID, communication: CommunicationID, user: UserID, queue: QueueID?, limit: Span
    ) {
        self.participant = participant
        self.communication = communication
        self.user = user
        self.queue = queue
        alertingTimeout = limit
        wrapupPolicy = WrapupPolicy(prompt: .optional)
    }
}

/// How a wait in a queue ended, by the API's names (`acdOutcome` of the topic of detail events). A wait that the
/// business ended has none.
public enum QueueOutcome: String, Codable, Hashable, Sendable {
    /// An agent took it.
    case answered = "ANSWERED"
    /// The customer left, or said nothing for too long.
    case abandon = "ABANDON"
    /// It was passed on to another queue or to an agent.
    case flowOut = "FLOW_OUT"
}

/// Where a conversation comes from.
public struct Origin: Codable, Hashable, Sendable {
    public var platform: MessagingPlatform
    public var integration: IntegrationID
    public var identity: IdentityID
    public var contact: ContactID
    /// The customer's address on the platform.
    public var address: String
    /// The customer's name as the platform gives it.
    public var name: String?

    /// An origin.
    public init(
        platform: MessagingPlatform, integration: IntegrationID, identity: IdentityID, contact: ContactID,
        address: String,
        name: String?
    ) {
        self.platform = platform
        self.integration = integration
        self.identity = identity
        self.contact = contact
        self.address = address
        self.name = name
    }
}

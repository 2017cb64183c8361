/// What may be asked of a conversation.
public enum ConversationCommand: Sendable {
    /// A message of the customer; starts or continues, and queues if nobody is there to answer.
    case receive(MessageID, Arrival)
    /// The customer opened the messenger without a word yet.
    case join(Arrival)
    /// The customer left for good.
    case customerLeave(Communication.DisconnectType)
    /// A message of an agent or bot.
    case send(MessageID, by: CommunicationID)
    /// What a platform says of a message that was sent.
    case reportStatus(MessageID, MessageStatus)
    /// A step of the queue's settings is taken with the interaction that waits.
    case treat(Treatment)
    /// The router found an agent for the interaction that waits.
    case offer(Offer)
    /// What waits asks for something else.
    case changeRouting(RoutingChange)
    /// The conversation carries another utilisation label, or none, whoever has it in hand.
    case setLabel(LabelID?)
    /// A person chose the agent for what waits; nobody else is asked before this moment.
    case assign(UserID, until: Instant)
    /// The one agent for whom it waits does not come back: what waits is the queue's.
    case stopWaiting(UserID)
    /// An agent takes the offer.
    case answer(ParticipantID)
    /// Nobody took the offer in time.
    case expireAlert(CommunicationID)
    case hold(ParticipantID, Bool)
    case park(ParticipantID)
    /// The customer has been silent for as long as the queue's policy allows.
    case parkIfQuiet(CommunicationID)
    /// An agent wants a parked conversation back; routing resumes it as soon as there is room.
    case recall(ParticipantID)
    /// Routing found room for a conversation that comes back.
    case resume(ParticipantID)
    /// The agent who had parked the conversation had no room in time: it goes to the queue.
    case giveUpReturn(CommunicationID)
    /// A participant leaves: an agent ends or declines, a queue gives up.
    case disconnect(ParticipantID, Communication.DisconnectType)
    /// An agent who is gone (signed out, crashed): the conversation goes back to its queue.
    case requeue(ParticipantID)
    /// Blind transfer away from this participant.
    case transfer(ParticipantID, TransferTarget)
    case setAttributes(ParticipantID, [String: String?])
    /// The agent asks for after-call work, or for none, where the queue leaves it to the agent.
    case requireAfterCallWork(ParticipantID, Bool)
    case wrapUp(ParticipantID, Wrapup)
    /// After-call work took longer than it may.
    case expireWrapup(ParticipantID)
    /// Everybody leaves.
    case disconnectAll(Communication.DisconnectType)

    /// Who writes, and where the conversation goes if nobody answers yet.
    public struct Arrival: Sendable {
        public var origin: Origin
        /// The queue of the recipient or deployment; `nil` leaves the conversation to wait for a person to take it.
        public var entry: RoutingRequest?
        public var attributes: [String: String]
        /// What an earlier entry point gave as its own, when the message brings a referral. Where the customer still
        /// has it, it goes, and with it everything that only a referral says; `nil` lets all of it stay.
        public var formerEntry: [String: String]?
        /// The customer has proven who it is.
        public var isAuthenticated: Bool
        /// Where the customer was before.
        public var journey: JourneyContext?
        /// Tags of the languages that the customer reads, best first.
        public var languages: [String]?
        /// The customer is only there, without a word.
        public var isWordless = false

        /// An arrival.
        public init(
            origin: Origin, entry: RoutingRequest?, attributes: [String: String] = [:], isAuthenticated: Bool = false
        ) {
            self.origin = origin
            self.entry = entry
            self.attributes = attributes
            self.isAuthenticated = isAuthenticated
        }

        /// What changes of a customer's attributes; `nil` for those that go.
        func changes(of present: [String: String]) -> [String: String?] {
            var changes: [String: String?] = attributes.filter { present[$0.key] != $0.value }
            guard let formerEntry else { return changes }
            for (name, value) in present where attributes[name] == nil {
                guard Referral.isOwn(name) || formerEntry[name] == value else { continue }
                changes.updateValue(nil, forKey: name)
            }
            return changes
        }
    }

    /// A step with somebody who waits.
    public struct Treatment: Sendable {
        /// The `acd` leg that waits; a step with another one is stale.
        public var waiting: CommunicationID
        public var step: InQueueStep
        /// What the customer is told, as the queue's message.
        public var message: MessageID?
        public var action: InQueueSettings.Action

        /// A step.
        public init(
            waiting: CommunicationID, step: InQueueStep, message: MessageID?, action: InQueueSettings.Action
        ) {
            self.waiting = waiting
            self.step = step
            self.message = message
            self.action = action
        }
    }

    /// An offer to an agent.
    public struct Offer: Sendable {
        /// The `acd` leg that waits; an offer for another one is stale.
        public var waiting: CommunicationID
        public var user: UserID
        public var name: String?
        public var alertingTimeout: Span
        public var wrapupPolicy: WrapupPolicy
        /// How the agent was found.
        public var usedRouting: UsedRouting?
        public var parking: ParkingPolicy?
        /// Whether it connects at once, as if the agent had taken it.
        public var answersItself = false
        /// What was predicted for the queue.
        public var predictive: PredictiveMark?

        /// An offer.
        public init(
            waiting: CommunicationID, user: UserID, name: String?, alertingTimeout: Span, wrapupPolicy: WrapupPolicy
        ) {
            self.waiting = waiting
            self.user = user
            self.name = name
            self.alertingTimeout = alertingTimeout
            self.wrapupPolicy = wrapupPolicy
        }
    }

    /// Where a transfer goes.
    public enum TransferTarget: Sendable {
        case queue(RoutingRequest)
        case agent(UserID, name: String?, alertingTimeout: Span, wrapupPolicy: WrapupPolicy)
    }
}

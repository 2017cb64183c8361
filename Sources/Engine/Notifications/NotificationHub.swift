import ContactCenter
import Journal
import Synchronization

/// What somebody may follow.
public enum Topic: Hashable, Sendable {
    case userConversations(UserID)
    case userConversationMessages(UserID)
    case userTyping(UserID)
    case userPresence(UserID)
    case userRoutingStatus(UserID)
    case userActivity(UserID)
    case queueConversations(QueueID)
    case queueConversationMessages(QueueID)
    case queueUsers(QueueID)
    /// What is counted of a queue, in groups.
    case queueObservations(QueueID)
    /// Who waits, is alerted and is served in a queue.
    case queueActivity(QueueID)
    /// Everything that a guest of web messaging sees. By deployment and platform user, not by identity: a guest follows
    /// it from before the first message makes the identity, so that no frame is missed.
    case guest(IntegrationID, platformUser: String)
}

extension Conversation {
    /// What the guest of this conversation follows; `nil` for other channels.
    var guestTopic: Topic? {
        guard let origin, origin.platform == .webmessaging else { return nil }
        return .guest(origin.integration, platformUser: origin.address)
    }
}

/// Something that happened, on its way to those who follow it.
public final class Notification: Sendable {
    /// What happened.
    public enum Kind: Sendable {
        /// A conversation changed; the details are the newest few of each leg.
        case conversation(Conversation, [CommunicationID: [MessageDetail]])
        /// A message of a conversation, for the guest. `trace` is what the sender gave with it.
        case message(MessageRecord, NormalizedMessage, trace: String?)
        /// A customer types; `duration` in milliseconds.
        case customerTyping(Conversation, durationMs: Int64)
        /// An agent or bot types, for the guest.
        case agentTyping(Conversation, nickname: String?, durationMs: Int64)
        /// The business has left the conversation, for the guest.
        case ended(Conversation)
        /// The customer has left the conversation, for the guest's own connections. `trace` as of a message.
        case customerLeft(isReadOnly: Bool, trace: String?)
        case agentState(AgentState)
        case queueMember(QueueID, UserID, joined: Bool)
        /// What is counted of a queue: of one medium, or of all and the people.
        case queueObservation(QueueObservation, MediaType?)
        /// A guest's session was cleared or closed elsewhere.
        case session(SessionNotice)
        /// What became of a guest's upload.
        case attachment(AttachmentNotice)
    }

    /// What happened to a guest's session beside its messages.
    public enum SessionNotice: String, Codable, Sendable {
        case cleared, closed
        /// Somebody signed in with this session's token: connections that did not sign in are to close.
        case signedIn
        /// The customer signed out: connections that had signed in are to close.
        case loggedOut
        /// The customer's conversation is another one now: connections are to come back and ask again.
        case moved
    }

    /// What happened.
    public let kind: Kind
    private let renderings = Mutex<[String: any Sendable]>([:])

    /// A notification.
    public init(_ kind: Kind) { self.kind = kind }

    /// A rendering, made once for all who follow. `form` names it, and always has the same type.
    public func rendered<Rendering: Sendable>(as form: String, _ make: (Kind) -> Rendering) -> Rendering {
        if let known = renderings.withLock({ $0[form] }), let rendering = known as? Rendering { return rendering }
        let made = make(kind)
        renderings.withLock { $0[form] = made }
        return made
    }
}

/// Somebody who follows topics. Calls come in the order of the journal and must not block: a socket that cannot take
/// more is closed, the hub does not wait for it.
public protocol NotificationSubscriber: AnyObject, Sendable {
    /// Takes a notification.
    func deliver(_ notification: Notification, on topic: Topic)
}

/// Who follows what in this process. What is published is not kept: a client that was away reads the state again.
public final class NotificationHub: Sendable {
    private let subscribers = Mutex<[Topic: [ObjectIdentifier: any NotificationSubscriber]]>([:])

    /// A hub that nobody follows yet.
    public init() {}

    /// Follows a topic; doing so twice is the same as once.
    public func subscribe(_ subscriber: any NotificationSubscriber, to topic: Topic) {
        subscribers.withLock { $0[topic, default: [:]][ObjectIdentifier(subscriber)] = subscriber }
    }

    /// Stops following a topic.
    public func unsubscribe(_ subscriber: any NotificationSubscriber, from topic: Topic) {
        subscribers.withLock { table in
            table[topic]?[ObjectIdentifier(subscriber)] = nil
            if table[topic]?.isEmpty == true { table[topic] = nil }
        }
    }

    /// Whether anybody follows a topic; saves building what nobody reads.
    public func isFollowed(_ topic: Topic) -> Bool { subscribers.withLock { $0[topic] != nil } }

    /// Hands a notification to everybody who follows the topic.
    public func publish(_ notification: Notification, on topic: Topic) {
        let followers = subscribers.withLock { $0[topic].map { Array($0.values) } ?? [] }
        for subscriber in followers { subscriber.deliver(notification, on: topic) }
    }
}

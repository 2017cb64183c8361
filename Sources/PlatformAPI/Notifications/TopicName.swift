import ContactCenter
import Engine

/// A topic as clients write it, read into what it means (reference H.3).
struct TopicName: Hashable, Sendable {
    /// The text by which events name it, in the client's own spelling.
    let text: String
    let subject: Subject

    /// What a topic is about.
    enum Subject: Hashable, Sendable {
        case hub(Topic)
        /// Accepted, never fires: heartbeats and notices come without asking, other media and devices are not here.
        case silent
    }

    /// Longer ones are malformed (reference H.1).
    static let lengthMax = 200

    /// The topics of a text; a combined one (`v2.users.{id}?presence&routingStatus`) stands for several. `nil` if it is
    /// none that we have.
    static func read(_ text: String) -> [TopicName]? {
        guard text.utf8.count <= lengthMax else { return nil }
        let halves = text.split(separator: "?", maxSplits: 1).map(String.init)
        guard halves.count == 2 else { return single(text).map { [$0] } }
        let parts = halves[1].split(separator: "&")
        let names = parts.compactMap { single("\(halves[0]).\($0)") }
        return names.count == parts.count && !names.isEmpty ? names : nil
    }

    private static func single(_ text: String) -> TopicName? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { $0.lowercased() }
        guard parts.count >= 3, parts[0] == "v2" else { return nil }
        if parts[1] == "system" { return TopicName(text: text, subject: .silent) }
        let rest = parts.dropFirst(parts[1] == "users" ? 3 : 4).joined(separator: ".")
        if parts[1] == "users", let user = UserID(parts[2]), let topic = userTopics[rest]?(user) {
            return TopicName(text: text, subject: .hub(topic))
        }
        if parts[1] == "users", UserID(parts[2]) != nil, silentTopics.contains(rest) {
            return TopicName(text: text, subject: .silent)
        }
        if parts.count > 4, parts[1] == "routing", parts[2] == "queues", let queue = QueueID(parts[3]),
            let topic = queueTopics[rest]?(queue)
        {
            return TopicName(text: text, subject: .hub(topic))
        }
        if parts.count > 4, parts[1] == "analytics", parts[2] == "queues", let queue = QueueID(parts[3]),
            let topic = queueAnalyticsTopics[rest]?(queue)
        {
            return TopicName(text: text, subject: .hub(topic))
        }
        return nil
    }

    private static let userTopics: [String: @Sendable (UserID) -> Topic] = [
        "conversations": { .userConversations($0) },
        "conversations.messages": { .userConversationMessages($0) },
        "conversations.inbound.typing.event": { .userTyping($0) },
        "presence": { .userPresence($0) },
        "routingstatus": { .userRoutingStatus($0) },
        "activity": { .userActivity($0) },
    ]

    /// Of other media and devices. The platform's clients ask for them in one list, or one combined topic, with the
    /// others and would lose all (reference H.1).
    private static let silentTopics: Set<String> = [
        "station", "outofoffice", "conversations.calls", "conversations.callbacks", "conversations.chats",
        "conversations.cobrowsesessions", "conversations.emails", "conversations.screenshares",
        "conversations.socialexpressions", "conversations.videos",
    ]

    private static let queueTopics: [String: @Sendable (QueueID) -> Topic] = [
        "conversations": { .queueConversations($0) },
        "conversations.messages": { .queueConversationMessages($0) },
        "users": { .queueUsers($0) },
    ]

    private static let queueAnalyticsTopics: [String: @Sendable (QueueID) -> Topic] = [
        "observations": { .queueObservations($0) },
        "activity": { .queueActivity($0) },
    ]

    /// The topics that exist, for the catalogue.
    static let catalogue = [
        "v2.users.{id}.conversations", "v2.users.{id}.conversations.messages",
        "v2.users.{id}.conversations.inbound.typing.event", "v2.users.{id}.presence", "v2.users.{id}.routingStatus",
        "v2.users.{id}.activity", "v2.routing.queues.{id}.conversations",
        "v2.routing.queues.{id}.conversations.messages", "v2.routing.queues.{id}.users",
        "v2.analytics.queues.{id}.observations", "v2.analytics.queues.{id}.activity",
    ]

    /// What a caller lacks to follow the topic; empty if nothing. A person may follow what is the person's own.
    func missingPermissions(of caller: Principal) -> [String] {
        switch subject {
        case .silent: return []
        case .hub(let topic):
            if let owner = topic.owner, owner == caller.user { return [] }
            let needed = topic.permission
            return caller.holds(needed) ? [] : [needed]
        }
    }
}

extension Topic {
    fileprivate var owner: UserID? {
        switch self {
        case .userConversations(let user), .userConversationMessages(let user), .userTyping(let user),
            .userPresence(let user), .userRoutingStatus(let user), .userActivity(let user):
            user
        default: nil
        }
    }

    /// What lets somebody follow what is not the caller's own.
    fileprivate var permission: String {
        switch self {
        case .userPresence, .userRoutingStatus, .userActivity: "presence:presenceDefinition:view"
        case .queueUsers: "routing:queue:view"
        case .queueObservations, .queueActivity: "analytics:queueObservation:view"
        default: "conversation:message:monitor"
        }
    }
}

import ContactCenter
import Foundation
import Journal
import Synchronization

/// Turns events into what agents' and guests' sockets show.
///
/// A batch that fails half-way comes again from its beginning, but a socket must show nothing twice: all that can fail
/// for an event is done before anything of it is published, and what was published is not published again.
final class NotificationFollower: Follower {
    let name = "notifications"
    private let hub: NotificationHub
    private let conversations: Conversations
    private let agents: Agents
    private let directory: Directory
    /// The last event that was shown.
    private let shown = Mutex<Position?>(nil)
    /// The latest state of each conversation that was shown lately.
    private let versions = Mutex(GenerationCache<ConversationID, Int64>(countMax: versionsMax))

    private let queueUsers = Mutex(QueueUsers())

    private static let versionsMax = 20_000

    private typealias Post = (notification: Notification, topic: Topic)

    init(hub: NotificationHub, conversations: Conversations, agents: Agents, directory: Directory) {
        self.hub = hub
        self.directory = directory
        self.conversations = conversations
        self.agents = agents
    }

    func prepare() async throws { queueUsers.withLock { $0.start(directory) } }

    func handle(_ events: [RecordedEvent]) async throws {
        for (index, event) in events.enumerated() {
            if let shown = shown.withLock({ $0 }), event.position <= shown { continue }
            // Of another process's commit it is not known which event was the last: a state is shown once for those
            // that follow each other.
            let next = index + 1 < events.count ? events[index + 1].stream : nil
            let posts = try await posts(of: event, isLast: next != event.stream)
            for post in posts { hub.publish(post.notification, on: post.topic) }
            shown.withLock { $0 = event.position }
        }
    }

    private func posts(of event: RecordedEvent, isLast: Bool) async throws -> [Post] {
        switch event.stream.kind {
        case .conversation: try await conversationChanged(event, isLast: isLast)
        case .user: try await agentChanged(event)
        case .configuration: try await configurationChanged(event)
        }
    }

    // MARK: Conversations

    private func conversationChanged(_ event: RecordedEvent, isLast: Bool) async throws -> [Post] {
        guard let happened = try event.conversationEvent() else { return [] }
        let change = event.value as? ConversationChange
        let conversation: Conversation
        if let change, !wasShownLater(change.conversation) {
            conversation = change.conversation
        } else {
            conversation = try await conversations.find(event.conversation)
        }
        let posts = try toGuest(happened, event, change, conversation)
        guard change?.isLast ?? isLast else { return posts }
        return try await posts + toAgents(conversation, after: event, alsoTo: users(of: happened, in: conversation))
    }

    /// With another process's event the present state is shown, which may be later than that of one's own next event: a
    /// desktop must not see an answered alert ring again.
    private func wasShownLater(_ conversation: Conversation) -> Bool {
        versions.withLock { $0.find(conversation.id) }.map { $0 > conversation.version } ?? false
    }

    private func toGuest(
        _ happened: ConversationEvent, _ event: RecordedEvent, _ change: ConversationChange?,
        _ conversation: Conversation
    ) throws -> [Post] {
        guard let topic = conversation.guestTopic, hub.isFollowed(topic) else { return [] }
        var posts: [Post] = []
        if let record = event.message {
            let message = try change?.message ?? record.content()
            posts.append((Notification(.message(record, message, trace: change?.trace)), topic))
        }
        if case .disconnected(let body) = happened,
            conversation.participant(having: body.communication)?.purpose == .customer
        {
            posts.append((Notification(.ended(conversation)), topic))
        }
        return posts
    }

    /// One notification for all who follow: each agent who is or was just in it, each queue that it waits in or was
    /// taken from.
    private func toAgents(
        _ conversation: Conversation, after event: RecordedEvent, alsoTo leaving: Set<UserID>
    ) async throws -> [Post] {
        let present = conversation.participants.filter { $0.isPresent || $0.owesWrapup }
        let users = Set(present.compactMap(\.user)).union(leaving)
        let queues = Set(conversation.participants.suffix(4).compactMap(\.queue))
        var topics: [Topic] = []
        for user in users { topics += [.userConversations(user), .userConversationMessages(user)] }
        for queue in queues { topics += [.queueConversations(queue), .queueConversationMessages(queue)] }
        topics = topics.filter(hub.isFollowed)
        guard !topics.isEmpty else { return [] }
        let recent = try await conversations.recentDetails(of: conversation.id)
        let notification = Notification(.conversation(conversation, try recent.upTo(event)))
        versions.withLock { $0.put(conversation.id, conversation.version) }
        return topics.map { (notification, $0) }
    }

    /// Those who have just left, or finished their wrap-up, see that too.
    private func users(of event: ConversationEvent, in conversation: Conversation) -> Set<UserID> {
        Set(
            conversation.participants.suffix(6).compactMap { participant in
                participant.user != nil && participant.endedAt != nil ? participant.user : nil
            })
    }

    // MARK: Agents and configuration

    private func agentChanged(_ event: RecordedEvent) async throws -> [Post] {
        let user: UserID = event.stream.key.cast()
        let change = event.value as? AgentChange
        let state: AgentState
        if let change { state = change.state } else { state = try await agents.state(of: user) }
        let happened = try change?.event ?? JSON.decode(AgentState.Event.self, from: event.body)
        let notification = Notification(.agentState(state))
        var posts: [Post] = []
        switch happened {
        case .presenceChanged: posts.append((notification, .userPresence(user)))
        case .routingStatusChanged: posts.append((notification, .userRoutingStatus(user)))
        default: break
        }
        if change?.isLast ?? true { posts.append((notification, .userActivity(user))) }
        return posts
    }

    /// Who comes to a queue or leaves it, by a row of its own or by a group, and what the person is active in.
    private func configurationChanged(_ event: RecordedEvent) async throws -> [Post] {
        let change = try event.value as? ConfigurationChange ?? JSON.decode(ConfigurationChange.self, from: event.body)
        let changes = queueUsers.withLock { $0.changes(after: change, directory) }
        var posts: [Post] = changes.map {
            (Notification(.queueMember($0.queue, $0.user, joined: $0.isJoined)), .queueUsers($0.queue))
        }
        for user in Set(changes.map(\.user)).sorted() where hub.isFollowed(.userActivity(user)) {
            // Shown anew the next time, should it not be known now: the queues are right already.
            guard let state = try? await agents.state(of: user) else { continue }
            posts.append((Notification(.agentState(state)), .userActivity(user)))
        }
        return posts
    }
}

extension [CommunicationID: [MessageDetail]] {
    /// The details as they were after an event. What is remembered may be ahead of the follower by more messages than a
    /// notification carries; without this those in between would be shown by none.
    func upTo(_ event: RecordedEvent) throws -> Self {
        guard values.contains(where: { $0.last.map { $0.position > event.position } ?? false }) else { return self }
        var lists = mapValues { $0.filter { $0.position <= event.position } }
        if let record = event.message, lists[record.draft.communication]?.last?.position != record.position {
            lists[record.draft.communication, default: []].append(MessageDetail(record, try record.content()))
        }
        return lists
    }
}

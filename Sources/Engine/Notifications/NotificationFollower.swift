import ContactCenter
import Foundation
import Journal

/// Turns events into what agents' and guests' sockets show.
struct NotificationFollower: Follower {
    let name = "notifications"
    let hub: NotificationHub
    let conversations: Conversations
    let agents: Agents

    func handle(_ events: [RecordedEvent]) async throws {
        for (index, event) in events.enumerated() {
            switch event.stream.kind {
            case .conversation:
                // Of another process's commit it is not known which event was the last: a state is shown once for
                // those that follow each other.
                let next = index + 1 < events.count ? events[index + 1].stream : nil
                try await conversationChanged(event, isLast: next != event.stream)
            case .user: try await agentChanged(event)
            case .configuration: try configurationChanged(event)
            }
        }
    }

    // MARK: Conversations

    private func conversationChanged(_ event: RecordedEvent, isLast: Bool) async throws {
        guard let happened = try event.conversationEvent() else { return }
        let change = event.value as? ConversationChange
        let conversation: Conversation
        if let change {
            conversation = change.conversation
        } else {
            conversation = try await conversations.find(event.conversation)
        }
        try publishToGuest(happened, event, change, conversation)
        guard change?.isLast ?? isLast else { return }
        try await publish(conversation, alsoTo: users(of: happened, in: conversation))
    }

    private func publishToGuest(
        _ happened: ConversationEvent, _ event: RecordedEvent, _ change: ConversationChange?,
        _ conversation: Conversation
    ) throws {
        guard let topic = conversation.guestTopic, hub.isFollowed(topic) else { return }
        if let record = event.message {
            let message = try change?.message ?? record.content()
            hub.publish(Notification(.message(record, message, trace: change?.trace)), on: topic)
        }
        if case .disconnected(let body) = happened,
            conversation.participant(having: body.communication)?.purpose == .customer
        {
            hub.publish(Notification(.ended(conversation)), on: topic)
        }
    }

    /// One notification for all who follow: each agent who is or was just in it, each queue that it waits in or was
    /// taken from.
    private func publish(_ conversation: Conversation, alsoTo leaving: Set<UserID>) async throws {
        let present = conversation.participants.filter { $0.isPresent || $0.owesWrapup }
        let users = Set(present.compactMap(\.user)).union(leaving)
        let queues = Set(conversation.participants.suffix(4).compactMap(\.queue))
        var topics: [Topic] = []
        for user in users { topics += [.userConversations(user), .userConversationMessages(user)] }
        for queue in queues { topics += [.queueConversations(queue), .queueConversationMessages(queue)] }
        topics = topics.filter(hub.isFollowed)
        guard !topics.isEmpty else { return }
        let recent = try await conversations.recentDetails(of: conversation.id)
        let notification = Notification(.conversation(conversation, recent))
        for topic in topics { hub.publish(notification, on: topic) }
    }

    /// Those who have just left, or finished their wrap-up, see that too.
    private func users(of event: ConversationEvent, in conversation: Conversation) -> Set<UserID> {
        Set(
            conversation.participants.suffix(6).compactMap { participant in
                participant.user != nil && participant.endedAt != nil ? participant.user : nil
            })
    }

    // MARK: Agents and configuration

    private func agentChanged(_ event: RecordedEvent) async throws {
        let user: UserID = event.stream.key.cast()
        let change = event.value as? AgentChange
        let state: AgentState
        if let change { state = change.state } else { state = try await agents.state(of: user) }
        let happened = try change?.event ?? JSON.decode(AgentState.Event.self, from: event.body)
        let notification = Notification(.agentState(state))
        switch happened {
        case .presenceChanged: hub.publish(notification, on: .userPresence(user))
        case .routingStatusChanged: hub.publish(notification, on: .userRoutingStatus(user))
        default: break
        }
        if change?.isLast ?? true { hub.publish(notification, on: .userActivity(user)) }
    }

    private func configurationChanged(_ event: RecordedEvent) throws {
        let change = try event.value as? ConfigurationChange ?? JSON.decode(ConfigurationChange.self, from: event.body)
        guard change.kind == EntityKind.queueMember.rawValue else { return }
        let halves = change.id.split(separator: "/")
        guard halves.count == 2, let queue = QueueID(halves[0]), let user = UserID(halves[1]) else { return }
        let joined = !change.isDeleted
        hub.publish(Notification(.queueMember(queue, user, joined: joined)), on: .queueUsers(queue))
    }
}

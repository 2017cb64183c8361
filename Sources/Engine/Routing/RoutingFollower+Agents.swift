import ContactCenter
import Journal
import Routing

/// What routing keeps in step with the conversations: each agent's own state, what is parked, who has left the house.
extension RoutingFollower {
    /// Keeps an agent's own state in step with the legs: interacting, free again, not responding.
    func trackAgents(_ conversation: Conversation, _ event: ConversationEvent) async throws {
        switch event {
        case .answered(let leg), .resumed(let leg):
            guard let user = conversation.participant(having: leg)?.user else { return }
            try await agents.perform(.interactionStarted(leg), on: user, under: tenure.fence)
        case .parked(let leg):
            guard let user = conversation.participant(having: leg)?.user else { return }
            try await agents.perform(.interactionEnded(leg), on: user, under: tenure.fence)
        case .disconnected(let body):
            guard let agent = conversation.participant(having: body.communication), let user = agent.user else {
                return
            }
            if isNotResponding(agent, body.type, conversation) {
                try await agents.perform(.alertExpired, on: user, under: tenure.fence)
                try await sync(user)
            }
            if !agent.owesWrapup {
                try await agents.perform(.interactionEnded(body.communication), on: user, under: tenure.fence)
            }
        case .afterCallWorkStarted(let id):
            // Of a leg that was parked: it takes the agent's attention again.
            guard let agent = conversation.participant(id), let user = agent.user else { return }
            try await agents.perform(.interactionStarted(agent.communication.id), on: user, under: tenure.fence)
        case .afterCallWorkEnded(let id):
            guard let agent = conversation.participant(id), let user = agent.user else { return }
            try await agents.perform(.interactionEnded(agent.communication.id), on: user, under: tenure.fence)
        default: break
        }
    }

    /// Whether an alert ended in a way after which its agent gets nothing more before going back to work.
    private func isNotResponding(
        _ agent: Participant, _ type: Communication.DisconnectType, _ conversation: Conversation
    ) -> Bool {
        guard agent.connectedAt == nil else { return false }
        switch type {
        case .system: return conversation.waiting != nil
        case .transferNoAnswer: return true
        case .client: return agent.queue.flatMap(directory.queue)?.declineAction == .notResponding
        default: return false
        }
    }

    /// A crash between a conversation's commit and the agent's own leaves the two apart; the conversations are right.
    func reconcile(_ user: UserID) async throws {
        let known = try await agents.state(of: user).interactions
        let legs = Set(
            conversations.open(of: user).flatMap(\.participants).filter { $0.user == user && $0.isInHand }
                .map(\.communication.id))
        for leg in known.subtracting(legs) {
            try await agents.perform(.interactionEnded(leg), on: user, under: tenure.fence)
        }
        for leg in legs.subtracting(known) {
            try await agents.perform(.interactionStarted(leg), on: user, under: tenure.fence)
        }
    }

    /// Who does not work here any more is offline and has nothing in hand, whoever wrote it into the configuration.
    func retire(_ user: UserID) async throws {
        guard !directory.isActive(user) else { return }
        let presence = try await agents.state(of: user).systemPresence
        if presence != .offline, let offline = try? agents.definition(of: .offline) {
            try await agents.perform(
                .setPresence(definition: offline, .offline, message: nil), on: user, under: tenure.fence)
        }
        try await conversations.release(user, under: tenure.fence)
    }

    /// What waits for one agent who does not work here any more would wait for ever: it is the queue's.
    func freeOfAbsent(_ conversation: Conversation) async throws {
        guard let user = conversation.waiting?.routing?.directAgent?.user, !directory.isActive(user) else { return }
        try await conversations.stopWaiting(for: user, in: conversation.id, under: tenure.fence)
    }

    // MARK: What comes back

    /// What a conversation wants back of what is parked.
    func parkedReturn(of conversation: Conversation) -> ParkedReturn? {
        guard let agent = conversation.returning, let user = agent.user else { return nil }
        let leg = agent.communication
        guard let since = [leg.recalledAt, leg.wantedAt].compactMap(\.self).min() else { return nil }
        var entry = ParkedReturn(
            conversation.id, leg: leg.id, user: user, since: since, isAskedByAgent: leg.wantedAt != nil)
        entry.label = conversation.request?.label
        return entry
    }

    /// Lets back what is parked, wanted, and has room.
    func resumeParked() async throws {
        while true {
            let found = router.withLock { $0.returns() }
            if found.isEmpty { return }
            for (index, entry) in found.enumerated() {
                do { try await resume(entry) } catch {
                    for rest in found[index...] { router.withLock { $0.refused(rest) } }
                    throw error
                }
            }
        }
    }

    private func resume(_ entry: ParkedReturn) async throws {
        let conversation = try await conversations.find(entry.conversation)
        guard let agent = conversation.participant(having: entry.leg) else { return refuse(entry, conversation) }
        // Its room stays taken until its event is told: a state before that would show it as parked still.
        do {
            let attachments = Attachments(fence: tenure.fence)
            _ = try await conversations.perform(.resume(agent.id), on: entry.conversation, with: attachments)
        } catch .conversation {
            refuse(entry, try await conversations.find(entry.conversation))
        }
    }

    private func refuse(_ entry: ParkedReturn, _ conversation: Conversation) {
        router.withLock { $0.refused(entry) }
        sync(conversation)
    }
}

extension Participant {
    /// Whether an agent has this in hand: connected, or with after-call work to do.
    var isInHand: Bool { communication.state == .connected || owesWrapup }
}

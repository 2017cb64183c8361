import ContactCenter

extension Engine {
    /// An agent types; the guest sees it, nothing is kept. Only a connected agent may.
    public func agentTypes(
        in id: ConversationID, communication: CommunicationID, durationMs: Int64
    ) async throws(EngineError) {
        let conversation = try await conversations.find(id)
        guard let agent = conversation.participant(having: communication) else {
            throw .notFound(kind: "communication", id: communication.description)
        }
        guard agent.communication.state == .connected else { throw .conversation(.alreadyDisconnected) }
        showTyping(in: conversation, nickname: agent.name, durationMs: durationMs)
        await signals.send(.agentTyping(id, nickname: agent.name, durationMs: durationMs))
    }

    /// Shows it to the guest's connections to this process.
    func showTyping(in conversation: Conversation, nickname: String?, durationMs: Int64) {
        guard let topic = conversation.guestTopic else { return }
        hub.publish(Notification(.agentTyping(conversation, nickname: nickname, durationMs: durationMs)), on: topic)
    }
}

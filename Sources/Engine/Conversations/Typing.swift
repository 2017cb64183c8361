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
        guard agent.communication.state == .connected, let origin = conversation.origin else {
            throw .conversation(.alreadyDisconnected)
        }
        let nickname = agent.name
        hub.publish(
            Notification(.agentTyping(conversation, nickname: nickname, durationMs: durationMs)),
            on: .guest(origin.identity))
    }
}

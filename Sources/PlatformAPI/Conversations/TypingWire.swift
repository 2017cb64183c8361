import ContactCenter

/// A customer types (`V2ConversationMessageTypingEventForUserTopicMessageData`, reference H.4).
struct CustomerTypingWire: Encodable, Sendable {
    var conversationId: String
    var normalizedMessage: NormalizedMessageWire

    init(_ conversation: Conversation, durationMs: Int64, at now: Instant) {
        conversationId = conversation.id.description
        let origin = conversation.origin
        normalizedMessage = NormalizedMessageWire(
            channel: .init(
                id: origin?.integration.description ?? "", platform: origin?.platform.normalizedName ?? "Unknown",
                to: origin.map { .init(id: $0.integration.description) },
                from: origin.map { .init(id: $0.address, nickname: $0.name) }, time: WireDate(now)),
            type: NormalizedMessage.Kind.event.rawValue,
            events: [.typing(TypingEvent(type: "On", duration: durationMs))], direction: "Inbound")
    }
}

import ContactCenter
import Foundation

/// The body of an Open Messaging webhook (reference C.3): compact JSON with a fixed order of keys, without escapes that
/// JavaScript's `JSON.stringify` would not write, because receivers recompute the signature over their own rendering.
public enum OpenMessagingRendering {
    /// The bytes of the webhook's body.
    public static func body(of outbound: OutboundMessage) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return try encoder.encode(Body(outbound))
    }

    /// An instant as ISO 8601 in UTC with milliseconds.
    public static func timestamp(_ instant: Instant) -> String {
        let seconds = TimeInterval(instant.milliseconds) / 1_000
        return Date(timeIntervalSince1970: seconds)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    struct Body: Encodable {
        var id: String
        var channel: Channel
        var type: String
        var text: String?
        var content: [MessageContent]?
        var events: [MessageEvent]?
        var originatingEntity: String?
        var direction = "Outbound"
        var conversationId: String
        var metadata: [String: String]?

        init(_ outbound: OutboundMessage) {
            id = outbound.id.hex
            channel = Channel(outbound)
            type = outbound.message.type.rawValue
            text = outbound.message.text
            content = outbound.message.content
            events = outbound.message.events
            originatingEntity = outbound.message.originatingEntity?.rawValue
            conversationId = outbound.conversation.description
            metadata = outbound.message.metadata
        }
    }

    struct Channel: Encodable {
        var id: String
        var platform = "Open"
        var type = "Private"
        var to: Address
        var from: Address
        var time: String
        var messageId: String

        init(_ outbound: OutboundMessage) {
            let integration = outbound.integration.description
            let profile = outbound.profile
            id = integration
            to = Address(
                nickname: profile.nickname, id: outbound.address, idType: profile.idType ?? "Opaque",
                firstName: profile.firstName, lastName: profile.lastName)
            from = Address(nickname: outbound.integrationName, id: integration, idType: "Opaque")
            time = OpenMessagingRendering.timestamp(outbound.at)
            messageId = outbound.id.hex
        }
    }

    struct Address: Encodable {
        var nickname: String?
        var id: String
        var idType: String
        var firstName: String?
        var lastName: String?
    }
}

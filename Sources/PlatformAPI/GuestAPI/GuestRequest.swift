import ContactCenter
import Foundation
import NIOCore

/// A frame of a guest (reference, sections B.2 and B.4). What a client need not send may be absent; what it must is
/// asked for by the action.
struct GuestRequest: Decodable {
    /// The actions that we know; everything else is refused.
    enum Action: String {
        case configureSession, configureAuthenticatedSession, getConfiguration, onMessage, echo, getJwt, closeSession
        case onAttachment, getAttachment, deleteAttachment, disconnectCustomer
    }

    var action: Action?
    var token: String?
    var tracingId: String?
    var deploymentId: String?
    var startNew: Bool
    var closeAllConnections: Bool
    var errorsAsJson: Bool
    var attachmentId: String?
    var message: IncomingMessage?
    /// The older place of custom attributes, beside the message.
    var channel: IncomingMessage.Channel?
    /// Something in the frame has a wrong type; it is refused with the tracing id that was readable.
    var isMalformed = false

    private enum CodingKeys: String, CodingKey {
        case action, token, tracingId, deploymentId, startNew, closeAllConnections, errorsAsJson, attachmentId, message
        case channel
    }

    /// Reads a frame; `nil` when it is not a JSON object.
    init?(_ frame: ByteBuffer) {
        guard let request = try? APIJSON.decode(GuestRequest.self, from: frame) else { return nil }
        self = request
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        var isMalformed = false
        func read<Value: Decodable>(_ type: Value.Type, _ key: CodingKeys) -> Value? {
            do { return try members.decodeIfPresent(type, forKey: key) } catch {
                isMalformed = true
                return nil
            }
        }
        action = read(String.self, .action).flatMap(Action.init(rawValue:))
        token = read(String.self, .token)
        tracingId = read(String.self, .tracingId)
        deploymentId = read(String.self, .deploymentId)
        startNew = read(Bool.self, .startNew) ?? false
        closeAllConnections = read(Bool.self, .closeAllConnections) ?? false
        errorsAsJson = read(Bool.self, .errorsAsJson) ?? false
        attachmentId = read(String.self, .attachmentId)
        message = read(IncomingMessage.self, .message)
        channel = read(IncomingMessage.Channel.self, .channel)
        self.isMalformed = isMalformed
    }
}

/// The message of a guest as it comes (reference, section B.4).
struct IncomingMessage: Decodable {
    struct Channel: Decodable {
        struct Metadata: Decodable {
            var customAttributes: [String: JSONValue]?
        }

        var metadata: Metadata?
        var messageId: String?
    }

    var type: String?
    var text: String?
    var content: [MessageContent]?
    var events: [MessageEvent]?
    var metadata: [String: JSONValue]?
    var channel: Channel?
}

/// A guest's message that may be taken: checked against the limits, its parts in the places where the engine has them.
struct CheckedMessage: Sendable {
    var message: NormalizedMessage
    var attributes: [String: String]
    /// The client's own id of the message: a second message with the same one is the same message.
    var externalID: String?

    init(_ request: GuestRequest, limits: GuestLimits) throws(GuestError) {
        guard let incoming = request.message else { throw .missing("message") }
        guard let type = NormalizedMessage.Kind(rawValue: incoming.type ?? "Text"),
            type == .text || type == .structured || type == .event
        else { throw .unsupported("Message type [\(incoming.type?.prefix(40) ?? "")]") }
        let metadata = try Self.texts(incoming.metadata, "metadata", bytesMax: limits.metadataBytesMax)
        message = NormalizedMessage(
            type: type, text: incoming.text, content: incoming.content, events: incoming.events, metadata: metadata)
        message.originatingMessageId = metadata?["parentMessageId"]
        let custom = incoming.channel?.metadata?.customAttributes ?? request.channel?.metadata?.customAttributes
        do {
            attributes = try Self.texts(custom, "customAttributes", bytesMax: limits.attributeBytesMax) ?? [:]
        } catch {
            throw error.code == 400 ? error : .attributesTooLarge(bytesMax: limits.attributeBytesMax)
        }
        externalID = metadata?["id"] ?? incoming.channel?.messageId ?? request.channel?.messageId
        guard (externalID?.utf8.count ?? 0) <= limits.externalIDBytesMax else { throw .unsupported("A longer id") }
        try check(limits)
    }

    private func check(_ limits: GuestLimits) throws(GuestError) {
        let bytes = message.text?.utf8.count ?? 0
        guard bytes <= limits.textBytesMax else { throw .textTooLong(bytes, bytesMax: limits.textBytesMax) }
        let content = message.content ?? []
        guard content.count <= limits.contentItemsMax else { throw .badRequest }
        for item in content { try Self.check(item) }
        if message.type == .event {
            guard message.events?.count == 1 else { throw .missing("message.events") }
        } else if bytes == 0, content.isEmpty {
            throw .missing("message.text")
        }
    }

    /// Guests answer what they were asked. Cards, carousels and the like are the business's: taken from a guest, they
    /// would stand on the agent's screen as if a colleague had made them.
    private static func check(_ item: MessageContent) throws(GuestError) {
        switch item {
        case .buttonResponse, .form, .quickReply, .location: return
        case .attachment: throw .attachmentsOff
        default: throw .unsupported("Content type [\(item.type.prefix(40))]")
        }
    }

    /// Texts by name. Numbers and truth values are taken as text; anything deeper has no place in them.
    private static func texts(
        _ values: [String: JSONValue]?, _ field: String, bytesMax: Int
    ) throws(GuestError) -> [String: String]? {
        guard let values else { return nil }
        var texts: [String: String] = [:]
        var bytes = 0
        for (name, value) in values {
            switch value {
            case .null: continue
            case .string(let text): texts[name] = text
            case .bool(let value): texts[name] = String(value)
            case .integer(let value): texts[name] = String(value)
            case .number(let value): texts[name] = String(value)
            case .array, .object: throw .unsupported("A value of [\(field)] that is not text")
            }
            bytes += name.utf8.count + (texts[name]?.utf8.count ?? 0)
        }
        guard bytes <= bytesMax else { throw GuestError(4011, "\(field) is larger than \(bytesMax) bytes") }
        return texts
    }
}

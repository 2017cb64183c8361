import ContactCenter
import Engine
import Hummingbird
import Journal

/// Messages of conversations: sending, typing, and reading what was said.
struct MessageRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess
    let media: MediaLibrary
    let typingLimit = RateLimit(RateLimitConfiguration(requestsMax: Self.typingEventsMax))

    /// Typing events of an agent in a minute and conversation (reference, section B.12).
    static let typingEventsMax = 12
    /// Messages that one bulk request may read, and files that one message may carry.
    static let bulkMax = 1_000
    static let mediaMax = 10
    /// Bytes of the header that names a message.
    static let keyLengthMax = 255

    private var names: WireNames { WireNames(directory: engine.directory, files: media.links) }

    // MARK: Sending

    /// `AdditionalMessage`: exactly one of the API's three, or `content`, which is ours, with or without a text.
    private struct Outgoing: Decodable {
        var textBody: String?
        var mediaIds: [String]?
        var messagingTemplate: JSONValue?
        var content: [JSONValue]?
    }

    func send(_ call: Call<Principal>) async throws -> Response {
        let target = try await access.accessCommunication(call)
        guard let origin = target.conversation.origin else { throw APIError.notFound }
        let outgoing = try await call.decodeBody(Outgoing.self)
        var message = try await content(outgoing, origin.platform, target.conversation.id)
        let user = try call.caller.user
        message.originatingEntity = .human
        message.user = user
        message.nickname = user.flatMap { engine.directory.find(.user, $0.description) }.flatMap {
            $0.body["preferredName"]?.string ?? $0.name
        }
        let record = try await engine.conversations.send(
            message, in: target.conversation.id, by: target.leg, key: try idempotencyKey(call))
        return try .json(MessageDataWire(record, message, origin: origin, names: names), status: .accepted)
    }

    /// A browser repeats a request by itself when its connection dies before the answer; a client that names its
    /// message in the header is not doubled by that.
    private func idempotencyKey(_ call: Call<Principal>) throws(APIError) -> String? {
        guard let key = call.request.headers[.idempotencyKey] else { return nil }
        guard (1...Self.keyLengthMax).contains(key.utf8.count) else {
            throw .invalidValue("Idempotency-Key", "…", allowed: "up to \(Self.keyLengthMax) bytes")
        }
        return key
    }

    private func content(
        _ outgoing: Outgoing, _ platform: MessagingPlatform, _ conversation: ConversationID
    ) async throws -> NormalizedMessage {
        let ids = (outgoing.mediaIds?.isEmpty ?? true) ? nil : outgoing.mediaIds
        if let content = outgoing.content {
            return try structured(content, outgoing, platform)
        }
        let parts = [outgoing.textBody != nil, ids != nil, outgoing.messagingTemplate != nil].count { $0 }
        guard parts == 1 else {
            throw APIError(
                .badRequest, "invalid.value", "Exactly one of textBody, mediaIds and messagingTemplate must be given.",
                details: [.init(errorCode: "invalid.value", fieldName: "textBody")])
        }
        if let text = outgoing.textBody {
            try MessageLimits.check(text, platform)
            return NormalizedMessage(type: .text, text: text)
        }
        guard let ids else {
            throw APIError(
                .badRequest, "feature.toggle.disabled", "Messaging templates are not supported by this channel.")
        }
        guard ids.count <= Self.mediaMax else {
            throw APIError.invalidValue("mediaIds", "\(ids.count)", allowed: "up to \(Self.mediaMax)")
        }
        var attachments: [MessageContent] = []
        for id in ids {
            attachments.append(.attachment(try await media.attachment(id, in: conversation)))
        }
        return NormalizedMessage(type: .text, content: attachments)
    }

    private func structured(
        _ content: [JSONValue], _ outgoing: Outgoing, _ platform: MessagingPlatform
    ) throws(APIError) -> NormalizedMessage {
        guard outgoing.mediaIds?.isEmpty ?? true, outgoing.messagingTemplate == nil else {
            throw .invalidValue("content", "with others", allowed: "content alone or beside textBody")
        }
        if let text = outgoing.textBody { try MessageLimits.check(text, platform) }
        return try StructuredContent.message(content, text: outgoing.textBody, on: platform)
    }

    private struct Typing: Decodable {
        struct Event: Decodable {
            var type: String
            var duration: Int64?
        }

        var typing: Event
    }

    func type(_ call: Call<Principal>) async throws -> Response {
        let target = try await access.accessCommunication(call)
        let event = try await call.decodeBody(Typing.self).typing
        guard event.type == "On" else { throw APIError.invalidValue("typing.type", event.type, allowed: "On") }
        _ = try typingLimit.take(target.leg.description)
        let duration = min(max(event.duration ?? 5_000, 0), 60_000)
        try await engine.agentTypes(in: target.conversation.id, communication: target.leg, durationMs: duration)
        return .empty()
    }

    // MARK: Reading

    func get(_ call: Call<Principal>) async throws -> Response {
        let conversation = try await access.accessConversation(call)
        let text = try call.parameter("messageId")
        guard let (record, message) = try await find(text), record.draft.conversation == conversation.id,
            let origin = conversation.origin
        else { throw APIError.notFound("message", id: text) }
        return try .json(MessageDataWire(record, message, origin: origin, names: names))
    }

    /// `…/messages/{messageId}/details`, which knows no conversation. An id of any form may be asked for; what is not
    /// there is 404 (reference, section A.6: a client checks its rights that way).
    func details(_ call: Call<Principal>) async throws -> Response {
        let text = try call.parameter("messageId")
        guard let (record, message) = try await find(text) else { throw APIError.notFound("message", id: text) }
        let conversation = try await engine.conversations.find(record.draft.conversation)
        guard try access.maySee(conversation, call.caller), let origin = conversation.origin else {
            throw APIError.notFound("message", id: text)
        }
        return try .json(MessageDataWire(record, message, origin: origin, names: names))
    }

    func bulk(_ call: Call<Principal>) async throws -> Response {
        let conversation = try await access.accessConversation(call)
        let texts = try await call.decodeBodyIfPresent([String].self) ?? []
        guard texts.count <= Self.bulkMax else {
            throw APIError.invalidValue("body", "\(texts.count) ids", allowed: "up to \(Self.bulkMax)")
        }
        let found = try await engine.conversations.messages(texts.compactMap { MessageID($0) })
        let wires = found.compactMap { record, message -> MessageDataWire? in
            guard record.draft.conversation == conversation.id, let origin = conversation.origin else { return nil }
            return MessageDataWire(record, message, origin: origin, names: names)
        }
        return try .json(Listing(wires))
    }

    private func find(_ text: String) async throws -> (MessageRecord, NormalizedMessage)? {
        guard let id = MessageID(text) else { return nil }
        return try await engine.conversations.message(id)
    }
}

/// How long a text may be, by channel.
enum MessageLimits {
    /// In UTF-16 units, which is what browsers and the platforms count.
    static func textLengthMax(_ platform: MessagingPlatform) -> Int {
        switch platform {
        case .facebook: 2_000
        case .instagram: 1_000
        case .whatsapp: 4_096
        case .sms: 765
        case .twitter: 10_000
        case .webmessaging, .open, .apple, .line, .unknown: 4_000
        }
    }

    static func check(_ text: String, _ platform: MessagingPlatform) throws(APIError) {
        guard text.contains(where: { !$0.isWhitespace }) else { throw .missing("textBody") }
        let length = text.utf16.count
        guard length <= textLengthMax(platform) else {
            throw .invalidValue(
                "textBody", "\(length) characters", allowed: "up to \(textLengthMax(platform)) characters")
        }
    }
}

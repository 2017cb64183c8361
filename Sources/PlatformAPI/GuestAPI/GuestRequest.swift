import ContactCenter
import Foundation
import NIOCore

/// A frame of a guest (reference, sections B.2 and B.4). What a client need not send may be absent; what it must is
/// asked for by the action.
struct GuestRequest {
    /// The actions that we know; everything else is refused.
    enum Action: String {
        case configureSession, configureAuthenticatedSession, getConfiguration, onMessage, echo, getJwt, closeSession
        case onAttachment, getAttachment, deleteAttachment, disconnectCustomer, resumeToken
    }

    var action: Action?
    var token: String?
    var tracingId: String?
    var deploymentId: String?
    var startNew: Bool
    var journeyContext: [String: JSONValue]?
    var resumeToken: String?
    var closeAllConnections: Bool
    var errorsAsJson: Bool
    var attachmentId: String?
    var fileName: String?
    var fileType: String?
    var fileSize: Int64?
    var fileMd5: String?
    /// The proof of an authenticated session.
    var code: String?
    var message: IncomingMessage?
    /// The older place of custom attributes, beside the message.
    var channel: IncomingMessage.Channel?
    /// Something in the frame has a wrong type; it is refused with the tracing id that was readable.
    var isMalformed: Bool

    /// Reads a frame; `nil` when it is not a JSON object.
    init?(_ frame: ByteBuffer) {
        guard let value = frame.withUnsafeReadableBytes({ try? JSONReader.read($0) }), let members = value.object else {
            return nil
        }
        var fields = Fields(members)
        action = fields.string("action").flatMap(Action.init(rawValue:))
        token = fields.string("token")
        tracingId = fields.string("tracingId")
        deploymentId = fields.string("deploymentId")
        startNew = fields.bool("startNew") ?? false
        journeyContext = fields.object("journeyContext")
        resumeToken = fields.string("resumeToken")
        closeAllConnections = fields.bool("closeAllConnections") ?? false
        errorsAsJson = fields.bool("errorsAsJson") ?? false
        attachmentId = fields.string("attachmentId")
        fileName = fields.string("fileName")
        fileType = fields.string("fileType")
        fileSize = fields.integer("fileSize")
        fileMd5 = fields.string("fileMd5")
        code = fields.nested("data") { $0.string("code") } ?? nil
        message = fields.nested("message", IncomingMessage.init)
        channel = fields.nested("channel", IncomingMessage.Channel.init)
        isMalformed = fields.areMalformed
    }
}

/// The message of a guest as it comes (reference, section B.4).
struct IncomingMessage {
    struct Channel {
        var customAttributes: [String: JSONValue]?
        /// Our own: how the guest came to this page.
        var referral: [String: JSONValue]?
        var messageId: String?

        fileprivate init(_ fields: inout Fields) {
            let metadata = fields.nested("metadata") { ($0.object("customAttributes"), $0.object("referral")) }
            customAttributes = metadata?.0
            referral = metadata?.1
            messageId = fields.string("messageId")
        }
    }

    var type: String?
    var text: String?
    var content: [MessageContent]?
    var events: [MessageEvent]?
    var metadata: [String: JSONValue]?
    var channel: Channel?

    fileprivate init(_ fields: inout Fields) {
        type = fields.string("type")
        text = fields.string("text")
        content = fields.decoded("content", [MessageContent].self)
        events = fields.decoded("events", [MessageEvent].self)
        metadata = fields.object("metadata")
        channel = fields.nested("channel", Channel.init)
    }
}

/// The members of an object, and whether one that was read had a wrong type. `null` is the same as nothing.
private struct Fields {
    private let members: [String: JSONValue]
    private(set) var areMalformed = false

    init(_ members: [String: JSONValue]) { self.members = members }

    mutating func string(_ name: String) -> String? { read(name) { $0.string } }

    mutating func integer(_ name: String) -> Int64? { read(name) { $0.integer } }

    mutating func bool(_ name: String) -> Bool? { read(name) { $0.bool } }

    mutating func object(_ name: String) -> [String: JSONValue]? { read(name) { $0.object } }

    /// An object with fields of its own; nothing if one of them has a wrong type.
    mutating func nested<Value>(_ name: String, _ make: (inout Fields) -> Value) -> Value? {
        read(name) { value in
            guard let members = value.object else { return nil }
            var fields = Fields(members)
            let made = make(&fields)
            return fields.areMalformed ? nil : made
        }
    }

    /// What has a model of its own.
    mutating func decoded<Value: Decodable>(_ name: String, _ type: Value.Type) -> Value? {
        read(name) { value in
            guard let bytes = try? APIJSON.encode(value) else { return nil }
            return try? APIJSON.decode(type, from: bytes)
        }
    }

    private mutating func read<Value>(_ name: String, _ convert: (JSONValue) -> Value?) -> Value? {
        guard let value = members[name], value != .null else { return nil }
        let converted = convert(value)
        if converted == nil { areMalformed = true }
        return converted
    }
}

/// A guest's message that may be taken: checked against the limits, its parts in the places where the engine has them.
struct CheckedMessage: Sendable {
    var message: NormalizedMessage
    var attributes: [String: String]
    /// What the guest says of how it came; the entry point decides what of it counts.
    var referral: [String: JSONValue]?
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
        message.originatingMessageId = metadata?["parentMessageId"] ?? message.questionID
        let custom = incoming.channel?.customAttributes ?? request.channel?.customAttributes
        do {
            attributes = try Self.texts(custom, "customAttributes", bytesMax: limits.attributeBytesMax) ?? [:]
        } catch {
            throw error.code == 400 ? error : .attributesTooLarge(bytesMax: limits.attributeBytesMax)
        }
        // Nobody but an entry point says where a guest came from.
        attributes = attributes.filter { !Referral.isReserved($0.key) }
        referral = incoming.channel?.referral ?? request.channel?.referral
        externalID = metadata?["id"] ?? incoming.channel?.messageId ?? request.channel?.messageId
        guard (externalID?.utf8.count ?? 0) <= limits.externalIDBytesMax else { throw .unsupported("A longer id") }
        try check(limits)
    }

    /// The guest's own ids of the files that the message has; one at most (reference, B.4).
    var attachmentIDs: [String] { message.attachments.compactMap(\.id) }

    private func check(_ limits: GuestLimits) throws(GuestError) {
        let bytes = message.text?.utf8.count ?? 0
        guard bytes <= limits.textBytesMax else { throw .textTooLong(bytes, bytesMax: limits.textBytesMax) }
        let content = message.content ?? []
        try GuestContent.check(content, limits)
        guard attachmentIDs.count <= 1 else { throw .unsupported("More than one attachment") }
        if message.type == .event {
            guard message.events?.count == 1 else { throw .missing("message.events") }
            guard bytes == 0, content.isEmpty else { throw .unsupported("An event that says something") }
        } else {
            guard message.events?.isEmpty != false else { throw .unsupported("A message with events") }
            guard bytes > 0 || !content.isEmpty else { throw .missing("message.text") }
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

extension NormalizedMessage {
    /// The message with the sign that its sender has proven who it is, or without one that its sender made up.
    func marked(isAuthenticated: Bool) -> NormalizedMessage {
        var marked = self
        if isAuthenticated {
            marked.metadata = (metadata ?? [:]).merging(["authenticated": "true"]) { $1 }
        } else {
            marked.metadata?["authenticated"] = nil
        }
        return marked
    }
}

extension NormalizedMessage {
    /// The question that an answer names in its content; clients write it there or into the metadata (reference, B.4).
    fileprivate var questionID: String? {
        for item in content ?? [] {
            switch item {
            case .buttonResponse(let response): if let id = response.originatingMessageId { return id }
            case .form(let form): if let id = form.originatingMessageId { return id }
            default: continue
            }
        }
        return nil
    }
}

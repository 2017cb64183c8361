import ContactCenter

/// The bodies of inbound open messages (reference, section C.2). Members that we do not know are ignored; what the
/// older form carries beside the newer one (`to`, `type`, `platform`) is optional here.
struct OpenChannel: Codable, Sendable {
    struct Person: Codable, Sendable {
        var nickname: String?
        var id: String?
        var idType: String?
        var firstName: String?
        var lastName: String?
        var image: String?
        var email: String?
    }

    struct Metadata: Codable, Sendable {
        var customAttributes: [String: JSONValue]?
    }

    var id: String?
    var platform: String?
    var type: String?
    var messageId: String?
    var to: Person?
    var from: Person?
    var time: WireDate?
    var metadata: Metadata?
}

/// A message, in the newer and the older form.
struct OpenInboundMessage: Decodable, Sendable {
    struct Content: Codable, Sendable {
        var contentType: String?
        var attachment: Attachment?
    }

    var id: String?
    var channel: OpenChannel?
    var type: String?
    var text: String?
    var content: [Content]?
    var metadata: JSONValue?
    var direction: String?
    // A receipt in the older form.
    var status: String?
    var reasons: [JSONValue]?
    var isFinalReceipt: Bool?
}

/// Somebody types.
struct OpenInboundEvent: Decodable, Sendable {
    struct Event: Codable, Sendable {
        var eventType: String
        var typing: TypingEvent?
    }

    var channel: OpenChannel?
    var events: [Event]?
}

/// What a platform says of a message that it was given.
struct OpenInboundReceipt: Decodable, Sendable {
    var id: String?
    var channel: OpenChannel?
    var status: String?
    var reasons: [JSONValue]?
    var isFinalReceipt: Bool?
}

/// The answer to a quick reply, a card or a date picker.
struct OpenStructuredResponse: Decodable, Sendable {
    var channel: OpenChannel?
    var buttonResponse: ButtonResponse?
    var originatingMessageId: String?
}

/// What all of them are answered with: the message as it was understood.
struct OpenNormalizedWire: Encodable, Sendable {
    var id: String?
    var channel: OpenChannel
    var type: String
    var text: String?
    var content: [MessageContent]?
    var events: [OpenInboundEvent.Event]?
    var status: String?
    var reasons: [JSONValue]?
    var isFinalReceipt: Bool?
    var direction: String?
    var metadata: [String: String]?
    var conversationId: String?
}

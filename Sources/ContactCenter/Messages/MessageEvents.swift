/// An event inside a message: typing, presence, an offer to browse together or to call.
public enum MessageEvent: Hashable, Sendable {
    case typing(TypingEvent)
    case presence(PresenceEvent)
    case coBrowse(CoBrowseEvent)
    case video(VideoEvent)
    /// An event that we do not know, kept whole.
    case unknown(JSONValue)

    /// The `eventType` of the wire.
    public var type: String {
        switch self {
        case .typing: "Typing"
        case .presence: "Presence"
        case .coBrowse: "CoBrowse"
        case .video: "Video"
        case .unknown(let value): value["eventType"]?.string ?? "Unknown"
        }
    }
}

extension MessageEvent: Codable {
    private enum CodingKeys: String, CodingKey {
        case eventType, typing, presence, coBrowse, video
    }

    /// Reads an event; what does not fit its type stays whole as `.unknown`.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        let type = try members.decodeIfPresent(String.self, forKey: .eventType)
        let known: MessageEvent? =
            switch type {
            case "Typing": (try? members.decode(TypingEvent.self, forKey: .typing)).map(MessageEvent.typing)
            case "Presence": (try? members.decode(PresenceEvent.self, forKey: .presence)).map(MessageEvent.presence)
            case "CoBrowse": (try? members.decode(CoBrowseEvent.self, forKey: .coBrowse)).map(MessageEvent.coBrowse)
            case "Video": (try? members.decode(VideoEvent.self, forKey: .video)).map(MessageEvent.video)
            default: nil
            }
        self = try known ?? .unknown(JSONValue(from: decoder))
    }

    /// Writes `eventType` and the body under its name.
    public func encode(to encoder: any Encoder) throws {
        if case .unknown(let value) = self { return try value.encode(to: encoder) }
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(type, forKey: .eventType)
        switch self {
        case .typing(let body): try members.encode(body, forKey: .typing)
        case .presence(let body): try members.encode(body, forKey: .presence)
        case .coBrowse(let body): try members.encode(body, forKey: .coBrowse)
        case .video(let body): try members.encode(body, forKey: .video)
        case .unknown: break
        }
    }
}

/// An offer to browse together.
public struct CoBrowseEvent: Codable, Hashable, Sendable {
    /// `Offering`, `OfferingExpired`, `OfferingAccepted`, `OfferingRejected`.
    public var type: String?
    public var sessionId: String?
    public var sessionJoinToken: String?

    /// Every part may be absent.
    public init(type: String? = nil, sessionId: String? = nil, sessionJoinToken: String? = nil) {
        self.type = type
        self.sessionId = sessionId
        self.sessionJoinToken = sessionJoinToken
    }
}

/// The customer or the business comes or goes.
public struct PresenceEvent: Codable, Hashable, Sendable {
    public var type: String?
    public var receivedMessage: ReceivedReplyMessage?
    public var replyMessage: ReceivedReplyMessage?

    /// Every part may be absent.
    public init(
        type: String? = nil, receivedMessage: ReceivedReplyMessage? = nil, replyMessage: ReceivedReplyMessage? = nil
    ) {
        self.type = type
        self.receivedMessage = receivedMessage
        self.replyMessage = replyMessage
    }
}

/// Somebody types; `duration` in milliseconds.
public struct TypingEvent: Codable, Hashable, Sendable {
    /// `On`.
    public var type: String?
    public var duration: Int64?

    /// Every part may be absent.
    public init(type: String? = nil, duration: Int64? = nil) {
        self.type = type
        self.duration = duration
    }
}

/// An offer of a video call.
public struct VideoEvent: Codable, Hashable, Sendable {
    /// `Offering`, `OfferingExpired`, `OfferingAccepted`, `OfferingRejected`.
    public var type: String?
    public var offeringId: String?
    public var jwt: String?

    /// Every part may be absent.
    public init(type: String? = nil, offeringId: String? = nil, jwt: String? = nil) {
        self.type = type
        self.offeringId = offeringId
        self.jwt = jwt
    }
}

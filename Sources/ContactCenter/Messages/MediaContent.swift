// The shapes of the wire: reference sections B.5, C.2 and E.2. Times stay the text that the platform sent.

/// A file, image, sound, film or link.
public struct Attachment: Codable, Hashable, Sendable {
    public var id: String?
    /// `Image`, `Video`, `Audio`, `File`, `Link`.
    public var mediaType: String?
    public var url: String?
    public var mime: String?
    public var text: String?
    public var sha256: String?
    public var filename: String?
    public var contentSizeBytes: Int64?
    public var fileSize: Int64?

    /// Every part may be absent.
    public init(
        id: String? = nil, mediaType: String? = nil, url: String? = nil, mime: String? = nil, text: String? = nil,
        sha256: String? = nil, filename: String? = nil, contentSizeBytes: Int64? = nil, fileSize: Int64? = nil
    ) {
        self.id = id
        self.mediaType = mediaType
        self.url = url
        self.mime = mime
        self.text = text
        self.sha256 = sha256
        self.filename = filename
        self.contentSizeBytes = contentSizeBytes
        self.fileSize = fileSize
    }
}

/// What a customer chose: a button, a quick reply, a date, list items.
public struct ButtonResponse: Codable, Hashable, Sendable {
    public var originatingMessageId: String?
    /// `Button`, `QuickReply`, `DatePicker`, `ListPicker`, `Form`.
    public var type: String?
    public var text: String?
    public var payload: String?
    public var id: String?

    /// Every part may be absent.
    public init(
        originatingMessageId: String? = nil, type: String? = nil, text: String? = nil, payload: String? = nil,
        id: String? = nil
    ) {
        self.originatingMessageId = originatingMessageId
        self.type = type
        self.text = text
        self.payload = payload
        self.id = id
    }
}

/// A card with a title and actions.
public struct Card: Codable, Hashable, Sendable {
    public var title: String?
    public var description: String?
    public var image: String?
    public var video: String?
    public var defaultAction: CardAction?
    public var actions: [CardAction]?

    /// Every part may be absent.
    public init(
        title: String? = nil, description: String? = nil, image: String? = nil, video: String? = nil,
        defaultAction: CardAction? = nil, actions: [CardAction]? = nil
    ) {
        self.title = title
        self.description = description
        self.image = image
        self.video = video
        self.defaultAction = defaultAction
        self.actions = actions
    }
}

/// What a card or one of its buttons does.
public struct CardAction: Codable, Hashable, Sendable {
    /// `Link`, `Postback`, `Unknown`.
    public var type: String?
    public var text: String?
    public var payload: String?
    public var url: String?

    /// Every part may be absent.
    public init(type: String? = nil, text: String? = nil, payload: String? = nil, url: String? = nil) {
        self.type = type
        self.text = text
        self.payload = payload
        self.url = url
    }
}

/// Several cards side by side.
public struct Carousel: Codable, Hashable, Sendable {
    public var cards: [Card]?

    /// Every part may be absent.
    public init(cards: [Card]? = nil) {
        self.cards = cards
    }
}

/// An application inside the conversation.
public struct InteractiveApplication: Codable, Hashable, Sendable {
    public var name: String?
    public var url: String?
    public var receivedMessage: ReceivedReplyMessage?
    public var replyMessage: ReceivedReplyMessage?

    /// Every part may be absent.
    public init(
        name: String? = nil, url: String? = nil, receivedMessage: ReceivedReplyMessage? = nil,
        replyMessage: ReceivedReplyMessage? = nil
    ) {
        self.name = name
        self.url = url
        self.receivedMessage = receivedMessage
        self.replyMessage = replyMessage
    }
}

/// A place; degrees of WGS 84.
public struct Location: Codable, Hashable, Sendable {
    public var url: String?
    public var address: String?
    public var text: String?
    public var latitude: Double?
    public var longitude: Double?

    /// Every part may be absent.
    public init(
        url: String? = nil, address: String? = nil, text: String? = nil, latitude: Double? = nil,
        longitude: Double? = nil
    ) {
        self.url = url
        self.address = address
        self.text = text
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// A push notification that stood in for a message.
public struct Push: Codable, Hashable, Sendable {
    /// `Android`, `IOS`.
    public var deviceType: String?
    public var deviceTokenId: String?
    public var deviceToken: String?
    public var failedMessages: [JSONValue]?
    public var notificationMessage: JSONValue?
    public var pushProviderIntegration: JSONValue?
    public var expiration: Int64?

    /// Every part may be absent.
    public init(
        deviceType: String? = nil, deviceTokenId: String? = nil, deviceToken: String? = nil,
        failedMessages: [JSONValue]? = nil, notificationMessage: JSONValue? = nil,
        pushProviderIntegration: JSONValue? = nil, expiration: Int64? = nil
    ) {
        self.deviceType = deviceType
        self.deviceTokenId = deviceTokenId
        self.deviceToken = deviceToken
        self.failedMessages = failedMessages
        self.notificationMessage = notificationMessage
        self.pushProviderIntegration = pushProviderIntegration
        self.expiration = expiration
    }
}

/// An answer that the customer may tap.
public struct QuickReply: Codable, Hashable, Sendable {
    public var text: String?
    public var payload: String?
    public var image: String?
    /// `Message`.
    public var action: String?
    public var summaryText: String?
    public var id: String?

    /// Every part may be absent.
    public init(
        text: String? = nil, payload: String? = nil, image: String? = nil, action: String? = nil,
        summaryText: String? = nil, id: String? = nil
    ) {
        self.text = text
        self.payload = payload
        self.image = image
        self.action = action
        self.summaryText = summaryText
        self.id = id
    }
}

/// A set of quick replies with a title.
public struct QuickReplyV2: Codable, Hashable, Sendable {
    public var title: String?
    public var actions: [QuickReply]?

    /// Every part may be absent.
    public init(title: String? = nil, actions: [QuickReply]? = nil) {
        self.title = title
        self.actions = actions
    }
}

/// How often people reacted in one way.
public struct Reaction: Codable, Hashable, Sendable {
    /// `None`, `Like`, `Love`, `Wow`, `Haha`, `Sad`, `Angry`, `Thankful`, `Pride`, `Care`, `Share`, `Comment`.
    public var reactionType: String?
    public var count: Int64?

    /// Every part may be absent.
    public init(reactionType: String? = nil, count: Int64? = nil) {
        self.reactionType = reactionType
        self.count = count
    }
}

/// A mention in, or a reply to, a story.
public struct Story: Codable, Hashable, Sendable {
    /// `Mention`, `Reply`.
    public var type: String?
    public var url: String?
    public var replyToId: String?

    /// Every part may be absent.
    public init(type: String? = nil, url: String? = nil, replyToId: String? = nil) {
        self.type = type
        self.url = url
        self.replyToId = replyToId
    }
}

/// A text as a content item.
public struct FormattedText: Codable, Hashable, Sendable {
    /// `Text`.
    public var type: String?
    public var body: String?

    /// Every part may be absent.
    public init(type: String? = nil, body: String? = nil) {
        self.type = type
        self.body = body
    }
}

// The shapes of the wire: reference sections B.5, C.2 and E.2. Times stay the text that the platform sent.

/// The answer to a request for notifications.
public struct NotificationResponse: Codable, Hashable, Sendable {
    public var originatingMessageId: String?
    public var referenceId: String?
    /// `Accepted`, `Declined`.
    public var notificationStatus: String?
    public var notificationText: String?

    /// Every part may be absent.
    public init(
        originatingMessageId: String? = nil, referenceId: String? = nil, notificationStatus: String? = nil,
        notificationText: String? = nil
    ) {
        self.originatingMessageId = originatingMessageId
        self.referenceId = referenceId
        self.notificationStatus = notificationStatus
        self.notificationText = notificationText
    }
}

/// A message template that a platform approved.
public struct NotificationTemplate: Codable, Hashable, Sendable {
    public var id: String?
    public var language: String?
    public var header: TemplateHeader?
    public var body: TemplateBody?
    public var buttons: [TemplateButton]?
    public var footer: TemplateFooter?

    /// Every part may be absent.
    public init(
        id: String? = nil, language: String? = nil, header: TemplateHeader? = nil, body: TemplateBody? = nil,
        buttons: [TemplateButton]? = nil, footer: TemplateFooter? = nil
    ) {
        self.id = id
        self.language = language
        self.header = header
        self.body = body
        self.buttons = buttons
        self.footer = footer
    }
}

/// The body of a template.
public struct TemplateBody: Codable, Hashable, Sendable {
    public var text: String?
    public var parameters: [TemplateParameter]?

    /// Every part may be absent.
    public init(text: String? = nil, parameters: [TemplateParameter]? = nil) {
        self.text = text
        self.parameters = parameters
    }
}

/// A button of a template.
public struct TemplateButton: Codable, Hashable, Sendable {
    /// `QuickReply`, `PhoneNumber`, `Url`.
    public var type: String?
    public var text: String?
    public var index: Int64?
    public var phoneNumber: String?
    public var url: String?
    public var payload: String?
    public var parameters: [TemplateParameter]?

    /// Every part may be absent.
    public init(
        type: String? = nil, text: String? = nil, index: Int64? = nil, phoneNumber: String? = nil, url: String? = nil,
        payload: String? = nil, parameters: [TemplateParameter]? = nil
    ) {
        self.type = type
        self.text = text
        self.index = index
        self.phoneNumber = phoneNumber
        self.url = url
        self.payload = payload
        self.parameters = parameters
    }
}

/// The footer of a template.
public struct TemplateFooter: Codable, Hashable, Sendable {
    public var text: String?

    /// Every part may be absent.
    public init(text: String? = nil) {
        self.text = text
    }
}

/// The header of a template.
public struct TemplateHeader: Codable, Hashable, Sendable {
    /// `Text`, `Media`.
    public var type: String?
    public var text: String?
    public var media: Attachment?
    public var parameters: [TemplateParameter]?

    /// Every part may be absent.
    public init(
        type: String? = nil, text: String? = nil, media: Attachment? = nil, parameters: [TemplateParameter]? = nil
    ) {
        self.type = type
        self.text = text
        self.media = media
        self.parameters = parameters
    }
}

/// A value for a placeholder of a template.
public struct TemplateParameter: Codable, Hashable, Sendable {
    public var name: String?
    public var text: String?

    /// Every part may be absent.
    public init(name: String? = nil, text: String? = nil) {
        self.name = name
        self.text = text
    }
}

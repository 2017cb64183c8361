/// One content item of a message, by the `contentType` of the wire (reference B.5, C.2, E.2).
///
/// A content type that we do not know, or a known one whose body does not fit, is kept whole as `.unknown` and given on
/// as it came: what a customer sent is never lost because this version could not name it.
public enum MessageContent: Hashable, Sendable {
    case attachment(Attachment)
    case buttonResponse(ButtonResponse)
    case card(Card)
    case carousel(Carousel)
    case datePicker(DatePicker)
    case form(Form)
    case genericTemplate(GenericTemplate)
    case interactiveApplication(InteractiveApplication)
    case listPicker(ListPicker)
    case location(Location)
    case notification(NotificationTemplate)
    case notificationResponse(NotificationResponse)
    case paymentRequest(PaymentRequest)
    case paymentResponse(PaymentResponse)
    case push(Push)
    case quickReply(QuickReply)
    case quickReplyV2(QuickReplyV2)
    case reactions([Reaction])
    case story(Story)
    case text(FormattedText)
    case unknown(JSONValue)

    /// The `contentType` of the wire.
    public var type: String {
        switch self {
        case .attachment: "Attachment"
        case .buttonResponse: "ButtonResponse"
        case .card: "Card"
        case .carousel: "Carousel"
        case .datePicker: "DatePicker"
        case .form: "Form"
        case .genericTemplate: "GenericTemplate"
        case .interactiveApplication: "InteractiveApplication"
        case .listPicker: "ListPicker"
        case .location: "Location"
        case .notification: "Notification"
        case .notificationResponse: "NotificationResponse"
        case .paymentRequest: "PaymentRequest"
        case .paymentResponse: "PaymentResponse"
        case .push: "Push"
        case .quickReply: "QuickReply"
        case .quickReplyV2: "QuickReplyV2"
        case .reactions: "Reactions"
        case .story: "Story"
        case .text: "Text"
        case .unknown(let value): value["contentType"]?.string ?? "Unknown"
        }
    }
}

extension MessageContent: Codable {
    private enum CodingKeys: String, CodingKey {
        case contentType, attachment, buttonResponse, card, carousel, datePicker, form, generic
        case interactiveApplication, listPicker, location, template, notificationResponse, paymentRequest
        case paymentResponse, push, quickReply, quickReplyV2, reactions, story, text
    }

    private typealias Members = KeyedDecodingContainer<CodingKeys>

    /// Reads a content item.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        let type = try? members.decodeIfPresent(String.self, forKey: .contentType)
        let known = try? Self.simple(type, members) ?? Self.interactive(type, members)
        self = try known ?? .unknown(JSONValue(from: decoder))
    }

    private static func simple(_ type: String?, _ members: Members) throws -> MessageContent? {
        switch type {
        case "Attachment": .attachment(try members.decode(Attachment.self, forKey: .attachment))
        case "ButtonResponse": .buttonResponse(try members.decode(ButtonResponse.self, forKey: .buttonResponse))
        case "Card": .card(try members.decode(Card.self, forKey: .card))
        case "Carousel": .carousel(try members.decode(Carousel.self, forKey: .carousel))
        case "Location": .location(try members.decode(Location.self, forKey: .location))
        case "QuickReply": .quickReply(try members.decode(QuickReply.self, forKey: .quickReply))
        case "QuickReplyV2": .quickReplyV2(try members.decode(QuickReplyV2.self, forKey: .quickReplyV2))
        case "Reactions": .reactions(try members.decode([Reaction].self, forKey: .reactions))
        case "Story": .story(try members.decode(Story.self, forKey: .story))
        case "Text": .text(try members.decode(FormattedText.self, forKey: .text))
        case "GenericTemplate": .genericTemplate(try members.decode(GenericTemplate.self, forKey: .generic))
        case "Push": .push(try members.decode(Push.self, forKey: .push))
        default: nil
        }
    }

    private static func interactive(_ type: String?, _ members: Members) throws -> MessageContent? {
        switch type {
        case "DatePicker": .datePicker(try members.decode(DatePicker.self, forKey: .datePicker))
        case "Form": .form(try members.decode(Form.self, forKey: .form))
        case "InteractiveApplication":
            .interactiveApplication(try members.decode(InteractiveApplication.self, forKey: .interactiveApplication))
        case "ListPicker": .listPicker(try members.decode(ListPicker.self, forKey: .listPicker))
        case "Notification": .notification(try members.decode(NotificationTemplate.self, forKey: .template))
        case "NotificationResponse":
            .notificationResponse(try members.decode(NotificationResponse.self, forKey: .notificationResponse))
        case "PaymentRequest": .paymentRequest(try members.decode(PaymentRequest.self, forKey: .paymentRequest))
        case "PaymentResponse": .paymentResponse(try members.decode(PaymentResponse.self, forKey: .paymentResponse))
        default: nil
        }
    }

    /// Writes `contentType` and the body under the name that the wire gives it.
    public func encode(to encoder: any Encoder) throws {
        if case .unknown(let value) = self { return try value.encode(to: encoder) }
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(type, forKey: .contentType)
        switch self {
        case .attachment(let body): try members.encode(body, forKey: .attachment)
        case .buttonResponse(let body): try members.encode(body, forKey: .buttonResponse)
        case .card(let body): try members.encode(body, forKey: .card)
        case .carousel(let body): try members.encode(body, forKey: .carousel)
        case .datePicker(let body): try members.encode(body, forKey: .datePicker)
        case .form(let body): try members.encode(body, forKey: .form)
        case .genericTemplate(let body): try members.encode(body, forKey: .generic)
        case .interactiveApplication(let body): try members.encode(body, forKey: .interactiveApplication)
        case .listPicker(let body): try members.encode(body, forKey: .listPicker)
        case .location(let body): try members.encode(body, forKey: .location)
        case .notification(let body): try members.encode(body, forKey: .template)
        case .notificationResponse(let body): try members.encode(body, forKey: .notificationResponse)
        case .paymentRequest(let body): try members.encode(body, forKey: .paymentRequest)
        case .paymentResponse(let body): try members.encode(body, forKey: .paymentResponse)
        case .push(let body): try members.encode(body, forKey: .push)
        case .quickReply(let body): try members.encode(body, forKey: .quickReply)
        case .quickReplyV2(let body): try members.encode(body, forKey: .quickReplyV2)
        case .reactions(let body): try members.encode(body, forKey: .reactions)
        case .story(let body): try members.encode(body, forKey: .story)
        case .text(let body): try members.encode(body, forKey: .text)
        case .unknown: break
        }
    }
}

/// The older card of web messaging (reference B.5 `GenericTemplate`).
public struct GenericTemplate: Codable, Hashable, Sendable {
    public var title: String?
    public var description: String?
    public var image: String?
    public var video: String?
    public var actions: GenericActions?
    public var components: [GenericComponent]?
}

/// What a part of a generic template does.
public struct GenericActions: Codable, Hashable, Sendable {
    public var url: String?
    public var urlTarget: String?
    public var textback: String?
}

/// A button of a generic template.
public struct GenericComponent: Codable, Hashable, Sendable {
    public var title: String?
    public var actions: GenericActions?
}

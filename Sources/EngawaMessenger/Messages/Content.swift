import Foundation

/// What a message carries besides text.
public enum Content: Sendable, Hashable {
    case attachment(Attachment)
    /// A choice that the person is offered; answered by ``Answer/quickReply(_:to:)``.
    case quickReply(QuickReply)
    /// What the person chose.
    case buttonResponse(text: String, payload: String)
    case card(Card)
    case carousel([Card])
    case datePicker(DatePicker)
    case listPicker(ListPicker)
    case form(Form)
    /// Of a type that this version does not know; shown by its message's text.
    case other(type: String, JSON)

    init(_ json: JSON, base: URL? = nil) {
        let type = json["contentType"]?.string ?? ""
        let part: (String) -> JSON = { json[$0] ?? .null }
        switch type {
        case "Attachment": self = .attachment(Attachment(part("attachment"), base: base))
        case "QuickReply": self = .quickReply(QuickReply(part("quickReply")))
        case "ButtonResponse":
            let response = part("buttonResponse")
            self = .buttonResponse(text: response["text"]?.string ?? "", payload: response["payload"]?.string ?? "")
        case "Card": self = .card(Card(part("card")))
        case "Carousel": self = .carousel((part("carousel")["cards"]?.elements ?? []).map(Card.init))
        case "DatePicker": self = .datePicker(DatePicker(part("datePicker")))
        case "ListPicker": self = .listPicker(ListPicker(part("listPicker")))
        case "Form": self = .form(Form(part("form")))
        default: self = .other(type: type, json)
        }
    }
}

/// A file. Its URL is valid for a while; ``Messenger/downloadURL(of:)`` gives a fresh one.
public struct Attachment: Sendable, Hashable, Identifiable {
    public let id: String
    public let url: URL?
    public let fileName: String?
    /// `Image`, `Video`, `Audio`, `File` or `Link`.
    public let mediaType: String?
    /// The MIME type.
    public let type: String?
    public let bytes: Int?

    init(_ json: JSON, base: URL? = nil) {
        id = json["id"]?.string ?? ""
        url = json["url"]?.string.flatMap { URL(string: $0, relativeTo: base)?.absoluteURL }
        fileName = json["filename"]?.string
        mediaType = json["mediaType"]?.string
        type = json["mime"]?.string
        bytes = json["fileSize"]?.integer
    }
}

/// A choice: what is shown and what is meant.
public struct QuickReply: Sendable, Hashable {
    public let text: String
    public let payload: String
    public let imageURL: URL?

    init(_ json: JSON) {
        text = json["text"]?.string ?? ""
        payload = json["payload"]?.string ?? text
        imageURL = json["image"]?.string.flatMap { URL(string: $0) }
    }
}

/// A picture with text and buttons.
public struct Card: Sendable, Hashable {
    /// A button: a link to open, or an answer to send by ``Answer/cardButton(_:to:)``.
    public struct Action: Sendable, Hashable {
        public let text: String
        public let url: URL?
        public let payload: String?

        init(_ json: JSON) {
            text = json["text"]?.string ?? ""
            url = json["url"]?.string.flatMap { URL(string: $0) }
            payload = json["payload"]?.string
        }
    }

    public let title: String
    public let description: String?
    public let imageURL: URL?
    public let videoURL: URL?
    public let defaultAction: Action?
    public let actions: [Action]

    init(_ json: JSON) {
        title = json["title"]?.string ?? ""
        description = json["description"]?.string
        imageURL = json["image"]?.string.flatMap { URL(string: $0) }
        videoURL = json["video"]?.string.flatMap { URL(string: $0) }
        defaultAction = json["defaultAction"].map(Action.init)
        actions = (json["actions"]?.elements ?? []).map(Action.init)
    }
}

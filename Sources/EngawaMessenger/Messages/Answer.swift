import Foundation

/// What a person answers to structured content.
public struct Answer: Sendable, Hashable {
    /// What the transcript shows.
    public let text: String
    let content: [JSON]
    /// The message that is answered.
    let parent: String?

    private init(_ text: String, _ content: [JSON], parent: String? = nil) {
        self.text = text
        self.content = content
        self.parent = parent
    }

    /// A quick reply was chosen.
    public static func quickReply(_ reply: QuickReply, to message: Message) -> Answer {
        Answer(reply.text, [response("QuickReply", reply.text, reply.payload, of: message.id)], parent: message.id)
    }

    /// A button of a card was pressed that is not a link.
    public static func cardButton(_ action: Card.Action, to message: Message) -> Answer {
        let content = response("Button", action.text, action.payload ?? action.text, of: message.id)
        return Answer(action.text, [content], parent: message.id)
    }

    /// A time was chosen.
    /// - Parameters:
    ///   - time: one of the picker's.
    ///   - message: the message with the picker.
    ///   - label: what the transcript shows; the app's language and time zone are its own business.
    public static func date(_ time: DatePicker.Time, to message: Message, label: String) -> Answer {
        let content = response("DatePicker", label, time.wire, of: message.id)
        return Answer(label, [content], parent: message.id)
    }

    /// Items of a list were chosen.
    public static func items(_ items: [ListPicker.Item], to message: Message) -> Answer {
        let content = items.map { response("ListPicker", $0.title, $0.id, of: message.id) }
        return Answer(items.map(\.title).joined(separator: "\n"), content, parent: message.id)
    }

    /// A field of a form as it was filled in.
    public struct Field: Sendable, Hashable {
        public var id: String
        public var text: String
        public var payload: String

        /// A field by the id of its component.
        public init(id: String, text: String, payload: String? = nil) {
            self.id = id
            self.text = text
            self.payload = payload ?? text
        }
    }

    /// A form was filled in. The transcript shows a line for each field.
    public static func form(_ form: Form, fields: [Field], to message: Message) -> Answer {
        let responses = fields.map { field in
            JSON.object([
                "id": .string(field.id), "component": response("Form", field.text, field.payload),
            ])
        }
        let body: JSON = .object([
            "originatingMessageId": .string(message.id), "cannedResponseId": .string(form.cannedResponseID),
            "response": .array(responses),
        ])
        let content: JSON = .object(["contentType": .string("Form"), "form": body])
        let components = form.pages.flatMap(\.components)
        let lines = fields.map { field in
            "\(components.first { $0.id == field.id }?.title ?? field.id): \(field.text)"
        }
        return Answer(lines.joined(separator: "\n"), [content], parent: message.id)
    }

    private static func response(
        _ type: String, _ text: String, _ payload: String, of message: String? = nil
    ) -> JSON {
        .object([
            "contentType": .string("ButtonResponse"),
            "buttonResponse": .members([
                "type": .string(type), "text": .string(text), "payload": .string(payload),
                "originatingMessageId": message.map { .string($0) },
            ]),
        ])
    }
}

import ContactCenter

/// Holds the content of a guest's message to what guests send (reference, section B.4): files, and answers to what they
/// were asked. Cards, quick replies, pages of a form and the like are the business's: taken from a guest, they would
/// stand on the agent's screen as if a colleague had made them.
///
/// The texts of the answers together are held to the limit of a text, and their payloads as well: each of the two says
/// once more what the message's own text says.
struct GuestContent {
    /// What a guest may have answered with.
    private static let answerTypes: Set<String> = ["Button", "DatePicker", "Form", "ListPicker", "QuickReply"]

    private let limits: GuestLimits
    private var textBytes = 0
    private var payloadBytes = 0

    /// Checks a message's content: 400, 4011 or 4020 for what may not be taken.
    static func check(_ content: [MessageContent], _ limits: GuestLimits) throws(GuestError) {
        guard content.count <= limits.contentItemsMax else { throw .badRequest }
        var checked = GuestContent(limits: limits)
        for item in content { try checked.take(item) }
    }

    private init(limits: GuestLimits) { self.limits = limits }

    private mutating func take(_ item: MessageContent) throws(GuestError) {
        switch item {
        case .buttonResponse(let response): try take(response, "message.content.buttonResponse")
        case .form(let form): try take(form)
        case .attachment(let attachment) where attachment.id != nil: return
        case .attachment: throw .missing("message.content.attachment.id")
        default: throw .unsupported("Content type [\(item.type.prefix(40))]")
        }
    }

    private mutating func take(_ form: Form) throws(GuestError) {
        guard let fields = form.response else { throw .missing("message.content.form.response") }
        var answer = Form(response: fields)
        answer.originatingMessageId = form.originatingMessageId
        answer.cannedResponseId = form.cannedResponseId
        guard answer == form else { throw .unsupported("A form that asks") }
        guard fields.count <= limits.contentItemsMax else { throw .badRequest }
        try checkIDs(form.originatingMessageId, form.cannedResponseId)
        for field in fields {
            let name = "message.content.form.response.component"
            guard let component = field.component, let response = component.buttonResponse else { throw .missing(name) }
            guard component.contentType ?? "ButtonResponse" == "ButtonResponse" else {
                throw .unsupported("Content type [\(component.contentType?.prefix(40) ?? "")]")
            }
            try checkIDs(field.id)
            try take(response, name + ".buttonResponse")
        }
    }

    private mutating func take(_ response: ButtonResponse, _ name: String) throws(GuestError) {
        guard let type = response.type else { throw .missing(name + ".type") }
        guard Self.answerTypes.contains(type) else { throw .unsupported("Answer type [\(type.prefix(40))]") }
        guard let text = response.text else { throw .missing(name + ".text") }
        guard let payload = response.payload else { throw .missing(name + ".payload") }
        try checkIDs(response.originatingMessageId, response.id)
        textBytes += text.utf8.count
        payloadBytes += payload.utf8.count
        let bytes = max(textBytes, payloadBytes)
        guard bytes <= limits.textBytesMax else { throw .textTooLong(bytes, bytesMax: limits.textBytesMax) }
    }

    private func checkIDs(_ ids: String?...) throws(GuestError) {
        for id in ids {
            guard (id?.utf8.count ?? 0) <= limits.externalIDBytesMax else { throw .unsupported("A longer id") }
        }
    }
}

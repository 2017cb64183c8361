import ContactCenter
import Foundation

/// What a message of the business carries beside its text, checked: quick replies, or one of a card, a carousel, a date
/// picker, a list picker and a form (`docs/decisions/0040-content-beside-the-body.md`).
///
/// A guest's client shows what it is sent, so everything that it would have to repair is refused here, with the place.
struct StructuredContent {
    /// Quick replies of a message, as many as the platforms show.
    static let quickRepliesMax = 13
    /// Entries of each list, by its name.
    static let countMax = [
        "actions": 3, "cards": 10, "availableTimes": 100, "sections": 10, "items": 100, "formPages": 20,
        "pageComponents": 20,
    ]
    /// UTF-16 units of each text, by its name: labels stand on buttons, the rest below them.
    static let lengthMax = [
        "text": 80, "title": 80, "header": 80, "buttonLabel": 80, "buttonText": 80, "placeholderText": 80,
        "subtitle": 500, "description": 500, "payload": 1_000, "value": 1_000, "id": 100, "cannedResponseId": 100,
        "autoCompleteType": 40,
    ]
    static let addressLengthMax = 2_048
    private static let addresses: Set<String> = ["url", "image", "imageUrl", "video"]
    /// Channels whose clients and receivers take content as it is.
    private static let platforms: Set<MessagingPlatform> = [.webmessaging, .open]

    /// The member and the model of each type.
    private static let types: [String: (member: String, model: String)] = [
        "QuickReply": ("quickReply", "ConversationContentQuickReply"),
        "Card": ("card", "ConversationContentCard"),
        "Carousel": ("carousel", "ConversationContentCarousel"),
        "DatePicker": ("datePicker", "ConversationContentDatePicker"),
        "ListPicker": ("listPicker", "ConversationContentListPicker"),
        "Form": ("form", "ConversationContentForm"),
    ]

    /// The message of a body's `content` and `textBody`.
    static func message(
        _ content: [JSONValue], text: String?, on platform: MessagingPlatform
    ) throws(APIError) -> NormalizedMessage {
        guard platforms.contains(platform) else {
            throw APIError(
                .badRequest, "feature.toggle.disabled", "Structured content is not supported by this channel.")
        }
        guard !content.isEmpty else { throw .missing("content") }
        var items: [MessageContent] = []
        for (index, item) in content.enumerated() { items.append(try read(item, "content[\(index)]")) }
        try checkTogether(items, hasText: text != nil)
        return NormalizedMessage(type: .structured, text: text, content: items)
    }

    private static func read(_ item: JSONValue, _ path: String) throws(APIError) -> MessageContent {
        guard let type = item["contentType"]?.string else { throw .missing("\(path).contentType") }
        guard let (member, model) = types[type] else {
            throw .invalidValue(
                "\(path).contentType", String(type.prefix(40)), allowed: types.keys.sorted().joined(separator: ", "))
        }
        guard let body = item[member] else { throw .missing("\(path).\(member)") }
        let place = "\(path).\(member)"
        let checked = try ModelTable.shared.checked(body, as: model, path: place)
        try checkBounds(checked, name: member, place)
        try checkMeaning(checked, of: type, place)
        guard let bytes = try? APIJSON.encode(["contentType": .string(type), member: checked] as JSONValue),
            let content = try? APIJSON.decode(MessageContent.self, from: bytes), content.type == type
        else { throw .invalidValue(path, type) }
        return content
    }

    // MARK: Bounds

    /// Texts, lists and addresses at every depth, by the names that the models give them.
    private static func checkBounds(_ value: JSONValue, name: String, _ path: String) throws(APIError) {
        switch value {
        case .string(let text) where addresses.contains(name): try checkAddress(text, path)
        case .string(let text):
            guard let most = lengthMax[name] else { return }
            guard text.contains(where: { !$0.isWhitespace }) else { throw .missing(path) }
            guard text.utf16.count <= most else {
                throw .invalidValue(path, "\(text.utf16.count) characters", allowed: "up to \(most) characters")
            }
        case .array(let elements):
            guard !elements.isEmpty || name == "actions" else { throw .missing(path) }
            let most = countMax[name] ?? 0
            guard elements.count <= most else {
                throw .invalidValue(path, "\(elements.count) entries", allowed: "up to \(most)")
            }
            for (index, element) in elements.enumerated() {
                try checkBounds(element, name: name, "\(path)[\(index)]")
            }
        case .object(let members):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                try checkBounds(member, name: name, "\(path).\(name)")
            }
        default: break
        }
    }

    /// Pages of customers load and open these, so they are encrypted, but for a machine's own, where things are tried.
    private static func checkAddress(_ text: String, _ path: String) throws(APIError) {
        let parts = text.utf16.count <= addressLengthMax ? URLComponents(string: text) : nil
        let host = parts?.host ?? ""
        let scheme = parts?.scheme?.lowercased()
        let isOwn = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host)
        guard !host.isEmpty, scheme == "https" || (scheme == "http" && isOwn) else {
            throw .invalidValue(path, String(text.prefix(80)), allowed: "an address that begins with https://")
        }
    }

    // MARK: Meaning

    private static func checkMeaning(_ body: JSONValue, of type: String, _ path: String) throws(APIError) {
        switch type {
        case "Card": try checkCards([(body, path)])
        case "Carousel":
            try checkCards((body["cards"]?.array ?? []).enumerated().map { ($1, "\(path).cards[\($0)]") })
        case "DatePicker": try checkDates(body, path)
        case "ListPicker": try checkList(body, path)
        case "Form": try checkForm(body, path)
        default: break
        }
    }

    /// Of several cards a payload says which one was pressed.
    private static func checkCards(_ cards: [(JSONValue, String)]) throws(APIError) {
        var payloads: Set<String> = []
        for (card, path) in cards {
            for (index, action) in (card["actions"]?.array ?? []).enumerated() {
                let place = "\(path).actions[\(index)]"
                guard action["text"] != nil else { throw .missing("\(place).text") }
                try checkAction(action, place)
                guard let payload = action["payload"]?.string else { continue }
                try insert(payload, into: &payloads, "\(place).payload")
            }
            if let action = card["defaultAction"] { try checkAction(action, "\(path).defaultAction") }
        }
    }

    private static func checkAction(_ action: JSONValue, _ path: String) throws(APIError) {
        let needed = action["type"]?.string == "Link" ? "url" : "payload"
        guard action[needed] != nil else { throw .missing("\(path).\(needed)") }
    }

    private static func checkDates(_ picker: JSONValue, _ path: String) throws(APIError) {
        let earliest = picker["dateMinimum"]?.string.flatMap { WireDate($0) }
        let latest = picker["dateMaximum"]?.string.flatMap { WireDate($0) }
        if let earliest, let latest, earliest.instant > latest.instant {
            throw .invalidValue(
                "\(path).dateMaximum", picker["dateMaximum"]?.string ?? "", allowed: "after dateMinimum")
        }
        var times: Set<String> = []
        for (index, time) in (picker["availableTimes"]?.array ?? []).enumerated() {
            let place = "\(path).availableTimes[\(index)].dateTime"
            try insert(time["dateTime"]?.string ?? "", into: &times, place)
        }
    }

    private static func checkList(_ picker: JSONValue, _ path: String) throws(APIError) {
        var ids: Set<String> = []
        for (number, section) in (picker["sections"]?.array ?? []).enumerated() {
            for (index, item) in (section["items"]?.array ?? []).enumerated() {
                try insert(item["id"]?.string ?? "", into: &ids, "\(path).sections[\(number)].items[\(index)].id")
            }
        }
    }

    /// Answers name their component, so each has an id of its own.
    private static func checkForm(_ form: JSONValue, _ path: String) throws(APIError) {
        let members = [
            "ListPicker": "listPicker", "DatePicker": "datePicker", "WheelPicker": "wheelPicker", "Input": "input",
        ]
        var ids: Set<String> = []
        for (number, page) in (form["formPages"]?.array ?? []).enumerated() {
            for (index, component) in (page["pageComponents"]?.array ?? []).enumerated() {
                let place = "\(path).formPages[\(number)].pageComponents[\(index)]"
                let type = component["formComponentType"]?.string ?? ""
                guard let member = members[type], let body = component[member] else {
                    throw .missing("\(place).\(members[type] ?? "input")")
                }
                guard let id = body["id"]?.string else { throw .missing("\(place).\(member).id") }
                try insert(id, into: &ids, "\(place).\(member).id")
                try checkMeaning(body, of: type, "\(place).\(member)")
            }
        }
    }

    private static func insert(_ value: String, into known: inout Set<String>, _ path: String) throws(APIError) {
        guard known.insert(value).inserted else {
            throw .invalidValue(path, String(value.prefix(80)), allowed: "values that differ from each other")
        }
    }

    // MARK: Together

    /// One question at a time, and quick replies need one to reply to.
    private static func checkTogether(_ items: [MessageContent], hasText: Bool) throws(APIError) {
        let replies = items.compactMap { if case .quickReply(let reply) = $0 { reply } else { nil } }
        guard !replies.isEmpty else {
            guard items.count == 1 else {
                throw .invalidValue("content", "\(items.count) items", allowed: "one, or quick replies only")
            }
            return
        }
        guard replies.count == items.count else {
            throw .invalidValue("content", "quick replies and others", allowed: "one, or quick replies only")
        }
        guard replies.count <= quickRepliesMax else {
            throw .invalidValue("content", "\(replies.count) quick replies", allowed: "up to \(quickRepliesMax)")
        }
        guard hasText else { throw .missing("textBody") }
        var payloads: Set<String> = []
        for (index, reply) in replies.enumerated() {
            try insert(reply.payload ?? "", into: &payloads, "content[\(index)].quickReply.payload")
        }
    }
}

import ContactCenter
import Engine
import Foundation

/// What an inbound open message must be before it is taken (reference, section C.2).
enum OpenInboundRules {
    /// The longest id of a sender, in bytes, and the longest id of a message.
    static let idBytesMax = 512
    /// The longest text, in UTF-16 units: more than any platform sends in one message.
    static let textLengthMax = 10_000
    /// The API allows one file a message; some middleware sends albums.
    static let contentMax = 10
    static let metadataBytesMax = 16_384
    private static let idTypes = ["Email", "Phone", "Opaque"]
    private static let mediaTypes = ["Image", "Video", "Audio", "File", "Link"]

    /// The sender, checked.
    static func sender(_ channel: OpenChannel?) throws(APIError) -> (id: String, profile: ContactIdentity.Profile) {
        guard let channel else { throw .missing("channel") }
        guard let from = channel.from else { throw .missing("channel.from") }
        guard channel.time != nil else { throw .missing("channel.time") }
        let id = try identifier(from.id, "channel.from.id")
        let idType = from.idType ?? "Opaque"
        guard idTypes.contains(idType) else {
            throw .invalidValue("channel.from.idType", idType, allowed: idTypes.joined(separator: ", "))
        }
        var profile = ContactIdentity.Profile(
            nickname: from.nickname, firstName: from.firstName, lastName: from.lastName, image: from.image,
            email: from.email)
        profile.idType = idType
        return (id, profile)
    }

    /// Ids are joined and compared as they are, so nothing that does not print may be in them.
    static func identifier(_ text: String?, _ field: String) throws(APIError) -> String {
        guard let text, !text.isEmpty else { throw .missing(field) }
        guard text.utf8.count <= idBytesMax, !text.unicodeScalars.contains(where: { $0.properties.isControl }) else {
            throw .invalidValue(field, String(text.prefix(40)), allowed: "up to \(idBytesMax) printing bytes")
        }
        return text
    }

    /// The message in the domain's form.
    static func message(_ body: OpenInboundMessage) throws(APIError) -> NormalizedMessage {
        let text = body.text.flatMap { $0.isEmpty ? nil : $0 }
        let content = try content(body.content ?? [])
        guard text?.contains(where: { !$0.isWhitespace }) == true || !content.isEmpty else { throw .missing("text") }
        guard (text?.utf16.count ?? 0) <= textLengthMax else {
            throw .invalidValue(
                "text", "\(text?.utf16.count ?? 0) characters", allowed: "up to \(textLengthMax) characters")
        }
        return NormalizedMessage(
            type: .text, text: text, content: content.isEmpty ? nil : content, metadata: try metadata(body.metadata))
    }

    private static func content(_ items: [OpenInboundMessage.Content]) throws(APIError) -> [MessageContent] {
        guard items.count <= contentMax else {
            throw .invalidValue("content", "\(items.count) items", allowed: "up to \(contentMax)")
        }
        var content: [MessageContent] = []
        for (index, item) in items.enumerated() {
            let path = "content[\(index)]"
            guard item.contentType == nil || item.contentType == "Attachment" else {
                throw .invalidValue("\(path).contentType", item.contentType ?? "", allowed: "Attachment")
            }
            guard let attachment = item.attachment else { throw .missing("\(path).attachment") }
            try check(attachment, "\(path).attachment")
            content.append(.attachment(attachment))
        }
        return content
    }

    /// The address is shown to agents as a link, so it must be one of the web's.
    private static func check(_ attachment: Attachment, _ path: String) throws(APIError) {
        let type = attachment.mediaType ?? ""
        guard mediaTypes.contains(type) else {
            throw .invalidValue("\(path).mediaType", type, allowed: mediaTypes.joined(separator: ", "))
        }
        guard let url = attachment.url else { throw .missing("\(path).url") }
        let scheme = URLComponents(string: url)?.scheme?.lowercased()
        guard scheme == "https" || scheme == "http" else { throw .invalidValue("\(path).url", url) }
    }

    /// Flat text only; a nested object is answered as malformed, as the real platform does.
    private static func metadata(_ value: JSONValue?) throws(APIError) -> [String: String]? {
        guard let value, value != .null else { return nil }
        guard let members = value.object else { throw .malformed }
        var result: [String: String] = [:]
        for (key, value) in members {
            guard let text = value.string else { throw .malformed }
            result[key] = text
        }
        let bytes = result.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard bytes <= metadataBytesMax else {
            throw .invalidValue("metadata", "\(bytes) bytes", allowed: "up to \(metadataBytesMax) bytes")
        }
        return result
    }

    /// `channel.metadata.customAttributes`, which become participant data: text, and numbers and truths as text.
    static func attributes(_ channel: OpenChannel?) throws(APIError) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in channel?.metadata?.customAttributes ?? [:] {
            switch value {
            case .string(let text): result[key] = text
            case .bool(let truth): result[key] = String(truth)
            case .integer(let number): result[key] = String(number)
            case .number(let number): result[key] = String(number)
            case .null: break
            case .array, .object: throw .invalidValue("channel.metadata.customAttributes", key, allowed: "flat values")
            }
        }
        return result
    }

    /// The status that a receipt reports.
    static func status(_ text: String?, older: Bool) throws(APIError) -> MessageStatus {
        let statuses: [String: MessageStatus] = [
            "Sent": .sent, "Delivered": .delivered, "Failed": .undeliverable, "Published": .published,
            "Removed": .removed,
        ]
        guard let text else { throw .missing("status") }
        if older, text == "Read" { return .read }
        guard let status = statuses[text] else {
            throw .invalidValue("status", text, allowed: statuses.keys.sorted().joined(separator: ", "))
        }
        return status
    }
}

extension Unicode.Scalar.Properties {
    /// Whether the scalar controls rather than prints.
    fileprivate var isControl: Bool { generalCategory == .control || generalCategory == .lineSeparator }
}

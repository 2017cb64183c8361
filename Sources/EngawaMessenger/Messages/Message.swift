import Foundation

/// Something that was said, as the contact centre keeps it.
public struct Message: Sendable, Hashable, Identifiable {
    /// Who said it.
    public enum Direction: String, Sendable, Hashable {
        /// This person, on whatever device.
        case fromGuest = "Inbound"
        /// The business.
        case fromBusiness = "Outbound"
    }

    /// The one who speaks for the business.
    public struct Author: Sendable, Hashable {
        public let nickname: String?
        public let imageURL: URL?
        public let isBot: Bool
    }

    /// The server's id, the same on every device and in the history.
    public let id: String
    /// The id under which the sender's app queued it; see ``Messenger/send(_:)-(String)``.
    public let clientID: String?
    public let direction: Direction
    public let text: String?
    public let content: [Content]
    public let author: Author?
    /// When the server took it. Unique within a session, and in the order of the conversation.
    public let sentAt: Date
    /// The message of the business that this one answers.
    public let originatingMessageID: String?
    public let metadata: [String: String]

    /// The body of a `StructuredMessage` or an entity of the history; `nil` for an event.
    /// - Parameter base: what a file's address is relative to, if it is.
    init?(_ json: JSON, base: URL? = nil) {
        guard let id = json["id"]?.string, json["type"]?.string != "Event",
            let direction = Direction(rawValue: json["direction"]?.string ?? "")
        else { return nil }
        let channel = json["channel"]
        self.id = id
        self.direction = direction
        text = json["text"]?.string
        content = (json["content"]?.elements ?? []).map { Content($0, base: base) }
        metadata = json["metadata"]?.texts ?? [:]
        clientID = direction == .fromGuest ? metadata["id"] ?? channel?["messageId"]?.string : nil
        sentAt = channel?["time"]?.string.flatMap(WireTime.date) ?? Date(timeIntervalSince1970: 0)
        originatingMessageID = json["originatingMessageId"]?.string ?? metadata["parentMessageId"]
        author = direction == .fromBusiness ? Author(json) : nil
    }
}

extension Message.Author {
    init(_ json: JSON) {
        let from = json["channel"]?["from"]
        let isBot = json["originatingEntity"]?.string == "Bot"
        nickname = from?["nickname"]?.string
        imageURL = from?["image"]?.string.flatMap { URL(string: $0) }
        self.isBot = isBot
    }
}

/// Times of the wire: ISO 8601 in UTC, with milliseconds or without.
enum WireTime {
    static func date(_ text: String) -> Date? {
        let fine = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? fine.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
    }

    static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}

import ContactCenter
import Engine

/// Where a shape goes: answers of REST, or bodies on the notification socket. The models differ in some members
/// (reference E.1, H.4), so one mapping knows both.
enum WireFlavour: Sendable {
    case rest
    case event
}

/// One message in the list of its leg (`MessageDetails`). The text is not in it; clients read it by id.
struct MessageDetailsWire: Encodable, Sendable {
    struct Media: Encodable, Sendable {
        var id: String?
        var name: String?
        var url: String?
        var mediaType: String?
        var contentLengthBytes: Int64?

        init(_ attachment: Attachment) {
            id = attachment.id
            name = attachment.filename
            url = attachment.url
            mediaType = attachment.mime
            contentLengthBytes = attachment.contentSizeBytes ?? attachment.fileSize
        }
    }

    struct Metadata: Encodable, Sendable {
        struct Content: Encodable, Sendable {
            var contentType: String
            var subType: String?
        }

        var type: String
        var events: [String] = []
        var content: [Content]
    }

    /// REST and `v2.users.{id}.conversations` say `messageId`, `…conversations.messages` says `message {id, selfUri}`.
    var messageId: String?
    var messageURI: String?
    var message: EntityReference?
    var messageStatus: String
    var messageSegmentCount = 1
    var messageTime: WireDate
    var media: [Media]
    var stickers: [Media] = []
    var messageMetadata: Metadata

    /// - Parameter asReference: the form of `…conversations.messages` bodies; both forms are given there, so that a
    ///   client which reads only one finds it.
    init(_ detail: MessageDetail, in conversation: ConversationID, files: FileLinks, asReference: Bool) {
        let uri = Self.uri(of: detail.id, in: conversation)
        messageId = detail.id.hex
        messageURI = uri
        if asReference { message = EntityReference(id: detail.id.hex, selfUri: uri) }
        messageStatus = detail.status.rawValue
        messageTime = WireDate(detail.at)
        media = detail.content.compactMap { content in
            if case .attachment(let attachment) = content { Media(files.shown(attachment)) } else { nil }
        }
        messageMetadata = Metadata(
            type: detail.kind.rawValue, content: detail.content.map { .init(contentType: $0.type, subType: $0.subType) }
        )
    }

    static func uri(of message: MessageID, in conversation: ConversationID) -> String {
        "/api/v2/conversations/messages/\(conversation)/messages/\(message.hex)"
    }
}

/// A message in the list of its leg, written once however often it is shown; one with files each time, for its links.
struct ShownMessage: Encodable, JSONWritable, Sendable {
    let detail: MessageDetail
    let conversation: ConversationID
    let asReference: Bool
    let files: FileLinks

    private var wire: MessageDetailsWire {
        MessageDetailsWire(detail, in: conversation, files: files, asReference: asReference)
    }

    func encode(to encoder: any Encoder) throws { try wire.encode(to: encoder) }

    func write(to json: inout JSONWriter) {
        guard detail.content.isEmpty else { return wire.write(to: &json) }
        let bytes = detail.renderings.bytes(asReference ? "reference" : "id") {
            var json = JSONWriter()
            wire.write(to: &json)
            return json.bytes
        }
        json.raw(bytes)
    }
}

extension MessageContent {
    /// The finer kind that `messageMetadata` shows.
    fileprivate var subType: String? {
        switch self {
        case .attachment(let attachment): attachment.mediaType
        case .buttonResponse(let response): response.type
        default: nil
        }
    }
}

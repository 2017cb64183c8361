import ContactCenter
import Engine
import Journal

/// A message in the one form of all channels (`ConversationNormalizedMessage`, reference C.4).
struct NormalizedMessageWire: Encodable, Sendable {
    struct Channel: Encodable, Sendable {
        var id: String
        var platform: String
        var type = "Private"
        var messageId: String?
        var to: Recipient?
        var from: Recipient?
        var time: WireDate
    }

    struct Recipient: Encodable, Sendable {
        var id: String
        var idType = "Opaque"
        var nickname: String?
    }

    var id: String?
    var channel: Channel
    var type: String
    var text: String?
    var content: [MessageContent]?
    var events: [MessageEvent]?
    var status: String?
    var originatingEntity: String?
    var direction: String
    var metadata: [String: String]?
    /// The message that this one answers, as guests' frames name it (reference, B.5).
    var originatingMessageId: String?
}

/// A message as agents read it (`MessageData`). The text stands twice, for older and newer clients (reference, Traps).
struct MessageDataWire: Encodable, Sendable {
    var id: String
    var providerMessageId: String?
    var timestamp: WireDate
    var fromAddress: String
    var toAddress: String
    var direction: String
    var messengerType: String
    var status: String
    var textBody: String?
    var media: [MessageDetailsWire.Media]?
    var normalizedMessage: NormalizedMessageWire
    var normalizedReceipts: [NormalizedMessageWire] = []
    var createdBy: EntityReference?
    var conversationId: String
    var selfUri: String

    init(_ record: MessageRecord, _ message: NormalizedMessage, origin: Origin, names: WireNames) {
        let message = names.files.shown(message)
        let draft = record.draft
        let ends = MessageEnds(draft, message, origin: origin, names: names)
        id = draft.id.hex
        providerMessageId = draft.externalMessageID
        timestamp = WireDate(draft.at)
        fromAddress = ends.from.id
        toAddress = ends.to.id
        direction = draft.isInbound ? "inbound" : "outbound"
        messengerType = origin.platform.rawValue
        status = draft.status.rawValue
        textBody = message.text
        media = message.attachments.isEmpty ? nil : message.attachments.map(MessageDetailsWire.Media.init)
        normalizedMessage = NormalizedMessageWire(
            id: draft.id.hex,
            channel: .init(
                id: draft.integration.description, platform: origin.platform.normalizedName,
                messageId: draft.externalMessageID, to: ends.to, from: ends.from, time: WireDate(draft.at)),
            type: message.type.rawValue, text: message.text, content: message.content, events: message.events,
            status: draft.status.normalizedName, originatingEntity: message.originatingEntity?.rawValue,
            direction: draft.isInbound ? "Inbound" : "Outbound", metadata: message.metadata,
            originatingMessageId: message.originatingMessageId)
        createdBy = message.user.map { names.user($0, fallback: message.nickname) }
        conversationId = draft.conversation.description
        selfUri = MessageDetailsWire.uri(of: draft.id, in: draft.conversation)
    }
}

/// Who wrote to whom.
private struct MessageEnds {
    let from: NormalizedMessageWire.Recipient
    let to: NormalizedMessageWire.Recipient

    init(_ draft: MessageDraft, _ message: NormalizedMessage, origin: Origin, names: WireNames) {
        let customer = NormalizedMessageWire.Recipient(id: origin.address, nickname: origin.name)
        let business = NormalizedMessageWire.Recipient(
            id: draft.integration.description, nickname: message.nickname ?? names.integration(draft.integration))
        from = draft.isInbound ? customer : business
        to = draft.isInbound ? business : customer
    }
}

extension MessageDraft {
    /// The platform's own id of the message. The stored key carries the sender before it, because platforms promise
    /// uniqueness for one sender only.
    var externalMessageID: String? {
        externalID.flatMap { key in
            let end = key.utf8.lastIndex(of: UInt8(ascii: "\n")).map(key.utf8.index(after:)) ?? key.startIndex
            return String(key[end...])
        }
    }
}

extension NormalizedMessage {
    /// The files of a message.
    var attachments: [Attachment] {
        (content ?? []).compactMap { if case .attachment(let attachment) = $0 { attachment } else { nil } }
    }
}

extension MessageStatus {
    /// The status as normalised messages write it; absent where they have no word for it.
    var normalizedName: String? {
        switch self {
        case .sent: "Sent"
        case .delivered: "Delivered"
        case .read: "Read"
        case .failed, .undeliverable: "Failed"
        case .published: "Published"
        case .removed: "Removed"
        case .queued, .received: nil
        }
    }
}

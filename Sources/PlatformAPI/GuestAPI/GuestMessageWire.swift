import ContactCenter
import Journal

/// A message as the guest sees it: the body of a `StructuredMessage` frame (reference, section B.5) and an entity of
/// the history (B.8). One mapping for both, because clients recognise a message by its parts in either.
struct GuestMessageWire: Encodable, Sendable {
    struct Channel: Encodable, Sendable {
        struct Person: Encodable, Sendable {
            var nickname: String
        }

        /// Unique within a session: the engine gives each message a millisecond of its own.
        var time: WireDate
        var messageId: String?
        var type: String?
        var from: Person?
    }

    var id: String
    var type: String
    var direction: String
    var text: String?
    var content: [MessageContent]?
    var events: [MessageEvent]?
    var channel: Channel
    var metadata: [String: String]
    var originatingEntity: String?
    var originatingMessageId: String?
    /// In the history only.
    var status: String?

    /// A message of the journal, with links to its files that are good now.
    init(_ record: MessageRecord, _ message: NormalizedMessage, files: FileLinks) {
        let draft = record.draft
        self.init(files.shown(message), id: draft.id, at: draft.at, isInbound: draft.isInbound)
        if draft.isInbound { channel.messageId = draft.externalMessageID ?? draft.id.description }
    }

    /// An entity of the history.
    init(history record: MessageRecord, _ message: NormalizedMessage, files: FileLinks) {
        self.init(record, message, files: files)
        status = record.draft.status.normalizedName
    }

    /// An event that the guest is told of, or that came from the guest, and that nobody keeps.
    init(event: MessageEvent, id: MessageID, at: Instant, isInbound: Bool) {
        self.init(NormalizedMessage(type: .event, events: [event]), id: id, at: at, isInbound: isInbound)
        if isInbound { channel.messageId = id.description }
    }

    private init(_ message: NormalizedMessage, id: MessageID, at: Instant, isInbound: Bool) {
        self.id = id.hex
        type = message.type.rawValue
        direction = isInbound ? "Inbound" : "Outbound"
        text = message.text
        content = message.content
        events = message.events
        channel = Channel(time: WireDate(at))
        metadata = message.metadata ?? [:]
        if metadata["correlationId"] == nil { metadata["correlationId"] = id.description }
        originatingMessageId = message.originatingMessageId
        guard !isInbound else { return }
        originatingEntity = (message.originatingEntity ?? .human).rawValue
        channel.type = "Private"
        channel.from = message.nickname.map(Channel.Person.init)
    }
}

extension GuestMessageWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("type", type)
            json.member("direction", direction)
            json.member("text", text)
            json.member("content", encoded: content)
            json.member("events", encoded: events)
            json.member("channel", channel)
            json.member("metadata", metadata)
            json.member("originatingEntity", originatingEntity)
            json.member("originatingMessageId", originatingMessageId)
            json.member("status", status)
        }
    }
}

extension GuestMessageWire.Channel: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("time", time)
            json.member("messageId", messageId)
            json.member("type", type)
            if let from { json.member("from") { $0.member("nickname", from.nickname) } }
        }
    }
}

import ContactCenter
import Foundation
import Journal

/// What followers in this process get with an event of a conversation, so that they need not read it again.
struct ConversationChange: Sendable {
    let event: ConversationEvent
    /// The conversation after the whole commit, not only after this event.
    let conversation: Conversation
    /// Whether this is the last event of its commit; a follower that shows states, not steps, acts on it alone.
    let isLast: Bool
    let message: NormalizedMessage?
    /// What the sender gave to recognise its own message by.
    let trace: String?
}

/// A message as the lists of a communication show it (reference E.1 `MessageDetails`).
public struct MessageDetail: Sendable, Hashable {
    public let id: MessageID
    public let communication: CommunicationID
    public let position: Position
    public let at: Instant
    public var status: MessageStatus { didSet { renderings = Renderings() } }
    public let isInbound: Bool
    public let kind: NormalizedMessage.Kind
    public let content: [MessageContent]
    /// What it looks like on the wire: a message is shown with each of the next few that follow it.
    public private(set) var renderings = Renderings()

    init(_ record: MessageRecord, _ message: NormalizedMessage) {
        id = record.draft.id
        communication = record.draft.communication
        position = record.position
        at = record.draft.at
        status = record.draft.status
        isInbound = record.draft.isInbound
        kind = message.type
        content = message.content ?? []
    }
}

/// A conversation with work under way, as it is held in memory.
struct LiveConversation: Sendable {
    var conversation: Conversation
    var snapshotVersion: Int64
    /// The newest details of each leg, oldest first; `nil` until somebody needed them.
    var recent: [CommunicationID: [MessageDetail]]?

    /// How many details of a leg a notification carries; a client that needs more reads the conversation.
    static let recentMax = 10

    /// This state with what a commit wrote.
    func noting(_ commit: Commit, _ positions: [Position], content: NormalizedMessage?) -> LiveConversation {
        var noted = self
        if let content {
            for record in MessageRecord.written(by: commit, at: positions) {
                noted.note(MessageDetail(record, content))
            }
        }
        for (id, status) in commit.messageStatus { noted.note(status, of: id) }
        return noted
    }

    mutating func note(_ detail: MessageDetail) {
        guard recent != nil else { return }
        var list = recent?[detail.communication] ?? []
        // A list that was read from the table may be ahead of the events that are noted.
        if let last = list.last, last.position >= detail.position { return }
        list.append(detail)
        if list.count > Self.recentMax { list.removeFirst(list.count - Self.recentMax) }
        recent?[detail.communication] = list
    }

    mutating func note(_ status: MessageStatus, of id: MessageID) {
        guard let lists = recent else { return }
        for (leg, list) in lists {
            guard let index = list.firstIndex(where: { $0.id == id }) else { continue }
            if list[index].status.mayAdvance(to: status) { recent?[leg]?[index].status = status }
        }
    }
}

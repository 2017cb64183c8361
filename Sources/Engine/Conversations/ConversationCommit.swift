import ContactCenter
import Foundation
import Journal

/// What goes along with a conversation's events in the same commit.
struct Attachments: Sendable {
    /// The message that a `receive` or `send` brings.
    var message: NormalizedMessage?
    var externalID: String?
    var sentAt: Instant?
    var identity: IdentityWrite?
    var outboxChanges: [OutboxWrite] = []
    var sessions: [GuestSessionRecord] = []
    var trace: String?
    /// The right under which the command was decided.
    var fence: Fence?
}

/// Builds the one commit of a command: events, message row, timers, outbox, snapshot.
struct ConversationCommit {
    let before: Conversation
    let after: Conversation
    let snapshotVersion: Int64
    let events: [ConversationEvent]
    let attachments: Attachments
    let now: Instant
    /// Channels that are reached by a call of ours rather than by a socket of theirs.
    let sendsThroughOutbox: Bool
    /// When somebody who begins to wait now is looked at first; `nil` where the queue does nothing with them.
    let firstLook: @Sendable (RoutingRequest, Instant) -> Instant?

    /// A snapshot follows at the latest after so many events, so that loading replays few.
    static let eventsPerSnapshotMax: Int64 = 64

    func make(ids: inout some IdentifierSource) throws(EngineError) -> Commit {
        let stream = StreamID(.conversation, after.id)
        var commit = Commit(stream: stream, expectedVersion: before.version)
        for (index, event) in events.enumerated() {
            commit.events.append(try draft(event, isLast: index == events.count - 1))
            commit.timers += timers(for: event)
            if case .messageStatusChanged(let id, let status) = event { commit.messageStatus[id] = status }
            if case .messageSent(let id, _) = event, sendsThroughOutbox {
                commit.outbox.append(try outbox(id, ids.next(OutboxRecord.self)))
            }
        }
        if isSnapshotDue { commit.snapshot = try snapshot() }
        commit.identity = attachments.identity
        commit.outboxChanges = attachments.outboxChanges
        commit.sessions = attachments.sessions
        commit.fence = attachments.fence
        return commit
    }

    var isSnapshotDue: Bool {
        events.contains(where: \.changesState) || after.version - snapshotVersion >= Self.eventsPerSnapshotMax
    }

    private func snapshot() throws(EngineError) -> SnapshotDraft {
        SnapshotDraft(
            body: try JSON.encode(after), isOpen: after.isOpen, contact: after.origin?.contact,
            startedAt: after.startedAt ?? now)
    }

    private func draft(_ event: ConversationEvent, isLast: Bool) throws(EngineError) -> EventDraft {
        let change = ConversationChange(
            event: event, conversation: after, isLast: isLast, message: attachments.message, trace: attachments.trace)
        return EventDraft(
            type: event.name, at: now, body: try event.storedBody(), message: try message(of: event), value: change)
    }

    private func message(of event: ConversationEvent) throws(EngineError) -> MessageDraft? {
        guard let origin = after.origin, let message = attachments.message else { return nil }
        switch event {
        case .messageReceived(let id, let leg):
            return MessageDraft(
                id: id, identity: origin.identity, conversation: after.id, communication: leg,
                integration: origin.integration, externalID: attachments.externalID, isInbound: true, status: .received,
                at: now, body: try message.storedBody())
        case .messageSent(let id, let leg):
            return MessageDraft(
                id: id, identity: origin.identity, conversation: after.id, communication: leg,
                integration: origin.integration, externalID: attachments.externalID, isInbound: false,
                status: sendsThroughOutbox ? .queued : .sent, at: now, body: try message.storedBody())
        default: return nil
        }
    }

    private func outbox(_ message: MessageID, _ id: Identifier<OutboxRecord>) throws(EngineError) -> OutboxDraft {
        guard let origin = after.origin else { throw .unavailable(reason: "a message without an origin") }
        return OutboxDraft(
            id: id, lane: origin.identity, integration: origin.integration, message: message, conversation: after.id,
            dueAt: now, body: try JSON.encode(DeliveryTask.message))
    }
}

/// What an outbox entry sends.
enum DeliveryTask: String, Codable, Sendable {
    /// The message of the entry, through its integration's channel.
    case message
}

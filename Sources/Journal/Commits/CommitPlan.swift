import ContactCenter
import Foundation

/// A commit as statements: what has to be written at which positions, and what the log then holds.
struct CommitPlan {
    /// In the order in which they are run: the fence, then messages, so that a duplicate is noticed before anything is
    /// written.
    private(set) var steps: [Step] = []
    /// The events as followers will read them.
    private(set) var events: [RecordedEvent] = []

    /// Plans a commit whose first event gets the position after `last`.
    init(_ commit: Commit, after last: Position, _ dialect: SQLDialect) throws(SQLFailure) {
        if let fence = commit.fence { steps.append(LeaseStore.confirmation(of: fence)) }
        if let lease = commit.lease { steps += LeaseStore.taking(lease, dialect) }
        if let stream = commit.stream {
            try append(commit.events, to: stream, after: commit.expectedVersion, last)
            if commit.events.isEmpty {
                steps.append(StreamStore.confirmation(of: stream, version: commit.expectedVersion))
            }
            if let snapshot = commit.snapshot {
                let version = commit.expectedVersion + Int64(commit.events.count)
                steps.append(StreamStore.saving(snapshot, of: stream, version: version))
            }
        } else if !commit.events.isEmpty || commit.snapshot != nil {
            throw SQLFailure(reason: "a commit with events or a snapshot and without a stream")
        }
        if let identity = commit.identity { steps.append(try IdentityStore.writing(identity)) }
        for (id, status) in commit.messageStatus {
            if let step = MessageStore.advance(id, to: status) { steps.append(step) }
        }
        for write in commit.timers { steps.append(TimerStore.writing(write)) }
        for draft in commit.outbox { steps.append(OutboxStore.insertion(of: draft)) }
        for write in commit.outboxChanges { steps += OutboxStore.writing(write) }
        for record in commit.configuration { steps += ConfigurationStore.saving(record) }
        for session in commit.sessions { steps.append(GuestSessionStore.saving(session)) }
    }

    private mutating func append(
        _ drafts: [EventDraft], to stream: StreamID, after version: Int64, _ last: Position
    ) throws(SQLFailure) {
        var inserts: [Step] = []
        for (index, draft) in drafts.enumerated() {
            let position = Position(last.value + 1 + Int64(index))
            let version = version + 1 + Int64(index)
            let message = draft.message.map { MessageRecord(position: position, draft: $0) }
            if let message = draft.message {
                // The transcript is read between the first and the last event of the conversation.
                guard stream == StreamID(.conversation, message.conversation) else {
                    throw SQLFailure(reason: "a message outside the stream of its conversation")
                }
                steps.append(MessageStore.insertion(of: message, at: position))
            }
            inserts.append(EventStore.insertion(of: draft, to: stream, version: version, at: position))
            events.append(
                RecordedEvent(
                    position: position, stream: stream, version: version, type: draft.type, at: draft.at,
                    body: draft.body, message: message, value: draft.value))
        }
        steps += inserts
    }
}

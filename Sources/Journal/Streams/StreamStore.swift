import ContactCenter
import Foundation

/// The stream table: the last snapshot of each stream, which streams are open, and whose conversations they are.
struct StreamStore {
    let session: any SQLSession

    // The snapshot of a stream, new or replaced.
    static let save: SQL = """
        INSERT INTO stream (kind, key, version, is_open, contact, started_at, snapshot)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (kind, key) DO UPDATE SET
            version = excluded.version, is_open = excluded.is_open, contact = excluded.contact,
            started_at = excluded.started_at, snapshot = excluded.snapshot
        """

    // One snapshot.
    static let find: SQL = """
        SELECT kind, key, version, is_open, snapshot FROM stream WHERE kind = $1 AND key = $2
        """

    // A page of the open ones.
    static let listOpen: SQL = """
        SELECT kind, key, version, is_open, snapshot FROM stream
        WHERE is_open = 1 AND kind = $1 AND key > $2
        ORDER BY key LIMIT $3
        """

    // A customer's newest conversations.
    static let listNewest: SQL = """
        SELECT key FROM stream WHERE contact = $1 AND kind = $2
        ORDER BY started_at DESC, key DESC LIMIT $3
        """

    // A customer's conversations after one in that order.
    static let listBefore: SQL = """
        SELECT key FROM stream WHERE contact = $1 AND kind = $2 AND (started_at, key) < ($3, $4)
        ORDER BY started_at DESC, key DESC LIMIT $5
        """

    // When a conversation of a customer started.
    static let findStart: SQL = """
        SELECT started_at FROM stream WHERE kind = $1 AND key = $2
        """

    // Whether a stream ends at a version.
    static let confirmVersion: SQL = """
        SELECT 1 WHERE coalesce((
            SELECT version FROM event WHERE stream_kind = $1 AND stream_key = $2 ORDER BY version DESC LIMIT 1
        ), 0) = $3
        """

    /// Refuses unless a stream is at a version: for a commit that writes a snapshot and no event.
    static func confirmation(of stream: StreamID, version: Int64) -> Step {
        Step(confirmVersion, stream.values + [.integer(version)], orRefuse: .versionConflict)
    }

    /// Writes the state of a stream as of a version.
    static func saving(_ snapshot: SnapshotDraft, of stream: StreamID, version: Int64) -> Step {
        Step(
            save,
            stream.values + [
                .integer(version), .flag(snapshot.isOpen), .id(snapshot.contact), .at(snapshot.startedAt),
                .data(snapshot.body),
            ])
    }

    /// A stream with the events after its snapshot. The snapshot is read first: events are never taken away, so what
    /// comes after it is there whatever is committed in between.
    func find(_ stream: StreamID) throws(SQLFailure) -> StreamRecord? {
        let head = try session.first(Self.find, stream.values) { row throws(SQLFailure) in try Self.head(row) }
        let events = try EventStore(session: session).list(of: stream, afterVersion: head?.snapshotVersion ?? 0)
        if let head { return head.followed(by: events) }
        guard !events.isEmpty else { return nil }
        return StreamRecord(stream: stream, snapshot: nil, snapshotVersion: 0, isOpen: false, events: events)
    }

    /// A page of open streams; call it inside one snapshot, so that the events fit the snapshots.
    func listOpen(_ kind: StreamID.Kind, after: StreamID?, limit: Int) throws(SQLFailure) -> [StreamRecord] {
        let start = after.map { Data($0.key.bytes) } ?? Data()
        let heads = try session.query(
            Self.listOpen, [.integer(Int64(kind.rawValue)), .data(start), .integer(limit)]
        ) { row throws(SQLFailure) in try Self.head(row) }
        // A query per stream: joined, SQLite reads the events of the whole page for each of its streams. And without
        // messages, of which a state has nothing: they are in pages that a start would have to read from the disk.
        let events = try EventStore(session: session).list(of: heads.map { ($0.stream, $0.snapshotVersion) })
        return zip(heads, events).map { $0.followed(by: $1) }
    }

    func conversations(
        of contact: ContactID, before: ConversationID?, limit: Int
    ) throws(SQLFailure) -> [ConversationID] {
        let kind = SQLValue.integer(Int64(StreamID.Kind.conversation.rawValue))
        guard let before else {
            return try session.query(Self.listNewest, [.id(contact), kind, .integer(limit)]) {
                row throws(SQLFailure) in try row.id(0)
            }
        }
        guard let start = try session.first(Self.findStart, [kind, .id(before)], { $0.instant(0) }) else { return [] }
        return try session.query(
            Self.listBefore, [.id(contact), kind, .at(start), .id(before), .integer(limit)]
        ) { row throws(SQLFailure) in try row.id(0) }
    }

    private static func head(_ row: any SQLRow) throws(SQLFailure) -> StreamRecord {
        StreamRecord(
            stream: try StreamID(stored: row.integer(0), key: row.id(1)), snapshot: row.data(4),
            snapshotVersion: row.integer(2), isOpen: row.flag(3), events: [])
    }
}

extension StreamRecord {
    /// The version of the stream: of its last event, or of the snapshot if none came after it.
    public var version: Int64 { events.last?.version ?? snapshotVersion }

    func followed(by events: [RecordedEvent]) -> StreamRecord {
        StreamRecord(
            stream: stream, snapshot: snapshot, snapshotVersion: snapshotVersion, isOpen: isOpen, events: events)
    }
}

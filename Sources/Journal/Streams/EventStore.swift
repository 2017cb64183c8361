import ContactCenter
import Foundation

/// The event table: the log by position, and each stream by version.
struct EventStore {
    let session: any SQLSession

    /// The columns in the order that `record` reads them, the message's behind the event's.
    static let columns = """
        e.position, e.stream_kind, e.stream_key, e.version, e.type, e.occurred_at, e.body, \
        \(MessageStore.columns)
        """
    private static let messageColumn = 7

    // The first event of a stream; nothing if the stream exists.
    static let insertFirst: SQL = """
        INSERT INTO event (position, stream_kind, stream_key, version, type, occurred_at, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (stream_kind, stream_key, version) DO NOTHING
        """

    // A later event; nothing if its version is taken or the one before it is missing.
    static let insertNext: SQL = """
        INSERT INTO event (position, stream_kind, stream_key, version, type, occurred_at, body)
        SELECT $1, $2, $3, $4, $5, $6, $7
        WHERE EXISTS (SELECT 1 FROM event WHERE stream_kind = $2 AND stream_key = $3 AND version = $4 - 1)
        ON CONFLICT (stream_kind, stream_key, version) DO NOTHING
        """

    // The log from a position on, with messages.
    static let listAfter = SQL(
        """
        SELECT \(columns) FROM event e LEFT JOIN message m ON m.position = e.position
        WHERE e.position > $1
        ORDER BY e.position LIMIT $2
        """)

    // A stream from a version on, with messages.
    static let listStream = SQL(
        """
        SELECT \(columns) FROM event e LEFT JOIN message m ON m.position = e.position
        WHERE e.stream_kind = $1 AND e.stream_key = $2 AND e.version > $3
        ORDER BY e.version
        """)

    // A stream from a version on, without messages.
    static let listStates: SQL = """
        SELECT position, stream_kind, stream_key, version, type, occurred_at, body FROM event
        WHERE stream_kind = $1 AND stream_key = $2 AND version > $3
        ORDER BY version
        """

    // Where a stream begins.
    static let findFirst: SQL = """
        SELECT position FROM event WHERE stream_kind = $1 AND stream_key = $2 ORDER BY version LIMIT 1
        """

    // Where a stream ends, and at which version.
    static let findLast: SQL = """
        SELECT position, version FROM event
        WHERE stream_kind = $1 AND stream_key = $2 ORDER BY version DESC LIMIT 1
        """

    // The end of the log.
    static let findHead: SQL = """
        SELECT position FROM event ORDER BY position DESC LIMIT 1
        """

    /// Appends an event, or refuses because another commit came first.
    static func insertion(of event: EventDraft, to stream: StreamID, version: Int64, at position: Position) -> Step {
        Step(
            version == 1 ? insertFirst : insertNext,
            [
                .integer(position.value), .integer(Int64(stream.kind.rawValue)), .id(stream.key), .integer(version),
                .text(event.type), .at(event.at), .data(event.body),
            ], orRefuse: .versionConflict)
    }

    func list(after position: Position, limit: Int) throws(SQLFailure) -> [RecordedEvent] {
        try session.query(Self.listAfter, [.integer(position.value), .integer(limit)]) {
            row throws(SQLFailure) in try Self.record(row)
        }
    }

    func list(of stream: StreamID, afterVersion version: Int64) throws(SQLFailure) -> [RecordedEvent] {
        try session.query(Self.listStream, stream.values + [.integer(version)]) {
            row throws(SQLFailure) in try Self.record(row)
        }
    }

    /// The events of several streams, each after a version, without messages.
    func list(of streams: [(stream: StreamID, version: Int64)]) throws(SQLFailure) -> [[RecordedEvent]] {
        try session.query(Self.listStates, each: streams.map { $0.stream.values + [.integer($0.version)] }) {
            row throws(SQLFailure) in try Self.record(row, message: nil)
        }
    }

    /// The positions of a stream's first and last event.
    func extent(of stream: StreamID) throws(SQLFailure) -> ClosedRange<Position>? {
        guard let first = try session.first(Self.findFirst, stream.values, { Position($0.integer(0)) }),
            let last = try session.first(Self.findLast, stream.values, { Position($0.integer(0)) })
        else { return nil }
        return first...last
    }

    /// The version of a stream's last event; 0 if it has none.
    func version(of stream: StreamID) throws(SQLFailure) -> Int64 {
        try session.first(Self.findLast, stream.values) { $0.integer(1) } ?? 0
    }

    func head() throws(SQLFailure) -> Position {
        try session.first(Self.findHead, []) { Position($0.integer(0)) } ?? .start
    }

    private static func record(_ row: any SQLRow) throws(SQLFailure) -> RecordedEvent {
        try record(row, message: row.isNull(messageColumn) ? nil : MessageStore.record(row, from: messageColumn))
    }

    private static func record(_ row: any SQLRow, message: MessageRecord?) throws(SQLFailure) -> RecordedEvent {
        let stream = try StreamID(stored: row.integer(1), key: row.id(2))
        return RecordedEvent(
            position: Position(row.integer(0)), stream: stream, version: row.integer(3), type: row.text(4),
            at: row.instant(5), body: row.data(6), message: message)
    }
}

extension StreamID {
    /// A stream from its stored columns.
    init(stored kind: Int64, key: Identifier<StreamID>) throws(SQLFailure) {
        guard let code = UInt8(exactly: kind), let kind = Kind(rawValue: code) else {
            throw SQLFailure(reason: "unknown kind of stream \(kind)")
        }
        self.init(kind, key)
    }

    /// The two columns.
    var values: [SQLValue] { [.integer(Int64(kind.rawValue)), .id(key)] }
}

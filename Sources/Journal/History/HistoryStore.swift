import ContactCenter

/// Questions about the past of the log. Each is short and goes by an index.
struct HistoryStore {
    let session: any SQLSession

    private static let columns = "position, stream_kind, stream_key, version, type, occurred_at, body"

    // The log between two positions without what only messages need.
    static let listBetween = SQL(
        """
        SELECT \(columns) FROM event
        WHERE position > $1 AND position <= $2
            AND type NOT IN ('messageReceived', 'messageSent', 'messageStatusChanged')
        ORDER BY position LIMIT $3
        """)

    // The event at a position, or the first behind it.
    static let findMoment: SQL = """
        SELECT position, occurred_at FROM event WHERE position >= $1 ORDER BY position LIMIT 1
        """

    // A stream's last event of a type up to a position.
    static let findLast = SQL(
        """
        SELECT \(columns) FROM event
        WHERE stream_kind = $1 AND stream_key = $2 AND type = $3 AND position <= $4
        ORDER BY version DESC LIMIT 1
        """)

    // How a stream began.
    static let findFirst = SQL(
        """
        SELECT \(columns) FROM event WHERE stream_kind = $1 AND stream_key = $2 ORDER BY version LIMIT 1
        """)

    // A page of one kind's streams, by key: ids of streams that have one event each are in the order of time.
    static let listKind = SQL(
        """
        SELECT \(columns) FROM event WHERE stream_kind = $1 AND stream_key > $2 ORDER BY stream_key LIMIT $3
        """)

    func list(between after: Position, and last: Position, limit: Int) throws(SQLFailure) -> [RecordedEvent] {
        try session.query(
            Self.listBetween, [.integer(after.value), .integer(last.value), .integer(limit)], Self.record)
    }

    func list(_ kind: StreamID.Kind, after key: SQLValue, limit: Int) throws(SQLFailure) -> [RecordedEvent] {
        try session.query(Self.listKind, [.integer(Int64(kind.rawValue)), key, .integer(limit)], Self.record)
    }

    func firsts(of streams: [StreamID]) throws(SQLFailure) -> [RecordedEvent] {
        try session.query(Self.findFirst, each: streams.map(\.values), Self.record).flatMap(\.self)
    }

    func lasts(of streams: [StreamID], _ type: String, by last: Position) throws(SQLFailure) -> [RecordedEvent] {
        let lists = streams.map { $0.values + [.text(type), .integer(last.value)] }
        return try session.query(Self.findLast, each: lists, Self.record).flatMap(\.self)
    }

    /// The last position before an instant: the log is in the order of time but for moments.
    func position(before instant: Instant) throws(SQLFailure) -> Position {
        var low: Int64 = 0
        var high = try EventStore(session: session).head().value
        while low < high {
            let middle = low + (high - low) / 2 + 1
            let moment = try session.first(Self.findMoment, [.integer(middle)]) { ($0.integer(0), $0.instant(1)) }
            if let moment, moment.1 < instant, moment.0 <= high { low = moment.0 } else { high = middle - 1 }
        }
        return Position(low)
    }

    private static func record(_ row: any SQLRow) throws(SQLFailure) -> RecordedEvent {
        RecordedEvent(
            position: Position(row.integer(0)), stream: try StreamID(stored: row.integer(1), key: row.id(2)),
            version: row.integer(3), type: row.text(4), at: row.instant(5), body: row.data(6), message: nil)
    }
}

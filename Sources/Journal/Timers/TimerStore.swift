import ContactCenter

/// The timer table: what is due when.
struct TimerStore {
    let session: any SQLSession

    // A timer, new or replaced.
    static let set: SQL = """
        INSERT INTO timer (key, stream_kind, stream_key, due_at, body) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (key) DO UPDATE SET
            stream_kind = excluded.stream_kind, stream_key = excluded.stream_key, due_at = excluded.due_at,
            body = excluded.body
        """

    // A timer that is not needed any more, or that has been served.
    static let cancel: SQL = """
        DELETE FROM timer WHERE key = $1
        """

    // What is due, the longest overdue first.
    static let listDue: SQL = """
        SELECT key, stream_kind, stream_key, due_at, body FROM timer
        WHERE due_at <= $1
        ORDER BY due_at, key LIMIT $2
        """

    // When the next one is due.
    static let findNext: SQL = """
        SELECT due_at FROM timer ORDER BY due_at, key LIMIT 1
        """

    static func writing(_ write: TimerWrite) -> Step {
        switch write {
        case .set(let timer):
            Step(set, [.text(timer.key)] + timer.stream.values + [.at(timer.dueAt), .data(timer.body)])
        case .cancel(let key): Step(cancel, [.text(key)])
        }
    }

    func list(dueBy: Instant, limit: Int) throws(SQLFailure) -> [TimerRecord] {
        try session.query(Self.listDue, [.at(dueBy), .integer(limit)]) { row throws(SQLFailure) in
            TimerRecord(
                key: row.text(0), stream: try StreamID(stored: row.integer(1), key: row.id(2)),
                dueAt: row.instant(3), body: row.data(4))
        }
    }

    func nextDueAt() throws(SQLFailure) -> Instant? {
        try session.first(Self.findNext, []) { $0.instant(0) }
    }
}

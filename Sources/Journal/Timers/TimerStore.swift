import ContactCenter

/// The timer table: what is due when.
struct TimerStore {
    let session: any SQLSession

    // A timer, new or replaced.
    static let set: SQL = """
        INSERT INTO timer (key, stream_kind, stream_key, due_at, body, part) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (key) DO UPDATE SET
            stream_kind = excluded.stream_kind, stream_key = excluded.stream_key, due_at = excluded.due_at,
            body = excluded.body, part = excluded.part
        """

    // A timer that is not needed any more, or that has been served.
    static let cancel: SQL = """
        DELETE FROM timer WHERE key = $1
        """

    // What is due in some parts, the longest overdue of each part first.
    static let listDue = SQL(
        Partitions.union { isWanted in
            """
            SELECT key, stream_kind, stream_key, due_at, body FROM timer
            WHERE \(isWanted) AND due_at <= $2
            ORDER BY due_at, key LIMIT $3
            """
        })

    // When the next one of each part is due.
    static let findNext = SQL(
        Partitions.union { isWanted in
            "SELECT due_at FROM timer WHERE \(isWanted) ORDER BY due_at, key LIMIT 1"
        })

    static func writing(_ write: TimerWrite) -> Step {
        switch write {
        case .set(let timer):
            Step(
                set,
                [.text(timer.key)] + timer.stream.values + [
                    .at(timer.dueAt), .data(timer.body), .integer(Partitions.number(of: timer.stream.key)),
                ])
        case .cancel(let key): Step(cancel, [.text(key)])
        }
    }

    func list(dueBy: Instant, in partitions: Partitions, limit: Int) throws(SQLFailure) -> [TimerRecord] {
        let due = try session.query(
            Self.listDue, [.integer(partitions.mask), .at(dueBy), .integer(limit)]
        ) { row throws(SQLFailure) in
            TimerRecord(
                key: row.text(0), stream: try StreamID(stored: row.integer(1), key: row.id(2)),
                dueAt: row.instant(3), body: row.data(4))
        }
        return Array(due.sorted { ($0.dueAt, $0.key) < ($1.dueAt, $1.key) }.prefix(limit))
    }

    func nextDueAt(in partitions: Partitions) throws(SQLFailure) -> Instant? {
        try session.query(Self.findNext, [.integer(partitions.mask)]) { $0.instant(0) }.min()
    }
}

extension Partitions {
    /// One statement for all parts, each a walk along its own range of an index; the parts that are not in the mask,
    /// `$1`, are not walked. `statement` gets the condition.
    static func union(_ statement: (_ isWanted: String) -> String) -> String {
        (0..<count).map { part in
            let isWanted = "part = \(part) AND (CAST($1 AS BIGINT) & \(1 << part)) <> 0"
            return "SELECT * FROM (\(statement(isWanted))) AS part_\(part)"
        }.joined(separator: " UNION ALL ")
    }
}

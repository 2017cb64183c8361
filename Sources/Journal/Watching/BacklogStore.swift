import ContactCenter

/// Counts what waits in outbox and timers, looking at a bounded number of rows.
struct BacklogStore {
    let session: any SQLSession

    // The oldest entries of the outbox by their state.
    static let countOutbox = SQL(
        """
        SELECT COUNT(*), COUNT(CASE WHEN is_head = 1 AND is_parked = 0 AND due_at <= $1 THEN 1 END),
            COUNT(CASE WHEN is_parked = 1 THEN 1 END)
        FROM (SELECT is_head, is_parked, due_at FROM outbox ORDER BY sequence LIMIT \(JournalBacklog.rowsMax)) AS oldest
        """)

    // When the oldest message was written that waits to be sent.
    static let findOldest: SQL = """
        SELECT message.occurred_at FROM outbox JOIN message ON message.id = outbox.message
        WHERE outbox.is_parked = 0
        ORDER BY outbox.sequence LIMIT 1
        """

    // Timers that are due.
    static let countTimers = SQL(
        """
        SELECT COUNT(*) FROM (SELECT 1 FROM timer WHERE due_at <= $1 LIMIT \(JournalBacklog.rowsMax)) AS due
        """)

    // Notifications that wait for their devices.
    static let countPushes = SQL(
        "SELECT COUNT(*) FROM (SELECT 1 FROM push_delivery LIMIT \(JournalBacklog.rowsMax)) AS waiting")

    func count(at now: Instant) throws(SQLFailure) -> JournalBacklog {
        var backlog = JournalBacklog()
        let outbox = try session.first(Self.countOutbox, [.at(now)]) {
            (Int($0.integer(0)), Int($0.integer(1)), Int($0.integer(2)))
        }
        if let outbox { (backlog.outboxCount, backlog.outboxDueCount, backlog.outboxParkedCount) = outbox }
        backlog.outboxOldestAt = try session.first(Self.findOldest, []) { $0.instant(0) }
        backlog.timersDueCount = try session.first(Self.countTimers, [.at(now)]) { Int($0.integer(0)) } ?? 0
        backlog.pushesCount = try session.first(Self.countPushes, []) { Int($0.integer(0)) } ?? 0
        return backlog
    }
}

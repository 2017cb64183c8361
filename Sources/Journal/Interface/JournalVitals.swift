import ContactCenter

/// How busy a journal is in this process; read from memory.
public struct JournalLoad: Sendable {
    /// Writes that wait for the next group.
    public var writesWaitingCount = 0
    /// Queries under way or waiting for a connection.
    public var readsCount = 0
    /// The last event that this process has seen.
    public var head = Position.start

    /// Nothing going on.
    public init() {}
}

/// Work that waits in the tables; read from the database.
public struct JournalBacklog: Sendable, Equatable {
    /// Rows that are looked at: a backlog beyond it is long, however long it is.
    public static let rowsMax = 10_000

    /// Entries of the outbox, at most ``rowsMax``.
    public var outboxCount = 0
    /// Of these, heads that are due.
    public var outboxDueCount = 0
    /// Of these, parked ones.
    public var outboxParkedCount = 0
    /// When the oldest message happened that has still to be sent.
    public var outboxOldestAt: Instant?
    /// Timers that are due, at most ``rowsMax``.
    public var timersDueCount = 0
    /// Notifications that wait for their devices, at most ``rowsMax``.
    public var pushesCount = 0

    /// Nothing waits.
    public init() {}
}

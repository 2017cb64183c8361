/// What differs between the engines in the schema and in transactions; every other statement is the same text on both.
struct SQLDialect: Sendable {
    /// The type of a column of bytes.
    let blob: String
    /// The type of a 64-bit number; also of instants (milliseconds) and of flags (0 or 1).
    let integer: String
    /// The type of a text. Texts compare by their bytes, whatever language the database was made for.
    let text: String
    /// The type of a primary key that we number ourselves.
    let positionKey: String
    /// The type of a primary key that the database numbers, growing.
    let sequenceKey: String
    /// What ends `CREATE TABLE` where the primary key is a number.
    let rowed: String
    /// What ends `CREATE TABLE` where rows are small and found by another primary key.
    let keyed: String
    /// Opens a transaction that writes, so that it never has to upgrade a read lock.
    let begin: SQL
    /// Ends a transaction that writes; the last statement is COMMIT.
    let commit: [SQL]
    /// Opens a transaction that reads one state of the database in several queries.
    let beginSnapshot: SQL
    /// Opens a transaction that changes the schema, and keeps out whoever would do so at the same time.
    let beginMigration: [SQL]
    /// Where several processes write: waits until this transaction is the only one that appends to the log. Who has
    /// it reads where the log ends and numbers on from there, so positions are dense and in the order of commits.
    let lockLog: SQL?
    /// Tells other processes, when the transaction commits, where the log ends now.
    let announceLog: SQL?
    /// Milliseconds since the epoch on the database's clock, when the statement runs.
    let now: String
    /// The last four bits of a column of sixteen bytes, as a number.
    let lastNibble: @Sendable (_ column: String) -> String

    /// Whether other processes may write to the database at the same time.
    var isShared: Bool { lockLog != nil }

    /// What lets an INSERT give a number where the database numbers by itself.
    let overriding: String
    /// Lets the database number on after rows that came with their numbers.
    let renumber: SQL?
    /// How messages are found by their words.
    let search: SearchDialect

    /// SQLite 3.37 or newer (strict tables); `RETURNING` needs 3.35.
    static let sqlite = SQLDialect(
        blob: "BLOB", integer: "INTEGER", text: "TEXT", positionKey: "INTEGER PRIMARY KEY",
        sequenceKey: "INTEGER PRIMARY KEY", rowed: " STRICT", keyed: " WITHOUT ROWID, STRICT",
        begin: "BEGIN IMMEDIATE", commit: ["COMMIT"], beginSnapshot: "BEGIN DEFERRED",
        beginMigration: ["BEGIN IMMEDIATE"], lockLog: nil,
        announceLog: nil, now: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
        lastNibble: { "instr('0123456789ABCDEF', substr(hex(\($0)), 32, 1)) - 1" }, overriding: "",
        renumber: nil, search: .fts5)

    /// PostgreSQL 15 or newer, in a database whose encoding is UTF8.
    static let postgres = SQLDialect(
        blob: "BYTEA", integer: "BIGINT", text: "TEXT COLLATE \"C\"", positionKey: "BIGINT PRIMARY KEY",
        sequenceKey: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", rowed: "", keyed: "", begin: "BEGIN",
        // A time-out while a synchronous standby is awaited would not undo the commit: the server would report it as
        // done, and it would be on one machine only.
        commit: ["SET LOCAL statement_timeout = 0", "COMMIT"],
        beginSnapshot: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        // A change of a large table takes its time, and so does waiting for a node that makes it.
        beginMigration: [
            "BEGIN", "SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = 0",
            SQL("SELECT pg_advisory_xact_lock(\(migrationKey))"),
        ],
        lockLog: SQL("SELECT pg_advisory_xact_lock(\(logKey))"),
        announceLog: SQL("SELECT pg_notify('\(logChannel)', $1)"),
        // The clock itself: what PostgreSQL calls now() is when the transaction began.
        now: "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        lastNibble: { "get_byte(\($0), 15) & 15" }, overriding: " OVERRIDING SYSTEM VALUE",
        renumber: """
            SELECT setval(
                pg_get_serial_sequence('outbox', 'sequence'),
                COALESCE((SELECT MAX(sequence) FROM outbox), 0) + 1, false)
            """, search: .gin)

    /// The keys of the advisory locks: "engawa" in ASCII, and a number each.
    private static let logKey: Int64 = 0x656E_6761_7761_01
    private static let migrationKey: Int64 = 0x656E_6761_7761_02
    /// The channel of NOTIFY on which the end of the log is told.
    static let logChannel = "engawa_log"
    /// The channel of transient words.
    static let signalChannel = "engawa_signal"
}

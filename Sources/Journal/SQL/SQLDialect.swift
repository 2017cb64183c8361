/// What differs between the engines in the schema and in transactions; every other statement is the same text on both.
struct SQLDialect: Sendable {
    /// The type of a column of bytes.
    let blob: String
    /// The type of a 64-bit number; also of instants (milliseconds) and of flags (0 or 1).
    let integer: String
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
    /// Opens a transaction that reads one state of the database in several queries.
    let beginSnapshot: SQL
    /// Milliseconds since the epoch on the database's clock, when the statement runs.
    let now: String
    /// The last four bits of a column of sixteen bytes, as a number.
    let lastNibble: @Sendable (_ column: String) -> String

    /// SQLite 3.37 or newer (strict tables); `RETURNING` needs 3.35.
    static let sqlite = SQLDialect(
        blob: "BLOB", integer: "INTEGER", positionKey: "INTEGER PRIMARY KEY", sequenceKey: "INTEGER PRIMARY KEY",
        rowed: " STRICT", keyed: " WITHOUT ROWID, STRICT", begin: "BEGIN IMMEDIATE",
        beginSnapshot: "BEGIN DEFERRED",
        now: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
        lastNibble: { "instr('0123456789ABCDEF', substr(hex(\($0)), 32, 1)) - 1" })
}

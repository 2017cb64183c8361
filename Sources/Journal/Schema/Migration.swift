import Crypto
import Foundation

/// One numbered change of the schema. A migration that has been released is never edited: the next one corrects it.
struct Migration: Sendable {
    /// 1, 2, 3, … without gaps.
    let number: Int
    /// What it does, in a few words.
    let name: String
    /// Its statements for an engine.
    let script: @Sendable (SQLDialect) -> String

    /// All of them, in order. Append here; nothing else names the schema's version.
    static let all: [Migration] = [
        .firstSchema, .cluster, .search, .attachments, .storedBlobs, .push, .signIns, .journeys,
        .decisions,
    ]

    /// What proves that a migration is still the one that was applied.
    func digest(_ dialect: SQLDialect) -> String {
        SHA256.hash(data: Data(script(dialect).utf8)).hexadecimal
    }

    /// The version that this program writes and reads.
    static var latest: Int { all.count }
}

/// Brings a database to the schema of this program.
struct Migrator {
    let dialect: SQLDialect
    var migrations = Migration.all

    // The list of what was applied; it exists before the first migration.
    private static let createList = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            applied_at BIGINT NOT NULL
        )
        """

    // What was applied, in order.
    private static let listApplied: SQL = """
        SELECT number, digest FROM schema_migration ORDER BY number
        """

    // Notes one as applied.
    private static let insertApplied: SQL = """
        INSERT INTO schema_migration (number, name, digest, applied_at) VALUES ($1, $2, $3, $4)
        """

    /// Applies what is missing, each in a transaction of its own that holds the write lock while it looks and writes,
    /// so that two processes that start together do not apply one twice. Answers the version before and after.
    @discardableResult
    func migrate(_ session: any SQLSession) throws(SQLFailure) -> (from: Int, to: Int) {
        let before = try storedVersion(session)
        for migration in migrations {
            try inTransaction(session) { () throws(SQLFailure) in try apply(migration, session) }
        }
        return (before, migrations.count)
    }

    /// The version of any database, also an empty one.
    func storedVersion(_ session: any SQLSession) throws(SQLFailure) -> Int {
        try inTransaction(session) { () throws(SQLFailure) in try session.script(Self.createList) }
        return try version(session)
    }

    /// The version of a database that has the list; refuses one that a newer program wrote, and one whose past differs.
    private func version(_ session: any SQLSession) throws(SQLFailure) -> Int {
        let applied = try session.query(Self.listApplied, []) { (Int($0.integer(0)), $0.text(1)) }
        if let last = applied.last?.0, last > migrations.count {
            throw SQLFailure(
                reason: "the database has schema version \(last), this program knows up to \(migrations.count): "
                    + "start the newer program, or restore a backup from before it")
        }
        for (number, digest) in applied where digest != migrations[number - 1].digest(dialect) {
            throw SQLFailure(reason: "migration \(number) was edited after it was applied to this database")
        }
        return applied.last?.0 ?? 0
    }

    private func apply(_ migration: Migration, _ session: any SQLSession) throws(SQLFailure) {
        guard try version(session) < migration.number else { return }
        try session.script(migration.script(dialect))
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        try session.execute(
            Self.insertApplied,
            [.integer(migration.number), .text(migration.name), .text(migration.digest(dialect)), .integer(now)])
    }

    private func inTransaction(
        _ session: any SQLSession, _ body: () throws(SQLFailure) -> Void
    ) throws(SQLFailure) {
        do throws(SQLFailure) {
            for sql in dialect.beginMigration { try session.execute(sql, []) }
            try body()
            try session.execute("COMMIT", [])
        } catch {
            if session.isInTransaction { try session.execute("ROLLBACK", []) }
            throw error
        }
    }
}

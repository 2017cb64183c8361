import ContactCenter
import Foundation
import GRDB

/// What a database says of itself to a doctor; read beside a server that runs.
public struct DatabaseFacts: Sendable {
    /// `sqlite` or `postgres`.
    public var engine = ""
    /// The engine's version.
    public var version = ""
    /// The schema that is stored; 0 for none.
    public var schemaVersion = 0
    /// Settings by the engine's own names.
    public var settings: [String: String] = [:]
    /// The database's clock, and how long the question took.
    public var clock: Instant?
    public var answerTime = Duration.zero
    /// What a quick check of the file found; empty when all is well, or when the engine has no such check.
    public var complaints: [String] = []
    /// Connections that are open, where the engine counts them.
    public var connectionsCount: Int64?

    /// Connections that one process of ours opens at most: writer, readers, listener.
    public static var connectionsOfOneNode: Int { PostgresEngine.readersMax + 2 }

    /// Asks a database.
    public static func read(_ location: DatabaseLocation) async throws(JournalError) -> DatabaseFacts {
        switch location {
        case .sqlite(let path): try await DatabaseArchive.onThread { try sqlite(path) }
        case .postgres:
            try await SQLJournal.withEngine(location) { engine throws(SQLFailure) in
                try await engine.read { session throws(SQLFailure) in try postgres(session, engine.dialect) }
            }
        }
    }

    private static func sqlite(_ path: String) throws -> DatabaseFacts {
        guard FileManager.default.fileExists(atPath: path) else { throw SQLFailure(reason: "there is no \(path)") }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(SQLiteEngine.busySeconds)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        return try queue.inDatabase { database in
            let session = SQLiteSession(database: database)
            var facts = DatabaseFacts()
            facts.engine = "sqlite"
            let beganAt = ContinuousClock.now
            facts.version = try session.first("SELECT sqlite_version()", []) { $0.text(0) } ?? ""
            facts.answerTime = ContinuousClock.now - beganAt
            for name in ["journal_mode", "page_size", "page_count", "encoding"] {
                facts.settings[name] = try session.first(SQL("PRAGMA \(name)"), []) { $0.text(0) }
            }
            facts.complaints = try session.query("PRAGMA quick_check(5)", []) { $0.text(0) }.filter { $0 != "ok" }
            facts.schemaVersion = try storedVersion(session)
            return facts
        }
    }

    private static func postgres(_ session: any SQLSession, _ dialect: SQLDialect) throws(SQLFailure) -> DatabaseFacts {
        var facts = DatabaseFacts()
        facts.engine = "postgres"
        let beganAt = ContinuousClock.now
        facts.clock = try session.first(SQL("SELECT \(dialect.now)"), []) { $0.instant(0) }
        facts.answerTime = ContinuousClock.now - beganAt
        // What holds for a new connection; ours set some of it themselves.
        let rows = try session.query(
            """
            SELECT name, reset_val FROM pg_settings WHERE name IN (
                'server_version', 'server_encoding', 'fsync', 'full_page_writes', 'synchronous_commit',
                'max_connections', 'TimeZone', 'default_transaction_isolation', 'data_checksums')
            """, []
        ) { ($0.text(0), $0.text(1)) }
        for (name, value) in rows { facts.settings[name] = value }
        facts.version = facts.settings["server_version"] ?? ""
        facts.settings["collation"] = try session.first(
            "SELECT datcollate FROM pg_database WHERE datname = current_database()", []
        ) { $0.text(0) }
        facts.connectionsCount = try session.first(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'", []
        ) { $0.integer(0) }
        let isThere = try session.first(
            "SELECT 1 FROM pg_class WHERE relname = 'schema_migration' AND relkind = 'r'", []
        ) { $0.integer(0) }
        if isThere != nil { facts.schemaVersion = try storedVersion(session) }
        return facts
    }

    private static func storedVersion(_ session: any SQLSession) throws(SQLFailure) -> Int {
        try session.first("SELECT MAX(number) FROM schema_migration", []) { Int($0.integer(0)) } ?? 0
    }
}

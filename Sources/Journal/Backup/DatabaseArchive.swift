import ContactCenter
import Foundation
import GRDB

/// One state of a database as a file of SQLite, whichever engine it comes from or goes to: both have the same tables.
public enum DatabaseArchive {
    /// What is in an archive.
    public struct Summary: Sendable, Equatable {
        /// The version of the schema.
        public var schemaVersion: Int
        /// The last event of the log.
        public var head: Int64
        /// Rows of each table.
        public var counts: [String: Int64]
    }

    /// Copies the state that a database has now to a new file; commits go on meanwhile.
    public static func copy(_ source: DatabaseLocation, to path: String) async throws(JournalError) {
        switch source {
        case .sqlite(let file): try await onThread { try vacuum(file, into: path) }
        case .postgres:
            _ = try await SQLJournal.migrate(.sqlite(path: path))
            try await SQLJournal.withEngine(source) { engine throws(SQLFailure) in
                let stored = try await engine.write { session throws(SQLFailure) in
                    try Migrator(dialect: engine.dialect).storedVersion(session)
                }
                guard stored == Migration.latest else {
                    throw SQLFailure(reason: "the database has schema \(stored); migrate it first")
                }
                try await engine.readSnapshot { session throws(SQLFailure) in
                    try withFile(path) { file throws(SQLFailure) in
                        try TableCopy(from: session, to: file, dialect: .sqlite).run(shapedLike: file)
                    }
                }
            }
        }
        try await onThread { try sync(path) }
    }

    /// Puts an archive into a database that has nothing in it yet; refuses any other.
    public static func restore(_ path: String, to target: DatabaseLocation) async throws(JournalError) {
        switch target {
        case .sqlite(let file):
            try await onThread {
                for existing in [file, file + "-wal"] where FileManager.default.fileExists(atPath: existing) {
                    throw SQLFailure(reason: "\(existing) exists: a restore never overwrites")
                }
                let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                // Under another name first, so that half a file is never taken for a database.
                let draft = file + ".restoring"
                try? FileManager.default.removeItem(atPath: draft)
                try FileManager.default.copyItem(atPath: path, toPath: draft)
                try sync(draft)
                try FileManager.default.moveItem(atPath: draft, toPath: file)
                try sync(folder.path)
            }
        case .postgres:
            guard try await SQLJournal.schemaVersion(of: target) == 0 else {
                throw .unavailable(reason: "the database is in use already: a restore never overwrites")
            }
            _ = try await SQLJournal.migrate(target)
            try await SQLJournal.withEngine(target) { engine throws(SQLFailure) in
                try await engine.write { session throws(SQLFailure) in
                    try withFile(path) { file throws(SQLFailure) in
                        try TableCopy(from: file, to: session, dialect: engine.dialect).run(shapedLike: file)
                    }
                }
            }
        }
    }

    /// Opens an archive, checks every page of it, and counts.
    public static func inspect(_ path: String) async throws(JournalError) -> Summary {
        try await onThread {
            try withFile(path) { session throws(SQLFailure) in
                let complaints = try session.query("PRAGMA integrity_check", []) { $0.text(0) }
                guard complaints == ["ok"] else {
                    throw SQLFailure(reason: "the archive is damaged: \(complaints.prefix(3).joined(separator: "; "))")
                }
                return try summary(session, TableShape.all(in: session).map(\.name))
            }
        }
    }

    /// Counts a database as ``inspect(_:)`` counts an archive, over the tables named.
    public static func summary(of location: DatabaseLocation, tables: [String]) async throws(JournalError) -> Summary {
        try await SQLJournal.withEngine(location) { engine throws(SQLFailure) in
            try await engine.readSnapshot { session throws(SQLFailure) in try summary(session, tables) }
        }
    }

    /// The digests of all files that the archive's messages refer to.
    public static func blobDigests(_ path: String) async throws(JournalError) -> [String] {
        try await onThread {
            try withFile(path) { session throws(SQLFailure) in
                // Files that were uploaded whole.
                try session.query("SELECT DISTINCT digest FROM media WHERE status = 'valid' ORDER BY digest", []) {
                    $0.text(0)
                }
            }
        }
    }

    private static func summary(_ session: any SQLSession, _ tables: [String]) throws(SQLFailure) -> Summary {
        var counts: [String: Int64] = [:]
        for table in tables {
            counts[table] = try session.first(SQL("SELECT COUNT(*) FROM \(table)"), []) { $0.integer(0) } ?? 0
        }
        let version = try session.first("SELECT MAX(number) FROM schema_migration", []) { Int($0.integer(0)) } ?? 0
        return Summary(
            schemaVersion: version, head: try EventStore(session: session).head().value, counts: counts)
    }

    // MARK: Files

    private static func vacuum(_ source: String, into path: String) throws {
        guard FileManager.default.fileExists(atPath: source) else { throw SQLFailure(reason: "there is no \(source)") }
        var configuration = Configuration()
        // Beside a server that has the file: this only reads, and SQLite shows it one state.
        configuration.readonly = true
        configuration.busyMode = .timeout(SQLiteEngine.busySeconds)
        let queue = try DatabaseQueue(path: source, configuration: configuration)
        defer { try? queue.close() }
        try queue.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
    }

    private static func withFile<Answer>(
        _ path: String, _ body: (SQLiteSession) throws(SQLFailure) -> Answer
    ) throws(SQLFailure) -> Answer {
        do {
            guard FileManager.default.fileExists(atPath: path) else { throw SQLFailure(reason: "there is no \(path)") }
            let queue = try DatabaseQueue(path: path)
            defer { try? queue.close() }
            return try queue.inDatabase { try body(SQLiteSession(database: $0)) }
        } catch let error as SQLFailure { throw error } catch { throw SQLFailure(reason: "\(path): \(error)") }
    }

    private static func sync(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SQLFailure(reason: "cannot open \(path)") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw SQLFailure(reason: "cannot sync \(path)") }
    }

    static func onThread<Answer: Sendable>(
        _ body: @escaping @Sendable () throws -> Answer
    ) async throws(JournalError) -> Answer {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Answer, any Error>, Never>) in
            DispatchQueue.global().async { continuation.resume(returning: Result { try body() }) }
        }
        do { return try result.get() } catch {
            throw .unavailable(reason: (error as? SQLFailure)?.reason ?? "\(error)")
        }
    }
}

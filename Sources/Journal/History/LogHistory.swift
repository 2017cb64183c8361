import ContactCenter
import Foundation
import GRDB

/// The past of a log, read beside the server that writes it, or from a copy: nothing is written, nothing is migrated,
/// and no question holds a state of the database for longer than one page.
public final class LogHistory: RecordedLog {
    private enum Source: Sendable {
        case sqlite(DatabaseQueue)
        case postgres(PostgresEngine)
    }

    private let source: Source
    /// The end of the log when it was opened; what comes later is not read.
    public let head: Position

    /// Events of one page; what a page holds is all that is in memory at once.
    public static let pageMax = 1_000

    /// Opens a database that is there; refuses one of a newer program and one that is none of ours.
    public static func open(_ location: DatabaseLocation) async throws(JournalError) -> LogHistory {
        let source: Source
        switch location {
        case .sqlite(let path): source = try await DatabaseArchive.onThread { .sqlite(try reader(of: path)) }
        case .postgres(let url):
            do throws(SQLFailure) { source = .postgres(try await PostgresEngine(url: url)) } catch {
                throw .unavailable(reason: error.reason)
            }
        }
        do {
            let head = try await ask(source) { session throws(SQLFailure) in
                try check(session)
                return try EventStore(session: session).head()
            }
            return LogHistory(source, head: head)
        } catch {
            await close(source)
            throw error
        }
    }

    private init(_ source: Source, head: Position) {
        self.source = source
        self.head = head
    }

    private static func reader(of path: String) throws -> DatabaseQueue {
        guard FileManager.default.fileExists(atPath: path) else { throw SQLFailure(reason: "there is no \(path)") }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(SQLiteEngine.busySeconds)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func check(_ session: any SQLSession) throws(SQLFailure) {
        let stored: Int
        do {
            stored = try session.first("SELECT MAX(number) FROM schema_migration", []) { Int($0.integer(0)) } ?? 0
        } catch {
            throw SQLFailure(reason: "this is no database of a contact centre (\(error.reason))")
        }
        guard stored <= Migration.latest else {
            throw SQLFailure(reason: "the database has schema \(stored), this program \(Migration.latest)")
        }
    }

    // MARK: Reading

    public func position(before instant: Instant) async throws(JournalError) -> Position {
        try await read { store throws(SQLFailure) in try store.position(before: instant) }
    }

    public func events(after position: Position, through last: Position) async throws(JournalError) -> [RecordedEvent] {
        let end = min(last, head)
        return try await read { store throws(SQLFailure) in
            try store.list(between: position, and: end, limit: Self.pageMax)
        }
    }

    public func configurationEvents(after stream: StreamID?) async throws(JournalError) -> [RecordedEvent] {
        let key = SQLValue.data(stream.map { Data($0.key.bytes) } ?? Data())
        return try await read { store throws(SQLFailure) in
            try store.list(.configuration, after: key, limit: Self.pageMax)
        }
    }

    public func firstEvents(of streams: [StreamID]) async throws(JournalError) -> [RecordedEvent] {
        guard !streams.isEmpty else { return [] }
        return try await read { store throws(SQLFailure) in try store.firsts(of: streams) }
    }

    public func lastEvents(
        of streams: [StreamID], type: String, through position: Position
    ) async throws(JournalError) -> [RecordedEvent] {
        guard !streams.isEmpty else { return [] }
        return try await read { store throws(SQLFailure) in try store.lasts(of: streams, type, by: position) }
    }

    public func configuration() async throws(JournalError) -> [ConfigurationRecord] {
        try await Self.ask(source) { session throws(SQLFailure) in
            try ConfigurationStore(session: session).listLive()
        }
    }

    /// Lets go of the database.
    public func close() async { await Self.close(source) }

    private static func close(_ source: Source) async {
        switch source {
        case .sqlite(let queue): try? queue.close()
        case .postgres(let engine): await engine.close()
        }
    }

    private func read<Answer: Sendable>(
        _ body: @escaping @Sendable (HistoryStore) throws(SQLFailure) -> Answer
    ) async throws(JournalError) -> Answer {
        try await Self.ask(source) { session throws(SQLFailure) in try body(HistoryStore(session: session)) }
    }

    private static func ask<Answer: Sendable>(
        _ source: Source, _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(JournalError) -> Answer {
        switch source {
        case .sqlite(let queue):
            return try await DatabaseArchive.onThread {
                try queue.inDatabase { try body(SQLiteSession(database: $0)) }
            }
        case .postgres(let engine):
            do throws(SQLFailure) { return try await engine.read(body) } catch {
                throw .unavailable(reason: error.reason)
            }
        }
    }
}

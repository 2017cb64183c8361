import ContactCenter
import Foundation
import Logging
import Synchronization

/// The journal on a relational database.
public final class SQLJournal: Journal {
    /// Rows of one answer at most, whatever `limit` a caller asks for.
    public static let pageRowsMax = 1_000
    /// Reads under way or waiting at once; over it callers get `.overloaded`.
    static let readsMax = 4_096
    /// The version of the schema that this program writes and reads.
    public static var schemaVersion: Int { Migration.latest }

    let engine: any SQLEngine
    let writer: GroupWriter
    let log: RecentEvents
    /// Brings in what other processes commit; `nil` where there are none.
    let feed: LogFeed?
    let signalling = Signals()

    private struct State {
        var isClosed = false
        /// Reads under way or waiting for a reader.
        var reads = 0
        var following: Task<Void, Never>?
    }
    private let state = Mutex(State())

    /// A journal on an open, migrated database whose log ends at `head`.
    init(engine: any SQLEngine, head: Position, logger: Logger) {
        self.engine = engine
        log = RecentEvents(head: head)
        feed = engine.dialect.isShared ? LogFeed(table: LogTable(of: engine), log: log, logger: logger) : nil
        writer = GroupWriter(engine: engine, log: log, feed: feed, logger: logger)
        guard let feed else { return }
        // Owner: this journal; it ends with `close`.
        let following = Task { await feed.run() }
        state.withLock { $0.following = following }
    }

    /// Opens a database and brings its schema up to this program's.
    public static func open(_ location: DatabaseLocation, logger: Logger) async throws(JournalError) -> SQLJournal {
        do throws(SQLFailure) {
            let engine = try await location.openEngine()
            let head: Position
            do throws(SQLFailure) {
                let change = try await migrate(engine)
                head = try await engine.read { session throws(SQLFailure) in try EventStore(session: session).head() }
                if change.from != change.to {
                    logger.info("migrated the schema", metadata: ["from": "\(change.from)", "to": "\(change.to)"])
                }
            } catch {
                await engine.close()
                throw error
            }
            let journal = SQLJournal(engine: engine, head: head, logger: logger)
            do throws(SQLFailure) {
                try engine.listen(logger: logger) { [weak journal] heard in journal?.hear(heard) }
            } catch {
                await journal.close()
                throw error
            }
            return journal
        } catch {
            throw .unavailable(reason: error.reason)
        }
    }

    /// Opens the SQLite file at a path; its folder and the file are made if they are missing.
    public static func open(path: String, logger: Logger) async throws(JournalError) -> SQLJournal {
        try await open(.sqlite(path: path), logger: logger)
    }

    /// Brings the schema of a database up to this program's and closes it; answers the version before and after.
    public static func migrate(
        _ location: DatabaseLocation
    ) async throws(JournalError) -> (from: Int, to: Int) {
        try await withEngine(location) { engine throws(SQLFailure) in try await migrate(engine) }
    }

    /// Opens an engine for one piece of work, without a journal on it.
    static func withEngine<Answer: Sendable>(
        _ location: DatabaseLocation, _ body: (any SQLEngine) async throws(SQLFailure) -> Answer
    ) async throws(JournalError) -> Answer {
        do throws(SQLFailure) {
            let engine = try await location.openEngine()
            let result: Result<Answer, SQLFailure>
            do throws(SQLFailure) { result = .success(try await body(engine)) } catch { result = .failure(error) }
            await engine.close()
            return try result.get()
        } catch {
            throw .unavailable(reason: error.reason)
        }
    }

    /// The version of the schema that a database has; 0 for an empty one. Refuses one that a newer program wrote.
    public static func schemaVersion(of location: DatabaseLocation) async throws(JournalError) -> Int {
        try await withEngine(location) { engine throws(SQLFailure) in
            let migrator = Migrator(dialect: engine.dialect)
            return try await engine.write { session throws(SQLFailure) in try migrator.storedVersion(session) }
        }
    }

    private static func migrate(_ engine: any SQLEngine) async throws(SQLFailure) -> (from: Int, to: Int) {
        let migrator = Migrator(dialect: engine.dialect)
        return try await engine.write { session throws(SQLFailure) in try migrator.migrate(session) }
    }

    public func close() async {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        await writer.close()
        feed?.close()
        let following = state.withLock { $0.following }
        following?.cancel()
        await following?.value
        signalling.close()
        log.close()
        await engine.close()
    }

    /// Queries under way or waiting for a reader.
    var readsCount: Int { state.withLock { $0.reads } }

    /// Runs a query on a reader.
    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(JournalError) -> Answer {
        try await reading { () async throws(SQLFailure) in try await self.engine.read(body) }
    }

    /// Runs several queries on one state of the database.
    func readSnapshot<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(JournalError) -> Answer {
        try await reading { () async throws(SQLFailure) in try await self.engine.readSnapshot(body) }
    }

    private func reading<Answer: Sendable>(
        _ body: () async throws(SQLFailure) -> Answer
    ) async throws(JournalError) -> Answer {
        try enter()
        defer { state.withLock { $0.reads -= 1 } }
        do throws(SQLFailure) { return try await body() } catch {
            throw state.withLock { $0.isClosed } ? .closed : .unavailable(reason: error.reason)
        }
    }

    private func enter() throws(JournalError) {
        let refusal = state.withLock { state -> JournalError? in
            if state.isClosed { return .closed }
            if state.reads >= Self.readsMax { return .overloaded }
            state.reads += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    /// A limit that a caller gave, inside what one answer may hold.
    static func page(_ limit: Int) -> Int { min(max(limit, 1), pageRowsMax) }
}

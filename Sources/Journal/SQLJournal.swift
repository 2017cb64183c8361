import ContactCenter
import Foundation
import Logging
import Synchronization

/// The journal on a relational database.
public final class SQLJournal: Journal {
    /// Rows of one answer at most, whatever `limit` a caller asks for.
    public static let pageRowsMax = 1_000
    /// The version of the schema that this program writes and reads.
    public static var schemaVersion: Int { Migration.latest }

    let engine: any SQLEngine
    let writer: GroupWriter
    let log: RecentEvents
    private let isClosed = Mutex(false)

    private init(engine: any SQLEngine, head: Position, logger: Logger) {
        self.engine = engine
        log = RecentEvents(head: head)
        writer = GroupWriter(engine: engine, log: log, logger: logger)
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
                    logger.info("Migrated the schema", metadata: ["from": "\(change.from)", "to": "\(change.to)"])
                }
            } catch {
                await engine.close()
                throw error
            }
            return SQLJournal(engine: engine, head: head, logger: logger)
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
        do throws(SQLFailure) {
            let engine = try await location.openEngine()
            let result: Result<(from: Int, to: Int), SQLFailure>
            do throws(SQLFailure) { result = .success(try await migrate(engine)) } catch { result = .failure(error) }
            await engine.close()
            return try result.get()
        } catch {
            throw .unavailable(reason: error.reason)
        }
    }

    private static func migrate(_ engine: any SQLEngine) async throws(SQLFailure) -> (from: Int, to: Int) {
        let migrator = Migrator(dialect: engine.dialect)
        return try await engine.write { session throws(SQLFailure) in try migrator.migrate(session) }
    }

    public func close() async {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        await writer.close()
        log.close()
        await engine.close()
    }

    /// Runs a query on a reader.
    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(JournalError) -> Answer {
        guard !isClosed.withLock({ $0 }) else { throw .closed }
        do throws(SQLFailure) { return try await engine.read(body) } catch {
            throw .unavailable(reason: error.reason)
        }
    }

    /// Runs several queries on one state of the database.
    func readSnapshot<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(JournalError) -> Answer {
        guard !isClosed.withLock({ $0 }) else { throw .closed }
        do throws(SQLFailure) { return try await engine.readSnapshot(body) } catch {
            throw .unavailable(reason: error.reason)
        }
    }

    /// A limit that a caller gave, inside what one answer may hold.
    static func page(_ limit: Int) -> Int { min(max(limit, 1), pageRowsMax) }
}

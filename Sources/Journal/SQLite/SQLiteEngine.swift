import ContactCenter
import Foundation
import GRDB

/// SQLite on one machine: write-ahead log, one writer, a few readers, every commit synced to the disk.
///
/// The file belongs to one process at a time (a lock file beside it says so), because positions are numbered in
/// memory.
final class SQLiteEngine: SQLEngine {
    /// Readers at once; more would only wait for the same two or four cores.
    static let readersMax = 4
    /// How long a statement waits for another process that holds a lock (a backup tool, a person with a shell).
    static let busySeconds = 5.0
    /// Page cache of the writer: the upper levels of every index of a large installation fit.
    static let writerCacheKiB = 64 * 1024
    /// The write-ahead log is cut back to this after a burst.
    static let logBytesMax = 64 << 20

    let dialect = SQLDialect.sqlite
    let path: String
    private let pool: DatabasePool
    private let lock: FileLock
    private let checkpointer: Checkpointer

    /// Opens or makes the file; blocks, so call it from a thread that may.
    init(path: String) throws {
        self.path = path
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        // Conversations are personal data: no other account of the machine looks in.
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        lock = try FileLock(path: path + ".lock")
        var configuration = Configuration()
        configuration.maximumReaderCount = Self.readersMax
        configuration.busyMode = .timeout(Self.busySeconds)
        configuration.label = "journal"
        // A statement's values are customers' words: they stay out of errors and traces.
        configuration.publicStatementArguments = false
        pool = try DatabasePool(path: path, configuration: configuration)
        checkpointer = try Checkpointer(path: path)
        try pool.writeWithoutTransaction { [checkpointer] database in
            // GRDB chooses NORMAL for the write-ahead log, which forgets the last commits at a power cut.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA cache_size = -\(Self.writerCacheKiB)")
            try database.execute(sql: "PRAGMA journal_size_limit = \(Self.logBytesMax)")
            checkpointer.watch(database.sqliteConnection)
        }
    }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(SQLFailure) -> Answer {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Answer, SQLFailure>, Never>) in
            // Without a transaction around it: each statement is a snapshot, and the log only grows.
            pool.asyncUnsafeRead { access in
                switch access {
                case .success(let database):
                    let session = SQLiteSession(database: database)
                    continuation.resume(returning: Result { () throws(SQLFailure) in try body(session) })
                case .failure(let error):
                    continuation.resume(returning: .failure(SQLFailure(reason: "\(error)")))
                }
            }
        }
        return try result.get()
    }

    func onWriter(_ body: @escaping @Sendable (any SQLSession) -> Void) {
        pool.asyncWriteWithoutTransaction { body(SQLiteSession(database: $0)) }
    }

    func close() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async { [pool, lock, checkpointer] in
                // A connection that does not close now closes with the process; the log is recovered on opening.
                try? pool.close()
                // The last to close moves the log into the file, which the pool's readers may not.
                checkpointer.close()
                lock.release()
                continuation.resume()
            }
        }
    }
}

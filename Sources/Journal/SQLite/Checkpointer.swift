import Foundation
import GRDBSQLite
import Synchronization

/// Moves the write-ahead log into the database file beside the writer instead of inside a commit.
///
/// SQLite by itself does it in the commit that fills the log, and whoever waits for that commit waits for thousands of
/// pages and two syncs. Here a connection of its own copies most of the log while commits go on; then a commit finishes
/// the few pages that came in between, after which the log starts again from its beginning.
final class Checkpointer: Sendable {
    /// Pages of the log after which copying begins (16 MiB of 4 KiB pages).
    static let pagesMin: Int32 = 4_000
    /// Pages of the log from which each commit tries to finish the copying, whatever the other connection does.
    static let pagesMax: Int32 = 64_000

    private enum Phase {
        /// The log is short, or is filling.
        case idle
        /// The other connection is copying.
        case copying
        /// What is left is little: the next commit finishes it.
        case finishing
        case closed
    }

    private let phase = Mutex(Phase.idle)
    private let thread = DispatchQueue(label: "journal.checkpoint")
    private let connection: Connection

    /// A checkpointer with a connection of its own.
    init(path: String) throws(SQLFailure) {
        connection = try Connection(path: path)
    }

    /// Watches the commits of the writer's connection. The checkpointer must outlive it.
    func watch(_ writer: OpaquePointer?) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            writer,
            { context, writer, _, pages in
                if let context {
                    Unmanaged<Checkpointer>.fromOpaque(context).takeUnretainedValue().committed(writer, pages: pages)
                }
                return SQLITE_OK
            }, context)
    }

    /// Ends the work; returns when the other connection is closed.
    func close() {
        phase.withLock { $0 = .closed }
        thread.sync { connection.close() }
    }

    private enum Duty { case none, copy, finish }

    private func committed(_ writer: OpaquePointer?, pages: Int32) {
        let duty = phase.withLock { phase -> Duty in
            switch phase {
            case .idle where pages >= Self.pagesMin:
                phase = .copying
                return .copy
            case .finishing:
                phase = .idle
                return .finish
            case .copying where pages >= Self.pagesMax: return .finish
            default: return .none
            }
        }
        switch duty {
        case .none: break
        case .copy: thread.async { [self] in copy() }
        // A reader in an old snapshot, or the other connection, may prevent it: the next round tries again.
        case .finish: sqlite3_wal_checkpoint_v2(writer, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        }
    }

    private func copy() {
        connection.checkpoint()
        phase.withLock { phase in
            if case .copying = phase { phase = .finishing }
        }
    }

    /// A bare connection that does nothing but copy; used on `thread` only.
    private final class Connection: @unchecked Sendable {
        private var handle: OpaquePointer?

        init(path: String) throws(SQLFailure) {
            guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK,
                // Its syncs are what makes it safe to overwrite the log.
                sqlite3_exec(handle, "PRAGMA synchronous = FULL", nil, nil, nil) == SQLITE_OK
            else {
                let reason = "cannot open \(path) for checkpoints: \(String(cString: sqlite3_errmsg(handle)))"
                close()
                throw SQLFailure(reason: reason)
            }
        }

        deinit { close() }

        func checkpoint() { sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil) }

        func close() {
            sqlite3_close(handle)
            handle = nil
        }
    }
}

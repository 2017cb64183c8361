import CLibpq
import Foundation

/// How connections are made, and what is set on them before anything else.
enum PostgresConnection {
    /// What a connection is for; it decides how long the server lets it hold something up.
    enum Role: String {
        /// Writes groups of commits, and holds the log's lock while it does.
        case writer
        case reader
        /// Waits for notifications.
        case listener
    }

    /// A statement takes this long at most.
    static let statementMilliseconds = 20_000
    /// A statement waits this long for a lock at most; the lock of the log is the one that matters.
    static let lockMilliseconds = 5_000
    /// The server ends a transaction whose owner has said nothing for this long: a paused node holds the lock of the
    /// log no longer, and its commit fails when it wakes.
    static let idleInTransactionMilliseconds = 2_000
    /// Making a connection takes this long at most, per host of the URL.
    static let connectSeconds = 5
    /// A peer that does not answer what was sent to it is gone after this.
    static let unansweredMilliseconds = 10_000

    /// What holds unless the URL says otherwise.
    private static let defaults = [
        ("application_name", "engawa"), ("connect_timeout", "\(connectSeconds)"),
        ("target_session_attrs", "read-write"), ("tcp_user_timeout", "\(unansweredMilliseconds)"),
        ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
    ]

    /// A connection that is ready; the caller finishes it.
    static func open(_ url: PostgresURL, for role: Role) throws(SQLFailure) -> OpaquePointer {
        // libpq lets later words win: ours before the URL are defaults, ours behind it are not negotiable.
        let words = defaults + [("dbname", url.text), ("client_encoding", "UTF8")]
        var keys = words.map { UnsafePointer<CChar>(strdup($0.0)) } + [nil]
        var values = words.map { UnsafePointer<CChar>(strdup($0.1)) } + [nil]
        defer { for word in keys + values { free(UnsafeMutablePointer(mutating: word)) } }
        guard let connection = PQconnectdbParams(&keys, &values, 1) else { throw SQLFailure(reason: "out of memory") }
        do throws(SQLFailure) {
            guard PQstatus(connection) == CONNECTION_OK else { throw failure(connection, "connecting") }
            // Notices of the server belong to nobody's standard error.
            PQsetNoticeProcessor(connection, { _, _ in }, nil)
            guard PQparameterStatus(connection, "server_encoding").map({ String(cString: $0) }) == "UTF8" else {
                throw SQLFailure(reason: "the database is not in UTF8")
            }
            let result = PQexec(connection, settings(of: role))
            defer { PQclear(result) }
            guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
                throw failure(connection, "settings")
            }
            return connection
        } catch {
            PQfinish(connection)
            throw error
        }
    }

    /// Durability may be stronger than `on`, never weaker. Plans that were made while a table was small must not scan
    /// it when it has grown: every frequent query has its index. Scans look so expensive then that the server would
    /// compile the statements of a table of ten rows each time, which takes a hundred milliseconds: it does not. Nor
    /// does it start workers for a query that reads a thousand rows: they take longer to come than the rows.
    private static func settings(of role: Role) -> String {
        """
        SET default_transaction_isolation = 'read committed';
        SET client_min_messages = warning;
        SET statement_timeout = \(statementMilliseconds);
        SET lock_timeout = \(lockMilliseconds);
        SET idle_in_transaction_session_timeout = \(idleInTransactionMilliseconds);
        SET enable_seqscan = off;
        SET jit = off;
        SET max_parallel_workers_per_gather = 0;
        SELECT set_config('synchronous_commit', 'on', false)
            WHERE current_setting('synchronous_commit') <> 'remote_apply';
        SELECT set_config('application_name', left(current_setting('application_name'), 50) || ' \(role)', false)
        """
    }

    /// What libpq says of a connection: hosts, users and reasons, never passwords.
    static func failure(_ connection: OpaquePointer?, _ doing: String) -> SQLFailure {
        let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        return SQLFailure(reason: "PostgreSQL, \(doing): \(line.isEmpty ? "no connection" : line)")
    }
}

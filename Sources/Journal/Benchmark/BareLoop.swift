import Foundation
import GRDBSQLite

/// What SQLite itself can do with the rows of messages: two prepared statements, stepped in a loop, in groups of a
/// fixed size, on one thread and on the journal's own schema; the measure for the commit path.
struct BareLoop {
    let path: String
    let groupSize: Int

    /// Writes the messages and answers how many seconds it took; the file must have the schema.
    func run(_ drafts: [EventDraft]) throws(SQLFailure) -> Double {
        var connection: OpaquePointer?
        guard sqlite3_open(path, &connection) == SQLITE_OK, let connection else { throw SQLFailure(reason: "open") }
        defer { sqlite3_close(connection) }
        let pragmas = [
            "journal_mode = WAL", "synchronous = FULL", "cache_size = -\(SQLiteEngine.writerCacheKiB)",
            "wal_autocheckpoint = \(Checkpointer.pagesMin)",
        ]
        for pragma in pragmas {
            guard sqlite3_exec(connection, "PRAGMA \(pragma)", nil, nil, nil) == SQLITE_OK else {
                throw SQLFailure(reason: "PRAGMA \(pragma)")
            }
        }
        let message = try prepare(Self.insertMessage, connection)
        defer { sqlite3_finalize(message) }
        let event = try prepare(Self.insertEvent, connection)
        defer { sqlite3_finalize(event) }
        let start = ContinuousClock.now
        for first in stride(from: 0, to: drafts.count, by: groupSize) {
            sqlite3_exec(connection, "BEGIN IMMEDIATE", nil, nil, nil)
            for index in first..<min(first + groupSize, drafts.count) {
                guard let draft = drafts[index].message else { continue }
                try write(draft, position: Int64(index + 1), with: message)
                try write(drafts[index], of: draft, position: Int64(index + 1), with: event)
            }
            guard sqlite3_exec(connection, "COMMIT", nil, nil, nil) == SQLITE_OK else {
                throw SQLFailure(reason: String(cString: sqlite3_errmsg(connection)))
            }
        }
        return (ContinuousClock.now - start).seconds
    }

    // The message row.
    private static let insertMessage = """
        INSERT INTO message (
            position, id, identity, conversation, communication, integration, external_id, is_inbound, status,
            occurred_at, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, 1, 'received', ?, ?)
        """

    // The event row.
    private static let insertEvent = """
        INSERT INTO event (position, stream_kind, stream_key, version, type, occurred_at, body)
        VALUES (?, 1, ?, ?, 'messageReceived', ?, ?)
        """

    private func write(_ draft: MessageDraft, position: Int64, with statement: OpaquePointer) throws(SQLFailure) {
        sqlite3_bind_int64(statement, 1, position)
        let ids = [
            (draft.id.high, draft.id.low), (draft.identity.high, draft.identity.low),
            (draft.conversation.high, draft.conversation.low), (draft.communication.high, draft.communication.low),
            (draft.integration.high, draft.integration.low),
        ]
        for (index, id) in ids.enumerated() {
            SQLiteSession.bind(.id(high: id.0, low: id.1), to: statement, at: Int32(index + 2))
        }
        SQLiteSession.bind(.text(draft.externalID), to: statement, at: 7)
        sqlite3_bind_int64(statement, 8, draft.at.milliseconds)
        SQLiteSession.bind(.data(draft.body), to: statement, at: 9)
        try step(statement)
    }

    private func write(
        _ event: EventDraft, of draft: MessageDraft, position: Int64, with statement: OpaquePointer
    ) throws(SQLFailure) {
        sqlite3_bind_int64(statement, 1, position)
        SQLiteSession.bind(.id(draft.conversation), to: statement, at: 2)
        sqlite3_bind_int64(statement, 3, (position - 1) / Int64(groupSize) + 1)
        sqlite3_bind_int64(statement, 4, event.at.milliseconds)
        SQLiteSession.bind(.data(event.body), to: statement, at: 5)
        try step(statement)
    }

    private func step(_ statement: OpaquePointer) throws(SQLFailure) {
        guard sqlite3_step(statement) == SQLITE_DONE else {
            throw SQLFailure(reason: String(cString: sqlite3_errmsg(sqlite3_db_handle(statement))))
        }
        sqlite3_reset(statement)
    }

    private func prepare(_ sql: String, _ connection: OpaquePointer) throws(SQLFailure) -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw SQLFailure(reason: String(cString: sqlite3_errmsg(connection)))
        }
        return statement
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

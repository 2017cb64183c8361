import ContactCenter
import Foundation
import GRDB
import GRDBSQLite

/// A connection of GRDB, used through SQLite's own calls on GRDB's cached statements: binding straight from our
/// values spares the boxes and arrays of its general interface on the path that every message takes.
struct SQLiteSession: SQLSession {
    let database: Database

    var isInTransaction: Bool { database.isInsideTransaction }
    private var connection: OpaquePointer? { database.sqliteConnection }

    func execute(_ sql: SQL, _ values: [SQLValue]) throws(SQLFailure) -> Int {
        let statement = try prepare(sql, values)
        defer { sqlite3_reset(statement) }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return 1
        // A count is left over from an earlier statement when this one writes nothing by nature.
        case SQLITE_DONE: return sqlite3_stmt_readonly(statement) != 0 ? 0 : Int(sqlite3_changes(connection))
        default: throw failure(sql)
        }
    }

    func query<Record>(
        _ sql: SQL, _ values: [SQLValue], after steps: [Step], _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> [Record] {
        for step in steps { _ = try execute(step.sql, step.values) }
        return try rows(of: prepare(sql, values), sql, decode)
    }

    func query<Record>(
        _ sql: SQL, each lists: [[SQLValue]], _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> [[Record]] {
        guard let first = lists.first else { return [] }
        let statement = try prepare(sql, first)
        var found: [[Record]] = []
        found.reserveCapacity(lists.count)
        for values in lists {
            try bind(values, to: statement, sql)
            found.append(try rows(of: statement, sql, decode))
        }
        return found
    }

    /// Steps through a query, which stands at its beginning afterwards.
    private func rows<Record>(
        of statement: OpaquePointer, _ sql: SQL, _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> [Record] {
        defer { sqlite3_reset(statement) }
        var records: [Record] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: records.append(try decode(SQLiteRow(statement: statement)))
            case SQLITE_DONE: return records
            default: throw failure(sql)
            }
        }
    }

    func script(_ text: String) throws(SQLFailure) {
        guard sqlite3_exec(connection, text, nil, nil, nil) == SQLITE_OK else {
            throw failure(SQL(text))
        }
    }

    private func prepare(_ sql: SQL, _ values: [SQLValue]) throws(SQLFailure) -> OpaquePointer {
        let statement: OpaquePointer
        do {
            statement = try database.cachedStatement(sql: sql.text).sqliteStatement
        } catch {
            throw SQLFailure(reason: "\(error)")
        }
        checkPlaceholders(of: statement, sql, values)
        try bind(values, to: statement, sql)
        return statement
    }

    private func bind(_ values: [SQLValue], to statement: OpaquePointer, _ sql: SQL) throws(SQLFailure) {
        for (index, value) in values.enumerated() {
            let code = Self.bind(value, to: statement, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw failure(sql) }
        }
    }

    /// Holds the rule of `SQL`: a placeholder that first appears out of order would take another one's value here.
    private func checkPlaceholders(of statement: OpaquePointer, _ sql: SQL, _ values: [SQLValue]) {
        #if DEBUG
            let count = sqlite3_bind_parameter_count(statement)
            assert(count == values.count, "\(values.count) values for \(count) placeholders: \(sql.text)")
            for index in 0..<count {
                let name = sqlite3_bind_parameter_name(statement, index + 1).map { String(cString: $0) }
                assert(name == "$\(index + 1)", "placeholder \(index + 1) is \(name ?? "?"): \(sql.text)")
            }
        #endif
    }

    @discardableResult
    static func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let number): return sqlite3_bind_int64(statement, index, number)
        case .text(var text):
            return text.withUTF8 { utf8 in
                // A null pointer would bind NULL.
                guard !utf8.isEmpty else { return sqlite3_bind_text(statement, index, "", 0, copied) }
                return utf8.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), copied)
                }
            }
        case .data(let data):
            return data.withUnsafeBytes { bytes in
                // A null pointer would bind NULL.
                guard let base = bytes.baseAddress, !bytes.isEmpty else {
                    return sqlite3_bind_zeroblob(statement, index, 0)
                }
                return sqlite3_bind_blob64(statement, index, base, UInt64(bytes.count), copied)
            }
        case .id(let high, let low):
            return withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) {
                sqlite3_bind_blob64(statement, index, $0.baseAddress, 16, copied)
            }
        }
    }

    private func failure(_ sql: SQL) -> SQLFailure {
        let message = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "unknown"
        let code = sqlite3_extended_errcode(connection)
        let beginning = sql.text.split(whereSeparator: \.isWhitespace).prefix(8).joined(separator: " ")
        return SQLFailure(reason: "SQLite \(code): \(message) in: \(beginning)")
    }
}

/// Tells SQLite to copy the bytes that it is given (`SQLITE_TRANSIENT`, a macro that Swift does not import).
private var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

/// The row at which a statement stands.
struct SQLiteRow: SQLRow {
    let statement: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(column)) }

    func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func data(_ column: Int) -> Data {
        guard let start = sqlite3_column_blob(statement, Int32(column)) else { return Data() }
        return Data(bytes: start, count: Int(sqlite3_column_bytes(statement, Int32(column))))
    }

    func id<Entity>(_ column: Int) throws(SQLFailure) -> Identifier<Entity> {
        let count = sqlite3_column_bytes(statement, Int32(column))
        guard count == 16, let start = sqlite3_column_blob(statement, Int32(column)) else {
            throw SQLFailure(reason: "an identifier of \(count) bytes in column \(column)")
        }
        let bytes = UnsafeRawBufferPointer(start: start, count: 16)
        return Identifier(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}

import ContactCenter
import Foundation

/// One statement of the portable subset.
///
/// Placeholders are `$1`, `$2`, … in the order of their first appearance: PostgreSQL's own form, and what SQLite reads
/// as named parameters that it numbers by appearance. So one text serves both engines.
struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// What the engine prepares, once per connection.
    let text: String

    /// A statement from its text.
    init(_ text: String) { self.text = text }
    /// A statement from a literal.
    init(stringLiteral text: String) { self.text = text }
}

/// A value for a placeholder.
enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case data(Data)
    /// A 128-bit identifier, stored as 16 bytes with the most significant first.
    case id(high: UInt64, low: UInt64)

    /// An identifier.
    static func id<Entity>(_ id: Identifier<Entity>) -> SQLValue { .id(high: id.high, low: id.low) }
    /// An identifier or NULL.
    static func id<Entity>(_ id: Identifier<Entity>?) -> SQLValue {
        id.map { .id(high: $0.high, low: $0.low) } ?? .null
    }
    /// A text or NULL.
    static func text(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
    /// A count, a limit or a small number.
    static func integer(_ number: Int) -> SQLValue { .integer(Int64(number)) }
    /// Milliseconds since the epoch.
    static func at(_ instant: Instant) -> SQLValue { .integer(instant.milliseconds) }
    /// Milliseconds since the epoch or NULL.
    static func at(_ instant: Instant?) -> SQLValue { instant.map { .integer($0.milliseconds) } ?? .null }
    /// 1 or 0: what both engines compare and index alike.
    static func flag(_ flag: Bool) -> SQLValue { .integer(flag ? 1 : 0) }
}

/// Why a statement failed. The reason is for the log: it names tables and codes, never values.
struct SQLFailure: Error {
    let reason: String
}

/// One row of a result; columns count from 0. Valid only while it is read.
protocol SQLRow {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int64
    func text(_ column: Int) -> String
    func data(_ column: Int) -> Data
    func id<Entity>(_ column: Int) throws(SQLFailure) -> Identifier<Entity>
}

extension SQLRow {
    func flag(_ column: Int) -> Bool { integer(column) != 0 }
    func instant(_ column: Int) -> Instant { Instant(milliseconds: integer(column)) }
    func optionalInstant(_ column: Int) -> Instant? { isNull(column) ? nil : instant(column) }
    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    func optionalData(_ column: Int) -> Data? { isNull(column) ? nil : data(column) }
    func optionalID<Entity>(_ column: Int) throws(SQLFailure) -> Identifier<Entity>? {
        isNull(column) ? nil : try id(column)
    }
    /// A value of a text enumeration; a word that this program does not know fails the read.
    func word<Word: RawRepresentable>(_ column: Int) throws(SQLFailure) -> Word where Word.RawValue == String {
        let text = text(column)
        guard let word = Word(rawValue: text) else { throw SQLFailure(reason: "unknown \(Word.self) '\(text)'") }
        return word
    }
}

/// One connection, used by one thread at a time. Statements are prepared once and kept.
protocol SQLSession {
    /// Whether `run` sends all steps before it looks at the first answer: then steps behind one that is refused have
    /// run, and must be taken back.
    var isPipelined: Bool { get }
    /// Whether a transaction is open.
    var isInTransaction: Bool { get }
    /// Runs a statement; answers how many rows it changed. Of a query only whether it has a row (1) or none (0), for
    /// steps that check.
    @discardableResult
    func execute(_ sql: SQL, _ values: [SQLValue]) throws(SQLFailure) -> Int
    /// Runs some steps whatever they change, then a query, and decodes each of its rows; in one trip where the engine
    /// can.
    func query<Record>(
        _ sql: SQL, _ values: [SQLValue], after steps: [Step], _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> [Record]
    /// Runs a query once for each list of values, in one trip where the engine can; answers the rows of each.
    func query<Record>(
        _ sql: SQL, each lists: [[SQLValue]], _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> [[Record]]
    /// Runs steps in order, in one trip where the engine can; answers which was the first that refused, if one did.
    func run(_ steps: [Step]) throws(SQLFailure) -> (index: Int, refusal: Refusal)?
    /// Runs several statements without values: migrations and settings of the connection.
    func script(_ text: String) throws(SQLFailure)
}

extension SQLSession {
    /// The first row of a query, decoded.
    func first<Record>(
        _ sql: SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> Record? {
        try query(sql, values, decode).first
    }

    /// Runs a query and decodes each row.
    func query<Record>(
        _ sql: SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> [Record] {
        try query(sql, values, after: [], decode)
    }

    func query<Record>(
        _ sql: SQL, each lists: [[SQLValue]], _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> [[Record]] {
        var found: [[Record]] = []
        for values in lists { found.append(try query(sql, values, decode)) }
        return found
    }

    var isPipelined: Bool { false }

    /// One step after the other, and none behind the first that refuses.
    func run(_ steps: [Step]) throws(SQLFailure) -> (index: Int, refusal: Refusal)? {
        for (index, step) in steps.enumerated() {
            let changes = try execute(step.sql, step.values)
            if changes == 0, let refusal = step.refusal { return (index, refusal) }
        }
        return nil
    }
}

/// One statement of a commit, and what it means when it changes nothing.
///
/// A commit is a list of steps without reads in between, so that an engine may send a whole group down a pipeline and
/// look at the counts afterwards.
struct Step: Sendable {
    let sql: SQL
    let values: [SQLValue]
    /// The answer if no row changed; `nil` if that is well.
    let refusal: Refusal?

    init(_ sql: SQL, _ values: [SQLValue], orRefuse refusal: Refusal? = nil) {
        self.sql = sql
        self.values = values
        self.refusal = refusal
    }
}

/// Why a commit is not written.
enum Refusal: Sendable {
    /// Its message is there already, by id or by (integration, external id).
    case duplicate(MessageDraft)
    /// The stored version or the stored conversation is not the expected one.
    case versionConflict
    /// Another live row of configuration has the name.
    case nameTaken(kind: String, name: String)
    /// The lease was taken by somebody else since the commit was decided.
    case fenced
    /// Somebody else has the lease.
    case leaseHeld
}

import CLibpq
import ContactCenter
import CoreMetrics
import Foundation
import Telemetry

/// One connection to PostgreSQL, used by one thread at a time. Statements are prepared once and go down in flights: all
/// of a flight is sent before the first answer is read.
///
/// A lost connection fails what was under way; the next work makes a new one. What belongs to a transaction that was
/// lost with its connection is refused until its owner rolls back, so that half of it cannot happen on another.
final class PostgresSession: SQLSession {
    private let url: PostgresURL
    private let role: PostgresConnection.Role
    private var connection: OpaquePointer?
    private var prepared: [String: String] = [:]
    private var hasLostTransaction = false
    private var backOff = BackOff()
    private var isClosed = false
    private var wasConnected = false
    private let reconnects = Counter(label: Metric.databaseReconnects.name)

    /// A session that connects when it is first used.
    init(url: PostgresURL, role: PostgresConnection.Role) {
        self.url = url
        self.role = role
    }

    deinit { PQfinish(connection) }

    var isPipelined: Bool { true }

    var isInTransaction: Bool {
        guard let connection, PQstatus(connection) == CONNECTION_OK else { return hasLostTransaction }
        return PQtransactionStatus(connection) != PQTRANS_IDLE
    }

    func execute(_ sql: SQL, _ values: [SQLValue]) throws(SQLFailure) -> Int {
        if hasLostTransaction, sql.text == "ROLLBACK" {
            hasLostTransaction = false
            return 0
        }
        var counts: [Int?] = []
        try fly([Step(sql, values)], &counts)
        return counts.first.flatMap { $0 } ?? 0
    }

    func query<Record>(
        _ sql: SQL, _ values: [SQLValue], after steps: [Step], _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> [Record] {
        var records: [Record] = []
        var counts: [Int?] = []
        try fly(steps + [Step(sql, values)], &counts) { index, row throws(SQLFailure) in
            if index == steps.count { records.append(try decode(row)) }
        }
        return records
    }

    func query<Record>(
        _ sql: SQL, each lists: [[SQLValue]], _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> [[Record]] {
        guard !lists.isEmpty else { return [] }
        var found = [[Record]](repeating: [], count: lists.count)
        var counts: [Int?] = []
        try fly(lists.map { Step(sql, $0) }, &counts) { index, row throws(SQLFailure) in
            found[index].append(try decode(row))
        }
        return found
    }

    func run(_ steps: [Step]) throws(SQLFailure) -> (index: Int, refusal: Refusal)? {
        guard !steps.isEmpty else { return nil }
        var counts: [Int?] = []
        do throws(SQLFailure) { try fly(steps, &counts) } catch {
            // What failed behind a step that refuses would not have been run at all, one after the other.
            guard isInTransaction, let refused = Self.firstRefusal(steps, counts) else { throw error }
            return refused
        }
        return Self.firstRefusal(steps, counts)
    }

    private static func firstRefusal(_ steps: [Step], _ counts: [Int?]) -> (index: Int, refusal: Refusal)? {
        // There are no counts at all when nothing could be sent.
        for (index, (step, count)) in zip(steps, counts).enumerated() where count == 0 {
            if let refusal = step.refusal { return (index, refusal) }
        }
        return nil
    }

    func script(_ text: String) throws(SQLFailure) {
        let connection = try ready()
        let wasInTransaction = isInTransaction
        let result = PQexec(connection, text)
        defer { PQclear(result) }
        guard ![PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(PQresultStatus(result)) else { return }
        let failure = PostgresFlight.failure(result, connection, SQL(text))
        settle(connection, failure, wasInTransaction)
        throw failure
    }

    /// Ends the connection; nothing goes through this session any more.
    func close() {
        isClosed = true
        drop()
    }

    /// The connection, also for what only libpq can tell.
    func ready() throws(SQLFailure) -> OpaquePointer {
        if isClosed { throw SQLFailure(reason: "the session is closed") }
        if hasLostTransaction { throw SQLFailure(reason: "the connection was lost in this transaction") }
        if let connection {
            // A server that went away while nothing was asked has left word on the socket.
            let mayAsk = PQtransactionStatus(connection) != PQTRANS_IDLE || PQconsumeInput(connection) == 1
            if mayAsk, PQstatus(connection) == CONNECTION_OK { return connection }
            drop()
        }
        try backOff.check()
        do throws(SQLFailure) {
            let opened = try PostgresConnection.open(url, for: role)
            connection = opened
            if wasConnected { reconnects.increment() }
            wasConnected = true
            backOff = BackOff()
            return opened
        } catch {
            backOff.note()
            throw error
        }
    }

    private func fly(
        _ steps: [Step], _ counts: inout [Int?], _ read: (Int, PostgresRow) throws(SQLFailure) -> Void = { _, _ in }
    ) throws(SQLFailure) {
        let connection = try ready()
        let wasInTransaction = isInTransaction
        var flight = PostgresFlight(connection: connection, prepared: prepared)
        defer { counts = flight.counts }
        do throws(SQLFailure) { try flight.fly(steps, read) } catch {
            prepared = flight.prepared
            settle(connection, error, wasInTransaction)
            throw error
        }
        prepared = flight.prepared
    }

    /// Decides after a failure whether the connection is still of use.
    private func settle(_ connection: OpaquePointer, _ failure: SQLFailure, _ wasInTransaction: Bool) {
        guard
            PQstatus(connection) != CONNECTION_OK || PQpipelineStatus(connection) != PQ_PIPELINE_OFF
                // The server became a standby: another host of the URL takes writes now.
                || failure.reason.hasPrefix("PostgreSQL 25006")
        else { return }
        drop()
        hasLostTransaction = wasInTransaction
    }

    private func drop() {
        PQfinish(connection)
        connection = nil
        prepared = [:]
    }
}

/// When a connection that could not be made may be tried again; until then callers are refused at once.
private struct BackOff {
    static let firstMilliseconds = 50.0
    static let lastMilliseconds = 2_000.0

    private var milliseconds = firstMilliseconds
    private var next: ContinuousClock.Instant?

    func check() throws(SQLFailure) {
        guard let next, ContinuousClock.now < next else { return }
        throw SQLFailure(reason: "PostgreSQL could not be reached a moment ago")
    }

    mutating func note() {
        // Not all connections of all nodes at the same moment.
        next = ContinuousClock.now + .milliseconds(Int64(Double.random(in: 0.5...1) * milliseconds))
        milliseconds = min(milliseconds * 2, Self.lastMilliseconds)
    }
}

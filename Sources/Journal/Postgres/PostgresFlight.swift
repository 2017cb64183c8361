import CLibpq
import Foundation

/// Statements that are sent together and answered together, in libpq's pipeline mode: one trip to the server and back.
/// The first that fails stops those behind it.
struct PostgresFlight {
    let connection: OpaquePointer
    /// The names of the statements that the server knows, by their text.
    private(set) var prepared: [String: String]

    /// How many rows each step changed, of a query 1 or 0; `nil` for a step that did not run or failed.
    private(set) var counts: [Int?] = []

    private enum Sent {
        case preparation(text: String, name: String)
        case step(Int)
    }

    private var sent: [Sent] = []
    private var onTheWay: [String: String] = [:]

    init(connection: OpaquePointer, prepared: [String: String]) {
        self.connection = connection
        self.prepared = prepared
    }

    /// Sends the steps, reads every answer, and gives their rows to `read`, with the number of the step.
    mutating func fly(
        _ steps: [Step], _ read: (Int, PostgresRow) throws(SQLFailure) -> Void = { _, _ in }
    ) throws(SQLFailure) {
        counts = [Int?](repeating: nil, count: steps.count)
        guard PQenterPipelineMode(connection) == 1 else { throw PostgresConnection.failure(connection, "pipeline") }
        for (index, step) in steps.enumerated() { try send(step, index) }
        guard PQpipelineSync(connection) == 1 else { throw PostgresConnection.failure(connection, "sending") }
        var failure: SQLFailure?
        for item in sent {
            while let result = PQgetResult(connection) {
                defer { PQclear(result) }
                do throws(SQLFailure) {
                    try take(result, of: item, steps, read)
                } catch  where failure == nil {
                    failure = error
                } catch {}
            }
        }
        while let result = PQgetResult(connection) { PQclear(result) }
        let hasEnded = PQexitPipelineMode(connection) == 1
        if let failure { throw failure }
        guard hasEnded else { throw PostgresConnection.failure(connection, "the end of a pipeline") }
    }

    private mutating func send(_ step: Step, _ index: Int) throws(SQLFailure) {
        let text = step.sql.text
        let parameters = PostgresParameters(step.values)
        let name: String
        if let known = prepared[text] ?? onTheWay[text] {
            name = known
        } else {
            name = "s\(prepared.count + onTheWay.count)"
            let types = parameters.types
            guard PQsendPrepare(connection, name, text, Int32(types.count), types) == 1 else {
                throw PostgresConnection.failure(connection, "sending")
            }
            onTheWay[text] = name
            sent.append(.preparation(text: text, name: name))
        }
        let isSent = parameters.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw PostgresConnection.failure(connection, "sending") }
        sent.append(.step(index))
    }

    private mutating func take(
        _ result: OpaquePointer, of item: Sent, _ steps: [Step],
        _ read: (Int, PostgresRow) throws(SQLFailure) -> Void
    ) throws(SQLFailure) {
        let status = PQresultStatus(result)
        switch item {
        case .preparation(let text, let name):
            guard status == PGRES_COMMAND_OK else { throw Self.failure(result, connection, SQL(text)) }
            prepared[text] = name
        case .step(let index):
            let sql = steps[index].sql
            guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
                throw Self.failure(result, connection, sql)
            }
            // The server answers the COMMIT of a transaction that has failed with ROLLBACK, and not as an error.
            guard sql.text != "COMMIT" || String(cString: PQcmdStatus(result)) == "COMMIT" else {
                throw SQLFailure(reason: "PostgreSQL: the transaction had failed before its COMMIT")
            }
            counts[index] = count(result, status)
            guard status == PGRES_TUPLES_OK else { return }
            for row in 0..<PQntuples(result) { try read(index, PostgresRow(result: result, row: row)) }
        }
    }

    private func count(_ result: OpaquePointer, _ status: ExecStatusType) -> Int {
        let changed = Int(String(cString: PQcmdTuples(result)))
        return status == PGRES_TUPLES_OK ? min(changed ?? 0, 1) : changed ?? 0
    }

    /// What the server said: its code and its sentence, never the detail, which repeats values.
    static func failure(_ result: OpaquePointer?, _ connection: OpaquePointer, _ sql: SQL) -> SQLFailure {
        func field(_ code: Character) -> String? {
            PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
        }
        let beginning = sql.text.split(whereSeparator: \.isWhitespace).prefix(8).joined(separator: " ")
        guard let code = field("C") else {
            let isAborted = PQresultStatus(result) == PGRES_PIPELINE_ABORTED
            let reason = isAborted ? "not run" : PostgresConnection.failure(connection, "waiting").reason
            return SQLFailure(reason: "\(reason) in: \(beginning)")
        }
        return SQLFailure(reason: "PostgreSQL \(code): \(field("M") ?? "") in: \(beginning)")
    }
}

import ContactCenter
import Foundation
import Logging
import Synchronization
import Testing

@testable import Journal

@Suite("A database that fails")
struct FailureTests {
    @Test(
        "a commit that fails before it is written leaves nothing, and the next one takes its positions",
        arguments: TestedEngine.allCases)
    func commitFails(on engine: TestedEngine) async throws {
        try await withFailures(on: engine) { journal, failures async throws in
            try await journal.commit(.notes(on: 1, after: 0)).expect([1])
            failures.plan(.before("COMMIT"))
            #expect(await journal.result(of: .notes(2, on: 1, after: 1)).isUnavailable)
            try await journal.commit(.notes(on: 1, after: 1)).expect([2])
            #expect(try await journal.events(after: .start, limit: 9).map(\.position.value) == [1, 2])
        }
    }

    @Test(
        "a commit that is written although its answer is lost reaches the tails, and is known when it comes again",
        arguments: TestedEngine.allCases)
    func answerIsLost(on engine: TestedEngine) async throws {
        try await withFailures(on: engine) { journal, failures async throws in
            let tail = journal.tail(after: .start)
            try await journal.commit(.message(.sample(1), after: 0)).expect([1])
            failures.plan(.after("COMMIT"))
            let commit = Commit.message(.sample(2, external: "x"), after: 1)
            #expect(await journal.result(of: commit).isUnavailable)
            var seen: [Int64] = []
            while seen.count < 2 { seen += try await tail.next(limit: 9).map(\.position.value) }
            #expect(seen == [1, 2])
            #expect(try await journal.commit(commit).original?.position == Position(2))
            try await journal.commit(.message(.sample(3), after: 2)).expect([3])
            #expect(try await tail.next(limit: 9).map(\.position.value) == [3])
        }
    }

    @Test(
        "a database that does not begin, nor say where the log ends, refuses until it does",
        arguments: TestedEngine.allCases)
    func beginFails(on engine: TestedEngine) async throws {
        try await withFailures(on: engine) { journal, failures async throws in
            let question = "SELECT position FROM event ORDER"
            let begin = journal.engine.dialect.begin.text
            // Where several write, the end of the log is asked within the transaction only.
            let isShared = journal.isShared
            failures.plan(.before(begin), .before(question), .before(isShared ? "none" : question))
            #expect(await journal.result(of: .notes(on: 1, after: 0)).isUnavailable)
            #expect(await journal.result(of: .notes(on: 1, after: 0)).isUnavailable)
            try await journal.commit(.notes(on: 1, after: 0)).expect([1])
        }
    }

    @Test(
        "a statement that fails fails its own commit only",
        arguments: TestedEngine.allCases)
    func statementFails(on engine: TestedEngine) async throws {
        try await withFailures(on: engine) { journal, failures async throws in
            failures.plan(.before("INSERT INTO timer"), .before("INSERT INTO timer"))
            var commit = Commit.notes(on: 2, after: 0)
            let timer = TimerRecord(
                key: "t", stream: StreamID(.conversation, key(2, Conversation.self)), dueAt: at(1), body: Data())
            commit.timers = [.set(timer)]
            let results = await inOneGroup(journal, [.notes(on: 1, after: 0), commit, .notes(on: 3, after: 0)])
            #expect(results.map(\.positions) == [[1], nil, [2]])
            #expect(results[1].isUnavailable)
            try await journal.commit(commit).expect([3])
        }
    }

    private func withFailures(
        on tested: TestedEngine, _ body: (SQLJournal, Failures) async throws -> Void
    ) async throws {
        try await withDatabase(on: tested) { location async throws in
            let failures = Failures()
            let engine = FailingEngine(engine: try await location.openEngine(), failures: failures)
            let change = try await engine.write { session throws(SQLFailure) in
                try Migrator(dialect: engine.dialect).migrate(session)
            }
            #expect(change.to == Migration.latest)
            var logger = quiet
            logger.logLevel = .critical
            let journal = SQLJournal(engine: engine, head: .start, logger: logger)
            do { try await body(journal, failures) } catch {
                await journal.close()
                throw error
            }
            await journal.close()
        }
    }
}

/// What goes wrong next, in order; each once.
private final class Failures: Sendable {
    enum Fault: Equatable {
        /// The statement is not run.
        case before(String)
        /// The statement is run and then reported as failed.
        case after(String)

        var isBefore: Bool { if case .before = self { true } else { false } }
    }

    private let faults = Mutex<[Fault]>([])

    func plan(_ faults: Fault...) { self.faults.withLock { $0 = faults } }

    func next(for sql: SQL) -> Fault? {
        faults.withLock { faults in
            switch faults.first {
            case .before(let beginning)? where sql.text.hasPrefix(beginning): faults.removeFirst()
            case .after(let beginning)? where sql.text.hasPrefix(beginning): faults.removeFirst()
            default: nil
            }
        }
    }
}

private struct FailingEngine: SQLEngine {
    let engine: any SQLEngine
    let failures: Failures
    var dialect: SQLDialect { engine.dialect }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(SQLFailure) -> Answer { try await engine.read(body) }

    func onWriter(_ body: @escaping @Sendable (any SQLSession) -> Void) {
        engine.onWriter { [failures] session in body(FailingSession(session: session, failures: failures)) }
    }

    func close() async { await engine.close() }
}

private struct FailingSession: SQLSession {
    let session: any SQLSession
    let failures: Failures
    var isInTransaction: Bool { session.isInTransaction }

    var isPipelined: Bool { session.isPipelined }

    /// A flight fails as a whole where one of its steps does.
    func run(_ steps: [Step]) throws(SQLFailure) -> (index: Int, refusal: Refusal)? {
        let faults = steps.compactMap { failures.next(for: $0.sql) }
        if faults.contains(where: \.isBefore) { throw SQLFailure(reason: "planned") }
        let refusal = try session.run(steps)
        if !faults.isEmpty { throw SQLFailure(reason: "planned") }
        return refusal
    }

    func execute(_ sql: SQL, _ values: [SQLValue]) throws(SQLFailure) -> Int {
        let fault = failures.next(for: sql)
        if case .before = fault { throw SQLFailure(reason: "planned") }
        let count = try session.execute(sql, values)
        if fault != nil { throw SQLFailure(reason: "planned") }
        return count
    }

    func query<Record>(
        _ sql: SQL, _ values: [SQLValue], after steps: [Step], _ decode: (any SQLRow) throws(SQLFailure) -> Record
    ) throws(SQLFailure) -> [Record] {
        let texts = steps.map(\.sql) + [sql]
        if texts.contains(where: { failures.next(for: $0) != nil }) { throw SQLFailure(reason: "planned") }
        return try session.query(sql, values, after: steps, decode)
    }

    func script(_ text: String) throws(SQLFailure) { try session.script(text) }
}

extension Result where Success == CommitOutcome, Failure == JournalError {
    fileprivate var isUnavailable: Bool {
        if case .failure(.unavailable) = self { true } else { false }
    }
}

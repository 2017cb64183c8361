import ContactCenter
import Foundation
import Synchronization
import Testing

@testable import Journal
@testable import TestSupport

@Suite("What several processes write, in the memory of one")
struct FeedTests {
    @Test("what others commit while the table is looked at is not passed over for our own that comes behind it")
    func commitDuringLook() async throws {
        try await withHeldReads { journal, reads, other async throws in
            let tail = journal.tail(after: .start)
            reads.holdNext()
            // The look finds nothing; its answer is late.
            journal.hear(.mayHaveMissed)
            #expect(await eventually { reads.isHeld })
            try await other.commit(.notes(on: 1, after: 0)).expect([1])
            try await journal.commit(.notes(on: 2, after: 0)).expect([2])
            reads.release()
            var seen: [Int64] = []
            while seen.last != 2 { seen += try await tail.next(limit: 9).map(\.position.value) }
            #expect(seen == [1, 2])
        }
    }

    /// A journal whose reads can be held, and another on the same database.
    private func withHeldReads(_ body: (SQLJournal, HeldReads, SQLJournal) async throws -> Void) async throws {
        try await withDatabase(on: .postgres) { location async throws in
            let reads = HeldReads()
            let engine = HeldEngine(engine: try await location.openEngine(), reads: reads)
            let journal = SQLJournal(engine: engine, head: .start, logger: silent)
            let other = try await SQLJournal.open(location, logger: silent)
            let result: Result<Void, any Error>
            do { result = .success(try await body(journal, reads, other)) } catch { result = .failure(error) }
            reads.release()
            await journal.close()
            await other.close()
            try result.get()
        }
    }
}

/// Holds back what a read has found.
private final class HeldReads: Sendable {
    private struct State {
        var mustHold = false
        var held: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())

    var isHeld: Bool { state.withLock { $0.held != nil } }

    func holdNext() { state.withLock { $0.mustHold = true } }

    func release() {
        let held = state.withLock { state in
            defer { state = State() }
            return state.held
        }
        held?.resume()
    }

    /// Returns at once, but for the read that is held.
    func pass() async {
        await withCheckedContinuation { continuation in
            let mayPass = state.withLock { state in
                guard state.mustHold else { return true }
                state = State(held: continuation)
                return false
            }
            if mayPass { continuation.resume() }
        }
    }
}

private struct HeldEngine: SQLEngine {
    let engine: any SQLEngine
    let reads: HeldReads
    var dialect: SQLDialect { engine.dialect }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(SQLFailure) -> Answer {
        let answer = try await engine.read(body)
        await reads.pass()
        return answer
    }

    func onWriter(_ body: @escaping @Sendable (any SQLSession) -> Void) { engine.onWriter(body) }

    func close() async { await engine.close() }
}

import Foundation
import Synchronization
import Testing

@testable import Journal
@testable import TestSupport

/// Holds the writer's thread, so that what is handed in meanwhile makes one group.
final class Gate: Sendable {
    private let journal: SQLJournal
    private let held = Mutex(false)
    private let opened = DispatchSemaphore(value: 0)

    init(_ journal: SQLJournal) { self.journal = journal }

    /// Occupies the writer until `open`.
    func hold() async throws {
        try await journal.writer.work { [self] _ in
            held.withLock { $0 = true }
            opened.wait()
        }
    }

    func isHeld() async { _ = await eventually { held.withLock { $0 } } }

    func open() { opened.signal() }
}

/// Returns when so many requests wait.
func waiting(_ count: Int, in journal: SQLJournal) async {
    _ = await eventually { journal.writer.waitingCount >= count }
}

/// Hands commits in one after the other so that one group takes them all.
func inOneGroup(_ journal: SQLJournal, _ commits: [Commit]) async -> [Result<CommitOutcome, JournalError>] {
    let gate = Gate(journal)
    return await withTaskGroup(of: (Int, Result<CommitOutcome, JournalError>)?.self) { group in
        group.addTask {
            try? await gate.hold()
            return nil
        }
        await gate.isHeld()
        for (index, commit) in commits.enumerated() {
            group.addTask { (index, await journal.result(of: commit)) }
            await waiting(index + 1, in: journal)
        }
        gate.open()
        var results: [Int: Result<CommitOutcome, JournalError>] = [:]
        for await case (let index, let result)? in group { results[index] = result }
        return commits.indices.compactMap { results[$0] }
    }
}

extension SQLJournal {
    /// A commit's answer as a value.
    func result(of commit: Commit) async -> Result<CommitOutcome, JournalError> {
        do throws(JournalError) { return .success(try await self.commit(commit)) } catch { return .failure(error) }
    }
}

extension Result where Success == CommitOutcome, Failure == JournalError {
    var positions: [Int64]? { try? get().positions }
    var original: MessageRecord? { try? get().original }
    var isClosed: Bool {
        if case .failure(.closed) = self { true } else { false }
    }
    var isConflict: Bool {
        if case .failure(.versionConflict) = self { true } else { false }
    }
}

extension CommitOutcome {
    func expect(_ positions: [Int64], _ location: SourceLocation = #_sourceLocation) {
        #expect(self.positions == positions, sourceLocation: location)
    }
}

import ContactCenter
import Foundation
import Synchronization
import Testing
@testable import TestSupport

@testable import Journal

/// What happens inside one group: commits that wait together while the writer is busy.
@Suite("Group commit")
struct GroupTests {
    @Test("commits of one group may build on each other", arguments: TestedEngine.allCases)
    func chain(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let results = await inOneGroup(journal, (0..<5).map { .notes(2, on: 1, after: Int64($0 * 2)) })
            #expect(results.map(\.positions) == [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]])
            #expect(try await journal.stream(StreamID(.conversation, key(1, Conversation.self)))?.version == 10)
        }
    }

    @Test("one that fails harms no other, and positions follow without its own", arguments: TestedEngine.allCases)
    func isolation(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let results = await inOneGroup(
                journal,
                [
                    .notes(on: 1, after: 0), .notes(on: 1, after: 0), .notes(on: 2, after: 7), .notes(on: 1, after: 1),
                    .notes(3, on: 3, after: 0),
                ])
            #expect(results.map(\.positions) == [[1], nil, nil, [2], [3, 4, 5]])
            #expect(results.map(\.isConflict) == [false, true, true, false, false])
            #expect(try await journal.events(after: .start, limit: 99).map(\.position.value) == [1, 2, 3, 4, 5])
            #expect(try await journal.commit(.notes(on: 1, after: 2)).positions == [6])
        }
    }

    @Test("who builds on a commit that failed conflicts", arguments: TestedEngine.allCases)
    func brokenChain(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await journal.commit(.message(.sample(1, external: "x"), after: 0)).expect([1])
            let results = await inOneGroup(
                journal, [.message(.sample(2, external: "x"), after: 1), .notes(on: 1, after: 2)])
            #expect(results[0].original?.draft.id == key(1))
            #expect(results[1].isConflict)
            #expect(try await journal.lastPosition() == Position(1))
        }
    }

    @Test("the same external id twice in one group is one message", arguments: TestedEngine.allCases)
    func duplicateInside(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let results = await inOneGroup(
                journal,
                [
                    .message(.sample(1, in: 1, external: "x"), after: 0),
                    .message(.sample(2, in: 2, external: "x"), after: 0),
                    .message(.sample(3, in: 3, external: "y"), after: 0),
                ])
            #expect(results[0].positions == [1])
            #expect(results[1].original?.draft.id == key(1))
            #expect(results[1].original?.position == Position(1))
            #expect(results[2].positions == [2])
        }
    }

    @Test("a repetition whose first fails in the same group is the first", arguments: TestedEngine.allCases)
    func duplicateOfAFailure(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let results = await inOneGroup(
                journal,
                [
                    .message(.sample(1, in: 1, external: "x"), after: 5),
                    .message(.sample(2, in: 2, external: "x"), after: 0),
                ])
            #expect(results[0].isConflict)
            #expect(results[1].positions == [1])
            #expect(try await journal.message(key(1)) == nil)
        }
    }

    @Test("one message twice in one commit is refused and leaves nothing", arguments: TestedEngine.allCases)
    func doubledInside(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let commit = Commit(
                stream: StreamID(.conversation, key(1, Conversation.self)),
                events: [.message(.sample(1, external: "x")), .message(.sample(2, external: "x"))])
            let results = await inOneGroup(journal, [commit, .notes(on: 2, after: 0)])
            #expect(results[0].positions == nil && results[0].original == nil)
            #expect(results[1].positions == [1])
            #expect(try await journal.message(key(1)) == nil)
        }
    }

    @Test(
        "a message id that exists is a repetition too: a commit may be handed in again",
        arguments: TestedEngine.allCases)
    func repeatedCommit(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let commit = Commit.message(.sample(1), after: 0)
            #expect(try await journal.commit(commit).positions == [1])
            #expect(try await journal.commit(commit).original?.position == Position(1))
        }
    }

    @Test(
        "events without a stream, and a message outside the stream of its conversation, are refused",
        arguments: TestedEngine.allCases)
    func malformed(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            var loose = Commit.notes(on: 1, after: 0)
            loose.stream = nil
            var misplaced = Commit.message(.sample(1, in: 1), after: 0)
            misplaced.stream = StreamID(.conversation, key(2, Conversation.self))
            let results = await inOneGroup(journal, [loose, .notes(on: 3, after: 0), misplaced])
            #expect(results.map(\.positions) == [nil, [1], nil])
        }
    }

    @Test("a large group is written in several transactions and in order", arguments: TestedEngine.allCases)
    func largeGroup(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let count = GroupWriter.groupCommitsMax + 44
            let results = await inOneGroup(journal, (0..<count).map { .notes(on: 1, after: Int64($0)) })
            #expect(results.map(\.positions) == (1...count).map { [Int64($0)] })
        }
    }

    @Test("over the limit commits are refused, and works still go through", arguments: TestedEngine.allCases)
    func overload(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let gate = Gate(journal)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await gate.hold() }
                await gate.isHeld()
                for number in 0..<GroupWriter.waitingCommitsMax {
                    group.addTask { _ = try await journal.commit(.notes(on: number, after: 0)) }
                }
                await waiting(GroupWriter.waitingCommitsMax, in: journal)
                let error = await refusal { () async throws(JournalError) in
                    try await journal.commit(.notes(on: 1, after: 0))
                }
                if case .overloaded = error {} else { Issue.record("\(String(describing: error))") }
                group.addTask { try await journal.saveCheckpoint(Position(7), of: "f") }
                await waiting(GroupWriter.waitingCommitsMax + 1, in: journal)
                gate.open()
                try await group.waitForAll()
            }
            #expect(try await journal.checkpoint(of: "f") == Position(7))
            #expect(try await journal.lastPosition() == Position(Int64(GroupWriter.waitingCommitsMax)))
        }
    }

    @Test("closing writes what waits, refuses what comes later and ends the tails", arguments: TestedEngine.allCases)
    func closing(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let gate = Gate(journal)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await gate.hold() }
                await gate.isHeld()
                group.addTask { try await journal.commit(.notes(on: 1, after: 0)).expect([1]) }
                await waiting(1, in: journal)
                group.addTask { await journal.close() }
                #expect(await eventually { journal.writer.isClosed })
                #expect(await journal.result(of: Commit()).isClosed)
                gate.open()
                try await group.waitForAll()
            }
            await #expect(throws: JournalError.self) { try await journal.tail(after: .start).next(limit: 1) }
            await #expect(throws: JournalError.self) { try await journal.configuration() }
        }
    }
}

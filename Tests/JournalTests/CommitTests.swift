import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("Commits")
struct CommitTests {
    @Test(
        "events get positions in order and come back with their message and their version",
        arguments: TestedEngine.allCases)
    func eventsAreRead(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let message = MessageDraft.sample(7, external: "m-7")
            let commit = Commit(
                stream: StreamID(.conversation, message.conversation),
                events: [.note("a", at: 5), .message(message), .note("c", at: 9)])
            #expect(try await journal.commit(commit).positions == [1, 2, 3])
            let events = try await journal.events(after: .start, limit: 10)
            #expect(events.map(\.position.value) == [1, 2, 3])
            #expect(events.map(\.version) == [1, 2, 3])
            #expect(events.map(\.type) == ["noted", "messageReceived", "noted"])
            #expect(events[0].at == at(5))
            #expect(events[0].body == Data("{\"text\":\"a\"}".utf8))
            #expect(events[1].message?.draft.id == key(7))
            #expect(events[1].message?.draft.externalID == "m-7")
            #expect(events[1].message?.position == Position(2))
            #expect(events[2].message == nil)
            #expect(try await journal.events(after: Position(1), limit: 1).map(\.position.value) == [2])
            #expect(try await journal.lastPosition() == Position(3))
        }
    }

    @Test(
        "a commit that expects a version that is not there conflicts: too old, too new, or of no stream",
        arguments: TestedEngine.allCases)
    func versionConflicts(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            #expect(try await journal.commit(.notes(2, on: 1, after: 0)).positions == [1, 2])
            for version in [0, 1, 3, 9] as [Int64] {
                let error = await refusal { () async throws(JournalError) in
                    try await journal.commit(.notes(on: 1, after: version))
                }
                guard case .versionConflict = error else {
                    Issue.record("after \(version): \(String(describing: error))")
                    continue
                }
            }
            let missing = await refusal { () async throws(JournalError) in
                try await journal.commit(.notes(on: 2, after: 1))
            }
            guard case .versionConflict = missing else { Issue.record("\(String(describing: missing))"); return }
            #expect(try await journal.commit(.notes(on: 1, after: 2)).positions == [3])
        }
    }

    @Test(
        "the same external id is the first message again, and nothing else of the commit is written",
        arguments: TestedEngine.allCases)
    func duplicates(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let first = MessageDraft.sample(1, external: "same")
            #expect(try await journal.commit(.message(first, after: 0)).positions == [1])
            var again = Commit.message(.sample(2, external: "same"), after: 1)
            again.timers = [.set(TimerRecord(key: "t", stream: again.stream!, dueAt: at(1), body: Data()))]
            #expect(try await journal.commit(again).original?.draft.id == key(1))
            #expect(try await journal.timers(dueBy: at(9), in: .all, limit: 9).isEmpty)
            #expect(try await journal.lastPosition() == Position(1))

            // As the second message of a commit, after something is written already.
            let late = Commit(
                stream: again.stream, expectedVersion: 1,
                events: [.message(.sample(3, external: "new")), .message(.sample(4, external: "same"))])
            #expect(try await journal.commit(late).original?.position == Position(1))
            #expect(try await journal.message(key(3)) == nil)
            #expect(try await journal.commit(.message(.sample(3, external: "new"), after: 1)).positions == [2])
        }
    }

    @Test("an id of any characters is kept and recognised", arguments: TestedEngine.allCases)
    func strangeIDs(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            for (number, id) in ["a\u{0}b", "", "'; --", "猫\u{301}", String(repeating: "x", count: 2_000)].enumerated()
            {
                let draft = MessageDraft.sample(number, in: number, external: id)
                try await journal.commit(.message(draft, after: 0)).ignore()
                let again = MessageDraft.sample(number + 100, in: number, external: id)
                #expect(try await journal.commit(.message(again, after: 1)).original?.draft.id == key(number))
                #expect(try await journal.message(integration: key(1), externalID: id)?.draft.id == key(number))
            }
        }
    }
}

import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("What a commit carries beside events")
struct StoreTests {
    @Test(
        "a stream is its snapshot and the events after it; only open ones are listed, by key",
        arguments: TestedEngine.allCases)
    func streams(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            for number in 1...5 {
                var commit = Commit.notes(2, on: number, after: 0)
                commit.snapshot = SnapshotDraft(
                    body: Data("\(number)".utf8), isOpen: number != 3, contact: key(9), startedAt: at(Int64(number)))
                try await journal.commit(commit).ignore()
            }
            try await journal.commit(.notes(on: 2, after: 2)).ignore()
            let two = try #require(await journal.stream(StreamID(.conversation, key(2, Conversation.self))))
            #expect(two.snapshot == Data("2".utf8) && two.snapshotVersion == 2 && two.version == 3 && two.isOpen)
            #expect(two.events.map(\.version) == [3])

            let first = try await journal.openStreams(.conversation, after: nil, limit: 2)
            #expect(first.map(\.stream.key) == [key(1), key(2)])
            #expect(first.map { $0.events.count } == [0, 1])
            let second = try await journal.openStreams(.conversation, after: first.last?.stream, limit: 9)
            #expect(second.map(\.stream.key) == [key(4), key(5)])
            #expect(try await journal.openStreams(.user, after: nil, limit: 9).isEmpty)
            #expect(try await journal.stream(StreamID(.user, key(2, User.self))) == nil)
        }
    }

    @Test("a snapshot without events is written only at the version that it is of", arguments: TestedEngine.allCases)
    func lateSnapshot(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await journal.commit(.notes(3, on: 1, after: 0)).ignore()
            let stream = StreamID(.conversation, key(1, Conversation.self))
            var commit = Commit(stream: stream, expectedVersion: 2)
            commit.snapshot = SnapshotDraft(body: Data("s".utf8), isOpen: true, startedAt: at(1))
            #expect(await journal.result(of: commit).isConflict)
            commit.expectedVersion = 3
            try await journal.commit(commit).expect([])
            let record = try #require(await journal.stream(stream))
            #expect(record.snapshotVersion == 3 && record.events.isEmpty && record.version == 3)
        }
    }

    @Test(
        "a customer's conversations are newest first, and a page ends between two of the same millisecond",
        arguments: TestedEngine.allCases)
    func conversations(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            for number in 1...5 {
                var commit = Commit.notes(on: number, after: 0)
                commit.snapshot = SnapshotDraft(
                    body: Data(), isOpen: false, contact: key(number == 5 ? 8 : 9), startedAt: at(number < 4 ? 7 : 3))
                try await journal.commit(commit).ignore()
            }
            let first = try await journal.conversations(of: key(9), before: nil, limit: 2)
            #expect(first == [key(3), key(2)])
            let second = try await journal.conversations(of: key(9), before: first.last, limit: 9)
            #expect(second == [key(1), key(4)])
            #expect(try await journal.conversations(of: key(9), before: key(4), limit: 9).isEmpty)
            #expect(try await journal.conversations(of: key(9), before: key(77), limit: 9).isEmpty)
        }
    }

    @Test(
        "history pages over conversations, a transcript stays in one, both newest first",
        arguments: TestedEngine.allCases)
    func history(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            for number in 1...6 {
                let conversation = number <= 3 ? 1 : 2
                let version = Int64(number <= 3 ? number - 1 : number - 4)
                try await journal.commit(.message(.sample(number, in: conversation), after: version)).ignore()
            }
            try await journal.commit(.message(.sample(7, in: 3, of: 2), after: 0)).ignore()
            func page(_ conversation: Int?, before: Int64?, limit: Int = 2) async throws -> [Int64] {
                try await journal.messages(
                    of: key(1), conversation: conversation.map { key($0) }, before: before.map(Position.init),
                    limit: limit
                ).map(\.position.value)
            }
            #expect(try await page(nil, before: nil) == [6, 5])
            #expect(try await page(nil, before: 5, limit: 9) == [4, 3, 2, 1])
            #expect(try await page(1, before: nil) == [3, 2])
            #expect(try await page(1, before: 2) == [1])
            #expect(try await page(2, before: 4).isEmpty)
            #expect(try await page(9, before: nil).isEmpty)
            #expect(try await journal.messageCount(of: key(1), since: nil) == 6)
            #expect(try await journal.messageCount(of: key(1), since: at(4)) == 3)
            let asked = try await journal.messages([key(6), key(99), key(2)])
            #expect(asked.map(\.draft.id) == [key(6), key(2)])
            #expect(asked.first?.draft.body == MessageDraft.sample(6).body)
        }
    }

    @Test("a message's status only moves forward", arguments: MessageStatus.allCases, TestedEngine.allCases)
    func status(from status: MessageStatus, on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            for (index, next) in MessageStatus.allCases.enumerated() {
                try await journal.commit(.message(.sample(index, in: index, status: status), after: 0)).ignore()
                var receipt = Commit()
                receipt.messageStatus = [key(index): next, key(999): .read]
                try await journal.commit(receipt).expect([])
                let stored = try await journal.message(key(index))?.draft.status
                #expect(stored == (status.mayAdvance(to: next) ? next : status), "\(status) to \(next)")
            }
        }
    }

    @Test(
        "an identity is made once and updated only from the conversation that was expected",
        arguments: TestedEngine.allCases)
    func identities(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            var identity = ContactIdentity(
                id: key(1), contact: key(2), integration: key(3), platformUser: "u",
                profile: .init(nickname: "ハナコ"), conversation: nil)
            try await journal.commit(Commit(identity: .insert(identity))).expect([])
            #expect(try await journal.identity(key(1)) == identity)
            var other = identity
            other.id = key(5)
            #expect(await journal.result(of: Commit(identity: .insert(other))).isConflict)

            identity.conversation = key(7)
            identity.profile.email = "hanako@example.jp"
            #expect(await journal.result(of: Commit(identity: .update(identity, expected: key(6)))).isConflict)
            try await journal.commit(Commit(identity: .update(identity, expected: nil))).expect([])
            #expect(try await journal.identity(integration: key(3), platformUser: "u") == identity)
            #expect(await journal.result(of: Commit(identity: .update(identity, expected: nil))).isConflict)
            identity.conversation = nil
            try await journal.commit(Commit(identity: .update(identity, expected: key(7)))).expect([])
            #expect(try await journal.identity(key(1))?.conversation == nil)
            #expect(await journal.result(of: Commit(identity: .update(other, expected: nil))).isConflict)
        }
    }

    @Test("timers are due in order, replaced by key and gone when cancelled", arguments: TestedEngine.allCases)
    func timers(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let stream = StreamID(.conversation, key(1, Conversation.self))
            func timer(_ key: String, _ dueAt: Int64) -> TimerRecord {
                TimerRecord(key: key, stream: stream, dueAt: at(dueAt), body: Data(key.utf8))
            }
            #expect(try await journal.nextTimerDueAt(in: .all) == nil)
            var commit = Commit()
            commit.timers = [.set(timer("a", 30)), .set(timer("b", 10)), .set(timer("c", 20)), .set(timer("a", 5))]
            try await journal.commit(commit).ignore()
            #expect(try await journal.nextTimerDueAt(in: .all) == at(5))
            #expect(try await journal.timers(dueBy: at(10), in: .all, limit: 9) == [timer("a", 5), timer("b", 10)])
            #expect(try await journal.timers(dueBy: at(99), in: .all, limit: 1) == [timer("a", 5)])
            commit.timers = [.cancel(key: "a"), .cancel(key: "none")]
            try await journal.commit(commit).ignore()
            #expect(try await journal.nextTimerDueAt(in: .all) == at(10))
        }
    }
}

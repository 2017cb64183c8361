import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("Watching: what waits, counted on both engines")
struct WatchingTests {
    @Test("the outbox is counted by state, with the age of its oldest message", arguments: TestedEngine.allCases)
    func backlog(engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            #expect(try await journal.backlog(at: at(1_000)) == JournalBacklog())
            for number in 1...3 {
                var commit = Commit(
                    stream: StreamID(.conversation, key(number, Conversation.self)), expectedVersion: 0,
                    events: [.message(.sample(number, in: number))])
                commit.outbox = [
                    OutboxDraft(
                        id: key(number), lane: key(number), integration: key(1), message: key(number),
                        conversation: key(number), dueAt: at(Int64(number) * 1_000), body: Data("{}".utf8))
                ]
                commit.timers = [
                    .set(
                        TimerRecord(
                            key: "timer/\(number)", stream: StreamID(.conversation, key(number, Conversation.self)),
                            dueAt: at(Int64(number) * 1_000), body: Data("{}".utf8)))
                ]
                _ = try await journal.commit(commit)
            }
            var parking = Commit()
            parking.outboxChanges = [.park(key(1), error: "no")]
            _ = try await journal.commit(parking)
            let backlog = try await journal.backlog(at: at(2_000))
            #expect(backlog.outboxCount == 3 && backlog.outboxDueCount == 1 && backlog.outboxParkedCount == 1)
            #expect(backlog.outboxOldestAt == at(2))
            #expect(backlog.timersDueCount == 2)
        }
    }

    @Test("the database answers, and a journal that is closed says so", arguments: TestedEngine.allCases)
    func check(engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            try await journal.check()
            #expect(journal.load.head == Position.start)
            #expect(journal.load.readsCount == 0 && journal.load.writesWaitingCount == 0)
            await journal.close()
            await #expect(throws: JournalError.self) { try await journal.check() }
        }
    }
}

import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("Archive: a database of either engine becomes a file, and the file a database of either")
struct ArchiveTests {
    private static func send(_ number: Int) -> Commit {
        var commit = Commit(
            stream: StreamID(.conversation, key(number, Conversation.self)), expectedVersion: 0,
            events: [.message(.sample(number, in: number, external: "e\(number)"))])
        commit.outbox = [
            OutboxDraft(
                id: key(number), lane: key(number), integration: key(1), message: key(number),
                conversation: key(number), dueAt: at(0), body: Data([0, 255]))
        ]
        return commit
    }

    @Test(
        "every row comes back, and the log and the outbox number on",
        arguments: TestedEngine.allCases, TestedEngine.allCases)
    func roundTrip(from source: TestedEngine, to target: TestedEngine) async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/archive.sqlite"
        try await withDatabase(on: source) { location in
            let journal = try await SQLJournal.open(location, logger: quiet)
            // More than a page of the copy.
            for number in 1...(TableCopy.pageRowsMax + 5) { _ = try await journal.commit(Self.send(number)) }
            // Beside the journal that has the database open.
            try await DatabaseArchive.copy(location, to: file)
            await journal.close()
        }
        let summary = try await DatabaseArchive.inspect(file)
        #expect(summary.head == Int64(TableCopy.pageRowsMax + 5) && summary.schemaVersion == SQLJournal.schemaVersion)
        #expect(summary.counts["message"] == summary.head && summary.counts["outbox"] == summary.head)
        try await withDatabase(on: target, isMigrated: false) { location in
            try await DatabaseArchive.restore(file, to: location)
            #expect(
                try await DatabaseArchive.summary(of: location, tables: summary.counts.keys.sorted()) == summary)
            let journal = try await SQLJournal.open(location, logger: quiet)
            let number = Int(summary.head) + 1
            guard case .committed(let positions) = try await journal.commit(Self.send(number)) else {
                Issue.record("the next commit was a duplicate")
                return
            }
            #expect(positions == [Position(Int64(number))])
            guard case .duplicate = try await journal.commit(Self.send(number - 1)) else {
                Issue.record("a message that is there was taken again")
                return
            }
            #expect(try await journal.backlog(at: at(1)).outboxCount == number)
            await journal.close()
            await #expect(throws: JournalError.self) { try await DatabaseArchive.restore(file, to: location) }
        }
    }
}

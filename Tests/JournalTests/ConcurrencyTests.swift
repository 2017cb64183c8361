import ContactCenter
import Foundation
import Synchronization
import Testing

@testable import Journal

@Suite("Many at once")
struct ConcurrencyTests {
    @Test("ten equal messages at once are one", arguments: TestedEngine.allCases)
    func equalMessages(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let outcomes = await withTaskGroup(of: Result<CommitOutcome, JournalError>.self) { group in
                for number in 1...10 {
                    group.addTask {
                        await journal.result(of: .message(.sample(number, in: number, external: "same"), after: 0))
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let committed = outcomes.compactMap(\.positions)
            let originals = outcomes.compactMap(\.original?.draft.id)
            #expect(committed == [[1]])
            #expect(originals.count == 9 && Set(originals).count == 1)
            #expect(try await journal.events(after: .start, limit: 99).count == 1)
            #expect(
                try await journal.message(integration: key(1), externalID: "same")?.draft.id == originals.first)
        }
    }

    @Test(
        "200 commits at once on 50 streams, each decided again on conflict, are all there once and in order",
        arguments: TestedEngine.allCases)
    func conflicts(on engine: TestedEngine) async throws {
        try await withDatabase(on: engine) { location async throws in try await conflicts(in: location) }
    }

    private func conflicts(in location: DatabaseLocation) async throws {
        let journal = try await SQLJournal.open(location, logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask { try await append("\(number)", to: number % 50, journal) }
            }
            try await group.waitForAll()
        }
        await journal.close()

        let again = try await SQLJournal.open(location, logger: quiet)
        let events = try await again.events(after: .start, limit: 1_000)
        #expect(events.map(\.position.value) == Array(1...200))
        #expect(Set(events.map { String(decoding: $0.body, as: UTF8.self) }).count == 200)
        for stream in 0..<50 {
            let record = try await again.stream(StreamID(.conversation, key(stream, Conversation.self)))
            #expect(record?.events.map(\.version) == [1, 2, 3, 4])
        }
        #expect(try await again.lastPosition() == Position(200))
        try await again.commit(.notes(on: 99, after: 0)).expect([201])
        await again.close()
    }

    @Test("readers beside the writer see every commit that has returned", arguments: TestedEngine.allCases)
    func readYourWrites(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        for number in 0..<25 {
                            let message = MessageDraft.sample(writer * 100 + number, in: writer, of: writer)
                            try await journal.commit(.message(message, after: Int64(number))).ignore()
                            let found = try await journal.message(message.id)
                            #expect(found?.draft.body == message.body)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("SQLite: a second process is refused while the first has the database open")
    func oneProcess() async throws {
        try await withJournal { journal async throws in
            let path = try #require((journal.engine as? SQLiteEngine)?.path)
            #expect(throws: SQLFailure.self) { try FileLock(path: path + ".lock", waitSeconds: 0) }
        }
    }

    @Test("SQLite: commits are synced to the disk: the writer's connection is at synchronous FULL in a write-ahead log")
    func durability() async throws {
        try await withJournal { journal async throws in
            let settings = try await journal.engine.write { session throws(SQLFailure) in
                try ["PRAGMA synchronous", "PRAGMA journal_mode", "PRAGMA foreign_keys"].map {
                    name throws(SQLFailure) in try session.query(SQL(name), []) { $0.text(0) }
                }
            }
            #expect(settings == [["2"], ["wal"], ["1"]])
        }
    }

    @Test("PostgreSQL: commits wait for the server's disk, a paused writer is thrown out, and statements just run")
    func serverSettings() async throws {
        try await withJournal(on: .postgres) { journal async throws in
            let names = [
                "synchronous_commit", "fsync", "idle_in_transaction_session_timeout", "transaction_isolation", "jit",
                "max_parallel_workers_per_gather",
            ]
            let settings = try await journal.engine.write { session throws(SQLFailure) in
                try names.map { name throws(SQLFailure) in
                    try session.first("SELECT current_setting($1)", [.text(name)]) { $0.text(0) }
                }
            }
            #expect(settings == ["on", "on", "2s", "read committed", "off", "0"])
        }
    }

    private func append(_ text: String, to stream: Int, _ journal: SQLJournal) async throws {
        let stream = StreamID(.conversation, key(stream, Conversation.self))
        while true {
            let version = try await journal.stream(stream)?.version ?? 0
            let commit = Commit(stream: stream, expectedVersion: version, events: [.note(text)])
            let result = await journal.result(of: commit)
            if result.isConflict { continue }
            #expect(result.positions?.count == 1)
            return
        }
    }
}

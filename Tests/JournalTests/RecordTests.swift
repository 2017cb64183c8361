import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("Outbox, configuration, sessions, tokens, files, settings")
struct RecordTests {
    @Test(
        "of each lane the oldest entry is offered, until it is finished; parked and waiting heads hold their lane",
        arguments: TestedEngine.allCases)
    func outbox(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            var commit = Commit()
            commit.outbox = [
                entry(1, lane: 1), entry(2, lane: 1), entry(3, lane: 2), entry(4, lane: 1), entry(5, lane: 3),
            ]
            try await journal.commit(commit).ignore()
            #expect(try await due(journal) == [1, 3, 5])
            #expect(try await journal.nextOutboxDueAt(in: .all) == at(100))
            #expect(try await journal.outbox(dueBy: at(99), in: .all, limit: 9).isEmpty)

            try await change(journal, .finish(key(1)), .park(key(3), error: "token expired"))
            #expect(try await due(journal) == [5, 2].sorted())
            try await change(journal, .retry(key(2), dueAt: at(500), attempts: 2, error: "503"))
            #expect(try await due(journal) == [5])
            #expect(try await due(journal, by: 500) == [2, 5])
            let waiting = try await journal.outbox(dueBy: at(500), in: .all, limit: 9)
            #expect(waiting.first { $0.draft.id == key(2) }?.attempts == 2)
            #expect(try await journal.nextOutboxDueAt(in: .all) == at(100))

            try await change(journal, .finish(key(5)), .finish(key(5)), .finish(key(99)))
            #expect(try await journal.nextOutboxDueAt(in: .all) == at(500))
            try await change(journal, .finish(key(2)), .retry(key(3), dueAt: at(1), attempts: 1, error: ""))
            #expect(try await due(journal) == [3, 4])
            commit.outbox = [entry(6, lane: 1), entry(7, lane: 3)]
            try await journal.commit(commit).ignore()
            #expect(try await due(journal) == [3, 4, 7])
            try await change(journal, .finish(key(4)))
            #expect(try await due(journal) == [3, 6, 7])
        }
    }

    @Test("an entry that is finished out of turn leaves the head in its place", arguments: TestedEngine.allCases)
    func outOfTurn(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            var commit = Commit()
            commit.outbox = [entry(1, lane: 1), entry(2, lane: 1), entry(3, lane: 1)]
            try await journal.commit(commit).ignore()
            try await change(journal, .finish(key(2)))
            #expect(try await due(journal) == [1])
            try await change(journal, .finish(key(1)))
            #expect(try await due(journal) == [3])
        }
    }

    @Test("an outbox entry comes back as it was written", arguments: TestedEngine.allCases)
    func outboxEntry(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            var commit = Commit.message(.sample(11), after: 0)
            commit.outbox = [entry(1, lane: 1, message: key(11))]
            try await journal.commit(commit).ignore()
            commit = Commit()
            commit.outbox = [entry(2, lane: 1, message: key(12))]
            #expect(await journal.result(of: commit).positions == nil, "of a message that is not there")
            let found = try #require(await journal.outbox(dueBy: at(100), in: .all, limit: 1).first)
            #expect(found.attempts == 0)
            #expect(found.draft.lane == key(1) && found.draft.message == key(11) && found.draft.integration == key(2))
            #expect(found.draft.conversation == key(3) && found.draft.body == Data("1".utf8))
        }
    }

    @Test("configuration is versioned; a name is taken by one live row of a kind", arguments: TestedEngine.allCases)
    func configuration(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await save(journal, row("queue", "1", "Support", 1))
            #expect(await result(journal, row("queue", "1", "Support", 1)).isConflict)
            #expect(await result(journal, row("queue", "1", "Support", 3)).isConflict)
            #expect(await result(journal, row("queue", "2", "Sales", 2)).isConflict)
            guard
                case .failure(.nameTaken("queue", " support ")) = await result(
                    journal, row("queue", "2", " support ", 1))
            else {
                Issue.record("the name was free")
                return
            }
            try await save(journal, row("skill", "2", "support", 1))
            try await save(journal, row("queue", "2", nil, 1))
            try await save(journal, row("queue", "3", nil, 1))
            try await save(journal, row("queue", "1", "SUPPORT", 2))
            try await save(journal, row("queue", "1", "SUPPORT", 3, isDeleted: true))
            try await save(journal, row("queue", "2", "Support", 2))
            let rows = try await journal.configuration()
            #expect(rows.map(\.id) == ["2", "3", "2"] && rows.map(\.kind) == ["queue", "queue", "skill"])
            #expect(rows.first == row("queue", "2", "Support", 2))
        }
    }

    @Test("guest sessions are found by the hash of their token and replaced", arguments: TestedEngine.allCases)
    func sessions(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            var session = GuestSessionRecord(
                tokenHash: "h", deployment: key(1), identity: key(2), startedAt: at(3))
            var commit = Commit()
            commit.sessions = [session]
            #expect(await journal.result(of: commit).positions == nil, "of an identity that is not there")
            commit.identity = .insert(
                ContactIdentity(
                    id: key(2), contact: key(3), integration: key(1), platformUser: "h", profile: .init(),
                    conversation: nil))
            try await journal.commit(commit).ignore()
            commit.identity = nil
            #expect(try await journal.guestSession(tokenHash: "h") == session)
            session.isReadOnly = true
            session.clearedAt = at(9)
            commit.sessions = [session]
            try await journal.commit(commit).ignore()
            #expect(try await journal.guestSession(tokenHash: "h") == session)
            #expect(try await journal.guestSession(tokenHash: "other") == nil)
        }
    }

    @Test("a token is taken once, however many try", arguments: TestedEngine.allCases)
    func tokens(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let code = token("code", user: nil)
            try await journal.saveToken(code)
            #expect(try await journal.token(hash: "code") == code)
            let taken = try await withThrowingTaskGroup(of: TokenRecord?.self) { group in
                for _ in 0..<10 { group.addTask { try await journal.takeToken(hash: "code") } }
                return try await group.reduce(into: [TokenRecord]()) { if let record = $1 { $0.append(record) } }
            }
            #expect(taken == [code])
            #expect(try await journal.token(hash: "code") == nil)

            for name in ["a", "b"] { try await journal.saveToken(token(name, user: key(1))) }
            try await journal.saveToken(token("c", user: key(2), expiresAt: 50))
            try await journal.deleteTokens(user: key(1))
            #expect(try await journal.token(hash: "a") == nil)
            #expect(try await journal.deleteTokens(expiredBy: at(50)) == 0)
            #expect(try await journal.deleteTokens(expiredBy: at(51)) == 1)
        }
    }

    @Test("a file's row is replaced, and a row that the schema forbids is refused", arguments: TestedEngine.allCases)
    func media(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            var file = MediaRecord(
                id: key(1), conversation: key(2), communication: nil, identity: key(3), name: "猫.png",
                mediaType: "image/png", bytesCount: 5, digest: nil, status: "uploading", createdAt: at(1))
            #expect(try await journal.saveMedia(file))
            #expect(try await journal.media(key(1)) == file)
            let valid = MediaRecord(
                id: key(1), conversation: key(2), communication: nil, identity: key(3), name: "猫.png",
                mediaType: "image/png", bytesCount: 5, digest: nil, status: "valid", createdAt: at(1))
            await #expect(throws: JournalError.self) { try await journal.saveMedia(valid) }
            file.digest = String(repeating: "0", count: 64)
            file.status = "valid"
            file.unsentUntil = at(9)
            #expect(try await journal.saveMedia(file) == false, "nobody claimed its bytes")
            #expect(try await journal.claimBlob(String(repeating: "0", count: 64), until: at(5)))
            #expect(try await journal.saveMedia(file))
            #expect(try await journal.media(key(1)) == file)
            #expect(try await journal.media(key(2)) == nil)
        }
    }

    @Test(
        "a setting is what the first caller stored; a checkpoint what the last one stored",
        arguments: TestedEngine.allCases)
    func settings(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            #expect(try await journal.setting("secret", orStore: Data("1".utf8)) == Data("1".utf8))
            #expect(try await journal.setting("secret", orStore: Data("2".utf8)) == Data("1".utf8))
            #expect(try await journal.checkpoint(of: "f") == .start)
            try await journal.saveCheckpoint(Position(5), of: "f")
            try await journal.saveCheckpoint(Position(6), of: "f")
            #expect(try await journal.checkpoint(of: "f") == Position(6))
        }
    }

    private func entry(_ number: Int, lane: Int, message: MessageID? = nil) -> OutboxDraft {
        OutboxDraft(
            id: key(number), lane: key(lane), integration: key(2), message: message, conversation: key(3),
            dueAt: at(100), body: Data("\(number)".utf8))
    }

    private func due(_ journal: SQLJournal, by instant: Int64 = 100) async throws -> [UInt64] {
        try await journal.outbox(dueBy: at(instant), in: .all, limit: 99).map(\.draft.id.low).sorted()
    }

    private func change(_ journal: SQLJournal, _ changes: OutboxWrite...) async throws {
        var commit = Commit()
        commit.outboxChanges = changes
        try await journal.commit(commit).expect([])
    }

    private func row(
        _ kind: String, _ id: String, _ name: String?, _ version: Int64, isDeleted: Bool = false
    ) -> ConfigurationRecord {
        ConfigurationRecord(
            kind: kind, id: id, name: name, version: version, isDeleted: isDeleted, createdAt: at(1),
            modifiedAt: at(version), body: Data("{}".utf8))
    }

    private func result(
        _ journal: SQLJournal, _ row: ConfigurationRecord
    ) async -> Result<CommitOutcome, JournalError> {
        var commit = Commit()
        commit.configuration = [row]
        return await journal.result(of: commit)
    }

    private func save(_ journal: SQLJournal, _ row: ConfigurationRecord) async throws {
        try await result(journal, row).get().expect([])
    }

    private func token(_ hash: String, user: UserID?, expiresAt: Int64 = 100) -> TokenRecord {
        TokenRecord(
            hash: hash, kind: "access", expiresAt: at(expiresAt), client: "c", user: user, body: Data("{}".utf8))
    }
}

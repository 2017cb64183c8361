import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("Leases and fences")
struct LeaseTests {
    private static let long = Span.hours(1)
    /// Over before the database looks again.
    private static let over = Span(milliseconds: -1)

    @Test("one owner has a lease at a time, and renews it under the same token", arguments: TestedEngine.allCases)
    func oneOwner(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let first = try #require(await journal.takeLease("routing", owner: "one", for: Self.long))
            #expect(try await journal.takeLease("routing", owner: "two", for: Self.long) == nil)
            let again = try #require(await journal.takeLease("routing", owner: "one", for: Self.long))
            #expect(again.token == first.token && again.expiresAt >= first.expiresAt)
            #expect(try await journal.leases() == [again])
        }
    }

    @Test("a lease that has expired passes on with the next token", arguments: TestedEngine.allCases)
    func passesOn(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let first = try #require(await journal.takeLease("routing", owner: "one", for: Self.over))
            #expect(try await journal.leases().isEmpty)
            let second = try #require(await journal.takeLease("routing", owner: "two", for: Self.long))
            #expect(second.token == first.token + 1)
            #expect(try await journal.takeLease("routing", owner: "one", for: Self.long) == nil)
        }
    }

    @Test(
        "an owner who was late gets the next token: what it decided before is not its own any more",
        arguments: TestedEngine.allCases)
    func lateOwner(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let first = try #require(await journal.takeLease("routing", owner: "one", for: Self.over))
            let second = try #require(await journal.takeLease("routing", owner: "one", for: Self.long))
            #expect(second.token == first.token + 1)
        }
    }

    @Test("a lease that is given back is free at once", arguments: TestedEngine.allCases)
    func release(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let first = try #require(await journal.takeLease("routing", owner: "one", for: Self.long))
            try await journal.releaseLease(first.fence)
            #expect(try await journal.leases().isEmpty)
            let second = try #require(await journal.takeLease("routing", owner: "two", for: Self.long))
            try await journal.releaseLease(first.fence)
            #expect(try await journal.leases() == [second])
        }
    }

    @Test("a lease that was given back never gives a token twice", arguments: TestedEngine.allCases)
    func tokensGrow(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let first = try #require(await journal.takeLease("routing", owner: "one", for: Self.long))
            try await journal.releaseLease(first.fence)
            // Taking any lease is when old ones are forgotten.
            _ = try await journal.takeLease("node/two", owner: "two", for: Self.long)
            let second = try #require(await journal.takeLease("routing", owner: "two", for: Self.long))
            #expect(second.token > first.token)
        }
    }

    @Test("a commit under a lease that passed on is refused and changes nothing", arguments: TestedEngine.allCases)
    func fenced(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let first = try #require(await journal.takeLease("routing", owner: "one", for: Self.over))
            var early = Commit.notes(on: 1, after: 0)
            early.fence = first.fence
            try await journal.commit(early).ignore()
            let second = try #require(await journal.takeLease("routing", owner: "two", for: Self.long))
            var late = Commit.notes(on: 1, after: 1)
            late.fence = first.fence
            let refused = late
            let error = await refusal { () async throws(JournalError) in try await journal.commit(refused) }
            guard case .fenced = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            late.fence = second.fence
            #expect(try await journal.commit(late).positions == [2])
        }
    }

    @Test(
        "what waits together is fenced one by one: a late owner's commit harms nobody else's",
        arguments: TestedEngine.allCases)
    func fencedInAGroup(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let first = try #require(await journal.takeLease("routing", owner: "one", for: Self.over))
            _ = try await journal.takeLease("routing", owner: "two", for: Self.long)
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for number in 1...20 {
                    group.addTask {
                        var commit = Commit.notes(on: number, after: 0)
                        if number % 2 == 0 { commit.fence = first.fence }
                        do { return try await journal.commit(commit).positions != nil } catch { return false }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(outcomes == 10)
            #expect(try await journal.events(after: .start, limit: 99).count == 10)
        }
    }

    @Test(
        "a commit that confirms an identity's conversation is refused when it is another one by now",
        arguments: TestedEngine.allCases)
    func confirmation(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let known = ContactIdentity(
                id: key(1), contact: key(2), integration: key(3), platformUser: "mika", profile: .init(),
                conversation: key(4))
            try await journal.commit(Commit(identity: .insert(known))).ignore()
            var commit = Commit.notes(on: 4, after: 0)
            commit.identity = .confirm(known.id, expected: key(4))
            try await journal.commit(commit).ignore()
            var ended = known
            ended.conversation = nil
            try await journal.commit(Commit(identity: .update(ended, expected: key(4)))).ignore()
            commit.expectedVersion = 1
            let late = commit
            let error = await refusal { () async throws(JournalError) in try await journal.commit(late) }
            guard case .versionConflict = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await journal.events(after: .start, limit: 9).count == 1)
        }
    }
}

@Suite("Parts of timers and outbox")
struct PartitionTests {
    @Test("each timer is in one part, by its stream", arguments: TestedEngine.allCases)
    func timers(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            var commit = Commit()
            for number in 0..<40 {
                let stream = StreamID(.conversation, key(number, Conversation.self))
                let timer = TimerRecord(
                    key: "timer/\(number)", stream: stream, dueAt: at(Int64(number)), body: Data("{}".utf8))
                commit.timers.append(.set(timer))
            }
            try await journal.commit(commit).ignore()
            var seen: [String] = []
            for part in 0..<Partitions.count {
                let due = try await journal.timers(dueBy: at(99), in: Partitions([part]), limit: 99)
                #expect(due.allSatisfy { Partitions.number(of: $0.stream.key) == part })
                #expect(try await journal.nextTimerDueAt(in: Partitions([part])) == due.first?.dueAt)
                seen += due.map(\.key)
            }
            #expect(seen.count == 40 && Set(seen).count == 40)
            let some = try await journal.timers(dueBy: at(99), in: Partitions([3, 5]), limit: 3)
            #expect(some.map(\.dueAt) == [at(3), at(5), at(19)])
            #expect(try await journal.timers(dueBy: at(99), in: .none, limit: 3).isEmpty)
        }
    }

    @Test("a database from before has its rows in the right parts", arguments: TestedEngine.allCases)
    func migrated(on engine: TestedEngine) async throws {
        try await withDatabase(on: engine, isMigrated: false) { location async throws in
            let engine = try await location.openEngine()
            let parts = try await engine.write { [dialect = engine.dialect] session throws(SQLFailure) in
                try Migrator(dialect: dialect, migrations: [.firstSchema]).migrate(session)
                for number in 0..<32 {
                    let stream = StreamID(.conversation, key(number, Conversation.self))
                    try session.execute(
                        "INSERT INTO timer (key, stream_kind, stream_key, due_at, body) VALUES ($1, $2, $3, $4, $5)",
                        [.text("\(number)")] + stream.values + [.integer(number), .data(Data([0]))])
                }
                try Migrator(dialect: dialect).migrate(session)
                return try session.query("SELECT part FROM timer ORDER BY due_at", []) { Int($0.integer(0)) }
            }
            await engine.close()
            #expect(parts == (0..<32).map { $0 % 16 })
        }
    }
}

@Suite("Stored notification channels")
struct NotificationChannelStoreTests {
    @Test(
        "a channel is found by its hash, listed by its owner, and goes with its owner or its time",
        arguments: TestedEngine.allCases)
    func channels(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let mine = NotificationChannelRecord(
                idHash: "a", user: key(1), client: "desktop", expiresAt: at(20), topics: ["v2.users.1.presence"])
            var other = mine
            other.idHash = "b"
            other.user = nil
            other.expiresAt = at(10)
            try await journal.saveChannel(mine)
            try await journal.saveChannel(other)
            #expect(try await journal.channel(idHash: "a") == mine)
            #expect(try await journal.channels(user: key(1), client: "desktop") == [mine])
            #expect(try await journal.channels(user: nil, client: "desktop") == [other])
            var changed = mine
            changed.topics = []
            changed.expiresAt = at(30)
            try await journal.saveChannel(changed)
            #expect(try await journal.channel(idHash: "a") == changed)
            #expect(try await journal.deleteChannels(expiredBy: at(15)) == 1)
            #expect(try await journal.channel(idHash: "b") == nil)
            try await journal.deleteChannels(user: key(1))
            #expect(try await journal.channel(idHash: "a") == nil)
        }
    }
}

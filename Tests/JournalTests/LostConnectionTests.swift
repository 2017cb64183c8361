import ContactCenter
import Foundation
import Synchronization
import Testing

@testable import Journal
@testable import TestSupport

/// Connections and servers that go away under load.
@Suite("PostgreSQL that goes away", .serialized)
struct LostConnectionTests {
    @Test("writers, readers and listeners that are thrown out under load lose nothing, and tails stay complete")
    func terminatedBackends() async throws {
        try await withJournals(2) { journals, database async throws in
            let server = try await PostgresServer.shared()
            try await Load(journals: journals).run {
                try await server.sql(
                    """
                    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = '\(database)' AND application_name LIKE 'engawa %'
                    """)
            }
        }
    }

    @Test("what belongs to a transaction that was lost with its connection is refused until it is rolled back")
    func lostTransaction() async throws {
        try await withDatabase(on: .postgres) { location async throws in
            guard case .postgres(let url) = location else { return }
            let session = PostgresSession(url: url, role: .writer)
            _ = try session.execute("BEGIN", [])
            let process = try session.first("SELECT pg_backend_pid()", []) { $0.integer(0) }
            let server = try await PostgresServer.shared()
            try await server.sql("SELECT pg_terminate_backend(\(try #require(process)), 5000)")
            #expect(throws: SQLFailure.self) { try session.execute("SELECT 1", []) }
            #expect(throws: SQLFailure.self) {
                _ = try session.run([Step("SELECT 1", [], orRefuse: .versionConflict)])
            }
            _ = try session.execute("ROLLBACK", [])
            #expect(try session.first("SELECT 1", []) { $0.integer(0) } == 1)
            session.close()
        }
    }

    @Test("a server that is cut off and started again has every acknowledged commit once")
    func restart() async throws {
        let server = try await PostgresServer()
        do {
            let database = try await server.makeDatabase()
            let location = try DatabaseLocation(server.url(of: database))
            let journals = [
                try await SQLJournal.open(location, logger: silent),
                try await SQLJournal.open(location, logger: silent),
            ]
            try await Load(journals: journals).run {
                await server.cut()
                try await server.start()
            }
            for journal in journals { await journal.close() }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }
}

extension LostConnectionTests {
    @Test("when the server is lost for good, its synchronous standby has every acknowledged commit once")
    func failover() async throws {
        let primary = try await PostgresServer()
        do {
            let standby = try await PostgresServer(standbyOf: primary)
            do { try await failover(from: primary, to: standby) } catch {
                await standby.stop()
                throw error
            }
            await standby.stop()
        } catch {
            await primary.stop()
            throw error
        }
        await primary.stop()
    }

    private func failover(from primary: PostgresServer, to standby: PostgresServer) async throws {
        try await primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        try await primary.sql("SELECT pg_reload_conf()")
        let database = try await primary.makeDatabase()
        let location = try DatabaseLocation(
            "postgresql://postgres@127.0.0.1:\(primary.port),127.0.0.1:\(standby.port)/\(database)")
        let journals = [
            try await SQLJournal.open(location, logger: silent), try await SQLJournal.open(location, logger: silent),
        ]
        let result: Result<Void, any Error>
        do {
            try await Load(journals: journals, disturbances: 1).run {
                await primary.cut()
                try await standby.sql("SELECT pg_promote()")
            }
            result = .success(())
        } catch { result = .failure(error) }
        for journal in journals { await journal.close() }
        try result.get()
    }
}

/// Messages from many conversations at once, each handed in again until it is acknowledged, while something is
/// disturbed; then everything is counted.
private struct Load {
    let journals: [SQLJournal]
    var conversations = 12
    var messagesEach = 30
    var disturbances = 4

    func run(_ disturb: @escaping @Sendable () async throws -> Void) async throws {
        let total = conversations * messagesEach
        let (acknowledged, acknowledge) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for journal in journals { group.addTask { try await follow(journal, total) } }
            for conversation in 0..<conversations {
                let journal = journals[conversation % journals.count]
                group.addTask {
                    for number in 0..<messagesEach {
                        try await write(conversation * 1_000 + number, conversation, to: journal)
                        acknowledge.yield(conversation * 1_000 + number)
                    }
                }
            }
            group.addTask {
                var count = 0
                for await _ in acknowledged {
                    count += 1
                    if count % (total / (disturbances + 1)) == 0, count < total { try await disturb() }
                    if count == total { return }
                }
            }
            try await group.waitForAll()
        }
        let events = try await all(journals[0])
        #expect(events.map(\.position.value) == Array(1...Int64(total)))
        #expect(Set(events.compactMap(\.message?.draft.externalID)).count == total)
        for stream in Dictionary(grouping: events, by: \.stream).values {
            #expect(stream.map(\.version) == Array(1...Int64(messagesEach)))
            let ids = stream.compactMap(\.message?.draft.id.low)
            #expect(ids == ids.sorted())
        }
    }

    private func write(_ number: Int, _ conversation: Int, to journal: SQLJournal) async throws {
        let draft = MessageDraft.sample(number, in: conversation, external: "m\(number)")
        _ = try await insist {
            let version = try await journal.stream(StreamID(.conversation, draft.conversation))?.version ?? 0
            return try await journal.commit(.message(draft, after: version))
        }
    }

    /// Follows the log to its end; complete and in order, whatever happens.
    private func follow(_ journal: SQLJournal, _ total: Int) async throws {
        let tail = journal.tail(after: .start)
        var seen: [Int64] = []
        while seen.count < total {
            let events = try await insist { try await tail.next(limit: 50) }
            seen += events.map(\.position.value)
        }
        #expect(seen == Array(1...Int64(total)))
    }

    private func all(_ journal: SQLJournal) async throws -> [RecordedEvent] {
        try await insist { try await journal.events(after: .start, limit: 1_000) }
    }

    /// Does something again while the database is away or somebody else came first.
    private func insist<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        while true {
            do { return try await body() } catch {
                switch error as? JournalError {
                case .unavailable: try await Task.sleep(for: .milliseconds(5))
                case .versionConflict: continue
                default: throw error
                }
            }
        }
    }
}

import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("Migrations")
struct MigrationTests {
    /// A second and a third migration as they will come one day.
    private let later = [
        Migration(number: Migration.latest + 1, name: "add a column") { dialect in
            "ALTER TABLE media ADD COLUMN expires_at \(dialect.integer)"
        },
        Migration(number: Migration.latest + 2, name: "index it") { _ in
            "CREATE INDEX media_expiry ON media (expires_at) WHERE expires_at IS NOT NULL"
        },
    ]

    /// A new migration adds a line; a line that has been released never changes.
    private static let releasedDigests = [
        "2926a59efc95e7bd123d07462167cd117b7b0f575f4c182901ffa169f871c3de",
        "18fcb2dc9c756083605eafaa73fe511ce7f51b70fe25d103886e7ac86ab0fdbf",
        "36ce8274ecafec99a36ce6fc27cf82027f76e07a2727b26cb4e93573cc97cf04",
        "17e0212723b6c2122b80ad2fd6408add0b370a8506951f84d9f5186b09615f1e",
        "112007ece8e1a03ea04cbcb971caae0d994d4e9c864e68531073c7130b01751a",
        "47a4cc2c5ae42d04697cc55b562dc79e93b2d3618fec720ed9f50d8ab2eb3f1a",
        "281fd3a46b66642ffaaf75b4df9e7ee62eb61666938709e442fabd88e426ca5b",
        "4065a63e2eb8811dab5f6d097fb44101b020f8b359f7c10059428566456dc6b3",
        "29d7dbe73f0153fddc2727e49a8c9cf5a9708dafe18d248081c507629dbb59a7",
    ]

    @Test("a database migrated step by step, with rows in it, equals a fresh one", arguments: TestedEngine.allCases)
    func migratedEqualsFresh(on engine: TestedEngine) async throws {
        let all = Migration.all + later
        let fresh = try await schema(engine, steps: [all])
        let stepwise = try await schema(engine, steps: all.indices.map { Array(all.prefix($0 + 1)) })
        #expect(fresh == stepwise)
        #expect(fresh.contains { $0.contains("event_stream") })
    }

    @Test("files of before keep their bytes", arguments: TestedEngine.allCases)
    func filesOfBefore(on engine: TestedEngine) async throws {
        try await withDatabase(on: engine, isMigrated: false) { location async throws in
            try await migrate(location, Array(Migration.all.prefix(1)))
            try await addRows(location)
            let journal = try await SQLJournal.open(location, logger: quiet)
            let gone = try await journal.condemnBlobs(by: at(1_000_000), abandonedBy: at(0), limit: 9)
            #expect(gone == [])
            #expect(try await journal.claimBlob(String(repeating: "a", count: 64), until: at(1)))
            let looked = try await journal.condemnBlobs(by: at(1_000_000), abandonedBy: at(0), limit: 9)
            #expect(looked == [], "its file has it")
            await journal.close()
        }
    }

    @Test("migrations are numbered from 1 without gaps, and released ones are as they were released")
    func released() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
        #expect(Migration.all.map { $0.digest(.sqlite) } == Self.releasedDigests)
    }

    @Test(
        "a schema of a newer program is refused with a sentence that says what to do", arguments: TestedEngine.allCases)
    func newerIsRefused(on engine: TestedEngine) async throws {
        try await withDatabase(on: engine, isMigrated: false) { location async throws in
            try await migrate(location, Migration.all + later)
            let error = await refusal { () async throws(JournalError) in
                try await SQLJournal.open(location, logger: quiet).close()
                return .committed([])
            }
            guard case .unavailable(let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("schema version \(Migration.latest + 2)"))
            #expect(reason.contains("start the newer program"))
        }
    }

    @Test("a migration that was edited after it was applied is refused", arguments: TestedEngine.allCases)
    func editedIsRefused(on engine: TestedEngine) async throws {
        try await withDatabase(on: engine, isMigrated: false) { location async throws in
            try await migrate(location, Migration.all + [later[0]])
            let edited = Migration(number: later[0].number, name: "another") { _ in "SELECT 1" }
            await #expect(throws: SQLFailure.self) { try await migrate(location, Migration.all + [edited]) }
        }
    }

    @Test("a migration that fails leaves the version before it", arguments: TestedEngine.allCases)
    func failureLeavesTheVersionBefore(on engine: TestedEngine) async throws {
        try await withDatabase(on: engine, isMigrated: false) { location async throws in
            let broken = Migration(number: Migration.latest + 1, name: "broken") { _ in
                "CREATE TABLE half (a INTEGER); CREATE TABLE half (a INTEGER);"
            }
            await #expect(throws: SQLFailure.self) { try await migrate(location, Migration.all + [broken]) }
            let change = try await SQLJournal.migrate(location)
            #expect(change.from == Migration.latest && change.to == Migration.latest)
            let again = try await migrate(location, Migration.all + later)
            #expect(again == Migration.latest + 2)
        }
    }

    @Test("migrating says what it changed, and a second time nothing", arguments: TestedEngine.allCases)
    func migrateOnly(on engine: TestedEngine) async throws {
        try await withDatabase(on: engine, isMigrated: false) { location async throws in
            #expect(try await SQLJournal.schemaVersion(of: location) == 0)
            let first = try await SQLJournal.migrate(location)
            #expect(first.from == 0 && first.to == SQLJournal.schemaVersion)
            #expect(try await SQLJournal.schemaVersion(of: location) == SQLJournal.schemaVersion)
            let second = try await SQLJournal.migrate(location)
            #expect(second.from == SQLJournal.schemaVersion && second.to == SQLJournal.schemaVersion)
        }
    }

    @Test("SQLite: migrating makes the folder of the file")
    func makesFolder() async throws {
        let folder = try TemporaryFolder()
        let location = try DatabaseLocation("sqlite://" + folder.path + "/inner/journal.db")
        #expect(try await SQLJournal.migrate(location).to == SQLJournal.schemaVersion)
    }

    @Test("PostgreSQL: eight that migrate at once apply each migration once")
    func migrateAtOnce() async throws {
        try await withDatabase(on: .postgres, isMigrated: false) { location async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let change = try await SQLJournal.migrate(location)
                        #expect(change.to == SQLJournal.schemaVersion)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// The whole schema as the engine's catalog tells it.
    private func schema(_ engine: TestedEngine, steps: [[Migration]]) async throws -> [String] {
        var rows: [String] = []
        try await withDatabase(on: engine, isMigrated: false) { location async throws in
            for (index, migrations) in steps.enumerated() {
                try await migrate(location, migrations)
                if index == 0 { try await addRows(location) }
            }
            rows = try await withEngine(location) { session throws(SQLFailure) in
                try session.query(engine == .sqlite ? Self.sqliteCatalog : Self.postgresCatalog, []) { $0.text(0) }
            }
        }
        return rows.sorted()
    }

    private static let sqliteCatalog: SQL =
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master"

    /// Columns, indexes, constraints and sequences.
    private static let postgresCatalog: SQL = """
        SELECT 'column ' || c.relname || ' ' || a.attnum || ' ' || a.attname || ' '
            || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || a.attidentity::text || ' '
            || coalesce(l.collname, '') || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm')
        UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT relkind::text || ' ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        """

    @discardableResult
    private func migrate(_ location: DatabaseLocation, _ migrations: [Migration]) async throws -> Int {
        let dialect: SQLDialect = if case .sqlite = location { .sqlite } else { .postgres }
        return try await withEngine(location) { session throws(SQLFailure) in
            try Migrator(dialect: dialect, migrations: migrations).migrate(session).to
        }
    }

    private func withEngine<Answer: Sendable>(
        _ location: DatabaseLocation, _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(SQLFailure) -> Answer {
        let engine = try await location.openEngine()
        let result: Result<Answer, SQLFailure>
        do throws(SQLFailure) { result = .success(try await engine.write(body)) } catch { result = .failure(error) }
        await engine.close()
        return try result.get()
    }

    private func addRows(_ location: DatabaseLocation) async throws {
        try await withEngine(location) { session throws(SQLFailure) in
            // As the program of that version wrote it.
            let id = SQLValue.id(high: 1, low: 1)
            try session.execute(
                """
                INSERT INTO media (id, name, media_type, bytes_count, digest, status, created_at)
                VALUES ($1, 'a.png', 'image/png', 1, $2, 'valid', 1)
                """, [id, .text(String(repeating: "a", count: 64))])
        }
    }
}

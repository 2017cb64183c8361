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
    ]

    @Test("a database migrated step by step, with rows in it, equals a fresh one")
    func migratedEqualsFresh() async throws {
        let all = Migration.all + later
        let fresh = try await schema(steps: [all])
        let stepwise = try await schema(steps: all.indices.map { Array(all.prefix($0 + 1)) })
        #expect(fresh == stepwise)
        #expect(fresh.contains { $0.contains("CREATE TABLE event") })
    }

    @Test("migrations are numbered from 1 without gaps, and released ones are as they were released")
    func released() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
        #expect(Migration.all.map { $0.digest(.sqlite) } == Self.releasedDigests)
    }

    @Test("a schema of a newer program is refused with a sentence that says what to do")
    func newerIsRefused() async throws {
        let folder = try TemporaryFolder()
        try await migrate(folder, Migration.all + later)
        let error = await refusal { () async throws(JournalError) in
            try await SQLJournal.open(path: folder.database, logger: quiet).close()
            return .committed([])
        }
        guard case .unavailable(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("schema version \(Migration.latest + 2)"))
        #expect(reason.contains("start the newer program"))
    }

    @Test("a migration that was edited after it was applied is refused")
    func editedIsRefused() async throws {
        let folder = try TemporaryFolder()
        try await migrate(folder, Migration.all + [later[0]])
        let edited = Migration(number: later[0].number, name: "another") { _ in "SELECT 1" }
        await #expect(throws: SQLFailure.self) { try await migrate(folder, Migration.all + [edited]) }
    }

    @Test("a migration that fails leaves the version before it")
    func failureLeavesTheVersionBefore() async throws {
        let folder = try TemporaryFolder()
        let broken = Migration(number: Migration.latest + 1, name: "broken") { _ in
            "CREATE TABLE half (a INTEGER); CREATE TABLE half (a INTEGER);"
        }
        await #expect(throws: SQLFailure.self) { try await migrate(folder, Migration.all + [broken]) }
        let change = try await SQLJournal.migrate(.sqlite(path: folder.database))
        #expect(change.from == Migration.latest && change.to == Migration.latest)
        let again = try await migrate(folder, Migration.all + later)
        #expect(again == Migration.latest + 2)
    }

    @Test("migrating says what it changed, and a second time nothing")
    func migrateOnly() async throws {
        let folder = try TemporaryFolder()
        let location = try DatabaseLocation("sqlite://" + folder.path + "/inner/journal.db")
        let first = try await SQLJournal.migrate(location)
        #expect(first.from == 0 && first.to == SQLJournal.schemaVersion)
        #expect(try await SQLJournal.schemaVersion(of: location) == SQLJournal.schemaVersion)
        #expect(try await SQLJournal.schemaVersion(of: .sqlite(path: folder.database)) == 0)
        let second = try await SQLJournal.migrate(location)
        #expect(second.from == SQLJournal.schemaVersion && second.to == SQLJournal.schemaVersion)
    }

    private func schema(steps: [[Migration]]) async throws -> [String] {
        let folder = try TemporaryFolder()
        for (index, migrations) in steps.enumerated() {
            try await migrate(folder, migrations)
            if index == 0 { try await addRows(folder) }
        }
        let engine = try SQLiteEngine(path: folder.database)
        let rows = try await engine.read { session throws(SQLFailure) in
            try session.query("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master", []) {
                $0.text(0)
            }
        }
        await engine.close()
        return rows.sorted()
    }

    @discardableResult
    private func migrate(_ folder: TemporaryFolder, _ migrations: [Migration]) async throws -> Int {
        let engine = try SQLiteEngine(path: folder.database)
        do {
            let change = try await engine.write { session throws(SQLFailure) in
                try Migrator(dialect: engine.dialect, migrations: migrations).migrate(session)
            }
            await engine.close()
            return change.to
        } catch {
            await engine.close()
            throw error
        }
    }

    private func addRows(_ folder: TemporaryFolder) async throws {
        let engine = try SQLiteEngine(path: folder.database)
        try await engine.write { session throws(SQLFailure) in
            let media = MediaRecord(
                id: key(1), conversation: nil, communication: nil, identity: nil, name: "a.png",
                mediaType: "image/png", bytesCount: 1, digest: nil, status: "uploading", createdAt: at(1))
            try MediaStore(session: session).save(media)
        }
        await engine.close()
    }
}

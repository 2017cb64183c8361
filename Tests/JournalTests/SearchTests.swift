import ContactCenter
import Foundation
import Testing

@testable import Journal
@testable import TestSupport

@Suite("Search: messages by their words, on both engines")
struct SearchTests {
    /// Commits messages with these texts, one a conversation, and indexes them.
    private static func fill(_ journal: SQLJournal, _ texts: [String]) async throws {
        for number in 1...texts.count {
            try await journal.commit(.message(.sample(number, in: number), after: 0)).ignore()
        }
        try await journal.indexForSearch(entries(texts), through: Position(Int64(texts.count)))
    }

    private static func entries(_ texts: [String]) -> [SearchEntry] {
        texts.enumerated().map { SearchEntry(position: Position(Int64($0 + 1)), tokens: SearchText($1).tokens) }
    }

    private static func find(
        _ journal: SQLJournal, _ text: String, before: Position? = nil, limit: Int = 100
    ) async throws -> (found: [Int64], next: Position?) {
        let query = try #require(SearchQuery(text))
        let page = try await journal.searchMessages(query.tokens, before: before, limit: limit)
        return (page.messages.map(\.position.value), page.next)
    }

    @Test("all words must be there; the newest come first", arguments: TestedEngine.allCases)
    func words(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            try await Self.fill(
                journal, ["返品したい", "Hello 返品", "hello", "送料 👍", "O'Neill's \"OR\" c:d", "NEAR and not"])
            for (text, found) in [
                ("返品", [2, 1]), ("品", [2, 1]), ("hello", [3, 2]), ("hello 返品", [2]), ("返送", []), ("👍", [4]),
                ("\"or\" neill", [5]), ("near", [6]), ("not", [6]), ("c:d", [5]), ("hell", []), ("料", [4]),
            ] as [(String, [Int64])] {
                #expect(try await Self.find(journal, text).found == found, "\(text)")
            }
            #expect(try await journal.searchMessages([], before: nil, limit: 10).messages.isEmpty)
        }
    }

    @Test("pages follow each other without a gap, over buckets", arguments: TestedEngine.allCases)
    func pages(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            // Positions far apart, as in a log that is mostly other events; the messages of most are not there.
            let step = SearchStore.bucketPositions / 3
            let positions = (1...200).map { Int64($0) * step }
            let entries = positions.map { SearchEntry(position: Position($0), tokens: ["common", "n\($0)"]) }
            try await journal.indexForSearch(entries, through: Position(positions.last ?? 0))
            let found = try await journal.read { [dialect = journal.engine.dialect] session throws(SQLFailure) in
                let store = SearchStore(session: session, dialect: dialect)
                var found: [[Int64]] = []
                var before: Position?
                repeat {
                    let (page, next) = try store.find(["common"], before: before, limit: 7)
                    found.append(page)
                    before = next
                } while before != nil
                found.append(try store.find(["common", "n\(step)"], before: nil, limit: 7).positions)
                found.append(try store.find(["common", "nothing"], before: nil, limit: 7).positions)
                return found
            }
            #expect(found.dropLast(2).flatMap { $0 } == positions.reversed())
            #expect(found.dropLast(2).allSatisfy { $0.count <= 7 })
            #expect(found.suffix(2) == [[step], []])
        }
    }

    @Test(
        "what comes again changes nothing, and what is behind the checkpoint is left out",
        arguments: TestedEngine.allCases)
    func again(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let texts = ["a b", "a c", "a d"]
            try await Self.fill(journal, texts)
            try await journal.indexForSearch(Self.entries(texts), through: Position(3))
            try await journal.indexForSearch(Array(Self.entries(texts).prefix(1)), through: Position(1))
            #expect(try await journal.searchPosition() == Position(3))
            #expect(try await Self.find(journal, "a").found == [3, 2, 1])
            // An empty batch moves the checkpoint.
            try await journal.indexForSearch([], through: Position(9))
            #expect(try await journal.searchPosition() == Position(9))
        }
    }

    @Test("an index that was emptied is filled again from the beginning", arguments: TestedEngine.allCases)
    func rebuild(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal in
            let texts = ["a b", "a c"]
            try await Self.fill(journal, texts)
            try await journal.clearSearch()
            #expect(try await journal.searchPosition() == .start)
            #expect(try await Self.find(journal, "a").found.isEmpty)
            try await journal.indexForSearch(Self.entries(texts), through: Position(2))
            #expect(try await Self.find(journal, "a").found == [2, 1])
        }
    }

    @Test("SQLite walks the index backwards from the newest, without sorting")
    func planOfSQLite() async throws {
        let folder = try TemporaryFolder()
        let engine = try SQLiteEngine(path: folder.database)
        let plan = try await engine.write { session throws(SQLFailure) in
            try Migrator(dialect: engine.dialect).migrate(session)
            return try session.query(
                SQL("EXPLAIN QUERY PLAN " + engine.dialect.search.find.text),
                [.text("\"a\""), .integer(0), .integer(9), .integer(1)]
            ) { $0.text(3) }
        }
        await engine.close()
        #expect(plan.count == 1 && plan[0].contains("message_search VIRTUAL TABLE INDEX"), "\(plan)")
    }

    @Test("PostgreSQL asks GIN, also for a word that is in every message, and only the newest bucket if that will do")
    func planOfPostgres() async throws {
        try await withDatabase(on: .postgres) { location async throws in
            guard case .postgres(let url) = location else { return }
            let server = try await PostgresServer.shared()
            let name = String(url.text.split(separator: "/").last ?? "")
            try await server.sql(
                """
                INSERT INTO message_search
                SELECT n, array_to_tsvector(ARRAY[(n / 16384) || ':common', (n / 16384) || ':n' || n])
                FROM generate_series(1, 200000) n;
                ANALYZE message_search
                """, in: name)
            let dialect = SearchDialect.gin
            for tokens in [["common"], ["common", "n100000"]] {
                let query = dialect.query(tokens, 5...6).replacing("'", with: "''")
                let plan = try await server.sql(
                    """
                    SET plan_cache_mode = force_generic_plan;
                    PREPARE q(text, bigint, bigint, bigint) AS \(dialect.find.text);
                    EXPLAIN (COSTS off) EXECUTE q('\(query)', 0, 200000, 10)
                    """, in: name)
                #expect(plan.contains("Bitmap Index Scan on message_search_tokens"), "\(plan)")
                #expect(!plan.contains("Seq Scan"), "\(plan)")
            }
            let query = dialect.query(["common"], 0...12).replacing("'", with: "''")
            let plan = try await server.sql(
                """
                PREPARE q(text, bigint, bigint, bigint) AS \(dialect.find.text);
                EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) EXECUTE q('\(query)', 0, 200000, 10)
                """, in: name)
            #expect(plan.contains("Function Scan on unnest part (actual rows=1 loops=1)"), "\(plan)")
        }
    }
}

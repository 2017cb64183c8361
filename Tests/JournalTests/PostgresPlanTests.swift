import ContactCenter
import Foundation
import Testing

@testable import Journal
@testable import TestSupport

/// The same queries on PostgreSQL, with the planner's own settings, on tables that are filled and analysed.
@Suite("Query plans of PostgreSQL")
struct PostgresPlanTests {
    @Test("every frequent query is found and ordered by an index")
    func plans() async throws {
        try await withDatabase(on: .postgres) { location async throws in
            guard case .postgres(let url) = location else { return }
            let server = try await PostgresServer.shared()
            let name = String(url.text.split(separator: "/").last ?? "")
            try await server.sql(Self.fill, in: name)
            let queries = PlanTests.all(.postgres)
            let statements = queries.enumerated().map { number, query in
                let nulls = [String](repeating: "NULL", count: PlanTests.placeholders(in: query.sql))
                let values = nulls.isEmpty ? "" : "(\(nulls.joined(separator: ", ")))"
                return """
                    PREPARE q\(number)\(Self.types[query.name] ?? "") AS \(query.sql.text);
                    SELECT '# \(query.name.replacing("'", with: "''"))';
                    EXPLAIN (COSTS off) EXECUTE q\(number)\(values);
                    """
            }
            let output = try await server.sql(
                "SET plan_cache_mode = force_generic_plan; \(statements.joined(separator: "\n"))", in: name)
            let plans = output.split(separator: "# ").map(String.init)
            #expect(plans.count == queries.count)
            for plan in plans {
                #expect(!plan.contains("Seq Scan"), "\(plan)")
                #expect(!plan.contains("Sort"), "\(plan)")
            }
        }
    }

    /// Parameters whose types a statement does not show; sessions tell them with the values.
    private static let types = ["an event appended": "(bigint, bigint, bytea, bigint, text, bigint, bytea)"]

    /// 20,000 rows a table, as they lie in a contact centre of some weeks.
    private static let fill = """
        INSERT INTO event SELECT n, 1, sha(n / 10), n % 10 + 1, 'noted', n, ''
        FROM generate_series(1, 20000) n;
        INSERT INTO message SELECT n, sha(n), sha(n / 50), sha(n / 10), sha(1), sha(2), 'm' || n, 1, 'received', n, ''
        FROM generate_series(1, 20000) n;
        INSERT INTO stream SELECT 1, sha(n), 1, (n % 20 = 0)::int, sha(n / 4), n, '' FROM generate_series(1, 20000) n;
        INSERT INTO checkpoint SELECT 'f' || n, n FROM generate_series(1, 2000) n;
        INSERT INTO identity SELECT sha(n), sha(n), sha(2), 'u' || n, NULL, '' FROM generate_series(1, 20000) n;
        INSERT INTO guest_session SELECT 'h' || n, sha(2), sha(n), n, 0, NULL FROM generate_series(1, 20000) n;
        INSERT INTO timer SELECT 't' || n, 1, sha(n), n, '' FROM generate_series(1, 20000) n;
        INSERT INTO outbox (
            id, lane, integration, message, conversation, due_at, attempts, error, is_head, is_parked, body)
        SELECT sha(n), sha(n / 5), sha(2), NULL, sha(n / 10), n, 0, NULL, (n % 5 = 0)::int, 0, ''
        FROM generate_series(1, 20000) n;
        INSERT INTO journey_session SELECT sha(n), sha(2), 'c' || n / 3, 'web', n, n, 1, 1, '', ''
        FROM generate_series(1, 20000) n;
        INSERT INTO journey_event SELECT sha(n % 5000 + 1), n, sha(n), 'page_viewed', n, ''
        FROM generate_series(1, 20000) n;
        INSERT INTO routing_decision SELECT sha(n / 10), sha(n), 'nobody', NULL, n, n, 1, ''
        FROM generate_series(1, 20000) n;
        INSERT INTO push_device SELECT sha(2), 'h' || n, sha(n), 'u' || n, 'd', 'APNS', 'en', 'ios', n, n
        FROM generate_series(1, 20000) n;
        INSERT INTO push_session SELECT sha(2), 'h' || n, 'u' || n, n FROM generate_series(1, 20000) n;
        INSERT INTO push_delivery SELECT sha(n % 5000 + 1), n, sha(n), sha(n), n, n, 0 FROM generate_series(1, 20000) n;
        INSERT INTO configuration SELECT 'queue', n::text, 'q' || n, 'q' || n, 1, 0, n, n, ''
        FROM generate_series(1, 20000) n;
        INSERT INTO token SELECT 'h' || n, 'access', n, 'c', sha(n / 3), '' FROM generate_series(1, 20000) n;
        INSERT INTO media SELECT sha(n), NULL, NULL, NULL, 'a', 'b', 1, NULL, 'uploading', n
        FROM generate_series(1, 20000) n;
        INSERT INTO guest_attachment
        SELECT sha(2), 'h' || n, 'a' || n, sha(n), 'a', 'b', 1, NULL,
            CASE n % 20 WHEN 0 THEN 'waiting' ELSE 'sent' END, CASE n % 20 WHEN 0 THEN n END
        FROM generate_series(1, 20000) n;
        INSERT INTO lease SELECT 'l' || n, 'o', 1, n FROM generate_series(1, 2000) n;
        INSERT INTO notification_channel SELECT 'h' || n, 'o' || n % 2000, sha(n / 3), 'c', n, ''
        FROM generate_series(1, 20000) n;
        UPDATE timer SET part = get_byte(stream_key, 15) & 15;
        UPDATE outbox SET part = get_byte(lane, 15) & 15;
        ANALYZE
        """.replacing(/sha\(([^()]*)\)/, with: { "substr(sha256((\($0.1))::text::bytea), 1, 16)" })
}

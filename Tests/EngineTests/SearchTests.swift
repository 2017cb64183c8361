import ContactCenter
@testable import Engine
import Foundation
import Journal
import Testing
@testable import TestSupport

@Suite("Search follows the log")
struct SearchTests {
    private static func texts(_ bench: EngineBench, _ text: String) async throws -> [String] {
        let query = try #require(SearchQuery(text))
        return try await bench.engine.search.find(query, skip: 0, limit: 10) { _ in true }.hits.map(\.text)
    }

    private static func eventually(_ bench: EngineBench, _ text: String, finds count: Int) async throws -> [String] {
        var seen: [String] = []
        _ = try await TestSupport.eventually {
            seen = try await texts(bench, text)
            return seen.count == count
        }
        return seen
    }

    @Test(
        "a message is found soon after it was written; a process that starts again goes on where the index is",
        arguments: TestedDatabase.allCases)
    func follows(on database: TestedDatabase) async throws {
        try await Place.use(database) { place async throws in
            try await EngineBench.run(at: place) { bench async throws in
                try await bench.write("返品したいです", id: "m-1")
                try await bench.write("送料はいくらですか", id: "m-2")
                #expect(try await Self.eventually(bench, "返品", finds: 1) == ["返品したいです"])
            }
            try await EngineBench.run(at: place) { bench async throws in
                try await bench.write("返品の送料", id: "m-3")
                #expect(try await Self.eventually(bench, "返品", finds: 2) == ["返品の送料", "返品したいです"])
                #expect(try await Self.eventually(bench, "送料", finds: 2).count == 2)
            }
        }
    }

    @Test("the index of a whole log is built again when it was emptied")
    func rebuild() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            try await bench.write("Hello", id: "m-1")
            #expect(try await Self.eventually(bench, "hello", finds: 1).count == 1)
            try await bench.engine.journal.clearSearch()
            #expect(try await Self.texts(bench, "hello").isEmpty)
            let events = try await bench.engine.journal.events(after: .start, limit: 1_000)
            // In two parts, one of them twice.
            for part in [events.prefix(2), events.prefix(2), events.dropFirst(2)] {
                try await SearchIndexer.index(Array(part), in: bench.engine.journal)
            }
            #expect(try await Self.texts(bench, "hello") == ["Hello"])
        }
    }

    @Test("pages count on, and who may not see a message does not find it")
    func pages() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            for number in 1...5 { try await bench.write("Table \(number)", id: "m-\(number)") }
            #expect(try await Self.eventually(bench, "table", finds: 5).count == 5)
            let query = try #require(SearchQuery("table"))
            let search = bench.engine.search
            let first = try await search.find(query, skip: 0, limit: 2) { _ in true }
            #expect(first.hits.map(\.text) == ["Table 5", "Table 4"] && first.count == 3 && first.isComplete)
            let last = try await search.find(query, skip: 4, limit: 2) { _ in true }
            #expect(last.hits.map(\.text) == ["Table 1"] && last.count == 5)
            let none = try await search.find(query, skip: 0, limit: 2) { _ in false }
            #expect(none.hits.isEmpty && none.count == 0)
        }
    }
}

import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("Journeys of customers")
struct JourneyTests {
    private func visit(_ number: Int, of customer: String = "c", at milliseconds: Int64) -> JourneySessionRecord {
        var visit = JourneySessionRecord(
            id: key(number), deployment: key(90), customer: customer, kind: "web", startedAt: at(milliseconds))
        visit.first = Data("first \(number)".utf8)
        visit.latest = Data("latest \(number)".utf8)
        return visit
    }

    private func event(_ number: Int, at milliseconds: Int64) -> JourneyEventRecord {
        JourneyEventRecord(
            id: key(number), session: key(0), sequence: 0, name: "page_viewed", at: at(milliseconds),
            body: Data("\(number)".utf8))
    }

    @discardableResult
    private func record(
        _ number: Int, at milliseconds: Int64, since: Int64, isView: Bool = true, in journal: SQLJournal
    ) async throws -> JourneySessionRecord {
        try await journal.recordJourney(
            event(number, at: milliseconds), in: visit(number, at: milliseconds), isView: isView, since: at(since),
            eventsMax: 3)
    }

    @Test("events of one visit are counted together, until nothing was heard", arguments: TestedEngine.allCases)
    func visits(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let first = try await record(1, at: 100, since: 0, in: journal)
            #expect(first.id == key(1) && first.eventsCount == 1 && first.viewsCount == 1)
            let second = try await record(2, at: 200, since: 50, isView: false, in: journal)
            #expect(second.id == key(1) && second.eventsCount == 2 && second.viewsCount == 1)
            #expect(second.first == Data("first 1".utf8) && second.latest == Data("latest 2".utf8))
            #expect(try await journal.journey(key(1)) == second)
            try await journal.touchJourney(key(1), at: at(300))
            let current = try await journal.currentJourney(of: "c", deployment: key(90), kind: "web", since: at(250))
            #expect(current?.id == key(1))
            let other = try await journal.currentJourney(of: "c", deployment: key(90), kind: "app", since: at(0))
            #expect(other == nil)
            #expect(try await record(3, at: 900, since: 300, in: journal).id == key(3), "it was over")
        }
    }

    @Test("of one visit so many events are kept, and they are listed newest first", arguments: TestedEngine.allCases)
    func events(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            for number in 1...5 { try await record(number, at: Int64(number), since: 0, in: journal) }
            let page = try await journal.journeyEvents(of: key(1), before: nil, limit: 2)
            #expect(page.map(\.sequence) == [5, 4] && page.map(\.id) == [key(5), key(4)])
            #expect(try await journal.journeyEvents(of: key(1), before: 4, limit: 9).map(\.sequence) == [3])
            #expect(try await journal.journey(key(1))?.eventsCount == 5)
        }
    }

    @Test("visits of long ago are forgotten with their events", arguments: TestedEngine.allCases)
    func forgetting(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await record(1, at: 100, since: 0, in: journal)
            try await record(2, at: 500, since: 400, in: journal)
            #expect(try await journal.forgetJourneys(endedBy: at(100), limit: 10) == 1)
            #expect(try await journal.journey(key(1)) == nil)
            #expect(try await journal.journeyEvents(of: key(1), before: nil, limit: 9).isEmpty)
            #expect(try await journal.journey(key(2)) != nil)
        }
    }
}

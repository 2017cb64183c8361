import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("Decisions of routing")
struct RoutingDecisionTests {
    private func decision(
        _ number: Int, on conversation: Int = 1, at milliseconds: Int64, participant: Int? = nil
    ) -> RoutingDecisionRecord {
        var record = RoutingDecisionRecord(
            conversation: key(conversation), id: key(number), outcome: participant == nil ? .nobody : .assigned,
            decidedAt: at(milliseconds), body: Data("\(number)".utf8))
        record.participant = participant.map { key($0) }
        return record
    }

    @Test("are listed by conversation, newest first, in pages", arguments: TestedEngine.allCases)
    func listing(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            #expect(journal.keepsDecisions)
            let all = [decision(1, at: 10), decision(2, at: 20, participant: 77), decision(3, at: 30)]
            try await journal.recordDecisions(
                all + [decision(4, on: 2, at: 5)], repeated: [], rowsMax: 9)
            #expect(try await journal.decisions(on: key(1), before: nil, limit: 9) == all.reversed())
            #expect(try await journal.decisions(on: key(1), before: nil, limit: 1) == [all[2]])
            #expect(try await journal.decisions(on: key(1), before: key(3), limit: 1) == [all[1]])
            #expect(try await journal.decisions(on: key(3), before: nil, limit: 9).isEmpty)
        }
    }

    @Test(
        "the same said again is the same record, seen later; written twice it is there once",
        arguments: TestedEngine.allCases)
    func repetition(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let first = decision(1, at: 10)
            try await journal.recordDecisions([first], repeated: [], rowsMax: 9)
            let again = RoutingDecisionRepetition(conversation: key(1), id: key(1), lastAt: at(50), timesCount: 3)
            let unknown = RoutingDecisionRepetition(conversation: key(1), id: key(8), lastAt: at(50), timesCount: 3)
            try await journal.recordDecisions([first], repeated: [again, unknown], rowsMax: 9)
            let kept = try await journal.decisions(on: key(1), before: nil, limit: 9)
            #expect(kept.map(\.id) == [key(1)] && kept.first?.decidedAt == at(10))
            #expect(kept.first?.lastAt == at(50) && kept.first?.timesCount == 3)
        }
    }

    @Test("of one conversation so many are kept, the newest", arguments: TestedEngine.allCases)
    func pruning(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await journal.recordDecisions([decision(9, on: 2, at: 1)], repeated: [], rowsMax: 2)
            for number in 1...4 {
                try await journal.recordDecisions([decision(number, at: Int64(number))], repeated: [], rowsMax: 2)
            }
            #expect(try await journal.decisions(on: key(1), before: nil, limit: 9).map(\.id) == [key(4), key(3)])
            #expect(try await journal.decisions(on: key(2), before: nil, limit: 9).count == 1)
        }
    }

    @Test("those of long ago are forgotten, by when they held last", arguments: TestedEngine.allCases)
    func forgetting(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let again = RoutingDecisionRepetition(conversation: key(1), id: key(1), lastAt: at(90), timesCount: 2)
            try await journal.recordDecisions(
                [decision(1, at: 10), decision(2, at: 20), decision(3, at: 30)], repeated: [again], rowsMax: 9)
            #expect(try await journal.forgetDecisions(by: at(30), limit: 1) == 1)
            #expect(try await journal.forgetDecisions(by: at(30), limit: 9) == 1)
            #expect(try await journal.decisions(on: key(1), before: nil, limit: 9).map(\.id) == [key(1)])
        }
    }
}

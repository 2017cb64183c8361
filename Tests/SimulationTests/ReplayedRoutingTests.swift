import ContactCenter
import Testing

@testable import Engine
@testable import Simulation

@Suite("What the server routes by, a replay routes by")
struct ReplayedRoutingTests {
    private static let opening = Process.epoch + .seconds(60)
    private static let closing = opening + .hours(8)

    /// Lived through once: nothing in it depends on what is looked at.
    private static let day = CalmDay.live(seed: 4)

    private static func traffic() async throws -> RecordedTraffic {
        try await RecordedTraffic.read(try #require(day), from: opening, to: closing, lead: .seconds(0))
    }

    private static func candidate(_ text: JSONValue, _ traffic: RecordedTraffic) throws -> Candidate {
        try Candidate(text, name: "other", over: traffic) { _, _, _ in }
    }

    private static func queue(_ name: String, _ traffic: RecordedTraffic) throws -> String {
        try #require(traffic.configuration.known.first { $0.kind == .queue && $0.name == name }).id
    }

    // MARK: Overflow

    @Test("those who wait too long are passed on as the candidate says, keep their turn, and wait on")
    func overflow() async throws {
        let traffic = try await Self.traffic()
        let (support, sales) = (try Self.queue("Support", traffic), try Self.queue("Sales", traffic))
        func rounds(after seconds: Int64) throws -> [RecordedInteraction] {
            let overflow: JSONValue = ["queue": ["id": .string(sales)], "afterSeconds": .integer(seconds)]
            let candidate = try Self.candidate(
                ["queues": ["Support": ["inQueue": ["overflow": overflow]]]], traffic)
            var run = ReplayRun(traffic, Habits(traffic), candidate, .init())
            return run.run()
        }
        let passed = try rounds(after: 45).filter { $0.routing.passed?.map(\.description) == [support] }
        #expect(passed.count > 10)
        #expect(passed.allSatisfy { $0.routing.queue.description == sales })
        #expect(passed.allSatisfy { $0.queuedAt - ($0.routing.waitingSince ?? $0.queuedAt) >= .seconds(45) })
        #expect(passed.contains { $0.outcome == .answered })
        #expect(try rounds(after: 28_800).allSatisfy { $0.routing.passed == nil })
    }

    @Test("a wait that was passed on in the record is one wait, since the replay passes it on by itself")
    func recordedOverflow() {
        let at = Process.epoch
        func round(_ number: UInt64, _ queue: UInt64, _ cause: RecordedInteraction.Cause) -> RecordedInteraction {
            RecordedInteraction(
                conversation: ConversationID(high: 1, low: 1), leg: CommunicationID(high: 1, low: number), cause: cause,
                routing: RoutingRequest(queue: QueueID(high: 1, low: queue)),
                queuedAt: at + .seconds(Int64(number) * 60))
        }
        var first = round(1, 1, .arrived)
        (first.outcome, first.endedAt, first.lastStep) = (.removed, at + .seconds(120), .overflow)
        var second = round(2, 2, .transferred(from: nil))
        (second.outcome, second.endedAt) = (.abandoned, at + .seconds(150))
        let joined = ReplayedRound.chained([first, second])
        #expect(joined.map(\.recorded.outcome) == [.abandoned])
        #expect(joined.first?.recorded.wait(until: at) == .seconds(90))
        first.lastStep = nil
        #expect(ReplayedRound.chained([first, second]).count == 2)
    }

    @Test("a candidate that asks for a prediction that nobody learnt is refused")
    func nothingLearnt() async throws {
        let traffic = try await Self.traffic()
        #expect {
            try Self.candidate(["queues": ["Support": ["predictiveRouting": true]]], traffic)
        } throws: {
            "\($0)".hasPrefix("queues.Support.predictiveRouting: the queue has no predictor")
        }
    }
}

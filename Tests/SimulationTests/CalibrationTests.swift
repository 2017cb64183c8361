import ContactCenter
import Testing

@testable import Engine
@testable import Simulation

@Suite("A day that the real engine lived through, gone through again")
struct CalibrationTests {
    private static let opening = Process.epoch + .seconds(60)
    private static let closing = opening + .hours(8)

    private static func traffic(seed: UInt64) async throws -> RecordedTraffic {
        let log = try #require(CalmDay.live(seed: seed))
        return try await RecordedTraffic.read(log, from: opening, to: closing, lead: .seconds(0))
    }

    /// The stated errors; docs/what-if.md repeats them.
    @Test("the unchanged configuration gives the recorded day within the stated errors", arguments: [1, 2])
    func calibration(seed: UInt64) async throws {
        let traffic = try await Self.traffic(seed: seed)
        let replay = try Replay(traffic)
        let recorded = replay.recorded()
        #expect(recorded.all.offered >= 300 && recorded.queues.count == 3)
        #expect(recorded.all.abandoned >= 5 && recorded.all.declined >= 5 && recorded.all.timedOut >= 3)
        #expect(traffic.approximatedCount == 0)

        let again = ReplayDeviation(of: replay.run(), from: recorded)
        #expect(abs(try #require(again.waitMeanMs)) <= 0.05 * (try #require(recorded.all.waitMeanMs)))
        #expect(abs(try #require(again.serviceLevel)) <= 0.02)
        #expect(abs(try #require(again.abandonment)) <= 0.01)
        #expect(abs(try #require(again.occupancy)) <= 0.02)
        #expect(try #require(again.answersMoved) <= 0.10)

        let drawn = (1...5).map { seed in
            ReplayDeviation(of: replay.run(.unchanged, .init(seed: seed, followsRecord: false)), from: recorded)
        }
        func mean(_ value: (ReplayDeviation) -> Double?) -> Double {
            drawn.compactMap(value).reduce(0, +) / Double(drawn.count)
        }
        #expect(abs(mean(\.waitMeanMs)) <= 0.25 * (try #require(recorded.all.waitMeanMs)))
        #expect(abs(mean(\.serviceLevel)) <= 0.08)
        #expect(abs(mean(\.abandonment)) <= 0.05)
        #expect(mean(\.answersMoved) <= 0.20)
    }

    @Test("the same seed gives the same figures, and a candidate with more agents makes waits shorter")
    func candidates() async throws {
        let traffic = try await Self.traffic(seed: 3)
        let replay = try Replay(traffic)
        let text: JSONValue = [
            "agents": [["like": "Agent 0", "name": "Zoe"], ["like": "Agent 1"], ["like": "Agent 2"]],
            "queues": ["Support": ["skillEvaluationMethod": "BEST"]],
        ]
        let more = try Candidate(text, name: "more", over: traffic) { _, _, _ in }
        let first = replay.run(more)
        let second = replay.run(more)
        #expect(first.all.waitMeanMs == second.all.waitMeanMs)
        #expect(try #require(first.all.waitMeanMs) < (try #require(replay.run().all.waitMeanMs)))
        #expect(replay.names([more]).values.contains("Zoe"))
    }
}

import ContactCenter
import Testing

@testable import Engine
@testable import Simulation

@Suite("A day that the real engine lived through, gone through again")
struct CalibrationTests {
    private static let opening = Process.epoch + .seconds(60)
    private static let closing = opening + .hours(8)

    /// How far a replay may be from the record: the wait and the answers in parts of the recorded, the rest in points.
    struct Bounds: Sendable {
        let wait: Double
        let serviceLevel: Double
        let abandonment: Double
        let answersMoved: Double

        /// The stated errors; docs/what-if.md repeats them.
        static let ofQuietDays = Bounds(wait: 0.05, serviceLevel: 0.02, abandonment: 0.01, answersMoved: 0.10)
        static let ofEventfulDays = Bounds(wait: 0.08, serviceLevel: 0.03, abandonment: 0.02, answersMoved: 0.10)
        static let drawn = Bounds(wait: 0.15, serviceLevel: 0.05, abandonment: 0.03, answersMoved: 0.10)

        func hold(_ found: ReplayDeviation, from recorded: ReplayFigures) throws {
            #expect(abs(try #require(found.waitMeanMs)) <= wait * (try #require(recorded.all.waitMeanMs)))
            #expect(abs(try #require(found.serviceLevel)) <= serviceLevel)
            #expect(abs(try #require(found.abandonment)) <= abandonment)
            #expect(try #require(found.answersMoved) <= answersMoved)
        }
    }

    private static func traffic(_ log: DayLog?) async throws -> RecordedTraffic {
        try await RecordedTraffic.read(try #require(log), from: opening, to: closing, lead: .seconds(0))
    }

    private static func calibrate(_ traffic: RecordedTraffic, within bounds: Bounds) throws {
        let replay = try Replay(traffic)
        let recorded = replay.recorded()
        #expect(recorded.all.offered >= 300 && recorded.queues.count == 3)
        #expect(recorded.all.abandoned >= 5 && recorded.all.declined >= 5 && recorded.all.timedOut >= 3)
        #expect(traffic.approximatedCount == 0)

        let again = ReplayDeviation(of: replay.run(), from: recorded)
        try bounds.hold(again, from: recorded)
        #expect(abs(try #require(again.occupancy)) <= 0.02)

        let drawn = (1...5).map { seed in
            ReplayDeviation(of: replay.run(.unchanged, .init(seed: seed, followsRecord: false)), from: recorded)
        }
        func mean(_ value: (ReplayDeviation) -> Double?) -> Double {
            drawn.compactMap(value).reduce(0, +) / Double(drawn.count)
        }
        var means = again
        (means.waitMeanMs, means.serviceLevel) = (mean(\.waitMeanMs), mean(\.serviceLevel))
        (means.abandonment, means.answersMoved) = (mean(\.abandonment), mean(\.answersMoved))
        try Bounds.drawn.hold(means, from: recorded)
    }

    @Test("the unchanged configuration gives a quiet day within the stated errors")
    func quiet() async throws {
        try Self.calibrate(try await Self.traffic(CalmDay.live(seed: 2)), within: .ofQuietDays)
    }

    /// Of six days the two on which the replay was the farthest from the record.
    @Test(
        "the unchanged configuration gives a day with overflows, a conditional group and closures within them",
        arguments: [4, 5])
    func eventful(seed: UInt64) async throws {
        let traffic = try await Self.traffic(CalmDay.live(seed: seed, isEventful: true))
        try Self.calibrate(traffic, within: .ofEventfulDays)

        var run = ReplayRun(traffic, Habits(traffic), .unchanged, .init())
        let again = run.run()
        func near(_ most: Int, _ least: Int, _ count: ([RecordedInteraction]) throws -> Int) rethrows {
            let (recorded, replayed) = (try count(traffic.rounds), try count(again))
            #expect(recorded >= least && abs(recorded - replayed) <= most, "\(replayed) instead of \(recorded)")
        }
        near(8, 100) { $0.count { $0.lastStep == .overflow } }
        near(4, 20) { $0.count { $0.outcome == .letGo && $0.closure == .emergency } }
        near(4, 20) { $0.count { $0.closure == .closed } }
        try near(8, 10) { try Self.reserveAnswers($0, traffic) }
    }

    /// Answers in Support by those whom only the conditional group lets in.
    private static func reserveAnswers(_ rounds: [RecordedInteraction], _ traffic: RecordedTraffic) throws -> Int {
        let rows = traffic.configuration.known
        let support = try #require(rows.first { $0.kind == .queue && $0.name == "Support" }).id
        let members = Set(rows.filter { $0.kind == .queueMember && $0.id.hasPrefix(support) }.map(\.id))
        return rounds.count { round in
            guard let user = round.answer?.user, round.routing.queue.description == support, !round.isPassed
            else { return false }
            return !members.contains("\(support)/\(user)")
        }
    }

    @Test("the same seed gives the same figures, and a candidate with more agents makes waits shorter")
    func candidates() async throws {
        let traffic = try await Self.traffic(CalmDay.ordinary)
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

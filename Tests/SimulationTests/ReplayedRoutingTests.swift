import ContactCenter
import Journal
import Routing
import Testing

@testable import Engine
@testable import Simulation

@Suite("What the server routes by, a replay routes by")
struct ReplayedRoutingTests {
    private static let opening = Process.epoch + .seconds(60)
    private static let closing = opening + .hours(8)

    private static var day: DayLog? { CalmDay.ordinary }

    /// The day, with rows that its configuration did not have.
    private static func traffic(_ more: [ConfigurationRecord] = []) async throws -> RecordedTraffic {
        let day = try #require(day)
        let log = DayLog(events: day.events, rows: day.rows + more)
        return try await RecordedTraffic.read(log, from: opening, to: closing, lead: .seconds(0))
    }

    private static func row(
        _ kind: EntityKind, _ id: String, _ body: JSONValue, at: Instant = Process.epoch
    ) throws -> ConfigurationRecord {
        ConfigurationRecord(
            kind: kind.rawValue, id: id, name: nil, version: 1, createdAt: at, modifiedAt: at,
            body: try JSON.encode(body))
    }

    /// How many conversations of Support each agent answers.
    private static func answers(_ candidate: Candidate, _ traffic: RecordedTraffic) throws -> [UserID: Int] {
        var run = ReplayRun(traffic, Habits(traffic), candidate, .init())
        let support = try queue("Support", traffic)
        var found: [UserID: Int] = [:]
        for round in run.run() where round.routing.queue.description == support {
            if let user = round.answer?.user { found[user, default: 0] += 1 }
        }
        return found
    }

    private static func candidate(_ text: JSONValue, _ traffic: RecordedTraffic) throws -> Candidate {
        try Candidate(text, name: "other", over: traffic) { _, _, _ in }
    }

    private static func queue(_ name: String, _ traffic: RecordedTraffic) throws -> String {
        try #require(traffic.configuration.known.first { $0.kind == .queue && $0.name == name }).id
    }

    @Test("who learns from a day and who goes through it again see the same conversations")
    func together() async throws {
        let (day, traffic) = (try #require(Self.day), try await Self.traffic())
        var past = PastCases(directory: Directory(journal: nil, surroundings: .live), returnWindow: .hours(72))
        var reader = try await PastReader(day, from: Self.opening, to: Self.closing)
        while try await reader.next(into: &past) {}
        func key(_ user: UserID, _ since: Instant, _ asked: Instant?) -> [String] {
            [user.description, "\(since.milliseconds)", "\(asked?.milliseconds ?? 0)"]
        }
        let cases = Dictionary(
            uniqueKeysWithValues: past.cases.map { (key($0.agent, $0.interaction.since, $0.interaction.at), $0) })
        let rounds = traffic.rounds.filter { $0.outcome == .answered }
        #expect(cases.count == rounds.count && rounds.count > 300)
        for round in rounds {
            let answer = try #require(round.answer)
            let entry = try #require(cases[key(answer.user, round.queuedAt, round.offers.last?.at)])
            #expect(entry.interaction.traits == round.traits)
            #expect(entry.outcome.isTransferred == answer.end.map { $0 == .transfer })
            guard let handling = round.handling else { continue }
            #expect(entry.outcome.handleSeconds == Double(handling.milliseconds) / 1_000)
        }
    }

    // MARK: Conditional groups

    @Test("a conditional group is let in while its condition holds in simulated time, and else not")
    func groups() async throws {
        let day = try #require(Self.day)
        let group = MemberGroupID(high: 7, low: 7).description
        let skill = try #require(day.rows.first { $0.kind == EntityKind.skill.rawValue }).id
        let condition: JSONValue = [
            "routingSkill": .string(skill), "comparator": "GreaterThanOrEqualTo", "proficiency": 1,
        ]
        let body: JSONValue = ["skillConditions": [["operation": "And", "routingSkillConditions": [condition]]]]
        let traffic = try await Self.traffic([try Self.row(.skillGroup, group, body)])
        // Who answers in Support only by the group.
        let own = Set(try Self.answers(.unchanged, traffic).keys)
        func reserve(_ comparison: String, _ seconds: Int64) throws -> Int {
            let rule: JSONValue = [
                "metric": "EstimatedWaitTime", "operator": .string(comparison), "conditionValue": .integer(seconds),
                "waitSeconds": 0, "groups": [["id": .string(group), "type": "SKILLGROUP"]],
            ]
            let text: JSONValue = ["queues": ["Support": ["conditionalGroupRouting": ["rules": [rule]]]]]
            let answers = try Self.answers(try Self.candidate(text, traffic), traffic)
            return answers.filter { !own.contains($0.key) }.values.reduce(0, +)
        }
        #expect(try reserve("GreaterThan", 60) > 0)
        #expect(try reserve("GreaterThan", 86_400) == 0)
        #expect(try reserve("LessThan", 0) == 0)
    }

    // MARK: Prediction

    /// A model by which an agent is the faster, the later the agent comes in the list.
    private static func learnt(_ agents: [UserID], in queue: QueueID) throws -> JSONValue {
        var cases: [RoutedCase] = []
        for number in 0..<900 {
            let at = Instant(milliseconds: Process.epoch.milliseconds - Int64(900 - number) * 600_000)
            let index = number % agents.count
            var entry = RoutedCase(
                PredictedInteraction(queue: queue, traits: InteractionTraits(channel: "open"), since: at, at: at),
                agent: agents[index], candidates: agents.map { PredictedAgent($0) })
            entry.outcome.handleSeconds = Double(900 - 80 * index + number % 7 * 10)
            cases.append(entry)
        }
        let training = Training(cases, learning: Learning(.handleTime))
        #expect(training.verdict == .ranks)
        return [
            "report": try JSON.decode(JSONValue.self, from: JSON.encode(TrainingReport(training))),
            "model": try JSON.decode(JSONValue.self, from: JSON.encode(training.model)),
        ]
    }

    /// The day with a predictor of Support and a model that were made at a moment; who is the fastest by it.
    private static func predicted(at made: Instant) async throws -> (traffic: RecordedTraffic, fastest: UserID) {
        let plain = try await traffic()
        let support = try queue("Support", plain)
        let agents = try answers(.unchanged, plain).keys.sorted()
        let id = "0a000000-0000-4000-8000-000000000001"
        let rows = [
            try row(
                .predictor, id, ["queueIds": [.string(support)], "kpi": "HandleTime", "comparisonShare": 0.01],
                at: made),
            try row(.predictorModel, id + "/1", try learnt(agents, in: try #require(QueueID(support))), at: made),
        ]
        return (try await traffic(rows), try #require(agents.last))
    }

    @Test("a queue's model ranks from when it was made, and a candidate has it rank all the time or never")
    func prediction() async throws {
        let (late, fastest) = try await Self.predicted(at: Self.closing + .hours(1))
        func count(_ isRanked: Bool?, _ traffic: RecordedTraffic) throws -> Int {
            guard let isRanked else { return try Self.answers(.unchanged, traffic)[fastest] ?? 0 }
            let text: JSONValue = ["queues": ["Support": ["predictiveRouting": .bool(isRanked)]]]
            return try Self.answers(try Self.candidate(text, traffic), traffic)[fastest] ?? 0
        }
        let unranked = try count(nil, late)
        let ranked = try count(true, late)
        #expect(ranked > unranked + unranked / 4, "\(ranked) instead of \(unranked)")
        #expect(try count(false, late) == unranked)

        let early = try await Self.predicted(at: Process.epoch).traffic
        #expect(try count(nil, early) == ranked)
        #expect(try count(false, early) == unranked)
        let half = try count(nil, try await Self.predicted(at: Self.opening + .hours(4)).traffic)
        #expect(half > unranked && half < ranked, "\(half) between \(unranked) and \(ranked)")
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

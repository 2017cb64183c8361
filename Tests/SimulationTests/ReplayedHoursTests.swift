import ContactCenter
import Testing

@testable import Engine
@testable import Simulation

@Suite("A replay closes queues as the server does")
struct ReplayedHoursTests {
    private static let opening = Process.epoch + .seconds(60)
    private static let closing = opening + .hours(8)
    /// 2023-11-15T02:00:00Z to 04:00:00Z, in Tokyo 11 to 13 o'clock: in the midst of the day.
    private static let shuts = Instant(milliseconds: 1_700_013_600_000)
    private static let opens = shuts + .hours(2)

    private static func traffic() async throws -> RecordedTraffic {
        try await RecordedTraffic.read(try #require(CalmDay.ordinary), from: opening, to: closing, lead: .seconds(0))
    }

    private static func queue(_ name: String, _ traffic: RecordedTraffic) throws -> String {
        try #require(traffic.configuration.known.first { $0.kind == .queue && $0.name == name }).id
    }

    /// Support is closed for two hours, and does this then.
    private static func siesta(_ policy: JSONValue, _ traffic: RecordedTraffic) throws -> [RecordedInteraction] {
        let text: JSONValue = [
            "schedules": [
                "Always": ["start": "2023-11-01T00:00:00", "end": "2023-12-01T00:00:00"],
                "Siesta": [
                    "start": "2023-11-13T11:00:00", "end": "2023-11-13T13:00:00", "rrule": "FREQ=DAILY;COUNT=3",
                ],
            ],
            "scheduleGroups": [
                "Hours": [
                    "timeZone": "Asia/Tokyo", "openSchedules": [["id": "Always"]],
                    "closedSchedules": [["id": "Siesta"]],
                ]
            ],
            "queues": ["Support": ["inQueue": ["scheduleGroup": ["id": "Hours"], "closed": policy]]],
        ]
        let candidate = try Candidate(text, name: "siesta", over: traffic) { _, _, _ in }
        var run = ReplayRun(traffic, Habits(traffic), candidate, .init())
        return run.run()
    }

    private static func figures(_ rounds: [RecordedInteraction], _ traffic: RecordedTraffic) -> ReplayFigures.Closed {
        ReplayFigures(rounds, [], of: traffic, targets: [:]).all.closed
    }

    @Test("nobody is offered while it is closed; those who wait stay, and are answered when it opens")
    func waiting() async throws {
        let traffic = try await Self.traffic()
        let support = try Self.queue("Support", traffic)
        let rounds = try Self.siesta(["action": "WAIT"], traffic)
        let here = rounds.filter { $0.routing.queue.description == support && !$0.isPassed }
        let offers = here.flatMap(\.offers).map(\.at)
        #expect(!offers.contains { $0 >= Self.shuts && $0 < Self.opens })
        #expect(offers.contains { $0 < Self.shuts } && offers.contains { $0 >= Self.opens })
        let met = here.filter { $0.closure == .closed }
        #expect(met.allSatisfy { $0.queuedAt < Self.opens && ($0.endedAt ?? Self.closing) >= Self.shuts })
        let closed = Self.figures(rounds, traffic)
        #expect(closed.met == met.count && closed.met > 20)
        #expect(closed.answered > 0 && closed.abandoned > 0 && closed.letGo == 0 && closed.passedOn == 0)
        // Elsewhere it is a day like any other.
        #expect(rounds.allSatisfy { $0.closure == nil || $0.routing.queue.description == support })
    }

    @Test("those who meet it closed are let go, and those who leave did not abandon")
    func lettingGo() async throws {
        let traffic = try await Self.traffic()
        let rounds = try Self.siesta(["action": "DISCONNECT"], traffic)
        let closed = Self.figures(rounds, traffic)
        #expect(closed.met > 20 && closed.letGo == closed.met)
        let gone = rounds.filter { $0.outcome == .letGo }
        #expect(gone.count == closed.met && gone.allSatisfy { $0.lastStep == .closed(.closed) })
        #expect(gone.allSatisfy { ($0.endedAt ?? .init(milliseconds: 0)) >= Self.shuts && $0.queuedAt < Self.opens })
    }

    @Test("those who meet it closed are passed on, and keep their turn")
    func passingOn() async throws {
        let traffic = try await Self.traffic()
        let (support, sales) = (try Self.queue("Support", traffic), try Self.queue("Sales", traffic))
        let rounds = try Self.siesta(["action": "OVERFLOW", "queue": ["id": .string(sales)]], traffic)
        let closed = Self.figures(rounds, traffic)
        #expect(closed.met > 20 && closed.passedOn == closed.met)
        let passed = rounds.filter { $0.routing.passed?.map(\.description) == [support] }
        #expect(passed.count == closed.met && passed.contains { $0.outcome == .answered })
        #expect(passed.allSatisfy { $0.routing.queue.description == sales && $0.routing.waitingSince != nil })
    }

    @Test("an overflow leads nowhere while the other queue is closed by its emergency group")
    func emergency() async throws {
        let traffic = try await Self.traffic()
        let (support, sales) = (try Self.queue("Support", traffic), try Self.queue("Sales", traffic))
        func passed(_ isEmergency: Bool) throws -> Int {
            let overflow: JSONValue = ["queue": ["id": .string(sales)], "afterSeconds": 45]
            let text: JSONValue = [
                "emergencyGroups": ["Fire": ["enabled": .bool(isEmergency)]],
                "queues": [
                    "Support": ["inQueue": ["overflow": overflow]],
                    "Sales": ["inQueue": ["emergencyGroup": ["id": "Fire"]]],
                ],
            ]
            let candidate = try Candidate(text, name: "fire", over: traffic) { _, _, _ in }
            var run = ReplayRun(traffic, Habits(traffic), candidate, .init())
            let rounds = run.run()
            #expect(rounds.contains { $0.closure == .emergency } == isEmergency)
            return rounds.count { $0.routing.passed?.map(\.description) == [support] }
        }
        #expect(try passed(false) > 10)
        #expect(try passed(true) == 0)
    }

    @Test("a group that is none of the span and that no queue goes by is refused: it is a mistyped name")
    func mistyped() async throws {
        let traffic = try await Self.traffic()
        let text: JSONValue = ["emergencyGroups": ["Fyre": ["enabled": true]]]
        #expect {
            _ = try Candidate(text, name: "fyre", over: traffic) { _, _, _ in }
        } throws: { "\($0)".hasPrefix("emergencyGroups.Fyre:") }
    }

    @Test("a name that two people have is refused, with their ids")
    func namesakes() async throws {
        let traffic = try await Self.traffic()
        let people = traffic.configuration.known.filter { $0.kind == .user }.prefix(2)
        let namesakes = people.map { person in
            var person = person
            person.name = "Ann"
            return person
        }
        var reader = CandidateReader(directory: Directory(of: namesakes)) { _, _, _ in }
        #expect {
            try reader.read(["users": ["Ann": ["skills": [:]]]])
        } throws: { error in namesakes.allSatisfy { "\(error)".contains($0.id) } }
    }

    @Test("what closed queues did in the record is found anew: a wait passed on is one, who was let go may wait on")
    func recorded() {
        let at = Process.epoch
        func round(_ number: UInt64, _ cause: RecordedInteraction.Cause) -> RecordedInteraction {
            RecordedInteraction(
                conversation: ConversationID(high: 1, low: 1), leg: CommunicationID(high: 1, low: number), cause: cause,
                routing: RoutingRequest(queue: QueueID(high: 1, low: number)),
                queuedAt: at + .seconds(Int64(number) * 60))
        }
        var first = round(1, .arrived)
        (first.outcome, first.endedAt, first.lastStep) = (.removed, at + .seconds(120), .closed(.holiday))
        first.closure = .holiday
        var second = round(2, .transferred(from: nil))
        (second.outcome, second.endedAt, second.lastStep) = (.letGo, at + .seconds(150), .closed(.closed))
        let joined = ReplayedRound.chained([first, second])
        #expect(joined.map(\.recorded.outcome) == [.letGo])
        #expect(joined.map(\.told.closure) == [nil])
    }
}

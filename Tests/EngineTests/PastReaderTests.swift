import ContactCenter
@testable import Engine
import Foundation
import Journal
import Testing

@Suite("The past of routing, read from a log that the engine wrote and still writes")
struct PastReaderTests {
    @Test("rounds of waiting are told with offers, answers, handling and ends", arguments: TestedDatabase.allCases)
    func rounds(on database: TestedDatabase) async throws {
        try await Place.use(database) { place async throws in
            try await EngineBench.run(at: place) { bench in
                let from = bench.clock.now
                try await Self.live(bench)
                let told = try await Self.read(place, from: from, to: bench.clock.now)
                let rounds = told.rounds
                #expect(rounds.map(\.outcome) == [.answered, .answered, .abandoned])
                #expect(rounds.map(\.cause) == [.arrived, .transferred(from: bench.kenji), .arrived])
                #expect(rounds.allSatisfy { $0.routing.queue == bench.support && $0.platform == .webmessaging })
                #expect(rounds[0].offers.map(\.user) == [bench.hana, bench.kenji])
                #expect(rounds[0].offers.map(\.outcome) == [.declined, .answered])
                #expect(rounds[0].answer?.user == bench.kenji)
                #expect(rounds[0].answer?.end == .transfer)
                let handling = try #require(rounds[0].handling)
                #expect(handling >= .seconds(60 + 5) && handling < .seconds(67))
                #expect(rounds[1].answer?.user == bench.hana)
                #expect(rounds[1].answer?.concurrency == 1)
                #expect(rounds[2].offers.last?.outcome == .withdrawn)
                #expect(rounds[2].wait(until: from) >= .seconds(5))
                #expect(told.readiness.filter { $0.change == .onQueue(true) }.map(\.user) == [bench.hana, bench.kenji])
            }
        }
    }

    @Test("what began before the span is known: who was on queue, and whose hands were full")
    func beginning() async throws {
        try await Place.use(.sqlite) { place async throws in
            try await EngineBench.run(at: place) { bench in
                try await bench.goOnQueue(bench.hana)
                let leg = try await Self.answer(try await bench.write("Hello"), by: bench.hana, bench)
                bench.clock.pass(.hours(2))
                let from = bench.clock.now
                bench.clock.pass(.hours(1))
                let watch = bench.watch(bench.hana)
                let conversations = bench.engine.conversations
                try await conversations.perform(.disconnect(leg.participant, .client), on: leg.conversation)
                try await conversations.perform(
                    .wrapUp(leg.participant, Wrapup(code: "solved")), on: leg.conversation)
                _ = try await watch.agent { $0.routingStatus == .idle }
                let told = try await Self.read(place, from: from, to: bench.clock.now)
                #expect(told.rounds.isEmpty)
                #expect(told.readiness.map(\.change).contains(.onQueue(true)))
                #expect(told.carried.map(\.user) == [bench.hana])
            }
        }
    }

    @Test("who learns from the past and who goes through it again see the same conversations")
    func together() async throws {
        try await Place.use(.sqlite) { place async throws in
            try await EngineBench.run(at: place) { bench in
                let from = bench.clock.now
                try await Self.live(bench)
                let told = try await Self.read(place, from: from, to: bench.clock.now)
                let indicator = try #require(KeyPerformanceIndicator.find("Transfer"))
                let cases = try await PredictorTraining(engine: bench.engine)
                    .cases(of: .init(queues: [bench.support], indicator: indicator))
                let answered = told.rounds.filter { $0.outcome == .answered }
                #expect(answered.count == 2)
                #expect(cases.map(\.agent) == answered.map(\.answer?.user))
                #expect(cases.map(\.interaction.since) == answered.map(\.queuedAt))
                #expect(cases.map(\.interaction.at) == answered.map(\.offers.last?.at))
                #expect(cases.map(\.outcome.isTransferred) == answered.map { $0.answer?.end.map { $0 == .transfer } })
                let handling = answered.map { $0.handling.map { Double($0.milliseconds) / 1_000 } }
                #expect(cases.map(\.outcome.handleSeconds) == handling)
            }
        }
    }

    @Test("a customer who comes back is known, however soon that is")
    func returning() async throws {
        try await Place.use(.sqlite) { place async throws in
            try await EngineBench.run(at: place) { bench in
                let from = bench.clock.now
                for _ in 1...3 {
                    try await bench.write("Hello?")
                    bench.clock.pass(.seconds(5))
                    try await bench.engine.intake.leave(integration: bench.integration, platformUser: "mika")
                    bench.clock.pass(.seconds(5))
                }
                let told = try await Self.read(place, from: from, to: bench.clock.now)
                #expect(Set(told.rounds.map(\.conversation)).count == 1)
                #expect(told.rounds.map(\.traits.earlierRounds) == [0, 1, 2])
                #expect(told.rounds.allSatisfy { $0.traits.channel == "webmessaging" })
                #expect(told.rounds.allSatisfy { $0.platform == .webmessaging && $0.integration == bench.integration })
            }
        }
    }

    @Test("a database that is not there, or not ours, is refused in words")
    func refusals() async throws {
        await #expect(throws: JournalError.self) { try await LogHistory.open(.sqlite(path: "/nowhere/engawa.db")) }
        try await Place.use(.sqlite) { place async throws in
            try FileManager.default.createDirectory(at: place.folder, withIntermediateDirectories: true)
            let path = place.folder.appending(path: "other.db").path
            try Data().write(to: URL(filePath: path))
            await #expect(throws: JournalError.self) { try await LogHistory.open(.sqlite(path: path)) }
        }
    }

    // MARK: A day

    private struct Leg {
        let conversation: ConversationID
        let participant: ParticipantID
    }

    /// Hana declines, Kenji answers and passes on to Hana; another customer gives up while Kenji is alerted.
    private static func live(_ bench: EngineBench) async throws {
        let conversations = bench.engine.conversations
        try await bench.goOnQueue(bench.hana)
        let hana = bench.watch(bench.hana)
        let kenji = bench.watch(bench.kenji)
        let first = try await bench.write("Hello").record.draft.conversation
        let asked = try await hana.conversation { $0.alerting(bench.hana) != nil }
        try await conversations.perform(.disconnect(try #require(asked.alerting(bench.hana)).id, .client), on: first)
        try await bench.goOnQueue(bench.kenji)
        let offered = try await kenji.conversation { $0.alerting(bench.kenji) != nil }
        let leg = try #require(offered.alerting(bench.kenji)).id
        bench.clock.pass(.seconds(3))
        try await conversations.perform(.answer(leg), on: first)
        bench.clock.pass(.seconds(60))
        try await conversations.perform(.transfer(leg, .queue(RoutingRequest(queue: bench.support))), on: first)
        // Kenji owes after-call work and could take it back: Hana has been idle for longer.
        let passed = try await hana.conversation { $0.alerting(bench.hana) != nil && $0.waiting != nil }
        bench.clock.pass(.seconds(5))
        try await conversations.perform(.wrapUp(leg, Wrapup(code: "passed")), on: first)
        _ = try await kenji.agent { $0.routingStatus == .idle }
        try await conversations.perform(.answer(try #require(passed.alerting(bench.hana)).id), on: first)
        _ = try await hana.agent { $0.routingStatus == .interacting }
        bench.clock.pass(.seconds(30))

        try await bench.write("Anybody?", from: "nori")
        _ = try await kenji.conversation { $0.alerting(bench.kenji) != nil && $0.id != first }
        bench.clock.pass(.seconds(5))
        try await bench.engine.intake.leave(integration: bench.integration, platformUser: "nori")
    }

    private static func answer(
        _ receipt: Intake.Receipt, by user: UserID, _ bench: EngineBench
    ) async throws -> Leg {
        let watch = bench.watch(user)
        let id = receipt.record.draft.conversation
        var conversation = try await bench.engine.conversations.find(id)
        if conversation.alerting(user) == nil {
            conversation = try await watch.conversation { $0.alerting(user) != nil }
        }
        let participant = try #require(conversation.alerting(user)).id
        try await bench.engine.conversations.perform(.answer(participant), on: id)
        _ = try await watch.agent { $0.routingStatus == .interacting }
        return Leg(conversation: id, participant: participant)
    }

    // MARK: Reading

    private static func read(_ place: Place, from: Instant, to: Instant) async throws -> RecordedTraffic {
        let log = try await LogHistory.open(place.database)
        let result: Result<RecordedTraffic, any Error>
        do {
            result = .success(try await RecordedTraffic.read(log, from: from, to: to, lead: .seconds(0)))
        } catch { result = .failure(error) }
        await log.close()
        return try result.get()
    }
}

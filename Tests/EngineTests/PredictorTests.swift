import ContactCenter
import Journal
import Routing
import Testing

@testable import Engine

@Suite("Predictors: learnt from the log, kept as configuration, followed by the router")
struct PredictorTests {
    /// A customer's visit, and what the agent does.
    private struct Visit {
        var customer: String
        var topic: String
        var talk: Span
        var isGivenOn = false
    }

    /// One conversation from the first word to the end of after-call work; who took it.
    @discardableResult
    private func serve(
        _ visit: Visit, _ bench: EngineBench, watch: Watch
    ) async throws -> (conversation: Conversation, user: UserID) {
        let receipt = try await bench.engine.intake.receive(
            InboundMessage(
                integration: bench.integration, platform: .webmessaging, platformUser: visit.customer, externalID: nil,
                message: NormalizedMessage(type: .text, text: "Hello"), attributes: ["topic": visit.topic]))
        let id = receipt.record.draft.conversation
        let alerted = try await watch.conversation { conversation in
            conversation.id == id && conversation.agents.contains { $0.communication.state == .alerting }
        }
        let participant = try #require(alerted.agents.first { $0.communication.state == .alerting })
        let user = try #require(participant.user)
        try await bench.engine.conversations.perform(.answer(participant.id), on: id)
        bench.clock.pass(visit.talk)
        if visit.isGivenOn {
            let target = RoutingRequest(queue: bench.engine.newID(Queue.self))
            try await bench.engine.conversations.perform(.transfer(participant.id, .queue(target)), on: id)
        } else {
            try await bench.engine.conversations.perform(.disconnect(participant.id, .client), on: id)
        }
        bench.clock.pass(.seconds(20))
        try await bench.engine.conversations.perform(.wrapUp(participant.id, Wrapup(code: "solved")), on: id)
        _ = try await watch.agent { $0.user == user && $0.routingStatus == .idle }
        return (try await bench.engine.conversations.find(id), user)
    }

    /// Sees what happens to both agents.
    private func watch(_ bench: EngineBench) -> Watch {
        let watch = bench.watch(bench.hana)
        bench.engine.hub.subscribe(watch, to: .userConversations(bench.kenji))
        bench.engine.hub.subscribe(watch, to: .userRoutingStatus(bench.kenji))
        return watch
    }

    @Test("what the log tells of an assignment: who could have been asked, and what came of it")
    func pastCases() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let watch = watch(bench)
            try await bench.goOnQueue(bench.hana)
            bench.clock.pass(.minutes(1))
            try await bench.goOnQueue(bench.kenji)
            let first = try await serve(
                Visit(customer: "mika", topic: "Billing", talk: .seconds(100)), bench, watch: watch)
            #expect(first.user == bench.hana)
            let second = try await serve(
                Visit(customer: "ren", topic: "Tech", talk: .seconds(40), isGivenOn: true), bench, watch: watch)
            #expect(second.user == bench.kenji)
            let customer = try #require(first.conversation.participants.first { $0.purpose == .customer })
            try await bench.engine.conversations.perform(
                .setAttributes(customer.id, [SurveyAnswer.scoreAttribute: "4"]), on: first.conversation.id)
            bench.clock.pass(.hours(80))

            let training = PredictorTraining(engine: bench.engine)
            let indicator = try #require(KeyPerformanceIndicator.find("handle-time"))
            let cases = try await training.cases(of: .init(queues: [bench.support], indicator: indicator))
            #expect(cases.map(\.agent) == [bench.hana, bench.kenji])
            for entry in cases { #expect(Set(entry.candidates.map(\.user)) == [bench.hana, bench.kenji]) }
            let (one, other) = (try #require(cases.first), try #require(cases.last))
            #expect(one.interaction.traits.categories == ["topic=billing"])
            #expect(one.interaction.traits.channel == "webmessaging")
            #expect((119...121).contains(one.outcome.handleSeconds ?? 0))
            #expect(one.outcome.isTransferred == false)
            #expect(one.outcome.surveyScore == 4)
            #expect(one.outcome.isResolved == true)
            #expect((59...61).contains(other.outcome.handleSeconds ?? 0))
            #expect(other.outcome.isTransferred == true)
            #expect(other.outcome.isResolved == nil)

            let elsewhere = try await training.cases(
                of: .init(queues: [bench.engine.newID(Queue.self)], indicator: indicator))
            #expect(elsewhere.isEmpty)
            let result = try await training.train(.init(queues: [bench.support], indicator: indicator))
            #expect(result.report.verdict == .tooFewCases)
            #expect(result.report.cases == 2)
        }
    }

    /// Two agents who are good at different things, with ids of the bench.
    private func past(_ bench: EngineBench, count: Int, signal: Double) -> [RoutedCase] {
        (0..<count).map { number in
            let isBilling = number / 2 % 2 == 0
            let taker = number % 2 == 0 ? bench.hana : bench.kenji
            let at = Instant(milliseconds: bench.clock.now.milliseconds - Int64(count - number) * 600_000)
            var entry = RoutedCase(
                PredictedInteraction(
                    queue: bench.support,
                    traits: InteractionTraits(
                        channel: "webmessaging", attributes: ["topic": isBilling ? "billing" : "tech"]),
                    since: at, at: at),
                agent: taker, candidates: [PredictedAgent(bench.hana), PredictedAgent(bench.kenji)])
            let isGood = isBilling == (taker == bench.hana)
            entry.outcome.handleSeconds = 300 + (isGood ? -signal : signal) + Double(number % 7) * 10
            return entry
        }
    }

    private func result(_ bench: EngineBench, signal: Double) throws -> PredictorTraining.Result {
        let training = Training(past(bench, count: 600, signal: signal), learning: Learning(.handleTime))
        return PredictorTraining.Result(
            order: .init(queues: [bench.support], indicator: try #require(KeyPerformanceIndicator.find("HandleTime"))),
            report: TrainingReport(training), training: training)
    }

    @Test("a model that is kept ranks at once, each assignment says its arm, and a later one without uplift ends it")
    func served() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let watch = watch(bench)
            try await bench.goOnQueue(bench.hana)
            bench.clock.pass(.minutes(1))
            try await bench.goOnQueue(bench.kenji)
            let training = PredictorTraining(engine: bench.engine)
            let good = try result(bench, signal: 80)
            #expect(good.report.verdict == .ranks)
            let model = try await training.save(good)
            #expect(model.version == 1)
            let stored = bench.engine.directory.predictiveRules()[bench.support]
            #expect(stored?.model == good.training.model)

            var arms: [PredictiveMark.Arm: Int] = [:]
            for number in 0..<6 {
                let topic = number % 2 == 0 ? "tech" : "billing"
                let served = try await serve(
                    Visit(customer: "customer \(number)", topic: topic, talk: .seconds(5)), bench, watch: watch)
                let used = served.conversation.participants.last { $0.user == served.user }?.usedRouting
                guard used == .predictive else { continue }
                arms[.predictive, default: 0] += 1
                #expect(served.user == (topic == "tech" ? bench.kenji : bench.hana))
            }
            let cases = try await training.cases(of: good.order)
            #expect(cases.compactMap(\.arm).count == 6)
            #expect(cases.count { $0.arm == .predictive } == arms[.predictive] ?? 0)
            #expect(arms[.predictive] ?? 0 >= 2)
            let comparison = try await training.compare(good.order)
            #expect(comparison.predictive.cases == arms[.predictive] ?? 0)
            #expect(comparison.predictive.cases + comparison.base.cases == 6)

            let none = try result(bench, signal: 0)
            #expect(none.report.verdict == .noUplift)
            #expect(try await training.save(none).version == 2)
            #expect(bench.engine.directory.predictiveRules().isEmpty)
            for _ in 0..<4 { try await training.save(none) }
            let kept = bench.engine.directory.models(of: try #require(bench.engine.directory.list(.predictor).first).id)
            #expect(kept.map(\.version) == [6, 5, 4])
        }
    }

    @Test("a training with too few cases decides nothing: what ranks goes on, however many such follow")
    func tooFew() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let training = PredictorTraining(engine: bench.engine)
            let good = try result(bench, signal: 80)
            try await training.save(good)
            let few = Training(past(bench, count: 20, signal: 80), learning: Learning(.handleTime))
            let little = PredictorTraining.Result(order: good.order, report: TrainingReport(few), training: few)
            #expect(little.report.verdict == .tooFewCases)
            for _ in 0..<4 { try await training.save(little) }
            #expect(bench.engine.directory.predictiveRules()[bench.support]?.version == 1)
            let id = try #require(bench.engine.directory.list(.predictor).first).id
            #expect(bench.engine.directory.models(of: id).map(\.version) == [5, 4, 3, 1])
        }
    }
}

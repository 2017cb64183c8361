import ArgumentParser
import ContactCenter
import Routing

/// Predictive routing against an oracle, and what a decision costs; docs/predictive-routing.md shows the figures.
struct Predictions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Uplift of predictive routing on a made-up truth, and the time of a decision among many agents.")

    @Option(help: "Seeds, from 1.")
    var seeds = 10

    @Option(help: "Conversations that are learnt from.")
    var learnt = 6_000

    @Option(help: "Conversations that are served by each policy afterwards.")
    var served = 4_000

    @Option(help: "Agents who may have an interaction, when decisions are timed.")
    var agents = 1_000

    @Option(help: "Decisions that are timed.")
    var decisions = 5_000

    func run() async throws {
        for goal in Goal.allCases { sayUplift("\(goal)", TopicCenter.Settings(goal: goal)) }
        sayUplift("handleTime, noise 1.0", TopicCenter.Settings(noise: 1))
        sayUplift("handleTime, no signal", TopicCenter.Settings(signal: 0))
        sayTime()
    }

    private func sayUplift(_ name: String, _ settings: TopicCenter.Settings) {
        let trials = (1...max(seeds, 1)).map {
            UpliftTrial(settings, seed: UInt64($0), learnt: learnt, served: served)
        }
        func mean(_ value: (UpliftTrial) -> Double) -> Double {
            trials.map(value).reduce(0, +) / Double(trials.count)
        }
        Report.row(
            Figures(
                name,
                [
                    ("base", mean(\.base)), ("predicted", mean(\.predicted)), ("oracle", mean(\.oracle)),
                    ("of_oracle_mean", mean(\.shareOfOracle)),
                    ("of_oracle_least", trials.map(\.shareOfOracle).min() ?? 0),
                    ("ranks", Double(trials.filter { $0.training.verdict == .ranks }.count)),
                    ("holdout_uplift", mean { $0.training.holdOut?.uplift ?? 0 }), ("uplift", mean(\.uplift)),
                ]))
    }

    private func sayTime() {
        var crowd = PredictedCrowd(agents: agents)
        for (name, predicting) in [("decision, own method", false), ("decision, predicted", true)] {
            var timings = Timings()
            crowd.predict(predicting)
            for _ in 0..<decisions {
                crowd.arrive()
                let start = ContinuousClock.now
                crowd.decide()
                timings.record(.now - start)
            }
            Report.row(
                Figures(
                    name,
                    [
                        ("agents", Double(agents)), ("predicted", Double(crowd.predicted)),
                        ("p50_us", timings.milliseconds(at: 50) * 1_000),
                        ("p99_us", timings.milliseconds(at: 99) * 1_000),
                    ]))
        }
    }
}

/// Many agents with room, all of whom may have what arrives.
struct PredictedCrowd {
    private var router = Router()
    private let model: PredictiveModel
    private var number: UInt64 = 0
    private var now = Instant(milliseconds: 1_700_000_000_000)
    private(set) var predicted = 0

    init(agents count: Int) {
        var center = TopicCenter(.init(agents: count, topics: 8), seed: 1)
        let past = center.serve(count * 40, by: UpliftTrial.longestIdle)
        model = Learning(.handleTime).model(of: past)
        router.sync(Queue(id: TopicCenter.queue, name: "Support"))
        for index in 1...count {
            router.sync(
                Agent(
                    user: UserID(high: 3, low: UInt64(index)), isAvailable: true,
                    idleSince: Instant(milliseconds: Int64(index)), queues: [TopicCenter.queue],
                    skills: Set((0..<8).map { SkillID(high: 7, low: UInt64($0)) }), capacity: 1_000_000))
        }
    }

    mutating func predict(_ isOn: Bool) {
        let rules = PredictiveRules(
            predictor: "p", version: 1, model: model, comparisonShare: 0, validUntil: now + .hours(24))
        router.sync(predicting: isOn ? rules : nil, of: TopicCenter.queue)
    }

    mutating func arrive() {
        number += 1
        now = now + .seconds(1)
        var interaction = WaitingInteraction(
            conversation: ConversationID(high: 4, low: number), leg: CommunicationID(high: 5, low: number),
            routing: RoutingRequest(queue: TopicCenter.queue, skills: [SkillID(high: 7, low: number % 4 * 2)]),
            since: now, isOffered: false)
        interaction.traits = InteractionTraits(channel: "webmessaging", attributes: ["topic": "t\(number % 4 * 2 + 1)"])
        router.sync(interaction.conversation, waiting: interaction, legs: [:])
    }

    mutating func decide() {
        for assignment in router.assignments(at: now) where assignment.reason == .predictive { predicted += 1 }
    }
}

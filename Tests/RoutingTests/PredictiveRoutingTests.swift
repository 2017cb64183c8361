import ContactCenter
import Foundation
import Testing

@testable import EngawaLoad
@testable import Routing

@Suite("The router by prediction")
struct PredictiveRoutingTests {
    static let model: PredictiveModel = {
        var center = TopicCenter(.init(agents: 6, topics: 4), seed: 11)
        return Learning(.handleTime).model(of: center.serve(1_200, by: UpliftTrial.longestIdle))
    }()

    let now = Instant(milliseconds: 1_800_000_000_000)
    static func user(_ number: UInt64) -> UserID { UserID(high: 3, low: number) }

    func agent(_ number: UInt64, skills: Set<UInt64> = [0, 2], available: Bool = true, capacity: Int = 1) -> Agent {
        Agent(
            user: Self.user(number), isAvailable: available, idleSince: Instant(milliseconds: Int64(number)),
            queues: [TopicCenter.queue], skills: Set(skills.map { SkillID(high: 7, low: $0) }), capacity: capacity)
    }

    func rules(share: Double = 0, until: Instant? = nil, hourSince: Instant? = nil) -> PredictiveRules {
        PredictiveRules(
            predictor: "p", version: 3, model: Self.model, comparisonShare: share, hourOnHourOffSince: hourSince,
            validUntil: until ?? now + .hours(1))
    }

    func router(_ agents: [Agent], _ rules: PredictiveRules?) -> Router {
        var router = Router()
        router.sync(Queue(id: TopicCenter.queue, name: "Support"))
        router.sync(predicting: rules, of: TopicCenter.queue)
        for agent in agents { router.sync(agent) }
        return router
    }

    func interaction(_ number: UInt64, topic: Int, last: UserID? = nil) -> WaitingInteraction {
        let skills = topic % 2 == 0 ? [SkillID(high: 7, low: UInt64(topic))] : []
        var interaction = WaitingInteraction(
            conversation: ConversationID(high: 1, low: number), leg: CommunicationID(high: 1, low: number),
            routing: RoutingRequest(queue: TopicCenter.queue, skills: skills, lastAgent: last), since: now,
            isOffered: false)
        interaction.traits = InteractionTraits(
            channel: "webmessaging", attributes: topic % 2 == 0 ? [:] : ["topic": "T\(topic)"])
        return interaction
    }

    func assign(_ interaction: WaitingInteraction, in router: inout Router, at: Instant? = nil) -> Assignment? {
        router.sync(interaction.conversation, waiting: interaction, legs: [:])
        return router.assignments(at: at ?? now).first
    }

    @Test("asks whom the model finds best, and says what it expects and why")
    func best() throws {
        for topic in 0..<4 {
            var router = router((1...6).map { agent($0) }, rules())
            let asked = interaction(UInt64(topic) + 1, topic: topic)
            let found = try #require(assign(asked, in: &router))
            let candidates = (1...6).map { number in
                PredictedAgent(Self.user(number), proficiency: asked.skills.isEmpty ? 0 : 5)
            }
            let predicted = PredictedInteraction(asked, at: now)
            #expect(found.user == Self.model.best(of: candidates, for: predicted)?.user)
            #expect(found.reason == .predictive)
            #expect(found.decision.predictive == PredictiveMark(predictor: "p", version: 3, arm: .predictive))
            let values = found.decision.candidates.compactMap(\.prediction?.value)
            #expect(values.count == Decision.candidatesMax)
            #expect(values == values.sorted())
            let first = try #require(found.decision.candidates.first?.prediction)
            #expect(first.isKnown)
            #expect((1...PredictiveModel.contributionsMax).contains(first.contributions.count))
        }
    }

    @Test("ranks as the slow way does in random states")
    func agreesWithTheSlowWay() throws {
        var chance = Chance(seed: 5)
        for round in 1...150 {
            var agents = (1...8).map { number in
                agent(
                    UInt64(number), skills: Set((0..<4).filter { _ in chance.below(3) > 0 }.map(UInt64.init)),
                    available: chance.below(4) > 0, capacity: 3)
            }
            for index in agents.indices {
                for skill in agents[index].proficiencies.keys {
                    agents[index].proficiencies[skill] = Double(chance.below(6))
                }
            }
            var router = router(agents, rules())
            var load: [UserID: Int] = [:]
            for (index, agent) in agents.enumerated() where chance.below(2) == 0 {
                let leg = CommunicationID(high: 9, low: UInt64(index))
                router.sync(
                    ConversationID(high: 9, low: UInt64(index)), waiting: nil, legs: [agent.user: [Occupation(leg)]])
                load[agent.user] = 1
            }
            let asked = interaction(UInt64(round), topic: chance.below(4))
            let able = agents.filter { agent in
                agent.isAvailable && asked.skills.allSatisfy { agent.proficiencies[$0] != nil }
            }
            let candidates = able.map { agent in
                let sum = asked.skills.reduce(0) { $0 + (agent.proficiencies[$1] ?? 0) }
                return PredictedAgent(
                    agent.user, proficiency: sum / Double(max(asked.skills.count, 1)), load: load[agent.user] ?? 0)
            }
            let found = assign(asked, in: &router)
            let slow = Self.model.best(of: candidates, for: PredictedInteraction(asked, at: now))
            #expect((found?.reason == .predictive) == (slow != nil))
            if let slow { #expect(found?.user == slow.user) }
        }
    }

    @Test("skills, rings and room decide who may be asked, whatever the model finds")
    func rulesFirst() throws {
        let asked = interaction(1, topic: 0)
        var everybody = router((1...6).map { agent($0) }, rules())
        let best = try #require(assign(asked, in: &everybody)).user
        var without = router(
            (1...6).map { Self.user($0) == best ? agent($0, skills: [2]) : agent($0) }, rules())
        let second = try #require(assign(asked, in: &without))
        #expect(second.user != best)
        #expect(second.reason == .predictive)
    }

    @Test("a share stays with the queue's own method, and a conversation stays in its arm")
    func comparison() throws {
        var base = 0
        for number in 1...400 {
            var router = router((1...6).map { agent($0) }, rules(share: 0.25))
            let found = try #require(assign(interaction(UInt64(number), topic: 1), in: &router))
            let arm = try #require(found.decision.predictive).arm
            #expect((arm == .predictive) == (found.reason == .predictive))
            if arm == .base {
                base += 1
                #expect(found.user == Self.user(1))
                #expect(found.decision.candidates.allSatisfy { $0.prediction == nil })
            }
            let again = rules(share: 0.25).arm(
                of: found.interaction.conversation, in: TopicCenter.queue, at: now)
            #expect(again == arm)
        }
        #expect((70...130).contains(base))
    }

    @Test("every other hour is kept on the queue's own method where the schedule says so")
    func hours() {
        let rules = rules(until: now + .hours(9), hourSince: now)
        let conversation = ConversationID(high: 1, low: 1)
        let arms = (0..<4).map { rules.arm(of: conversation, in: TopicCenter.queue, at: now + .hours(Int64($0))) }
        #expect(arms == [.predictive, .base, .predictive, .base])
        #expect(rules.arm(of: conversation, in: TopicCenter.queue, at: Instant(milliseconds: 0)) == .base)
    }

    @Test("the queue's own method holds when the model is too old, knows nobody here, or knows the queue too little")
    func fallsBack() throws {
        let agents = (1...6).map { agent($0) }
        var old = router(agents, rules(until: now))
        let one = try #require(assign(interaction(1, topic: 0), in: &old))
        #expect(one.reason == .longestIdle && one.decision.predictive == nil)

        var strangers = router([agent(1), agent(20), agent(21)], rules())
        let two = try #require(assign(interaction(2, topic: 0), in: &strangers))
        #expect(two.reason == .longestIdle && two.decision.predictive?.arm == .predictive)

        var thin = rules()
        thin.model.queueCases[TopicCenter.queue] = PredictiveModel.queueCasesMin - 1
        var quiet = router(agents, thin)
        #expect(try #require(assign(interaction(3, topic: 0), in: &quiet)).reason == .longestIdle)
    }

    @Test("who has waited longer than predictions may rank goes by the queue's own method")
    func waited() throws {
        var rules = rules()
        rules.waitMax = .seconds(30)
        var router = router((1...6).map { agent($0) }, rules)
        let early = try #require(assign(interaction(1, topic: 3), in: &router, at: now + .seconds(29)))
        #expect(early.reason == .predictive)
        let late = try #require(assign(interaction(2, topic: 3), in: &router, at: now + .seconds(30)))
        #expect(late.reason == .longestIdle && late.decision.predictive == nil)
    }

    @Test("a returning customer's last agent comes first, and that is no case of the comparison")
    func lastAgent() throws {
        var router = router((1...6).map { agent($0) }, rules())
        let found = try #require(assign(interaction(1, topic: 0, last: Self.user(4)), in: &router))
        #expect(found.user == Self.user(4) && found.reason == .lastAgent)
        #expect(found.decision.predictive == nil)
    }

    @Test("stops when the prediction is taken away, and knows agents who came before and after it")
    func taken() throws {
        var router = router([agent(1), agent(2)], nil)
        router.sync(predicting: rules(), of: TopicCenter.queue)
        for number in 3...6 { router.sync(agent(UInt64(number))) }
        #expect(try #require(assign(interaction(1, topic: 3), in: &router)).reason == .predictive)
        router.sync(predicting: nil, of: TopicCenter.queue)
        #expect(try #require(assign(interaction(2, topic: 3), in: &router)).reason == .longestIdle)
    }

    @Test("traits are what was named for it, short, and nothing else")
    func traits() {
        let traits = InteractionTraits(
            channel: "open",
            attributes: [
                "topic": "Billing", "category": String(repeating: "x", count: 65), "name": "Hana",
                "email": "h@example.com",
            ], earlierRounds: 3)
        #expect(traits.categories == ["topic=billing"])
        let interaction = PredictedInteraction(queue: TopicCenter.queue, traits: traits, since: now, at: now)
        #expect(
            interaction.common.map(\.factor) == [
                .queue, .channel, .category, .returning, .hourOfWeek, .priority, .waited,
            ])
        #expect(interaction.common.first { $0.factor == .returning }?.name == "2")
        #expect(PredictedInteraction.hourOfWeek(Instant(milliseconds: 4 * 86_400_000)) == 0)
    }

    @Test("what differs by topic is told of the topic, and not of what all interactions have in common")
    func plainest() throws {
        let start = Instant(milliseconds: 1_700_000_000_000)
        let past = (0..<400).map { number -> RoutedCase in
            let isBilling = number / 2 % 2 == 0
            let taker = Self.user(UInt64(number % 2 + 1))
            let at = start + .seconds(Int64(number))
            var entry = RoutedCase(
                PredictedInteraction(
                    queue: TopicCenter.queue,
                    traits: InteractionTraits(channel: "open", attributes: ["topic": isBilling ? "billing" : "app"]),
                    since: at, at: at),
                agent: taker, candidates: [PredictedAgent(Self.user(1)), PredictedAgent(Self.user(2))])
            entry.outcome.isTransferred = isBilling == (taker == Self.user(1))
            return entry
        }
        let model = Learning(.transfer).model(of: past)
        #expect(model.importance[.category] ?? 0 > 0.95)
        let told = model.predict(past[0].interaction, PredictedAgent(Self.user(1)))
        #expect(told.value > 0.9)
        #expect(told.contributions.first?.segment == "topic=billing")
        #expect(told.contributions.first?.value ?? 0 > 0.4)
    }

    @Test("a word that few used is no category")
    func rareWords() {
        var center = TopicCenter(.init(agents: 4, topics: 2), seed: 1)
        var past = center.serve(200, by: UpliftTrial.longestIdle)
        for index in 0..<(Learning.categoryCasesMin - 1) {
            past[index].interaction.traits = InteractionTraits(attributes: ["topic": "hana"])
        }
        let model = Learning(.handleTime).model(of: past)
        #expect(!model.rows.keys.contains(Segment(.category, "topic=hana")))
        #expect(!model.common.keys.contains(Segment(.category, "topic=hana")))
        #expect(model.rows.keys.contains(Segment(.category, "topic=t1")))
    }

    @Test("a model that was stored is the same when it is read, and one that does not fit together is refused")
    func stored() throws {
        let bytes = try JSONEncoder().encode(Self.model)
        #expect(try JSONDecoder().decode(PredictiveModel.self, from: bytes) == Self.model)
        let asValue = try JSONDecoder().decode(JSONValue.self, from: bytes)
        let again = try JSONEncoder().encode(asValue)
        #expect(try JSONDecoder().decode(PredictiveModel.self, from: again) == Self.model)
        var torn = asValue
        torn["agentCases"] = [1]
        let tornBytes = try JSONEncoder().encode(torn)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(PredictiveModel.self, from: tornBytes) }
    }

    @Test("a model keeps the agents and values with most cases, so that it stays small")
    func bounded() throws {
        var center = TopicCenter(.init(agents: 3, topics: 2), seed: 2)
        var past = center.serve(3, by: UpliftTrial.longestIdle)
        let few = past[0]
        past = (0..<UInt64(PredictiveModel.rowsMax + 50)).flatMap { number in
            [few, few].map { entry in
                var other = entry
                other.interaction.skills = [SkillID(high: 8, low: number)]
                return other
            }
        }
        #expect(Learning(.handleTime).model(of: past).rows.count == PredictiveModel.rowsMax)
    }
}

import ContactCenter
import Foundation
import Testing

@testable import Routing

/// A contact centre where anything may change at any time, told to the router and to the reference.
private struct Scene {
    var router = Router()
    var reference = ReferenceMatcher()
    var chance: Chance
    var now = Instant(milliseconds: 1_000_000_000)
    var states = 0
    private let seed: Int
    /// More than change at once in most scenes, so that both ways of looking at them are gone.
    private var usersCount: Int { seed % 5 == 4 ? 30 : 7 }
    /// Agents wait for work, rather than work for agents.
    private var isQuiet: Bool { seed % 3 == 2 }
    /// One line grows longer than an agent looks along it, of interactions that few may have.
    private var isCrowded: Bool { seed % 7 == 6 }
    private var last: UInt64 = 0
    /// Queues that do not serve now.
    private var closed: Set<QueueID> = []
    private var parked: [ConversationID: (user: UserID, leg: Occupation)] = [:]
    private var legs: [ConversationID: [UserID: Set<Occupation>]] = [:]

    static let queues = (1...3).map { QueueID(high: 2, low: UInt64($0)) }
    static let skills = (1...4).map { SkillID(high: 7, low: UInt64($0)) }
    static let labels = (1...2).map { LabelID(high: 8, low: UInt64($0)) }
    static let media: [MediaType] = [.message, .message, .message, .email, .call]

    init(seed: Int) {
        self.seed = seed
        chance = Chance(seed: UInt64(seed))
        for queue in Self.queues { changeRules(of: queue) }
    }

    mutating func step() {
        if chance.below(3) == 0 { now = now + Span(milliseconds: Int64(chance.below(20_000))) }
        switch chance.below(25) {
        case 0...6:
            if isCrowded { for _ in 0..<3 { arrive() } } else if !isQuiet || chance.below(3) == 0 { arrive() }
        case 7...11: changeAgent()
        case 12...14: end()
        case 15: abandon()
        case 16: alter()
        case 17: changeRules(of: Self.queues[chance.below(3)])
        case 18: changeConditions()
        case 19: alterAgent()
        case 20: if chance.below(6) == 0 { changeShift() }
        case 21: openOrClose(Self.queues[chance.below(3)])
        case 22: park()
        case 23: wantBack()
        case 24: changePrediction(of: Self.queues[chance.below(3)])
        default: break
        }
    }

    /// Lets both decide, and carries it out: most offers are taken, some are declined. Whether they agree.
    mutating func decide() -> Bool {
        states += 1
        guard comeBack() else { return false }
        let expected = reference.matches(at: now)
        let found = router.assignments(at: now)
        let told = found.map {
            ReferenceMatcher.Match(conversation: $0.interaction.conversation, user: $0.user, reason: $0.reason)
        }
        #expect(told == expected, "scene \(seed), state \(states)")
        for assignment in found { settle(assignment) }
        return told == expected
    }

    /// What was parked goes before all that is new.
    private mutating func comeBack() -> Bool {
        let expected = reference.returns()
        let found = router.returns()
        #expect(found == expected, "scene \(seed), state \(states)")
        for entry in found {
            let leg = Occupation(entry.leg, media: entry.media, label: entry.label)
            if chance.below(6) == 0 {
                reference.hands[entry.user]?[entry.leg] = nil
                reference.wanted[entry.conversation] = entry
                router.refused(entry)
                continue
            }
            parked[entry.conversation] = nil
            legs[entry.conversation] = [entry.user: [leg]]
            router.sync(entry.conversation, waiting: nil, legs: legs[entry.conversation] ?? [:])
            router.sync(entry.conversation, returning: nil)
        }
        return found == expected
    }

    /// What the router says of some that wait is what the reference sees.
    func explain() {
        for interaction in reference.waiting.values.sorted(by: { $0.leg < $1.leg }).prefix(4) {
            guard let said = router.explain(interaction.conversation, at: now) else {
                Issue.record("nothing is said of what waits, state \(states)")
                continue
            }
            let view = reference.view(of: interaction, at: now)
            #expect(ReferenceMatcher.View(said.decision, among: view) == view, "state \(states)")
        }
    }

    // MARK: What happens

    private mutating func some<T>(_ all: [T], upTo count: Int) -> [T] {
        (0..<chance.below(count + 1)).map { _ in all[chance.below(all.count)] }
    }

    private mutating func user() -> UserID { UserID(high: 3, low: UInt64(chance.below(usersCount))) }

    private mutating func arrive() {
        last += 1
        let routing = RoutingRequest(
            queue: Self.queues[isCrowded ? 0 : chance.below(3)],
            skills: isCrowded && chance.below(40) > 0
                ? [Self.skills[3]] : Array(Set(some(Self.skills, upTo: 2))).sorted(),
            priority: chance.below(4) - 1, lastAgent: chance.below(3) == 0 ? user() : nil)
        var interaction = WaitingInteraction(
            conversation: ConversationID(high: 1, low: last), leg: CommunicationID(high: 1, low: last),
            routing: routing, since: now + Span(milliseconds: -Int64(chance.below(30_000))), isOffered: false)
        if !isCrowded { interaction.media = Self.media[chance.below(Self.media.count)] }
        if chance.below(4) == 0 { interaction.label = Self.labels[chance.below(2)] }
        if chance.below(8) == 0 {
            interaction.directAgent = user()
            if chance.below(2) == 0 { interaction.directUntil = now + .seconds(Int64(chance.below(40))) }
        }
        for _ in 0..<chance.below(4) { interaction.scores[user()] = chance.below(101) }
        interaction.closure = closed.contains(interaction.queue) ? QueueClosure(.closed) : nil
        tell(interaction)
    }

    private mutating func alter() {
        guard var interaction = reference.waiting.values.min(by: { $0.leg < $1.leg }) else { return }
        interaction.priority = chance.below(4)
        interaction.skills = Array(Set(some(Self.skills, upTo: 2))).sorted()
        interaction.queue = Self.queues[chance.below(3)]
        interaction.closure = closed.contains(interaction.queue) ? QueueClosure(.closed) : nil
        tell(interaction)
    }

    private mutating func tell(_ interaction: WaitingInteraction) {
        reference.waiting[interaction.conversation] = interaction
        router.sync(interaction.conversation, waiting: interaction, legs: legs[interaction.conversation] ?? [:])
    }

    private mutating func openOrClose(_ queue: QueueID) {
        // Closed for a while now and then, rather than half of the time.
        guard closed.remove(queue) != nil || chance.below(3) == 0 && closed.insert(queue).inserted else { return }
        for var interaction in reference.waiting.values.sorted(by: { $0.leg < $1.leg })
        where interaction.queue == queue {
            interaction.closure = closed.contains(queue) ? QueueClosure(.closed) : nil
            tell(interaction)
        }
    }

    private mutating func park() {
        guard let id = legs.keys.max(), let (user, occupations) = legs[id]?.first, let leg = occupations.first else {
            return
        }
        legs[id] = nil
        parked[id] = (user, leg)
        reference.hands[user]?[leg.leg] = nil
        router.sync(id, waiting: nil, legs: [UserID: Set<Occupation>]())
        router.sync(id, returning: nil)
    }

    /// Somebody wants back what is parked, or it ends.
    private mutating func wantBack() {
        let ids = parked.keys.sorted()
        guard !ids.isEmpty else { return }
        let id = ids[chance.below(ids.count)]
        guard let (user, leg) = parked[id] else { return }
        var entry: ParkedReturn?
        if chance.below(5) == 0 {
            parked[id] = nil
        } else {
            entry = ParkedReturn(id, leg: leg.leg, user: user, since: now, isAskedByAgent: chance.below(3) == 0)
            entry?.media = leg.media
            entry?.label = leg.label
        }
        reference.wanted[id] = entry
        router.sync(id, waiting: nil, legs: [UserID: Set<Occupation>]())
        router.sync(id, returning: entry)
    }

    /// Effects are small and even, so that their sums are the same in whatever order they are added.
    private mutating func changePrediction(of queue: QueueID) {
        guard chance.below(3) > 0 else {
            reference.predictions[queue] = nil
            return router.sync(predicting: nil, of: queue)
        }
        last += 1
        let agents = (0..<usersCount).filter { _ in chance.below(4) > 0 }.map { UserID(high: 3, low: UInt64($0)) }
        var model = PredictiveModel(
            goal: chance.below(2) == 0 ? .handleTime : .survey, trainedAt: now, caseCount: 1_000, agents: agents,
            agentCases: agents.map { _ in chance.below(5) == 0 ? 9 : 10 })
        for queue in Self.queues { model.queueCases[queue] = chance.below(6) == 0 ? 99 : 100 }
        let segments =
            [Segment(.agent, ""), Segment(.returning, "0")] + Self.queues.map { Segment(.queue, $0.description) }
            + Self.skills.map { Segment(.skill, $0.description) }
        for segment in segments where chance.below(2) == 0 {
            model.rows[segment] = agents.map { _ in Float(chance.below(5)) }
        }
        for factor in [Factor.proficiency, .load, .sameAgent] where chance.below(2) == 0 {
            model.slopes[factor] = Double(chance.below(5) - 2)
        }
        var rules = PredictiveRules(
            predictor: "p", version: Int64(last), model: model, comparisonShare: chance.below(5) == 0 ? 1 : 0,
            validUntil: now + .seconds(Int64(chance.below(3_000))))
        if chance.below(4) == 0 { rules.hourOnHourOffSince = now + .seconds(-Int64(chance.below(7_200))) }
        if chance.below(3) == 0 { rules.waitMax = .seconds(Int64(chance.below(60))) }
        reference.predictions[queue] = rules
        router.sync(predicting: rules, of: queue)
    }

    private mutating func abandon() {
        guard let gone = reference.waiting.keys.min() else { return }
        reference.waiting[gone] = nil
        router.sync(gone, waiting: nil, legs: legs[gone] ?? [:])
    }

    /// Everybody comes or goes at once.
    private mutating func changeShift() {
        let isOver = chance.below(2) == 0
        for user in reference.agents.keys.sorted() {
            guard var agent = reference.agents[user] else { continue }
            agent.isAvailable = !isOver && chance.below(8) > 0
            reference.agents[user] = agent
            router.sync(agent)
        }
    }

    private mutating func changeAgent() {
        let user = user()
        var memberships: [QueueID: Stages] = [:]
        for queue in some(Self.queues, upTo: 3) { memberships[queue] = Stages(1 + chance.below(3)) }
        var proficiencies: [SkillID: Double] = [:]
        for skill in some(Self.skills, upTo: 4) { proficiencies[skill] = Double(chance.below(6)) }
        if isCrowded, chance.below(4) > 0 { proficiencies[Self.skills[3]] = nil }
        let interruptible: MediaSet = chance.below(2) == 0 ? [.call] : [.message, .email]
        var utilization = Utilization([
            .message: .init(chance.below(4), interruptible: interruptible), .email: .init(1, interruptible: [.message]),
            .call: .init(1),
        ])
        if chance.below(3) == 0 {
            utilization.labels[Self.labels[0]] = .init(chance.below(3), interrupting: [Self.labels[1]])
        }
        var agent = Agent(
            user: user, isAvailable: chance.below(4) > 0, idleSince: now + Span(milliseconds: -Int64(chance.below(9))),
            memberships: memberships, proficiencies: proficiencies, utilization: utilization)
        // Every second one takes part in some of the queues only; of many agents not all would be named.
        if usersCount < 10, user.low % 2 == 0 { agent.resting = Set(Self.queues).subtracting(memberships.keys) }
        reference.agents[user] = agent
        router.sync(agent)
    }

    /// One thing of an agent, while the rest stays.
    private mutating func alterAgent() {
        guard var agent = reference.agents[user()] else { return }
        switch chance.below(4) {
        case 0: agent.isAvailable.toggle()
        case 1: agent.memberships[Self.queues[chance.below(3)]] = nil
        case 2: agent.memberships[Self.queues[chance.below(3)]] = Stages(1 + chance.below(3))
        default: agent.proficiencies[Self.skills[chance.below(4)]] = chance.below(2) == 0 ? nil : 3
        }
        reference.agents[agent.user] = agent
        router.sync(agent)
    }

    private mutating func changeRules(of queue: QueueID) {
        var rules = QueueRules()
        rules.evaluation = [.all, .all, .best, .none][chance.below(4)]
        rules.scoring = chance.below(3) == 0 ? .priorityOnly : .timestampAndPriority
        rules.selection = [.longestIdle, .roundRobin, .leastOccupied][chance.below(3)]
        rules.lastAgent = [.disabled, .queueMembersOnly, .anyAgent][chance.below(3)]
        if chance.below(3) == 0 { rules.lastAgentWait = .seconds(Int64(chance.below(40))) }
        if chance.below(2) == 0 { rules.directWait = .seconds(Int64(chance.below(40))) }
        switch chance.below(4) {
        case 0:
            for _ in 0...chance.below(3) {
                rules.rings.append(
                    .init(timeout: .seconds(Int64(chance.below(20))), removes: Set(some(Self.skills, upTo: 2))))
            }
        case 1:
            for _ in 0...chance.below(2) {
                rules.preferences.append(
                    .init(
                        threshold: chance.below(5) == 0 ? nil : chance.below(101),
                        wait: .seconds(Int64(chance.below(20)))))
            }
        case 2: rules.conditionalWaits = [.seconds(Int64(chance.below(9))), .seconds(Int64(9 + chance.below(20)))]
        default: break
        }
        reference.rules[queue] = rules
        router.sync(rules, of: queue)
    }

    private mutating func changeConditions() {
        let queue = Self.queues[chance.below(3)]
        let holds = [chance.below(2) == 0, chance.below(2) == 0]
        reference.conditions[queue] = holds
        router.sync(conditions: holds, of: queue)
    }

    private mutating func end() {
        guard let conversation = legs.keys.min(), let users = legs[conversation] else { return }
        legs[conversation] = nil
        for (user, occupations) in users {
            for occupation in occupations { reference.hands[user]?[occupation.leg] = nil }
        }
        router.sync(conversation, waiting: reference.waiting[conversation], legs: [UserID: Set<Occupation>]())
    }

    private mutating func settle(_ assignment: Assignment) {
        let interaction = assignment.interaction
        let leg = interaction.leg
        reference.hands[assignment.user]?[leg] = nil
        if chance.below(5) == 0 {
            reference.waiting[interaction.conversation] = interaction
            reference.pauses[leg, default: [:]][assignment.user] = now + Router.declinePause
            router.declined(leg, by: assignment.user, at: now)
            return router.refused(assignment)
        }
        let taken = Occupation(
            CommunicationID(high: 9, low: leg.low), media: interaction.media, label: interaction.label)
        reference.hands[assignment.user, default: [:]][taken.leg] = taken
        legs[interaction.conversation] = [assignment.user: [taken]]
        router.sync(interaction.conversation, waiting: nil, legs: legs[interaction.conversation] ?? [:])
    }
}

@Suite("The router against the plain rules")
struct MatcherTests {
    /// How many random states are looked at; `ROUTING_STATES` asks for more.
    private static let states = ProcessInfo.processInfo.environment["ROUTING_STATES"].flatMap { Int($0) } ?? 20_000
    /// Longer scenes only get longer lines, which the slow matcher pays for; more of them see more.
    private static let statesOfScene = 500
    private static let lanes = 40

    @Test("both find the same, in the same order, for the same reasons", arguments: 0..<lanes)
    func sameAsReference(lane: Int) {
        let scenes = max(Self.states / Self.statesOfScene / Self.lanes, 1)
        for number in 0..<scenes {
            var scene = Scene(seed: lane + number * Self.lanes)
            for _ in 0..<Self.statesOfScene {
                scene.step()
                // What comes after the first disagreement says nothing.
                guard scene.decide() else { return }
            }
        }
    }

    @Test("what is said of those who wait is what the plain rules see", arguments: 0..<lanes)
    func explanations(lane: Int) {
        var scene = Scene(seed: 100_000 + lane)
        for _ in 0..<(min(Self.states, 100_000) / Self.lanes / 5) {
            scene.step()
            guard scene.decide() else { return }
            scene.explain()
        }
    }
}

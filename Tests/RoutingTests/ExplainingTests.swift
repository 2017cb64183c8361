import ContactCenter
import Foundation
import Routing
import Testing

/// An explanation to somebody who asks, in a contact centre of eight.
@Suite("Why an interaction waits")
struct ExplainingTests {
    private static let support = QueueID(high: 2, low: 1)
    private static let japanese = SkillID(high: 7, low: 1)
    private static let billing = SkillID(high: 7, low: 2)
    private let now = Instant(milliseconds: 1_000_000)

    private func user(_ number: Int) -> UserID { UserID(high: 3, low: UInt64(number)) }

    private func agent(
        _ number: Int, skills: Set<SkillID> = [], ring: Int = 1, capacity: Int = 1, isAvailable: Bool = true
    ) -> Agent {
        var agent = Agent(
            user: user(number), isAvailable: isAvailable, idleSince: Instant(milliseconds: Int64(number)),
            queues: [Self.support], skills: skills, capacity: capacity)
        agent.memberships = [Self.support: Stages(ring)]
        return agent
    }

    private func waiting(_ number: UInt64, skills: [SkillID] = [], priority: Int = 0) -> WaitingInteraction {
        WaitingInteraction(
            conversation: ConversationID(high: 1, low: number), leg: CommunicationID(high: 1, low: number),
            routing: RoutingRequest(queue: Self.support, skills: skills, priority: priority), since: now,
            isOffered: false)
    }

    private func put(_ interaction: WaitingInteraction, in router: inout Router) {
        router.sync(interaction.conversation, waiting: interaction, legs: [:])
    }

    @Test("names each agent with the first reason, says who could if they were free, and when that changes")
    func reasons() throws {
        var router = Router()
        router.isRecorded = true
        var rules = QueueRules()
        rules.rings = [.init(timeout: .seconds(30), removes: [Self.billing]), .init(timeout: .seconds(30))]
        router.sync(rules, of: Self.support)
        for each in [
            agent(1, skills: [Self.japanese, Self.billing], capacity: 0), agent(2, skills: [Self.japanese]),
            agent(3, skills: [Self.japanese, Self.billing], isAvailable: false), agent(4),
            agent(5, skills: [Self.japanese, Self.billing]), agent(6, skills: [Self.japanese], ring: 2),
        ] { router.sync(each) }
        let interaction = waiting(1, skills: [Self.billing, Self.japanese], priority: 2)
        put(interaction, in: &router)
        let proposals = router.assignments(at: now)
        let offered = try #require(proposals.first)
        #expect(offered.user == user(5) && offered.decision.details?.position == 1)
        router.declined(interaction.leg, by: user(5), at: now)
        router.refused(offered)
        #expect(router.assignments(at: now).isEmpty)
        let told = router.takeUnserved(at: now)
        let said = try #require(told.first)
        #expect(said == router.explain(interaction.conversation, at: now))
        #expect(router.takeUnserved(at: now).isEmpty, "it is told once")

        let decision = said.decision
        #expect(decision.memberCount == 6 && decision.candidates.isEmpty && decision.lastObstacle == .paused)
        let details = try #require(decision.details)
        #expect(details.skilledCount == 3)
        #expect(details.holders.map(\.skill) == [Self.billing, Self.japanese])
        #expect(details.holders.map(\.count) == [3, 5])
        let named = Dictionary(uniqueKeysWithValues: details.excluded.map { ($0.user, $0.obstacle) })
        #expect(
            named == [
                user(6): .notYetAsked, user(2): .lackSkills, user(4): .lackSkills, user(3): .notOnQueue,
                user(1): .atCapacity, user(5): .paused,
            ])
        #expect(decision.method.audience == .rings && decision.method.stageCount == 2 && decision.stage == 1)
        #expect(decision.turn == now + .minutes(-2), "two points of priority are two minutes")
        #expect(decision.nextChange?.kind == .ringOpens && decision.nextChange?.stage == 2)
        #expect(decision.nextChange?.at == now + .seconds(30))

        let later = try #require(router.explain(interaction.conversation, at: now + .seconds(30))).decision
        #expect(later.stage == 2 && later.skills == [Self.japanese], "the ring took a skill away")
        #expect(later.candidates.map(\.user) == [user(2), user(5), user(6)], "nobody was offered it yet")
    }

    @Test("an agent of the queue who changes has the front of its line explained again, and no more of it")
    func touched() {
        var router = Router()
        router.isRecorded = true
        router.sync(agent(1, isAvailable: false))
        for number in 1...9 { put(waiting(UInt64(number)), in: &router) }
        #expect(router.assignments(at: now).isEmpty)
        #expect(router.takeUnserved(at: now).count == 9)
        _ = router.takeTouched(at: now, limit: 64)
        router.sync(agent(2, isAvailable: false))
        let said = router.takeTouched(at: now, limit: 64)
        #expect(said.map(\.interaction.leg.low) == [1, 2, 3, 4])
        #expect(said.allSatisfy { $0.decision.memberCount == 2 && $0.decision.lastObstacle == .notOnQueue })
        #expect(router.takeTouched(at: now, limit: 64).isEmpty)
    }

    @Test("the same words at another time and place are the same; another reason is not")
    func sameness() throws {
        var router = Router()
        router.sync(agent(1, isAvailable: false))
        put(waiting(1), in: &router)
        _ = router.assignments(at: now)
        let first = try #require(router.explain(waiting(1).conversation, at: now)).decision
        put(waiting(2, priority: 5), in: &router)
        _ = router.assignments(at: now)
        let second = try #require(router.explain(waiting(1).conversation, at: now + .seconds(9))).decision
        #expect(first.details?.position == 1 && second.details?.position == 2)
        #expect(first != second && first.says(theSameAs: second))
        router.sync(agent(1, capacity: 0))
        let third = try #require(router.explain(waiting(1).conversation, at: now)).decision
        #expect(third.lastObstacle == .atCapacity && !third.says(theSameAs: first))
    }

    @Test("in a queue that does not serve that is the reason and nobody is looked at; it is told once of each closure")
    func closed() throws {
        var router = Router()
        router.isRecorded = true
        router.sync(agent(1))
        let opens = now + .hours(11)
        var interaction = waiting(1)
        interaction.closure = QueueClosure(.closed, opensAt: opens)
        put(interaction, in: &router)
        #expect(router.assignments(at: now).isEmpty)
        let told = router.takeUnserved(at: now)
        let decision = try #require(told.first).decision
        #expect(told.count == 1 && decision == router.explain(interaction.conversation, at: now)?.decision)
        #expect(decision.closure == interaction.closure && decision.memberCount == 1)
        #expect(decision.candidates.isEmpty && decision.exclusions.total == 0 && decision.lastObstacle == nil)
        #expect(decision.nextChange?.at == opens && decision.nextChange?.kind == .queueOpens)
        #expect(decision.details?.position == nil, "nobody stands in line")
        put(interaction, in: &router)
        router.sync(agent(2))
        #expect(router.assignments(at: now).isEmpty && router.takeUnserved(at: now).isEmpty)

        interaction.closure = QueueClosure(.emergency)
        put(interaction, in: &router)
        let fire = try #require(router.takeUnserved(at: now).first).decision
        #expect(fire.closure?.standing == .emergency && fire.nextChange == nil)
        #expect(!fire.says(theSameAs: decision))
        interaction.closure = nil
        put(interaction, in: &router)
        #expect(router.assignments(at: now).map(\.user) == [user(1)])
    }

    @Test("who begins to keep records is told of those whom a closed queue holds back")
    func closedBefore() {
        var router = Router()
        var interaction = waiting(1)
        interaction.closure = QueueClosure(.holiday)
        put(interaction, in: &router)
        #expect(router.assignments(at: now).isEmpty)
        router.isRecorded = true
        #expect(router.takeUnserved(at: now).map(\.decision.closure) == [QueueClosure(.holiday)])
    }

    @Test("who belongs to the queue without taking part is left out for that, beside those who take part")
    func resting() throws {
        var router = Router()
        router.isRecorded = true
        var away = agent(1, skills: [Self.japanese])
        (away.memberships, away.resting) = ([:], [Self.support])
        router.sync(away)
        put(waiting(1), in: &router)
        #expect(router.assignments(at: now).isEmpty)
        let alone = try #require(router.takeUnserved(at: now).first).decision
        #expect(alone.memberCount == 0 && alone.exclusions.notJoined == 1 && alone.lastObstacle == .notJoined)
        let left = alone.details?.excluded ?? []
        #expect(left.map(\.user) == [user(1)] && left.map(\.obstacle) == [.notJoined])
        router.sync(agent(2, isAvailable: false))
        let both = try #require(router.takeTouched(at: now, limit: 9).first).decision
        #expect(both.memberCount == 1 && both.lastObstacle == .notOnQueue && both.exclusions.total == 2)
        away.resting = []
        router.sync(away)
        #expect(router.explain(waiting(1).conversation, at: now)?.decision.exclusions.notJoined == 0)
        // An interaction for that agent asks her all the same.
        away.resting = [Self.support]
        router.sync(away)
        var direct = waiting(2)
        direct.directAgent = user(1)
        put(direct, in: &router)
        #expect(router.assignments(at: now).map(\.user) == [user(1)])
    }

    @Test("a record of before a reason was known is read: nobody was left out for it")
    func earlierRecords() throws {
        let text = #"{"notYetAsked":1,"lackSkills":2,"notOnQueue":3,"atCapacity":4,"labelFull":5,"paused":6}"#
        let read = try JSONDecoder().decode(Decision.Exclusions.self, from: Data(text.utf8))
        #expect(read.notJoined == 0 && read.paused == 6 && read.total == 21)
        #expect(try JSONDecoder().decode(Decision.Exclusions.self, from: JSONEncoder().encode(read)) == read)
    }

    @Test("nothing is noted, and no details are made, unless records are kept")
    func unrecorded() throws {
        var router = Router()
        router.sync(agent(1))
        put(waiting(1), in: &router)
        put(waiting(2), in: &router)
        let found = router.assignments(at: now)
        #expect(found.count == 1 && found.first?.decision.details == nil)
        #expect(router.takeUnserved(at: now).isEmpty && router.takeTouched(at: now, limit: 9).isEmpty)
        #expect(router.explain(ConversationID(high: 1, low: 99), at: now) == nil)
    }

    @Test("with many agents the counts are whole, and so many are named")
    func bounds() throws {
        var router = Router()
        for number in 1...50 { router.sync(agent(number, isAvailable: false)) }
        put(waiting(1), in: &router)
        let decision = try #require(router.explain(waiting(1).conversation, at: now)).decision
        #expect(decision.exclusions.notOnQueue == 50 && decision.exclusions.total == 50)
        #expect(decision.details?.excluded.count == Decision.Details.excludedMax)
    }
}

import ContactCenter
import Routing
import Testing

@Suite("The router")
struct RouterTests {
    static let support = QueueID(high: 2, low: 1)
    static let hana = UserID(high: 3, low: 1)
    static let kenji = UserID(high: 3, low: 2)
    static let japanese = SkillID(high: 7, low: 1)
    let now = Instant(milliseconds: 100_000)

    func agent(_ user: UserID, idle: Int64, capacity: Int = 1, skills: Set<SkillID> = [], available: Bool = true)
        -> Agent
    {
        Agent(
            user: user, isAvailable: available, idleSince: Instant(milliseconds: idle), queues: [Self.support],
            skills: skills, capacity: capacity)
    }

    func waiting(_ number: UInt64, since: Int64 = 0, skills: [SkillID] = [], last: UserID? = nil) -> WaitingInteraction
    {
        WaitingInteraction(
            conversation: ConversationID(high: 1, low: number), leg: CommunicationID(high: 1, low: number),
            routing: RoutingRequest(queue: Self.support, skills: skills, lastAgent: last),
            since: Instant(milliseconds: since), isOffered: false)
    }

    func router(_ agents: Agent...) -> Router {
        var router = Router()
        router.sync(Queue(id: Self.support, name: "Support"))
        for agent in agents { router.sync(agent) }
        return router
    }

    func put(_ interaction: WaitingInteraction, in router: inout Router) {
        router.sync(interaction.conversation, waiting: interaction, legs: [:])
    }

    @Test("asks the agent who is idle longest, and the customer who waits longest comes first")
    func order() {
        var router = router(agent(Self.hana, idle: 50), agent(Self.kenji, idle: 10))
        put(waiting(2, since: 20), in: &router)
        put(waiting(1, since: 10), in: &router)
        put(waiting(3, since: 30), in: &router)
        let found = router.assignments(at: now)
        #expect(found.map(\.user) == [Self.kenji, Self.hana])
        #expect(found.map(\.interaction.leg.low) == [1, 2])
        #expect(router.waitingCount(in: Self.support) == 3)
    }

    @Test("asks the last agent first if that agent has room, else another")
    func lastAgent() {
        var router = router(agent(Self.hana, idle: 50), agent(Self.kenji, idle: 10))
        put(waiting(1, last: Self.hana), in: &router)
        let first = router.assignments(at: now)
        #expect(first.map(\.user) == [Self.hana])
        #expect(first.first?.reason == .lastAgent)
        put(waiting(2, last: Self.hana), in: &router)
        #expect(router.assignments(at: now).map(\.user) == [Self.kenji])
    }

    @Test("never gives more than an agent's capacity, and gives again when room comes back")
    func capacity() {
        var router = router(agent(Self.hana, idle: 1, capacity: 2))
        for number in 1...3 { put(waiting(UInt64(number), since: Int64(number)), in: &router) }
        #expect(router.assignments(at: now).count == 2)
        #expect(router.assignments(at: now).isEmpty)
        let leg = CommunicationID(high: 8, low: 1)
        router.sync(ConversationID(high: 1, low: 1), waiting: nil, legs: [Self.hana: [Occupation(leg)]])
        #expect(router.assignments(at: now).isEmpty)
        router.sync(ConversationID(high: 1, low: 1), waiting: nil, legs: [:])
        #expect(router.assignments(at: now).map(\.interaction.leg.low) == [3])
    }

    @Test("needs every requested skill, and lets others pass an interaction that nobody can take")
    func skills() {
        var router = router(agent(Self.hana, idle: 1))
        put(waiting(1, since: 1, skills: [Self.japanese]), in: &router)
        put(waiting(2, since: 2), in: &router)
        #expect(router.assignments(at: now).map(\.interaction.leg.low) == [2])
        router.sync(agent(Self.kenji, idle: 1, skills: [Self.japanese]))
        #expect(router.assignments(at: now).map(\.user) == [Self.kenji])
    }

    @Test("leaves an agent who declined alone for a while, and says when to ask again")
    func declined() throws {
        var router = router(agent(Self.hana, idle: 1))
        put(waiting(1), in: &router)
        let proposals = router.assignments(at: now)
        let found = try #require(proposals.first)
        router.declined(found.interaction.leg, by: Self.hana, at: now)
        router.refused(found)
        #expect(router.assignments(at: now).isEmpty)
        let change = router.nextChange(after: now)
        let later = try #require(change)
        #expect(later == now + Router.declinePause)
        #expect(router.assignments(at: later).map(\.user) == [Self.hana])
    }

    @Test("an agent who is not answering gets nothing")
    func unavailable() {
        var router = router(agent(Self.hana, idle: 1, available: false))
        put(waiting(1), in: &router)
        #expect(router.assignments(at: now).isEmpty)
        router.sync(agent(Self.hana, idle: 1))
        #expect(router.assignments(at: now).count == 1)
    }

    @Test("being told twice changes nothing")
    func idempotent() {
        var router = router(agent(Self.hana, idle: 1))
        put(waiting(1), in: &router)
        put(waiting(1), in: &router)
        #expect(router.waitingCount(in: Self.support) == 1)
        #expect(router.assignments(at: now).count == 1)
        #expect(router.assignments(at: now).isEmpty)
    }

    @Test("an offer that was declined before its alert was seen does not stay reserved")
    func declinedUnseen() {
        var router = router(agent(Self.hana, idle: 50), agent(Self.kenji, idle: 10))
        put(waiting(1), in: &router)
        #expect(router.assignments(at: now).map(\.user) == [Self.kenji])
        // The state that is told with the offer's event is the one after the decline: nobody alerts.
        router.offered(waiting(1).conversation)
        put(waiting(1), in: &router)
        router.declined(waiting(1).leg, by: Self.kenji, at: now)
        put(waiting(1), in: &router)
        #expect(router.assignments(at: now).map(\.user) == [Self.hana])
    }

    @Test("an offer that is seen again while the alert stands changes nothing")
    func offeredAgain() {
        var router = router(agent(Self.hana, idle: 50))
        put(waiting(1), in: &router)
        #expect(router.assignments(at: now).count == 1)
        var alerting = waiting(1)
        alerting.isOffered = true
        for _ in 1...2 {
            router.offered(alerting.conversation)
            let alert = Occupation(CommunicationID(high: 9, low: 1))
            router.sync(alerting.conversation, waiting: alerting, legs: [Self.hana: [alert]])
        }
        put(waiting(2), in: &router)
        #expect(router.assignments(at: now).isEmpty)
    }

    @Test("an assignment says who was left out, and why, and who else could have had it")
    func decision() throws {
        let (aoi, ren, yui) = (UserID(high: 3, low: 3), UserID(high: 3, low: 4), UserID(high: 3, low: 5))
        var router = router(
            agent(Self.hana, idle: 50, skills: [Self.japanese]), agent(Self.kenji, idle: 10, skills: [Self.japanese]),
            agent(aoi, idle: 1, skills: [Self.japanese], available: false),
            agent(ren, idle: 1, capacity: 0, skills: [Self.japanese]), agent(yui, idle: 1))
        put(waiting(1, skills: [Self.japanese]), in: &router)
        let found = router.assignments(at: now)
        let decision = try #require(found.first?.decision)
        #expect(decision.memberCount == 5)
        #expect(decision.skills == [Self.japanese])
        #expect(decision.candidates.map(\.user) == [Self.kenji, Self.hana])
        let left = decision.exclusions
        #expect([left.notOnQueue, left.atCapacity, left.lackSkills, left.notYetAsked, left.paused] == [1, 1, 1, 0, 0])
        #expect(left.total == 3 && decision.lastObstacle == nil)
    }
}

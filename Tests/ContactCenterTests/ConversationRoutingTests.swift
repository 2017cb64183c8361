import ContactCenter
import Foundation
import Testing

@Suite("What a conversation asks of the router")
struct ConversationRoutingTests {
    private static let billing = SkillID(high: 8, low: 1)
    private static let japanese = SkillID(high: 8, low: 2)
    private static let vip = LabelID(high: 7, low: 1)

    private func waiting() throws -> Bench {
        var bench = Bench()
        try bench.receive()
        return bench
    }

    @Test("may change while it waits; what is not named stays")
    func change() throws {
        var bench = try waiting()
        var change = RoutingChange()
        (change.skills, change.language, change.priority) = ([Self.billing], Self.japanese, 5)
        try bench.handle(.changeRouting(change))
        change = RoutingChange()
        change.scoredAgents = [ScoredAgent(user: Bench.hana, score: 90)]
        try bench.handle(.changeRouting(change))
        let request = try #require(bench.conversation.waiting?.routing)
        #expect(request.skills == [Self.billing] && request.language == Self.japanese && request.priority == 5)
        #expect(request.scoredAgents == [ScoredAgent(user: Bench.hana, score: 90)])
        #expect(bench.replayed == bench.conversation)
    }

    @Test("says nothing twice")
    func unchanged() throws {
        var bench = try waiting()
        var change = RoutingChange()
        change.priority = 5
        #expect(try bench.handle(.changeRouting(change)).count == 1)
        #expect(try bench.handle(.changeRouting(change)).isEmpty)
    }

    @Test("cannot change once somebody has it; its label can")
    func answered() throws {
        var (bench, _) = try Bench.talking()
        #expect(throws: ConversationError.notWaiting) { try bench.handle(.changeRouting(RoutingChange())) }
        #expect(throws: ConversationError.notWaiting) { try bench.handle(.assign(Bench.kenji, until: bench.now)) }
        try bench.handle(.setLabel(Self.vip))
        #expect(bench.conversation.request?.label == Self.vip)
        try bench.handle(.setLabel(nil))
        #expect(bench.conversation.request?.label == nil)
    }

    @Test("is offered to the agent whom a person chose, and to nobody else before the time is over")
    func assigned() throws {
        var bench = try waiting()
        try bench.handle(.assign(Bench.hana, until: bench.now + .seconds(4)))
        #expect(throws: ConversationError.notWaiting) { try bench.offer(Bench.kenji) }
        var chosen = bench
        try chosen.offer(Bench.hana)
        #expect(chosen.conversation.agents.map(\.user) == [Bench.hana])
        bench.now = bench.now + .seconds(4)
        try bench.offer(Bench.kenji)
        #expect(bench.conversation.agents.map(\.user) == [Bench.kenji])
    }

    @Test("is the queue's again when the chosen agent declines or lets it pass", arguments: [true, false])
    func refused(declines: Bool) throws {
        var bench = try waiting()
        try bench.handle(.assign(Bench.hana, until: bench.now + .seconds(60)))
        let hana = try bench.offer(Bench.hana)
        let leg = try #require(bench.conversation.participant(hana)?.communication.id)
        try bench.handle(declines ? .disconnect(hana, .client) : .expireAlert(leg))
        #expect(bench.conversation.waiting?.routing?.directAgent == nil)
        try bench.offer(Bench.kenji)
    }

    @Test("is the queue's when the one agent for whom it waits does not come back, and stays for another agent")
    func gone() throws {
        var bench = try waiting()
        try bench.handle(.assign(Bench.hana, until: bench.now + .seconds(600)))
        #expect(try bench.handle(.stopWaiting(Bench.kenji)).isEmpty)
        #expect(throws: ConversationError.notWaiting) { try bench.offer(Bench.kenji) }
        #expect(try bench.handle(.stopWaiting(Bench.hana)).count == 1)
        #expect(bench.conversation.waiting?.routing?.directAgent == nil)
        #expect(try bench.handle(.stopWaiting(Bench.hana)).isEmpty)
        try bench.offer(Bench.kenji)
        #expect(bench.replayed == bench.conversation)
    }

    @Test("cannot be given to anybody while somebody is asked already")
    func alerting() throws {
        var bench = try waiting()
        try bench.offer(Bench.hana)
        #expect(throws: ConversationError.notWaiting) { try bench.handle(.assign(Bench.kenji, until: bench.now)) }
    }

    @Test("goes along when what waits is moved, and whoever was asked meanwhile did not miss anything")
    func moved() throws {
        var bench = try waiting()
        var change = RoutingChange()
        (change.skills, change.priority) = ([Self.billing], 5)
        try bench.handle(.changeRouting(change))
        let hana = try bench.offer(Bench.hana)
        let acd = try #require(bench.conversation.waiting)
        let request = bench.conversation.request(of: acd, for: Bench.sales)
        try bench.handle(.transfer(acd.id, .queue(request)))
        #expect(bench.conversation.participant(hana)?.communication.disconnectType == .transfer)
        let waiting = try #require(bench.conversation.waiting?.routing)
        #expect(waiting.queue == Bench.sales && waiting.skills == [Self.billing] && waiting.priority == 5)
    }

    @Test("leaves the first queue's skills behind when an agent passes it on")
    func passedOn() throws {
        var bench = try waiting()
        var change = RoutingChange()
        (change.skills, change.language, change.label) = ([Self.billing], Self.japanese, Self.vip)
        try bench.handle(.changeRouting(change))
        let hana = try bench.offer(Bench.hana)
        try bench.handle(.answer(hana))
        let agent = try #require(bench.conversation.participant(hana))
        let request = bench.conversation.request(of: agent, for: Bench.sales)
        #expect(request.skills.isEmpty && request.language == Self.japanese && request.label == Self.vip)
    }

    @Test("is kept when the conversation goes back to its queue")
    func requeued() throws {
        var bench = try waiting()
        var change = RoutingChange()
        (change.skills, change.priority, change.label) = ([Self.billing], 5, Self.vip)
        try bench.handle(.changeRouting(change))
        let hana = try bench.offer(Bench.hana)
        try bench.handle(.answer(hana))
        try bench.handle(.requeue(hana))
        let request = try #require(bench.conversation.waiting?.routing)
        #expect(request.skills == [Self.billing] && request.priority == 5 && request.label == Self.vip)
    }

    @Test("is read from what was stored before it could say more")
    func stored() throws {
        let queue = Bench.support
        let text = #"{"queue":"\#(queue)","skills":[],"priority":3}"#
        let request = try JSONDecoder().decode(RoutingRequest.self, from: Data(text.utf8))
        #expect(request == RoutingRequest(queue: queue, priority: 3))
        var full = request
        full.directAgent = DirectAgent(user: Bench.hana, until: Instant(milliseconds: 5), isAssigned: true)
        (full.language, full.label) = (Self.japanese, Self.vip)
        full.scoredAgents = [ScoredAgent(user: Bench.hana, score: 1)]
        #expect(try JSONDecoder().decode(RoutingRequest.self, from: JSONEncoder().encode(full)) == full)
    }
}

import ContactCenter
import Foundation
import Testing

@Suite("A conversation")
struct ConversationTests {
    @Test("a first message starts it, brings the customer in and queues it")
    func firstMessage() throws {
        var bench = Bench()
        let names = try bench.receive().map(\.name)
        #expect(names == ["started", "customerJoined", "queued", "messageReceived"])
        #expect(bench.conversation.waiting?.queue == Bench.support)
        #expect(bench.conversation.customer?.name == "Mika")
    }

    @Test("answering ends the wait by transfer at the same instant as the agent connects")
    func answering() throws {
        let (bench, hana) = try Bench.talking()
        let agent = try #require(bench.conversation.participant(hana))
        let acd = try #require(bench.conversation.participants.first { $0.purpose == .acd })
        #expect(agent.communication.state == .connected)
        #expect(acd.communication.disconnectType == .transfer)
        #expect(acd.communication.disconnectedAt == agent.communication.connectedAt)
        #expect(agent.communication.peer == bench.conversation.customer?.communication.id)
    }

    @Test("an alert that nobody takes leaves the customer waiting, and the next agent is a new participant")
    func alertExpires() throws {
        var bench = Bench()
        try bench.receive()
        let hana = try bench.offer(Bench.hana)
        let leg = try #require(bench.conversation.participant(hana)).communication.id
        try bench.handle(.expireAlert(leg))
        #expect(bench.conversation.participant(hana)?.communication.disconnectType == .system)
        #expect(bench.conversation.waiting != nil)
        let kenji = try bench.offer(Bench.kenji)
        #expect(kenji != hana)
    }

    @Test("a customer who has proven who it is is known from then on, by the name of the proof, and it is noted once")
    func authentication() throws {
        var bench = Bench()
        try bench.receive()
        #expect(bench.conversation.customer?.isAuthenticated == nil)
        var proven = Bench.arrival
        proven.isAuthenticated = true
        proven.origin.name = "Mika Sato"
        let receive = { (bench: inout Bench) throws(ConversationError) in
            try bench.handle(.receive(bench.ids.next(NormalizedMessage.self), proven))
        }
        #expect(try receive(&bench).map(\.name) == ["customerAuthenticated", "messageReceived"])
        #expect(try receive(&bench).map(\.name) == ["messageReceived"])
        // Who writes without the proof does not take it away.
        try bench.receive()
        #expect(bench.conversation.customer?.isAuthenticated == true)
        #expect(bench.conversation.customer?.name == "Mika Sato")
        #expect(bench.replayed == bench.conversation)
    }

    @Test("when the last agent leaves, the customer's leg ends and the wrap-up is due")
    func agentLeaves() throws {
        var (bench, hana) = try Bench.talking()
        try bench.handle(.disconnect(hana, .client))
        #expect(bench.conversation.customer == nil)
        #expect(bench.conversation.endedAt != nil)
        #expect(bench.conversation.participant(hana)?.owesWrapup == true)
        #expect(bench.conversation.isOpen)
        try bench.handle(.wrapUp(hana, Wrapup(code: "solved")))
        #expect(!bench.conversation.isOpen)
    }

    @Test("a customer who returns continues the same conversation, and the last agent is asked first")
    func returning() throws {
        var (bench, hana) = try Bench.talking()
        try bench.handle(.disconnect(hana, .client))
        try bench.handle(.wrapUp(hana, Wrapup(code: "solved")))
        #expect(bench.conversation.continues(at: bench.now + .hours(71), window: .hours(72)))
        #expect(!bench.conversation.continues(at: bench.now + .hours(73), window: .hours(72)))
        try bench.receive()
        #expect(bench.conversation.waiting?.routing?.lastAgent == Bench.hana)
        #expect(bench.conversation.participants.filter { $0.purpose == .customer }.count == 2)
    }

    @Test("a transfer to a queue ends the agent's leg by transfer and waits there")
    func transferToQueue() throws {
        var (bench, hana) = try Bench.talking()
        try bench.handle(.transfer(hana, .queue(RoutingRequest(queue: Bench.sales))))
        #expect(bench.conversation.participant(hana)?.communication.disconnectType == .transfer)
        #expect(bench.conversation.waiting?.queue == Bench.sales)
        #expect(bench.conversation.customer != nil)
    }

    @Test("a transfer to an agent who does not answer comes back to the queue")
    func transferToAgent() throws {
        var (bench, hana) = try Bench.talking()
        try bench.handle(
            .transfer(
                hana, .agent(Bench.kenji, name: "Kenji", alertingTimeout: .seconds(30), wrapupPolicy: Bench.mandatory)))
        let kenji = try #require(bench.conversation.agents.last)
        #expect(kenji.communication.state == .alerting)
        try bench.handle(.expireAlert(kenji.communication.id))
        #expect(bench.conversation.waiting?.queue == Bench.support)
    }

    @Test("an agent who is gone gives the conversation back to its queue")
    func requeue() throws {
        var (bench, hana) = try Bench.talking()
        try bench.handle(.requeue(hana))
        #expect(bench.conversation.waiting?.queue == Bench.support)
        #expect(bench.conversation.customer != nil)
    }

    @Test("a refused command changes nothing")
    func refusals() throws {
        var (bench, hana) = try Bench.talking()
        try bench.handle(.disconnect(hana, .client))
        let before = bench.conversation
        #expect(throws: ConversationError.alreadyDisconnected) { try bench.handle(.hold(hana, true)) }
        #expect(throws: ConversationError.alreadyDisconnected) { try bench.handle(.disconnect(hana, .client)) }
        #expect(throws: ConversationError.alreadyDisconnected) { try bench.handle(.answer(hana)) }
        #expect(throws: ConversationError.wrapupNotDue) { try bench.handle(.wrapUp(hana, Wrapup(code: ""))) }
        #expect(bench.conversation == before)
    }

    @Test("attributes merge, null removes, and a load that is too large is refused whole")
    func attributes() throws {
        var bench = Bench()
        try bench.receive(attributes: ["plan": "gold", "lang": "ja"])
        let customer = try #require(bench.conversation.customer).id
        try bench.handle(.setAttributes(customer, ["plan": nil, "city": "Kyoto"]))
        #expect(bench.conversation.customer?.attributes == ["lang": "ja", "city": "Kyoto"])
        let huge = String(repeating: "x", count: Conversation.attributeBytesMax)
        #expect(throws: ConversationError.attributesTooLarge(bytesMax: Conversation.attributeBytesMax)) {
            try bench.handle(.setAttributes(customer, ["a": huge]))
        }
    }

    @Test("another referral takes the place of the one before, and of nothing else")
    func referrals() throws {
        var bench = Bench()
        try bench.receive(attributes: [
            "referral.entryPoint": "1", "referral.ref": "poster", "utm_source": "station", "season": "autumn",
            "shop": "Kyoto", "plan": "gold",
        ])
        let customer = try #require(bench.conversation.customer).id
        try bench.handle(.setAttributes(customer, ["shop": "Uji"]))
        var again = Bench.arrival
        again.attributes = ["referral.entryPoint": "2", "utm_campaign": "spring"]
        again.formerEntry = ["season": "autumn", "shop": "Kyoto"]
        try bench.handle(.receive(bench.ids.next(NormalizedMessage.self), again))
        let expected = ["referral.entryPoint": "2", "utm_campaign": "spring", "shop": "Uji", "plan": "gold"]
        #expect(bench.conversation.customer?.attributes == expected)
        #expect(bench.replayed == bench.conversation)
        // Words without a referral leave it as it is.
        try bench.receive(attributes: ["plan": "silver"])
        #expect(bench.conversation.customer?.attributes["utm_campaign"] == "spring")
    }

    @Test("its snapshot and its events rebuild the same state")
    func rebuild() throws {
        var (bench, hana) = try Bench.talking()
        try bench.handle(.hold(hana, true))
        try bench.handle(.hold(hana, false))
        try bench.say(hana)
        try bench.handle(.park(hana))
        try bench.handle(.recall(hana))
        try bench.handle(.resume(hana))
        let data = try JSONEncoder().encode(bench.conversation)
        #expect(try JSONDecoder().decode(Conversation.self, from: data) == bench.conversation)
        let events = try JSONEncoder().encode(bench.events)
        #expect(try JSONDecoder().decode([ConversationEvent].self, from: events) == bench.events)
    }
}

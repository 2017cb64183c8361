import ContactCenter
import Testing

@Suite("A conversation that is parked")
struct ParkingTests {
    /// Hana has answered and said something.
    static func spoken() throws -> (Bench, ParticipantID) {
        var (bench, hana) = try Bench.talking()
        try bench.say(hana)
        return (bench, hana)
    }

    static func parked() throws -> (Bench, ParticipantID) {
        var (bench, hana) = try spoken()
        try bench.handle(.park(hana))
        return (bench, hana)
    }

    @Test("waits for the customer: while the customer waits for an answer it is not parked")
    func parks() throws {
        var (bench, hana) = try Bench.talking()
        #expect(throws: ConversationError.customerWaits) { try bench.handle(.park(hana)) }
        try bench.say(hana)
        try bench.handle(.park(hana))
        #expect(bench.conversation.parker?.id == hana)
        #expect(bench.conversation.returning == nil)
        #expect(bench.conversation.isAttended)
        try bench.receive()
        #expect(bench.conversation.returning?.id == hana)
    }

    @Test("is recalled by the customer's first word once, and by being there without a word not at all")
    func recalled() throws {
        var (bench, hana) = try Self.parked()
        var arrival = Bench.arrival
        arrival.isWordless = true
        try bench.handle(.receive(bench.ids.next(NormalizedMessage.self), arrival))
        #expect(bench.conversation.returning == nil)
        let leg = try #require(bench.conversation.participant(hana)?.communication.id)
        #expect(try bench.receive().last == .recalled(leg, byAgent: false))
        #expect(try bench.receive().count == 1)
        try bench.handle(.resume(hana))
        #expect(bench.conversation.participant(hana)?.communication.state == .connected)
        #expect(bench.conversation.participant(hana)?.communication.isWantedBack == false)
        #expect(bench.replayed == bench.conversation)
    }

    @Test("is recalled by its agent once; the customer's word counts beside that")
    func recalledByAgent() throws {
        var (bench, hana) = try Self.parked()
        let leg = try #require(bench.conversation.participant(hana)?.communication.id)
        #expect(try bench.handle(.recall(hana)) == [.recalled(leg, byAgent: true)])
        #expect(try bench.handle(.recall(hana)).isEmpty)
        #expect(try bench.receive().last == .recalled(leg, byAgent: false))
    }

    @Test("goes to its queue when its agent has no room in time, and asks for the same agent there")
    func givesUp() throws {
        var (bench, hana) = try Self.parked()
        let leg = try #require(bench.conversation.participant(hana)?.communication.id)
        #expect(throws: ConversationError.wrongState(.parked, command: "give up")) {
            try bench.handle(.giveUpReturn(leg))
        }
        try bench.receive()
        try bench.handle(.giveUpReturn(leg))
        #expect(bench.conversation.participant(hana)?.communication.disconnectType == .transferNotAvailable)
        #expect(bench.conversation.waiting?.queue == Bench.support)
        #expect(bench.conversation.waiting?.routing?.lastAgent == Bench.hana)
        #expect(bench.conversation.customer != nil)
    }

    @Test("parks by itself only if the last word was the agent's and the agent does not hold it")
    func parksByItself() throws {
        var (bench, hana) = try Self.spoken()
        let leg = try #require(bench.conversation.participant(hana)?.communication.id)
        try bench.handle(.hold(hana, true))
        #expect(throws: ConversationError.self) { try bench.handle(.parkIfQuiet(leg)) }
        try bench.handle(.hold(hana, false))
        try bench.receive()
        #expect(throws: ConversationError.customerWaits) { try bench.handle(.parkIfQuiet(leg)) }
        try bench.say(hana)
        try bench.handle(.parkIfQuiet(leg))
        #expect(bench.conversation.parker?.id == hana)
    }

    @Test("ends with its customer, and can be transferred")
    func ends() throws {
        var (bench, hana) = try Self.parked()
        try bench.handle(.transfer(hana, .queue(RoutingRequest(queue: Bench.sales))))
        #expect(bench.conversation.waiting?.queue == Bench.sales)
        (bench, hana) = try Self.parked()
        try bench.handle(.customerLeave(.endpoint))
        #expect(bench.conversation.parker == nil)
        #expect(bench.conversation.participant(hana)?.owesWrapup == true)
    }

    @Test("what goes back to its queue keeps what it asked for")
    func keepsRequest() throws {
        var (bench, hana) = try Bench.talking()
        let skill = SkillID(high: 7, low: 1)
        try bench.handle(
            .transfer(hana, .queue(RoutingRequest(queue: Bench.sales, skills: [skill], priority: 3))))
        let kenji = try bench.offer(Bench.kenji)
        try bench.handle(.answer(kenji))
        try bench.handle(.requeue(kenji))
        let routing = try #require(bench.conversation.waiting?.routing)
        #expect(routing.skills == [skill])
        #expect(routing.priority == 3)
        #expect(routing.lastAgent == Bench.kenji)
    }
}

@Suite("What an agent owes after a conversation")
struct AfterCallWorkTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var prompt: WrapupPolicy.Prompt
        var timeout: Span? = .seconds(30)
        /// What the agent asks for while talking, if anything.
        var asks: Bool?
        var starts: Bool
        var limit: Span?
        var endsWithWrapup = true
        var testDescription: String { "\(prompt.rawValue) \(asks.map(String.init) ?? "")" }
    }

    static let cases = [
        Case(prompt: .optional, starts: false),
        Case(prompt: .mandatory, starts: true),
        Case(prompt: .mandatoryTimeout, starts: true, limit: .seconds(30)),
        Case(prompt: .mandatoryForcedTimeout, starts: true, limit: .seconds(30), endsWithWrapup: false),
        // Without a time there would be no end.
        Case(prompt: .mandatoryForcedTimeout, timeout: nil, starts: true),
        Case(prompt: .agentRequested, starts: false, limit: .seconds(30)),
        Case(prompt: .agentRequested, asks: true, starts: true, limit: .seconds(30)),
        Case(prompt: .agentRequested, asks: false, starts: false, limit: .seconds(30)),
    ]

    @Test("follows the queue's prompt, and the agent's request where it is the agent's", arguments: cases)
    func prompts(_ one: Case) throws {
        let policy = WrapupPolicy(prompt: one.prompt, timeout: one.timeout)
        #expect(policy.timeLimit == one.limit)
        var bench = Bench()
        try bench.receive()
        let hana = try bench.offer(Bench.hana, policy: policy)
        try bench.handle(.answer(hana))
        if let asks = one.asks { try bench.handle(.requireAfterCallWork(hana, asks)) }
        try bench.handle(.disconnect(hana, .client))
        #expect(bench.conversation.participant(hana)?.owesWrapup == one.starts)
        guard one.starts else { return }
        try bench.handle(.wrapUp(hana, Wrapup(code: "solved")))
        #expect(bench.conversation.participant(hana)?.owesWrapup == !one.endsWithWrapup)
        guard !one.endsWithWrapup else { return }
        try bench.handle(.expireWrapup(hana))
        #expect(bench.conversation.participant(hana)?.owesWrapup == false)
        #expect(bench.conversation.participant(hana)?.wrapup?.code == "solved")
        #expect(bench.replayed == bench.conversation)
    }

    @Test("gets the placeholder code when its time is over without a wrap-up")
    func placeholder() throws {
        var bench = Bench()
        try bench.receive()
        let hana = try bench.offer(
            Bench.hana, policy: WrapupPolicy(prompt: .mandatoryTimeout, timeout: .seconds(1)))
        try bench.handle(.answer(hana))
        try bench.handle(.disconnect(hana, .client))
        try bench.handle(.expireWrapup(hana))
        #expect(bench.conversation.participant(hana)?.wrapup?.code == Wrapup.timeoutCode)
        #expect(!bench.conversation.isOpen)
    }

    @Test("is the agent's to ask for only where the queue says so")
    func refused() throws {
        var (bench, hana) = try Bench.talking()
        #expect(throws: ConversationError.wrapupNotDue) { try bench.handle(.requireAfterCallWork(hana, true)) }
    }

    @Test("an interaction that answers itself connects in the same moment, as if the agent had taken it")
    func answersItself() throws {
        var bench = Bench()
        try bench.receive()
        let waiting = try #require(bench.conversation.waiting?.communication.id)
        var offer = ConversationCommand.Offer(
            waiting: waiting, user: Bench.hana, name: "Hana", alertingTimeout: .seconds(30),
            wrapupPolicy: Bench.mandatory)
        offer.answersItself = true
        let events = try bench.handle(.offer(offer))
        #expect(events.map(\.name) == ["offered", "answered", "disconnected"])
        let hana = try #require(bench.conversation.agents.first)
        #expect(hana.communication.state == .connected)
        #expect(hana.connectedAt == hana.startedAt)
        #expect(bench.conversation.waiting == nil)
        #expect(bench.conversation.lastAgent == Bench.hana)
    }
}

extension Bench {
    /// An agent says something.
    mutating func say(_ agent: ParticipantID) throws {
        guard let leg = conversation.participant(agent)?.communication.id else { return }
        try handle(.send(ids.next(NormalizedMessage.self), by: leg))
    }
}

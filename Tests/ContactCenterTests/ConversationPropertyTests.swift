import ContactCenter
import Testing

/// Random commands, right and wrong ones, from a seed; after each the state must be legal.
struct RandomCommands {
    var generator: SeededGenerator
    var bench = Bench()

    mutating func step() {
        let before = bench.conversation
        do throws(ConversationError) { try bench.handle(command()) } catch {
            #expect(bench.conversation == before, "a refused command changed the conversation")
        }
    }

    private mutating func command() -> ConversationCommand {
        let user = Bool.random(using: &generator) ? Bench.hana : Bench.kenji
        switch Int.random(in: 0..<22, using: &generator) {
        case 0, 1, 2: return .receive(bench.ids.next(NormalizedMessage.self), Bench.arrival)
        case 3, 4, 5:
            return .offer(
                .init(
                    waiting: waitingLeg(), user: user, name: nil, alertingTimeout: .seconds(30),
                    wrapupPolicy: policy()))
        case 6, 7, 8: return .answer(participant())
        case 9: return .send(bench.ids.next(NormalizedMessage.self), by: leg())
        case 10: return .expireAlert(leg())
        case 11: return .hold(participant(), Bool.random(using: &generator))
        case 12: return Bool.random(using: &generator) ? .park(participant()) : .resume(participant())
        case 13: return .disconnect(participant(), .client)
        case 14: return Bool.random(using: &generator) ? .requeue(participant()) : .transfer(participant(), target())
        case 20: return Bool.random(using: &generator) ? .parkIfQuiet(leg()) : .giveUpReturn(leg())
        case 19:
            return Bool.random(using: &generator) ? .recall(participant()) : .requireAfterCallWork(participant(), true)
        case 15: return .wrapUp(participant(), Wrapup(code: "solved"))
        case 16: return .customerLeave(.endpoint)
        case 17, 18: return routing(user)
        default: return Bool.random(using: &generator) ? .expireWrapup(participant()) : .disconnectAll(.system)
        }
    }

    private mutating func routing(_ user: UserID) -> ConversationCommand {
        switch Int.random(in: 0..<6, using: &generator) {
        case 4, 5: return .treat(treatment())
        case 0: return .setLabel(Bool.random(using: &generator) ? LabelID(high: 7, low: 1) : nil)
        case 1, 2: return .assign(user, until: bench.now + .seconds(Int64.random(in: 0..<6, using: &generator)))
        default:
            var change = RoutingChange()
            change.priority = Int.random(in: 0..<3, using: &generator)
            change.skills = [SkillID(high: 8, low: UInt64.random(in: 1...3, using: &generator))]
            change.language = SkillID(high: 9, low: 1)
            change.scoredAgents = [ScoredAgent(user: user, score: 50)]
            return .changeRouting(change)
        }
    }

    private mutating func treatment() -> ConversationCommand.Treatment {
        let steps: [InQueueStep] = [
            .treatment(1), .treatment(2), .closed(.closed), .closed(.emergency), .opened, .overflow, .maximumWait,
            .inactive,
        ]
        let actions: [InQueueSettings.Action] = [.wait, .wait, .overflow(Bench.sales), .disconnect]
        let message = Bool.random(using: &generator) ? bench.ids.next(NormalizedMessage.self) : nil
        return .init(
            waiting: waitingLeg(), step: steps.randomElement(using: &generator) ?? .overflow, message: message,
            action: actions.randomElement(using: &generator) ?? .wait)
    }

    private mutating func target() -> ConversationCommand.TransferTarget {
        guard Bool.random(using: &generator) else { return .queue(RoutingRequest(queue: Bench.sales)) }
        return .agent(Bench.kenji, name: nil, alertingTimeout: .seconds(30), wrapupPolicy: policy())
    }

    private mutating func policy() -> WrapupPolicy {
        let prompts: [WrapupPolicy.Prompt] = [
            .mandatory, .mandatory, .optional, .optional, .agentRequested, .mandatoryForcedTimeout,
        ]
        return WrapupPolicy(prompt: prompts[Int.random(in: 0..<6, using: &generator)], timeout: .seconds(30))
    }

    private mutating func waitingLeg() -> CommunicationID { bench.conversation.waiting?.communication.id ?? leg() }

    private mutating func participant() -> ParticipantID {
        bench.conversation.participants.randomElement(using: &generator)?.id ?? ParticipantID(high: 9, low: 9)
    }

    private mutating func leg() -> CommunicationID {
        let participant = bench.conversation.participants.randomElement(using: &generator)
        return participant?.communication.id ?? CommunicationID(high: 9, low: 9)
    }
}

@Suite("Whatever is asked of a conversation")
struct ConversationPropertyTests {
    @Test("its state stays legal, and its events rebuild it", arguments: UInt64(1)...300)
    func legal(seed: UInt64) {
        var run = RandomCommands(generator: SeededGenerator(state: seed))
        for _ in 0..<120 {
            run.step()
            for breach in Self.breaches(run.bench.conversation) { Issue.record("seed \(seed): \(breach)") }
        }
        #expect(run.bench.replayed == run.bench.conversation)
    }

    /// What must never be, in words.
    static func breaches(_ conversation: Conversation) -> [String] {
        let present = conversation.participants.filter(\.isPresent)
        var found: [String] = []
        func check(_ isRight: Bool, _ breach: String) { if !isRight { found.append(breach) } }
        check(present.filter { $0.purpose == .customer }.count <= 1, "two customer legs")
        check(present.filter { $0.purpose == .acd }.count <= 1, "it waits twice")
        check(present.filter { $0.communication.state == .alerting }.count <= 1, "two alerts at once")
        check(present.isEmpty || present.contains { $0.purpose == .customer }, "agents without a customer")
        check(conversation.version == 0 || (conversation.endedAt == nil) != present.isEmpty, "ended or not")
        check(
            present.filter { $0.purpose == .agent && $0.communication.state != .alerting }.count <= 1, "two agents talk"
        )
        let withRequest = conversation.participants.filter { $0.routing != nil }
        check(
            withRequest.allSatisfy { $0.purpose == .acd && $0.routing?.queue == $0.queue }, "a request of somebody else"
        )
        for participant in conversation.participants { found += breaches(participant) }
        return found
    }

    private static func breaches(_ participant: Participant) -> [String] {
        let leg = participant.communication
        var found: [String] = []
        func check(_ isRight: Bool, _ breach: String) {
            if !isRight { found.append("\(participant.purpose): \(breach)") }
        }
        check((leg.state == .disconnected) == (leg.disconnectedAt != nil), "disconnected without a time")
        check((leg.state == .disconnected) == (leg.disconnectType != nil), "disconnected without a reason")
        check(participant.isPresent == (participant.endedAt == nil), "left without an end")
        check(!leg.isHeld || leg.state == .connected, "held but not connected")
        check(leg.segments.filter { $0.endedAt == nil }.count == (participant.isPresent ? 1 : 0), "open segments")
        check(zip(leg.segments, leg.segments.dropFirst()).allSatisfy { $0.endedAt == $1.startedAt }, "gap in segments")
        check(!leg.isWantedBack || leg.state == .parked, "wanted back but not parked")
        check(!participant.owesWrapup || !participant.isPresent, "after-call work during the call")
        check(!participant.owesWrapup || participant.connectedAt != nil, "after-call work without a call")
        return found
    }
}

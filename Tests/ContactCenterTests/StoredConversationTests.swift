import Foundation
import Testing

@testable import ContactCenter

@Suite("Conversations read back by hand")
struct StoredConversationTests {
    /// Every member of everything that a conversation holds is there.
    static let full: Conversation = {
        let at = Instant(milliseconds: 1_760_000_000_123)
        var conversation = Conversation(id: ConversationID(high: .max, low: 1))
        conversation.version = .max
        conversation.origin = Bench.arrival.origin
        (conversation.startedAt, conversation.endedAt, conversation.lastActivityAt) = (at, at, at)
        conversation.lastInboundAt = Instant(milliseconds: -5)
        (conversation.messageCount, conversation.awaitsCustomer, conversation.lastAgent) = (7, false, Bench.hana)
        conversation.participants = [participant(at), participant(at)]
        return conversation
    }()

    private static func participant(_ at: Instant) -> Participant {
        var made = Participant(
            id: ParticipantID(high: 7, low: 7), purpose: .acd, startedAt: at, communication: communication(at))
        (made.endedAt, made.connectedAt, made.name) = (at, at, "美香 – 😀")
        (made.user, made.queue, made.routing, made.usedRouting) = (Bench.kenji, Bench.sales, request(at), .preferred)
        made.inQueue = InQueueProgress()
        made.inQueue?.note(.treatment(3), at: at)
        made.inQueue?.note(.opened, at: at)
        made.inQueue?.note(.closed(.holiday), at: at)
        made.inQueue?.note(.maximumWait, at: at)
        (made.queueOutcome, made.attributes, made.isAuthenticated) = (.flowOut, ["a": "", "b c": "1"], true)
        var journey = JourneyContext(customer: "c", customerType: "cookie")
        (journey.session, journey.sessionType) = ("s", "web")
        journey.action = JourneyContext.Action(id: "i", map: "m", mapVersion: 2)
        made.journey = journey
        (made.languages, made.alertingTimeout) = (["ja", "en"], .seconds(30))
        made.wrapupPolicy = WrapupPolicy(prompt: .mandatoryTimeout, timeout: .seconds(9))
        made.wantsAfterCallWork = false
        made.parking = ParkingPolicy(after: .minutes(5))
        made.wrapup = Wrapup(
            code: "solved", name: "Solved", notes: "", tags: ["x"], durationSeconds: 4, endedAt: at)
        (made.afterCallWorkStartedAt, made.afterCallWorkEndedAt) = (at, at)
        return made
    }

    private static func communication(_ at: Instant) -> Communication {
        var leg = Communication(
            id: CommunicationID(high: 8, low: 8), state: .alerting, direction: .outbound,
            peer: CommunicationID(high: 8, low: 9), segment: .init(kind: .alert, startedAt: at))
        leg.isHeld = true
        (leg.alertingAt, leg.connectedAt, leg.heldAt, leg.parkedAt, leg.recalledAt) = (at, at, at, at, at)
        (leg.wantedAt, leg.disconnectedAt, leg.disconnectType) = (at, at, .transferNoAnswer)
        leg.closeSegment(at: at, disconnectType: .peer)
        return leg
    }

    private static func request(_ at: Instant) -> RoutingRequest {
        var request = RoutingRequest(
            queue: Bench.support, skills: [SkillID(high: 1, low: 2), SkillID(high: 1, low: 3)], priority: -3,
            lastAgent: Bench.hana)
        (request.language, request.label) = (SkillID(high: 1, low: 4), LabelID(high: 1, low: 5))
        request.directAgent = DirectAgent(user: Bench.kenji, until: at, isAssigned: true)
        request.scoredAgents = [ScoredAgent(user: Bench.hana, score: 100), ScoredAgent(user: Bench.kenji, score: 0)]
        (request.waitingSince, request.passed) = (at, [Bench.sales])
        return request
    }

    static func stored(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// Members that are absent, by their path.
    private static func absent(_ value: Any, _ path: String) -> [String] {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional, mirror.children.isEmpty { return [path] }
        if mirror.displayStyle == .collection, mirror.children.isEmpty { return [path] }
        return mirror.children.flatMap { absent($0.value, path + "." + ($0.label ?? "")) }
    }

    @Test("every member comes back, and a new one cannot be forgotten")
    func everything() throws {
        #expect(Self.absent(Self.full, "").isEmpty)
        let read = try #require(Conversation(stored: Self.stored(Self.full)))
        #expect(read == Self.full)
    }

    @Test("what a conversation goes through comes back after each step", arguments: UInt64(1)...20)
    func random(seed: UInt64) throws {
        var commands = RandomCommands(generator: SeededGenerator(state: seed))
        for _ in 0..<100 {
            commands.step()
            let conversation = commands.bench.conversation
            #expect(Conversation(stored: try Self.stored(conversation)) == conversation)
        }
    }

    @Test("what is cut off, or goes on behind its end, is left to the decoder")
    func cut() throws {
        let body = try Self.stored(Self.full)
        for count in 0..<body.count { #expect(Conversation(stored: body.prefix(count)) == nil) }
        #expect(Conversation(stored: body + Data("}".utf8)) == nil)
    }

    @Test(
        "what is written otherwise is left to the decoder",
        arguments: [
            (#"{"#, #"{"new":1,"#), (#""version":"#, #""version": "#), (#""messageCount":7"#, #""messageCount":7.5"#),
            (#""messageCount":7"#, #""messageCount":null"#), (#""messageCount":7"#, #""messageCount":"7""#),
            (#""messageCount":7"#, #""messageCount":99999999999999999999"#), (#""Mika""#, #""Mi\"ka""#),
            (#""Preferred""#, #""Unheard""#), (#""acd""#, #""a\u0063d""#), (#","origin""#, #""origin""#),
            (#""messageCount":7"#, #""messageCount":"#), (#""scored"#, #""unscored"#), (#"[{"#, #"[,{"#),
        ])
    func unfamiliar(text: String, other: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        let body = String(decoding: try encoder.encode(Self.full), as: UTF8.self)
        let changed = body.replacingOccurrences(of: text, with: other)
        #expect(changed != body)
        #expect(Conversation(stored: Data(changed.utf8)) == nil)
    }

    @Test("a member that must be there is missed", arguments: ["id", "version", "participants", "messageCount"])
    func missing(name: String) throws {
        var object = try #require(
            JSONSerialization.jsonObject(with: Self.stored(Conversation(id: ConversationID(high: 1, low: 1))))
                as? [String: Any])
        #expect(object.removeValue(forKey: name) != nil)
        #expect(Conversation(stored: try JSONSerialization.data(withJSONObject: object)) == nil)
    }

    @Test("events of messages come back, others are left to the decoder")
    func events() throws {
        let (message, leg) = (MessageID(high: 1, low: .max), CommunicationID(high: 2, low: 3))
        for event in [ConversationEvent.messageReceived(message, leg), .messageSent(message, leg)] {
            #expect(ConversationEvent(storedMessage: try Self.stored(event)) == event)
        }
        for event in [ConversationEvent.held(leg), .messageStatusChanged(message, .read)] {
            #expect(ConversationEvent(storedMessage: try Self.stored(event)) == nil)
        }
    }
}

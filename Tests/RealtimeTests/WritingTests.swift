import Foundation
import Journal
import Testing

@testable import ContactCenter
@testable import Engine
@testable import PlatformAPI

@Suite("What is written by hand", .timeLimit(.minutes(2)))
struct WritingTests {
    private func written(_ value: some JSONWritable) throws -> JSONValue {
        var json = JSONWriter()
        value.write(to: &json)
        return try JSONDecoder().decode(JSONValue.self, from: Data(json.bytes))
    }

    private func encoded(_ value: some Encodable) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: APIJSON.encoder.encode(value))
    }

    /// Optional members that are absent; a fixture without any proves that each is written.
    private func absent(in value: Any) -> [String] {
        Mirror(reflecting: value).children.compactMap { child in
            let mirror = Mirror(reflecting: child.value)
            return mirror.displayStyle == .optional && mirror.children.isEmpty ? child.label : nil
        }
    }

    private func check(_ value: some JSONWritable & Encodable) throws {
        #expect(absent(in: value) == [], "\(type(of: value))")
        #expect(try written(value) == encoded(value), "\(type(of: value))")
    }

    @Test("conversations are the same as by the encoder, as they are and with every member there")
    func conversations() async throws {
        try await RealtimeBench.run { bench in
            let (conversation, details) = try await Sample.conversation(bench)
            let names = WireNames(directory: bench.engine.directory, files: Sample.files)
            for flavour in [WireFlavour.rest, .event] {
                var unified = ConversationWire(conversation, details: details, names: names, flavour: flavour)
                #expect(try written(unified) == encoded(unified))
                unified.fill()
                try check(unified)
                for participant in unified.participants {
                    try check(participant)
                    for leg in participant.messages { try check(leg) }
                }
                var flat = MessageConversationWire(conversation, details: details, names: names, flavour: flavour)
                #expect(try written(flat) == encoded(flat))
                flat.fill()
                try check(flat)
                for participant in flat.participants { try check(participant) }
            }
        }
    }

    @Test("the smaller parts are the same as by the encoder")
    func parts() throws {
        try check(Sample.reference)
        try check(Sample.routing)
        try check(Sample.routing.scoredAgents[0])
        try check(Sample.wrapup)
        try check(Sample.detail)
        try check(Sample.shown)
        try check(Sample.shown)
        try check(Sample.detail.media[0])
        try check(Sample.detail.messageMetadata.content[0])
        try check(Sample.segment)
        try check(AddressWire("street 1", name: "Mika"))
        try check(DivisionMembership(division: Sample.reference, entities: [Sample.reference]))
    }

    @Test(
        "texts are escaped as JSON asks",
        arguments: ["", "plain", "\"\\/\n\r\t\u{0}\u{1F}\u{7F}", "縁側 👩‍👩‍👧‍👦 \u{2028}", "\\u0041", "é"])
    func texts(text: String) throws {
        var json = JSONWriter()
        json.string(text)
        #expect(try JSONDecoder().decode(String.self, from: Data(json.bytes)) == text)
        #expect(!String(decoding: json.bytes, as: UTF8.self).replacing("\\\\", with: "").contains("\\/"))
    }

    @Test(
        "dates are written as by the encoder",
        arguments: [0, 1, 951_782_399_999, 1_709_251_199_123, -1, 253_402_300_799_999, 1_767_225_600_000])
    func dates(milliseconds: Int64) {
        let date = WireDate(Instant(milliseconds: milliseconds))
        var json = JSONWriter()
        json.date(date)
        #expect(String(decoding: json.bytes, as: UTF8.self) == "\"\(date)\"")
    }

    @Test("a bucket lets a burst through, then its rate, and says how long to wait")
    func bucket() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(burst: 2, perSecond: 0.5, at: start)
        #expect(bucket.take(at: start) == nil)
        #expect(bucket.take(at: start) == nil)
        #expect(bucket.take(at: start) == 2)
        #expect(bucket.take(at: start + .seconds(1)) == 1)
        #expect(bucket.take(at: start + .seconds(2)) == nil)
        #expect(bucket.take(at: start + .seconds(2)) == 2)
        #expect(bucket.take(at: start + .seconds(600)) == nil)
        #expect(bucket.take(at: start + .seconds(600)) == nil)
        #expect(bucket.take(at: start + .seconds(600)) == 2)
    }

    @Test("agents are shown that a guest types once in four seconds, and after a message")
    func typing() throws {
        let start = ContinuousClock.now
        let rates = GuestRates(GuestLimits())
        let guest = GuestTokens.Guest(deployment: IntegrationID(high: 0, low: 1), platformUser: "hana")
        let moments: [(milliseconds: Int64, isShown: Bool)] = [(0, true), (1_000, false), (4_950, true), (9_900, true)]
        for moment in moments {
            let now = start + .milliseconds(moment.milliseconds)
            #expect(rates.showsTyping(of: guest, at: now) == moment.isShown, "\(moment.milliseconds)")
        }
        let now = start + .milliseconds(10_000)
        #expect(!rates.showsTyping(of: guest, at: now))
        try rates.takeMessage(of: guest)
        #expect(rates.showsTyping(of: guest, at: now))
    }

    @Test("an allowance is remembered until it is whole again, and of so many guests at most")
    func allowances() {
        let start = ContinuousClock.now
        let allowances = GuestAllowances(burst: 1, perSecond: 0.5, guestsMax: 2_000)
        let deployment = IntegrationID(high: 0, low: 1)
        func guest(_ number: Int) -> GuestTokens.Guest { .init(deployment: deployment, platformUser: "\(number)") }
        #expect(allowances.take(of: guest(0), at: start) == nil)
        #expect(allowances.take(of: guest(0), at: start) == 2)
        allowances.restore(of: guest(0))
        #expect(allowances.count == 0)
        for number in 0..<1_500 { #expect(allowances.take(of: guest(number), at: start) == nil) }
        #expect(allowances.count == 1_500)
        #expect(allowances.take(of: guest(1), at: start + .seconds(1)) == 1)
        for number in 1_500..<5_000 {
            _ = allowances.take(of: guest(number), at: start + .seconds(1))
            #expect(allowances.count <= 2_000)
        }
        #expect(allowances.take(of: guest(4_999), at: start + .seconds(1)) == 2)
        for number in 5_000..<6_000 { _ = allowances.take(of: guest(number), at: start + .seconds(9)) }
        #expect(allowances.count <= 1_200)
    }
}

/// Some of everything.
private enum Sample {
    static let date = WireDate(Instant(milliseconds: 1_767_225_600_123))
    static let reference = EntityReference(id: "r", name: "R \"quoted\"", selfUri: "/api/v2/r")
    static let routing = RoutingDataWire(
        queue: reference, language: reference, priority: 3, skills: [reference],
        scoredAgents: [.init(agent: reference, score: 80)], label: "l")
    static let wrapup = WrapupWire(
        Wrapup(
            code: "solved", name: "Solved", notes: "line\nline", tags: ["a", "b"], durationSeconds: 12,
            endedAt: date.instant))
    static let journey: JourneyContext = {
        var journey = JourneyContext(customer: "c", customerType: "cookie")
        (journey.session, journey.sessionType) = ("s", "web")
        journey.action = .init(id: "a", map: "m", mapVersion: 3)
        return journey
    }()
    static let segment = MessageWire.SegmentWire(
        startTime: date, endTime: date, type: "Interact", howEnded: "Disconnect", disconnectType: "peer")

    static let files = FileLinks(
        signer: SignedLinks(key: Data(count: 32)), address: PublicAddress(), now: Instant.systemNow)
    static let known: (MessageDetail, ConversationID) = {
        let draft = MessageDraft(
            id: Identifier(high: 1, low: 1), identity: Identifier(high: 1, low: 2),
            conversation: Identifier(high: 1, low: 3), communication: Identifier(high: 1, low: 4),
            integration: Identifier(high: 1, low: 5), externalID: nil, isInbound: false, status: .sent,
            at: date.instant, body: Data())
        let record = MessageRecord(position: Position(1), draft: draft)
        return (MessageDetail(record, NormalizedMessage(type: .text, text: "hi")), draft.conversation)
    }()
    static var shown: ShownMessage {
        ShownMessage(detail: known.0, conversation: known.1, asReference: true, files: files)
    }

    static let detail: MessageDetailsWire = {
        let media = MessageDetailsWire.Media(
            Attachment(id: "a", url: "https://x/y", mime: "image/png", filename: "b.png", fileSize: 9))
        var detail = MessageDetailsWire(known.0, in: known.1, files: files, asReference: true)
        (detail.messageId, detail.messageURI, detail.message) = ("m", "/m", reference)
        (detail.media, detail.stickers) = ([media], [media])
        detail.messageMetadata = .init(
            type: "Text", events: ["e"], content: [.init(contentType: "Attachment", subType: "Image")])
        return detail
    }()

    /// A talk with messages of both sides, a hold and an end.
    static func conversation(
        _ bench: RealtimeBench
    ) async throws -> (Conversation, [CommunicationID: [MessageDetail]]) {
        try await bench.goOnQueue(bench.hana)
        let guest = try await TestGuest.configured(bench)
        _ = try await guest.message(["text": "hi", "channel": ["metadata": ["customAttributes": ["a\"b": "c"]]]])
        let (id, agent) = try await bench.accepted(bench.hana)
        try await bench.say("Good day", in: id, by: agent)
        let conversations = bench.engine.conversations
        try await conversations.perform(.hold(agent.id, true), on: id)
        try await conversations.perform(.disconnect(agent.id, .client), on: id)
        let ended = try await conversations.perform(.wrapUp(agent.id, Wrapup(code: "solved")), on: id)
        return (ended, try await conversations.details(of: ended, limit: 100))
    }
}

extension ConversationWire {
    fileprivate mutating func fill() {
        startTime = Sample.date
        endTime = Sample.date
        conversationIds = ["c"]
        maxParticipants = 6
        selfUri = "/c"
        recentTransfers = ["t"]
        utilizationLabelId = "l"
        divisions = [DivisionMembership(division: Sample.reference)]
        for index in participants.indices { participants[index].fill() }
    }
}

extension ParticipantWire {
    fileprivate mutating func fill() {
        (startTime, endTime, connectedTime) = (Sample.date, Sample.date, Sample.date)
        (startAcwTime, endAcwTime) = (Sample.date, Sample.date)
        (name, userUri, userId, externalContactId) = ("n", "u", "i", "e")
        (queueId, queueName, participantType, address) = ("q", "Q", "External", "a")
        (wrapupExpected, wrapupPrompt, wrapupTimeoutMs) = (true, "optional", 1)
        (alertingTimeoutMs, evaluations) = (2, ["v"])
        (calls, callbacks, chats, cobrowsesessions, emails) = (["1"], ["2"], ["3"], ["4"], ["5"])
        (internalMessages, screenshares, socialExpressions, videos) = (["6"], ["7"], ["8"], ["9"])
        wrapup = Sample.wrapup
        conversationRoutingData = Sample.routing
        for index in messages.indices { messages[index].fill() }
    }
}

extension MessageWire {
    fileprivate mutating func fill() {
        segments = [Sample.segment]
        (startHoldTime, startAlertingTime, connectedTime) = (Sample.date, Sample.date, Sample.date)
        (disconnectedTime, parkTime) = (Sample.date, Sample.date)
        (disconnectType, peerId, afterCallWorkRequired, authenticated) = ("peer", "p", true, true)
        (toAddress, fromAddress) = (AddressWire("to", name: "To"), AddressWire("from", name: nil))
        messages = [Sample.shown]
        journeyContext = JourneyContextWire(Sample.journey)
        wrapup = Sample.wrapup
        if afterCallWork == nil { afterCallWork = .sample }
        afterCallWork?.startTime = Sample.date
        afterCallWork?.endTime = Sample.date
    }
}

extension MessageWire.AfterCallWork {
    /// The after-call work of an agent who owes none.
    fileprivate static var sample: MessageWire.AfterCallWork? {
        var conversation = Conversation(id: Identifier(high: 0, low: 1))
        let id = ParticipantID(high: 0, low: 2)
        let joined = ConversationEvent.CustomerJoined(
            participant: id, communication: Identifier(high: 0, low: 3), name: nil, isReturning: false)
        conversation.apply(.customerJoined(joined), at: Sample.date.instant)
        return conversation.participant(id).map(MessageWire.AfterCallWork.init)
    }
}

extension MessageConversationWire {
    fileprivate mutating func fill() {
        recentTransfers = ["t"]
        utilizationLabelId = "l"
        address = "a"
        otherMediaUris = ["o"]
        divisions = [DivisionMembership(division: Sample.reference)]
        for index in participants.indices { participants[index].fill() }
    }
}

extension MessageMediaParticipantWire {
    fileprivate mutating func fill() {
        (startAlertingTime, connectedTime, endTime) = (Sample.date, Sample.date, Sample.date)
        (startHoldTime, parkTime, startAcwTime, endAcwTime) = (Sample.date, Sample.date, Sample.date, Sample.date)
        (name, address, initialState, disconnectType) = ("n", "a", "alerting", "peer")
        (wrapupPrompt, wrapupTimeoutMs, alertingTimeoutMs, peer) = ("optional", 1, 2, "p")
        (user, queue, externalContact) = (Sample.reference, Sample.reference, Sample.reference)
        authenticated = true
        (toAddress, fromAddress) = (AddressWire("to", name: "To"), AddressWire("from", name: nil))
        wrapup = Sample.wrapup
        conversationRoutingData = Sample.routing
        messages = [Sample.shown]
        journeyContext = JourneyContextWire(Sample.journey)
    }
}

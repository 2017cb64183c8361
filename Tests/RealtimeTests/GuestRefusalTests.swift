import ContactCenter
import Foundation
import NIOCore
import Testing

@testable import PlatformAPI
@testable import TestSupport

@Suite("What a guest's socket refuses", .timeLimit(.minutes(2)))
struct GuestRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var action: String
        var fields: JSONValue = [:]
        var code: Int64
        var text: String?

        init(_ name: String, _ action: String, _ fields: JSONValue = [:], _ code: Int64, _ text: String? = nil) {
            testDescription = name
            self.action = action
            self.fields = fields
            self.code = code
            self.text = text
        }

        static func message(_ name: String, _ message: JSONValue, _ code: Int64, _ text: String? = nil) -> Case {
            Case(name, "onMessage", ["message": message], code, text)
        }

        /// A message with one item of content.
        static func content(_ name: String, _ item: JSONValue, _ code: Int64, _ text: String? = nil) -> Case {
            message(name, ["type": "Structured", "text": "x", "content": [item]], code, text)
        }

        /// A message that answers a question.
        static func answer(_ name: String, _ response: JSONValue, _ code: Int64, _ text: String? = nil) -> Case {
            content(name, ["contentType": "ButtonResponse", "buttonResponse": response], code, text)
        }

        /// A message that answers a form of one field.
        static func form(_ name: String, _ component: JSONValue, _ code: Int64, _ text: String? = nil) -> Case {
            let fields: JSONValue = [["id": "n", "component": component]]
            return content(name, ["contentType": "Form", "form": ["response": fields]], code, text)
        }
    }

    private static func long(_ bytes: Int) -> JSONValue { .string(String(repeating: "x", count: bytes)) }

    static let cases: [Case] = [
        Case("an unknown action", "dance", [:], 400, "Request failed."),
        Case("no token", "echo", ["token": ""], 4020, "Missing parameter: token"),
        Case("a token that is no text", "echo", ["token": 7], 400),
        Case("a session of another token", "onMessage", ["token": "other", "message": ["text": "x"]], 4007),
        Case("no message", "onMessage", [:], 4020, "Missing parameter: message"),
        .message("an empty message", ["type": "Text", "text": ""], 4020),
        .message("a text that is no text", ["type": "Text", "text": 7], 400),
        .message("a message that is no object", "hello", 400),
        .message("an unknown type", ["type": "Poem", "text": "x"], 400),
        .message("a receipt", ["type": "Receipt", "text": "x"], 400),
        .message(
            "a long text", ["type": "Text", "text": .string(String(repeating: "x", count: 5_000))], 4011,
            "Message length 5000 is larger than 4096"),
        .message(
            "large custom attributes",
            [
                "text": "x",
                "channel": ["metadata": ["customAttributes": ["a": .string(String(repeating: "x", count: 2_048))]]],
            ], 4013, "Custom Attributes in channel metadata is larger than 2048 bytes"),
        Case(
            "large custom attributes beside the message", "onMessage",
            [
                "message": ["text": "x"],
                "channel": ["metadata": ["customAttributes": ["a": .string(String(repeating: "x", count: 2_048))]]],
            ], 4013),
        .message(
            "attributes with depth", ["text": "x", "channel": ["metadata": ["customAttributes": ["a": ["b": "c"]]]]],
            400),
        .message(
            "large metadata", ["text": "x", "metadata": ["a": .string(String(repeating: "x", count: 5_000))]], 4011),
        .message("a long id", ["text": "x", "metadata": ["id": .string(String(repeating: "x", count: 300))]], 400),
        .message(
            "a card, which is the business's",
            ["type": "Structured", "content": [["contentType": "Card", "card": ["title": "t", "actions": []]]]], 400),
        .message(
            "an attachment", ["content": [["contentType": "Attachment", "attachment": ["id": "1"]]]], 4000),
        .message("an event without events", ["type": "Event"], 4020),
        .message(
            "a message with an event",
            ["text": "x", "events": [["eventType": "Presence", "presence": ["type": "SignIn"]]]], 400),
        .message(
            "an event with a text",
            ["type": "Event", "text": "x", "events": [["eventType": "Presence", "presence": ["type": "Join"]]]], 400),
        .message(
            "joining where conversations do not begin by themselves",
            ["type": "Event", "events": [["eventType": "Presence", "presence": ["type": "Join"]]]], 403,
            "Conversation AutoStart is disabled for this deployment."),
        .message(
            "an unknown event", ["type": "Event", "events": [["eventType": "Dance", "dance": [:]]]], 400),
        .message(
            "an unknown presence",
            ["type": "Event", "events": [["eventType": "Presence", "presence": ["type": "SignIn"]]]], 400),
        .message(
            "wiping where it is not allowed",
            ["type": "Event", "events": [["eventType": "Presence", "presence": ["type": "Clear"]]]], 403,
            "Conversation Clear is disabled for this deployment."),
        .message(
            "typing where it is not shown",
            ["type": "Event", "events": [["eventType": "Typing", "typing": ["type": "On"]]]], 403),
        Case("uploads", "onAttachment", ["fileName": "a.png", "fileType": "image/png"], 4000),
        Case("an authenticated session", "configureAuthenticatedSession", ["data": ["code": "x"]], 403),
        Case("no deployment", "configureSession", [:], 4020),
        Case("another deployment", "configureSession", ["deploymentId": .string(UUID().uuidString)], 400),
    ]

    private static let manyAnswers = [JSONValue](
        repeating: [
            "contentType": "ButtonResponse",
            "buttonResponse": ["type": "ListPicker", "text": long(500), "payload": "b"],
        ], count: 9)

    static let answers: [Case] = [
        .content(
            "a quick reply, which is the business's",
            ["contentType": "QuickReply", "quickReply": ["text": "a", "payload": "b"]], 400,
            "Content type [QuickReply] is not supported."),
        .content("a place", ["contentType": "Location", "location": ["latitude": 1, "longitude": 2]], 400),
        .answer("an answer of no type", ["text": "a", "payload": "b"], 4020),
        .answer(
            "an answer of an unknown type", ["type": "Poem", "text": "a", "payload": "b"], 400,
            "Answer type [Poem] is not supported."),
        .answer(
            "an answer without a text", ["type": "Button", "payload": "b"], 4020,
            "Missing parameter: message.content.buttonResponse.text"),
        .answer("an answer without a payload", ["type": "Button", "text": "a"], 4020),
        .answer(
            "an answer with a long text", ["type": "Button", "text": long(5_000), "payload": "b"], 4011,
            "Message length 5000 is larger than 4096"),
        .answer("an answer with a long payload", ["type": "Button", "text": "a", "payload": long(5_000)], 4011),
        .answer(
            "an answer to a long id",
            ["type": "Button", "text": "a", "payload": "b", "originatingMessageId": long(300)], 400),
        .message(
            "many answers with long texts", ["type": "Structured", "content": .array(manyAnswers)], 4011,
            "Message length 4500 is larger than 4096"),
        .content("a form that is not filled in", ["contentType": "Form", "form": ["cannedResponseId": "d"]], 4020),
        .content(
            "a form that asks",
            ["contentType": "Form", "form": ["response": [], "introduction": ["title": "I am the shop"]]], 400),
        .form("a form with an empty field", [:], 4020),
        .form(
            "a form with a long text",
            ["buttonResponse": ["type": "Form", "text": long(4_097), "payload": "b"]], 4011),
        .form("a form with an answer of no type", ["buttonResponse": ["text": "a", "payload": "b"]], 4020),
        .form(
            "a form with something else in it",
            ["contentType": "Card", "buttonResponse": ["type": "Form", "text": "a", "payload": "b"]], 400),
    ]

    @Test("each in its own way, with the tracing id; the connection goes on and nothing is kept")
    func refusals() async throws {
        var setting = RealtimeBench.Setting.fast
        setting.app = ["showUserTypingIndicator": false]
        try await RealtimeBench.run(setting) { bench in
            let guest = try await TestGuest.configured(bench)
            for one in Self.cases + Self.answers {
                let frame = try await guest.request(one.action, one.fields)
                #expect(frame.kind == "response string \(one.code)", "\(one.testDescription)")
                #expect(frame.body.string != nil, "\(one.testDescription)")
                if let text = one.text { #expect(frame.body.string == text, "\(one.testDescription)") }
            }
            _ = try await guest.configure()
            try await guest.say("fine")
            let session = try await bench.engine.guests.session(token: guest.token, deployment: bench.deployment)
            let history = try await bench.engine.guests.history(
                of: session, since: Instant(milliseconds: 0), page: 1, pageSize: 9)
            #expect(history.total == 1)
        }
    }

    @Test("somebody who types or stops typing, and nothing else")
    func typing() async throws {
        try await RealtimeBench.run { bench in
            let guest = try await TestGuest.configured(bench)
            for (typing, kind): (JSONValue, String) in [
                (["type": "On"], "message StructuredMessage 200"), (["type": "Off"], "message StructuredMessage 200"),
                (["type": "Sideways"], "response string 400"), ([:], "response string 400"),
            ] {
                #expect(try await guest.types(typing).kind == kind, "\(typing)")
            }
        }
    }

    @Test("what is not JSON is answered with 400", arguments: ["", "{", "[]", "\"text\"", "null", "12", "{\"a\":}"])
    func notJSON(text: String) async throws {
        try await RealtimeBench.run { bench in
            let guest = try await TestGuest(bench)
            try await guest.send(text: text)
            let frame = try await guest.next()
            #expect(frame.kind == "response string 400")
            #expect(try await guest.configure().kind == "response SessionResponse 200")
        }
    }

    @Test("a message before the session is refused as one without a session")
    func noSession() async throws {
        try await RealtimeBench.run { bench in
            let guest = try await TestGuest(bench)
            #expect(try await guest.message(["text": "x"]).kind == "response string 4007")
            #expect(try await guest.request("getJwt").kind == "response string 4007")
        }
    }

    @Test("a deployment that is switched off takes no more messages of those who are there")
    func switchedOff() async throws {
        try await RealtimeBench.run { bench in
            let guest = try await TestGuest.configured(bench)
            try await guest.say("hello")
            let id = bench.deployment.description
            var body = try #require(bench.engine.directory.find(.webDeployment, id)).body
            body["status"] = "Inactive"
            try await bench.engine.directory.save(.webDeployment, id: id, name: "Shop", body: body)
            #expect(try await guest.message(["text": "hello?"]).kind == "response string 400")
            #expect(try await guest.configure().kind == "response string 400")
            try await bench.engine.directory.delete(.webDeployment, id)
            #expect(try await guest.message(["text": "hello?"]).kind == "response string 400")
        }
    }

    @Test("whatever bytes come, a frame is read or refused", arguments: UInt64(1)...4)
    func noise(seed: UInt64) {
        let frame = Array(
            """
            {"action":"onMessage","token":"t","tracingId":"x","message":{"type":"Structured","text":"縁側","content":\
            [{"contentType":"ButtonResponse","buttonResponse":{"type":"Button","text":"a","payload":"b"}}],"events":\
            [{"eventType":"Typing","typing":{"type":"On"}}],"metadata":{"id":"1"},"channel":{"metadata":\
            {"customAttributes":{"a":1}}}}}
            """.utf8)
        var state = seed
        func random(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var taken = 0
        for _ in 0..<2_000 {
            var bytes = frame
            for _ in 0...random(below: 3) {
                let at = random(below: bytes.count)
                switch random(below: 3) {
                case 0: bytes[at] = UInt8(random(below: 256))
                case 1: bytes.remove(at: at)
                default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + random(below: 40))], at: at)
                }
            }
            guard let request = GuestRequest(ByteBuffer(bytes: bytes)) else { continue }
            if let checked = try? CheckedMessage(request, limits: GuestLimits()) {
                taken += 1
                #expect((checked.message.text?.utf8.count ?? 0) <= 4_096)
            }
        }
        #expect(taken > 0)
    }

    @Test("an upload is refused as an object for who asks for objects")
    func uploadAsObject() async throws {
        try await RealtimeBench.run { bench in
            let guest = try await TestGuest.configured(bench)
            let frame = try await guest.request(
                "onAttachment",
                ["fileName": "a.png", "fileType": "image/png", "errorsAsJson": true, "attachmentId": "a-1"])
            #expect(frame.kind == "response GenerateUrlError 4000")
            #expect(frame.body["attachmentId"] == "a-1")
            #expect(frame.body["errorCode"] == 4000)
        }
    }
}

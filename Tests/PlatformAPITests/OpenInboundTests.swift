import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("Open messages: what integrations bring in")
struct OpenInboundTests {
    private static let time = "2026-01-31T09:05:00"

    private func path(_ bench: APIBench, _ end: String = "message") -> String {
        "/api/v2/conversations/messages/\(bench.integration)/inbound/open/\(end)"
    }

    @Test("a message is completed, and a second one with its id is the same message")
    func message() async throws {
        try await APIBench.run { bench in
            let token = try await bench.clientToken()
            let body = ConversationAPITests.inbound("Hello", id: "m-1")
            let first = try await bench.json(.post, path(bench), token: token, body)
            #expect(first.status == 200, "\(first)")
            #expect(first.json["channel"]?["platform"] == "Open")
            #expect(first.json["channel"]?["type"] == "Private")
            #expect(first.json["channel"]?["to"]?["id"]?.string == bench.integration)
            #expect(first.json["channel"]?["time"] == "2026-01-31T09:05:00.123Z")
            #expect(first.json["conversationId"] == nil)
            #expect(first.json["type"] == "Text")
            let id = try #require(first.json["id"]?.string)
            #expect(id.utf8.count == 32)
            let ids = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<10 {
                    group.addTask { try await bench.json(.post, path(bench), token: token, body).json["id"]?.string }
                }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(ids == [id])
        }
    }

    @Test("the older form says everything in the body")
    func older() async throws {
        try await APIBench.run { bench in
            let token = try await bench.clientToken()
            let body = """
                {"channel":{"platform":"Open","type":"Private","messageId":"o-1","to":{"id":"\(bench.integration)"},\
                "from":{"id":"mika","idType":"Email"},"time":"\(Self.time)"},"type":"Text","text":"Hello",\
                "direction":"Inbound"}
                """
            let answer = try await bench.json(
                .post, "/api/v2/conversations/messages/inbound/open", token: token, body)
            #expect(answer.status == 200, "\(answer)")
            #expect(answer.json["direction"] == "Inbound")
        }
    }

    @Test("what an integration sends wrongly is refused, and says where")
    func refused() async throws {
        try await APIBench.run { bench in
            let token = try await bench.clientToken()
            let from = #""from":{"id":"mika"}"#
            let channel = #""channel":{\#(from),"time":"\#(Self.time)"}"#
            let long = String(repeating: "x", count: 10_001)
            let cases: [(String, String, Int, String)] = [
                ("broken", "{", 400, "bad.request"), ("no channel", #"{"text":"x"}"#, 400, "required.fields.missing"),
                ("no sender", #"{"channel":{"time":"\#(Self.time)"},"text":"x"}"#, 400, "required.fields.missing"),
                ("no time", #"{"channel":{\#(from)},"text":"x"}"#, 400, "required.fields.missing"),
                ("bad time", #"{"channel":{\#(from),"time":"soon"},"text":"x"}"#, 400, "invalid.value"),
                ("no text", "{\(channel)}", 400, "required.fields.missing"),
                ("long text", #"{\#(channel),"text":"\#(long)"}"#, 400, "invalid.value"),
                ("wrong type", #"{\#(channel),"text":7}"#, 400, "invalid.value"),
                ("nested metadata", #"{\#(channel),"text":"x","metadata":{"a":{"b":"c"}}}"#, 400, "bad.request"),
                (
                    "bad id type",
                    #"{"channel":{"from":{"id":"m","idType":"Fax"},"time":"\#(Self.time)"},"text":"x"}"#, 400,
                    "invalid.value"
                ),
                (
                    "script as address",
                    #"{\#(channel),"content":[{"attachment":{"mediaType":"Link","url":"javascript:alert(1)"}}]}"#, 400,
                    "invalid.value"
                ),
            ]
            for (name, body, status, code) in cases {
                let answer = try await bench.json(.post, path(bench), token: token, body)
                #expect(answer.status == status, "\(name): \(answer)")
                #expect(answer.code == code, "\(name): \(answer)")
            }
            let unknown = path(bench).replacing(bench.integration, with: "00000000-0000-4000-8000-000000000000")
            #expect(
                try await bench.json(.post, unknown, token: token, ConversationAPITests.inbound("x", id: "1")).status
                    == 404)
            let agent = try await bench.token("hana")
            #expect(
                try await bench.json(.post, path(bench), token: agent, ConversationAPITests.inbound("x", id: "1"))
                    .status == 403)
            #expect(bench.engine.conversations.allOpen().isEmpty)
        }
    }

    @Test("a receipt moves the status of the integration's own message")
    func receipt() async throws {
        try await APIBench.run { bench in
            let talk = try await ConversationAPITests.alert(bench)
            let token = try await bench.token("hana")
            let client = try await bench.clientToken()
            let base = "\(ConversationAPITests.messages)/\(talk.conversation)"
            _ = try await bench.json(
                .patch, "\(base)/participants/\(talk.participant)", token: token, #"{"state":"connected"}"#)
            let sent = try await bench.json(
                .post, "\(base)/communications/\(talk.leg)/messages", token: token, #"{"textBody":"Hi"}"#)
            let id = try #require(sent.json["id"]?.string)
            let body = """
                {"id":"\(id)","status":"Delivered","isFinalReceipt":true,\
                "channel":{"to":{"id":"mika"},"time":"\(Self.time)"}}
                """
            let answer = try await bench.json(.post, path(bench, "receipt"), token: client, body)
            #expect(answer.status == 200, "\(answer)")
            #expect(answer.json["type"] == "Receipt")
            let read = try await bench.send(.get, "\(base)/messages/\(id)", token: token)
            #expect(read.json["status"] == "delivery-success")
            let unknown = body.replacing(id, with: String(repeating: "0", count: 32))
            #expect(try await bench.json(.post, path(bench, "receipt"), token: client, unknown).status == 404)
        }
    }

    @Test("typing and the answer to a choice are taken")
    func others() async throws {
        try await APIBench.run { bench in
            let token = try await bench.clientToken()
            let channel = #""channel":{"from":{"id":"mika"},"time":"\#(Self.time)"}"#
            let typing = try await bench.json(
                .post, path(bench, "event"), token: token, #"{\#(channel),"events":[{"eventType":"Typing"}]}"#)
            #expect(typing.json["type"] == "Event", "\(typing)")
            let other = try await bench.json(
                .post, path(bench, "event"), token: token, #"{\#(channel),"events":[{"eventType":"Dance"}]}"#)
            #expect(other.status == 400)
            let choice = try await bench.json(
                .post, path(bench, "structured/response"), token: token,
                """
                {\(channel),"buttonResponse":{"type":"QuickReply","text":"OK","payload":"y"},"originatingMessageId":"1"}
                """)
            #expect(choice.json["type"] == "Structured", "\(choice)")
        }
    }
}

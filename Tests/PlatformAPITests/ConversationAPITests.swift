import ContactCenter
import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import PlatformAPI

@Suite("Conversations: what agents do by the API")
struct ConversationAPITests {
    static let messages = "/api/v2/conversations/messages"

    /// An open message of a customer.
    static func inbound(_ text: String, id: String, from: String = "mika") -> String {
        """
        {"channel":{"from":{"id":"\(from)","idType":"Opaque","firstName":"Mika"},"time":"2026-01-31T09:05:00.123Z",\
        "messageId":"\(id)","metadata":{"customAttributes":{"tier":"gold","age":7}}},"text":"\(text)","unknown":1}
        """
    }

    struct Talk {
        let conversation: String
        let participant: String
        let leg: String
        let customer: String
    }

    /// Brings a customer to an agent who is on queue, up to the alert.
    static func alert(_ bench: APIBench, agent: String = "hana", from: String = "mika") async throws -> Talk {
        let client = try await bench.clientToken()
        let token = try await bench.token(agent)
        let user = try #require(bench.people[agent])
        let idle = try await bench.json(
            .put, "/api/v2/users/\(user)/routingstatus", token: token, #"{"status":"IDLE"}"#)
        #expect(idle.json["status"] == "IDLE", "\(idle)")
        let path = "\(messages)/\(bench.integration)/inbound/open/message?prefetchConversationId=true"
        let sent = try await bench.json(.post, path, token: client, inbound("Hello", id: UUID().uuidString, from: from))
        #expect(sent.status == 200, "\(sent)")
        let id = try #require(sent.json["conversationId"]?.string)
        return try await bench.eventually {
            let found = try await bench.send(.get, "/api/v2/conversations/\(id)", token: client)
            let participants = found.json["participants"]?.array ?? []
            guard let mine = participants.last(where: { $0["userId"]?.string == user }),
                let leg = mine["messages"]?.array?.last, leg["state"] == "alerting",
                let customer = participants.last(where: { $0["purpose"] == "customer" })
            else { return nil }
            return Talk(
                conversation: id, participant: mine["id"]?.string ?? "", leg: leg["id"]?.string ?? "",
                customer: customer["id"]?.string ?? "")
        }
    }

    @Test("a customer writes, the agent answers, holds, leaves and sums up")
    func story() async throws {
        try await APIBench.run { bench in
            let talk = try await Self.alert(bench)
            let token = try await bench.token("hana")
            let path = "\(Self.messages)/\(talk.conversation)"
            let mine = "\(path)/participants/\(talk.participant)"
            let leg = "\(path)/communications/\(talk.leg)"
            #expect(try await bench.json(.patch, mine, token: token, #"{"state":"connected"}"#).status == 202)
            #expect(try await bench.json(.patch, mine, token: token, #"{"state":"connected"}"#).status == 202)

            let sent = try await bench.json(.post, leg + "/messages", token: token, #"{"textBody":"Good day"}"#)
            #expect(sent.status == 202, "\(sent)")
            #expect(sent.json["status"] == "queued")
            #expect(sent.json["normalizedMessage"]?["text"] == "Good day")
            #expect(sent.json["textBody"] == "Good day")
            let message = try #require(sent.json["id"]?.string)
            #expect(message.utf8.count == 32)

            let listed = try await bench.send(.get, Self.messages, token: token)
            let flat = try #require(listed.entities.first)
            let participants = flat["participants"]?.array ?? []
            #expect(participants.map { $0["purpose"]?.string } == ["customer", "acd", "agent"])
            #expect(participants[0]["attributes"] == ["tier": "gold", "age": "7"])
            #expect(participants[0]["externalContact"]?["id"]?.string != nil)
            #expect(participants[1]["disconnectType"] == "transfer")
            #expect(participants[2]["state"] == "connected")
            #expect(participants[2]["queue"]?["name"] == "Support")
            #expect(participants[2]["messages"]?.array?.first?["messageId"]?.string == message)
            let uri = try #require(participants[2]["messages"]?.array?.first?["messageURI"]?.string)
            #expect(try await bench.send(.get, uri, token: token).json["textBody"] == "Good day")

            let ids = participants.flatMap { $0["messages"]?.array ?? [] }.compactMap { $0["messageId"]?.string }
            let body = String(decoding: try JSONEncoder().encode(ids + ["unknown"]), as: UTF8.self)
            let bulk = try await bench.json(.post, path + "/messages/bulk", token: token, body)
            #expect(bulk.entities.map { $0["textBody"]?.string } == ["Hello", "Good day"])
            #expect(
                try await bench.send(.get, "\(Self.messages)/\(message)/details", token: token).status == 200)

            #expect(try await bench.json(.patch, mine, token: token, #"{"held":true}"#).status == 202)
            #expect(try await bench.json(.patch, mine, token: token, #"{"held":false}"#).status == 202)
            #expect(try await bench.json(.patch, mine, token: token, #"{"state":"disconnected"}"#).status == 202)
            let again = try await bench.json(.patch, mine, token: token, #"{"state":"disconnected"}"#)
            #expect(again.status == 409)
            #expect(again.code == "conversation.already.disconnected")
            #expect(try await bench.send(.get, Self.messages, token: token).entities.count == 1, "wrap-up is due")
            let codes = try await bench.send(.get, mine + "/wrapupcodes", token: token)
            #expect(codes.json.array?.first?["name"] == "Solved")
            let wrapup = #"{"code":"\#(bench.solved)","notes":"All well"}"#
            let summed = try await bench.json(
                .post, "\(mine)/communications/\(talk.leg)/wrapup", token: token, wrapup)
            #expect(summed.status == 202, "\(summed)")
            #expect(try await bench.send(.get, mine + "/wrapup", token: token).json["notes"] == "All well")
            #expect(try await bench.send(.get, Self.messages, token: token).entities.isEmpty)
        }
    }

    @Test("another agent's conversation does not exist for an agent, and a supervisor may see it and act")
    func access() async throws {
        try await APIBench.run { bench in
            let talk = try await Self.alert(bench)
            let other = try await bench.token("kenji")
            let supervisor = try await bench.token("yuki")
            let path = "\(Self.messages)/\(talk.conversation)"
            let cases: [(HTTPRequest.Method, String, String?)] = [
                (.get, path, nil), (.get, "/api/v2/conversations/\(talk.conversation)", nil),
                (.patch, "\(path)/participants/\(talk.participant)", #"{"state":"connected"}"#),
                (.post, "\(path)/communications/\(talk.leg)/messages", #"{"textBody":"x"}"#),
                (.patch, "\(path)/participants/\(talk.customer)/attributes", #"{"attributes":{"a":"b"}}"#),
                (.post, "\(path)/participants/\(talk.participant)/replace", #"{"queueId":"\#(bench.sales)"}"#),
                (.post, path + "/messages/bulk", "[]"),
                (.get, Self.messages + "/not-an-id", nil),
            ]
            for (method, path, body) in cases {
                let answer = try await bench.json(method, path, token: other, body)
                #expect(answer.status == 404, "\(method) \(path): \(answer)")
                #expect(answer.code == "not.found", "\(method) \(path)")
            }
            #expect(try await bench.send(.get, path, token: supervisor).status == 200)
            let answered = try await bench.json(
                .patch, "\(path)/participants/\(talk.participant)", token: supervisor, #"{"state":"connected"}"#)
            #expect(answered.status == 202)
        }
    }

    @Test("an agent acts for himself only, in his own conversation, too")
    func ownParticipant() async throws {
        try await APIBench.run { bench in
            let talk = try await Self.alert(bench)
            let token = try await bench.token("hana")
            let path = "\(Self.messages)/\(talk.conversation)/participants"
            let customer = try await bench.json(
                .patch, "\(path)/\(talk.customer)", token: token, #"{"state":"disconnected"}"#)
            #expect(customer.status == 403)
            let early = try await bench.json(
                .patch, "\(path)/\(talk.customer)/attributes", token: token, #"{"attributes":{"a":"b"}}"#)
            #expect(early.status == 403, "not before he has answered")
            _ = try await bench.json(
                .patch, "\(path)/\(talk.participant)", token: token, #"{"state":"connected"}"#)
            let attributes = try await bench.json(
                .patch, "\(path)/\(talk.customer)/attributes", token: token,
                #"{"attributes":{"order":"42","tier":"","age":null}}"#)
            #expect(attributes.json["attributes"] == ["order": "42"], "\(attributes)")
        }
    }

    @Test("what agents ask wrongly changes nothing")
    func badRequests() async throws {
        try await APIBench.run { bench in
            let talk = try await Self.alert(bench)
            let token = try await bench.token("hana")
            let path = "\(Self.messages)/\(talk.conversation)"
            let mine = "\(path)/participants/\(talk.participant)"
            let write = "\(path)/communications/\(talk.leg)/messages"
            let early = try await bench.json(.post, write, token: token, #"{"textBody":"x"}"#)
            #expect(early.status == 409, "before answering: \(early)")
            _ = try await bench.json(.patch, mine, token: token, #"{"state":"connected"}"#)
            let before = try await bench.send(.get, path, token: token).json
            let long = String(repeating: "x", count: 4_001)
            let cases: [(String, HTTPRequest.Method, String, String, String)] = [
                ("broken", .post, write, "{", "bad.request"), ("nothing", .post, write, "{}", "invalid.value"),
                ("both", .post, write, #"{"textBody":"x","mediaIds":["y"]}"#, "invalid.value"),
                ("empty", .post, write, #"{"textBody":" "}"#, "required.fields.missing"),
                ("wrong type", .post, write, #"{"textBody":7}"#, "invalid.value"),
                ("too long", .post, write, #"{"textBody":"\#(long)"}"#, "invalid.value"),
                ("unknown file", .post, write, #"{"mediaIds":["y"]}"#, "invalid.value"),
                ("state", .patch, mine, #"{"state":"dialing"}"#, "invalid.value"),
                ("no change", .patch, mine, "{}", "required.fields.missing"),
                ("no code", .patch, mine, #"{"wrapup":{"notes":"x"}}"#, "required.fields.missing"),
                ("unknown code", .patch, mine, #"{"wrapup":{"code":"x"}}"#, "invalid.value"),
                ("two targets", .post, mine + "/replace", #"{"userId":"a","queueId":"b"}"#, "invalid.value"),
                ("unknown queue", .post, mine + "/replace", #"{"queueId":"b"}"#, "invalid.value"),
                ("not disconnected", .patch, path, #"{"state":"connected"}"#, "invalid.value"),
            ]
            for (name, method, path, body, code) in cases {
                let answer = try await bench.json(method, path, token: token, body)
                #expect(answer.status == 400, "\(name): \(answer)")
                #expect(answer.code == code, "\(name): \(answer)")
            }
            #expect(try await bench.send(.get, path, token: token).json == before)
        }
    }

    @Test("a transfer to a queue takes the conversation from the agent and lets it wait there")
    func transfer() async throws {
        try await APIBench.run { bench in
            let talk = try await Self.alert(bench)
            let token = try await bench.token("hana")
            let path = "/api/v2/conversations/\(talk.conversation)"
            let mine = "\(path)/participants/\(talk.participant)"
            _ = try await bench.json(.patch, mine, token: token, #"{"state":"connected"}"#)
            let moved = try await bench.json(
                .post, mine + "/replace/queue", token: token, #"{"queueId":"\#(bench.sales)"}"#)
            #expect(moved.status == 202, "\(moved)")
            let after = try await bench.send(.get, path, token: try await bench.clientToken())
            let participants = after.json["participants"]?.array ?? []
            let agent = participants.first { $0["id"]?.string == talk.participant }
            #expect(agent?["messages"]?.array?.first?["disconnectType"] == "transfer")
            #expect(participants.last?["queueName"] == "Sales")
            #expect(participants.last?["purpose"] == "acd")
        }
    }

    @Test("a file goes up by its link, into a message, and down again")
    func media() async throws {
        try await APIBench.run { bench in
            let talk = try await Self.alert(bench)
            let token = try await bench.token("hana")
            let path = "\(Self.messages)/\(talk.conversation)"
            _ = try await bench.json(
                .patch, "\(path)/participants/\(talk.participant)", token: token, #"{"state":"connected"}"#)
            let leg = "\(path)/communications/\(talk.leg)/messages"
            let begun = try await bench.json(.post, leg + "/media", token: token, "null")
            #expect(begun.json["status"] == "uploading", "\(begun)")
            let id = try #require(begun.json["id"]?.string)
            let early = try await bench.json(.post, leg, token: token, #"{"mediaIds":["\#(id)"]}"#)
            #expect(early.status == 400, "not before the file is there")

            let link = try #require(begun.json["uploadUrl"]?.string).replacing("http://engawa.test", with: "")
            let boundary = "xYz"
            let form =
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.gif\"\r\n"
                + "Content-Type: image/gif\r\n\r\n\(Pictures.gif())\r\n--\(boundary)--\r\n"
            let uploaded = try await bench.send(
                .post, link, body: ByteBuffer(string: form),
                headers: [.contentType: "multipart/form-data; boundary=\(boundary)"])
            #expect(uploaded.status == 200, "\(uploaded)")
            #expect(uploaded.json["name"] == "a.gif")
            #expect(
                try await bench.send(.put, link, body: ByteBuffer(string: "y")).status == 409, "written once")
            let forged = String(link.dropLast(3)) + "abc"
            #expect(try await bench.send(.put, forged, body: ByteBuffer(string: "y")).status == 404)

            let sent = try await bench.json(.post, leg, token: token, #"{"mediaIds":["\#(id)"]}"#)
            #expect(sent.status == 202, "\(sent)")
            let attachment = sent.json["normalizedMessage"]?["content"]?.array?.first?["attachment"]
            #expect(attachment?["mediaType"] == "Image")
            let url = try #require(attachment?["url"]?.string).replacing("http://engawa.test", with: "")
            let file = try await bench.send(.get, url)
            #expect(file.body == Pictures.gif())
            #expect(file.headers[.contentType] == "image/gif")
            #expect(file.headers[.contentSecurityPolicy]?.contains("sandbox") == true)
        }
    }

    @Test("a desktop reads a customer's earlier conversations while it has one in hand, and nobody else's")
    func history() async throws {
        try await APIBench.run { bench in
            let talk = try await Self.alert(bench)
            let token = try await bench.token("hana")
            let flat = try await bench.send(.get, "\(Self.messages)/\(talk.conversation)", token: token)
            let contact = try #require(
                flat.json["participants"]?.array?.first?["externalContact"]?["id"]?.string)
            func query(_ id: String, extra: String = "") -> String {
                """
                {"interval":"2000-01-01T00:00:00Z/2100-01-01T00:00:00Z","order":"desc","paging":{"pageSize":25,\
                "pageNumber":1},"segmentFilters":[{"type":"and","predicates":[{"dimension":"externalContactId",\
                "value":"\(id)"}]}]\(extra)}
                """
            }
            let path = "/api/v2/analytics/conversations/details/query"
            let found = try await bench.json(.post, path, token: token, query(contact))
            #expect(found.json["totalHits"]?.integer == 1, "\(found)")
            let conversation = found.json["conversations"]?.array?.first
            #expect(conversation?["conversationId"]?.string == talk.conversation)
            #expect(conversation?["participants"]?.array?.first?["sessions"]?.array?.first?["messageType"] == "open")
            let other = try await bench.token("kenji")
            #expect(try await bench.json(.post, path, token: other, query(contact)).status == 403)
            let unsupported = try await bench.json(
                .post, path, token: token, query(contact, extra: #","aggregations":[{"type":"termFrequency"}]"#))
            #expect(unsupported.status == 400)
        }
    }

    @Test("an id of any form may be asked for as a message")
    func preflight() async throws {
        try await APIBench.run { bench in
            let answer = try await bench.send(
                .get, "\(Self.messages)/wm-tester-preflight-check/details", token: try await bench.clientToken())
            #expect(answer.status == 404)
            #expect(answer.code == "not.found")
        }
    }
}

import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("Decisions of routing: why this agent, and why it waits")
struct DecisionAPITests {
    private static func path(_ conversation: String) -> String {
        "/api/v2/routing/conversations/\(conversation)/decisions"
    }

    static func write(_ bench: APIBench, from: String) async throws -> String {
        let path = "\(ConversationAPITests.messages)/\(bench.integration)/inbound/open/message"
        let sent = try await bench.json(
            .post, path + "?prefetchConversationId=true", token: try await bench.clientToken(),
            ConversationAPITests.inbound("Hello", id: UUID().uuidString, from: from))
        return try #require(sent.json["conversationId"]?.string)
    }

    @Test("a conversation that waits says why, as of now, with names")
    func waiting() async throws {
        try await APIBench.run { bench in
            let skill = try await Planter(engine: bench.engine).plant(.skill, "Refunds")
            let id = try await Self.write(bench, from: "mika")
            let supervisor = try await bench.token("yuki")
            let answer = try await bench.eventually {
                let answer = try await bench.send(.get, Self.path(id), token: supervisor)
                return answer.json["waiting"] != nil && !answer.entities.isEmpty ? answer : nil
            }
            #expect(answer.json["conversationId"]?.string == id && !skill.isEmpty)
            let waiting = try #require(answer.json["waiting"])
            #expect(waiting["live"] == true)
            let decision = try #require(waiting["decision"])
            #expect(decision["outcome"]?["type"] == "nobody" && decision["outcome"]?["reason"] == "notOnQueue")
            #expect(decision["queue"]?["name"] == "Support" && decision["memberCount"]?.integer == 2)
            #expect(decision["excluded"]?["notOnQueue"]?.integer == 2 && decision["position"]?.integer == 1)
            let agents = decision["excludedAgents"]?.array ?? []
            let named = Set(agents.map { $0["agent"]?["id"]?.string })
            #expect(named == [bench.people["hana"], bench.people["kenji"]])
            #expect(agents.allSatisfy { $0["agent"]?["name"]?.string != nil && $0["reason"] == "notOnQueue" })
            #expect(decision["id"] == nil && answer.entities.first?["id"]?.string != nil)
            #expect(decision["method"]?["skillEvaluationMethod"] == "ALL")
        }
    }

    @Test("an assignment says who got it, why, and what became of the offer; pages go back in time")
    func assigned() async throws {
        try await APIBench.run { bench in
            let talk = try await ConversationAPITests.alert(bench)
            let token = try await bench.token("hana")
            let path = Self.path(talk.conversation)
            let offered = try await bench.eventually {
                let answer = try await bench.send(.get, path, token: token)
                return answer.entities.first?["outcome"]?["type"] == "assigned" ? answer : nil
            }
            let outcome = try #require(offered.entities.first?["outcome"])
            #expect(outcome["reason"] == "longestIdle" && outcome["participantId"]?.string == talk.participant)
            #expect(outcome["agent"]?["id"]?.string == bench.people["hana"] && outcome["offer"]?["state"] == "alerting")
            #expect(offered.json["waiting"]?["decision"]?["outcome"]?["type"] == "offered")

            let mine = "\(ConversationAPITests.messages)/\(talk.conversation)/participants/\(talk.participant)"
            #expect(try await bench.json(.patch, mine, token: token, #"{"state":"disconnected"}"#).status == 202)
            let declined = try await bench.eventually {
                let answer = try await bench.send(.get, path + "?pageSize=1", token: token)
                return answer.entities.first?["outcome"]?["reason"] == "paused" ? answer : nil
            }
            #expect(declined.json["waiting"]?["decision"]?["excluded"]?["paused"]?.integer == 1)
            #expect(declined.json["waiting"]?["decision"]?["nextChange"]?["type"] == "pauseEnds")
            let next = try #require(declined.json["nextUri"]?.string)
            let before = try await bench.send(.get, next, token: token)
            #expect(before.json["waiting"] == nil && before.entities.count == 1)
            let earlier = try #require(before.entities.first)
            #expect(earlier["outcome"]?["offer"]?["state"] == "declined" || earlier["outcome"]?["type"] == "nobody")
        }
    }

    @Test("a closed queue is named as the reason, nobody can be given what waits there, and no wait is told")
    func closed() async throws {
        try await APIBench.run { bench in
            let (admin, supervisor) = (try await bench.token("mio"), try await bench.token("yuki"))
            let fire = try await bench.json(
                .post, "/api/v2/architect/emergencygroups", token: admin, #"{"name":"Fire","enabled":true}"#)
            let queue = "/api/v2/routing/queues/\(bench.support)"
            let settings = """
                {"name":"Support","enableManualAssignment":true,
                "inQueue":{"emergencyGroup":{"id":"\(try #require(fire.json["id"]?.string))"}}}
                """
            #expect(try await bench.json(.put, queue, token: admin, settings).status == 200)
            let id = try await Self.write(bench, from: "mika")
            let answer = try await bench.eventually {
                let answer = try await bench.send(.get, Self.path(id), token: supervisor)
                return answer.json["waiting"] != nil && !answer.entities.isEmpty ? answer : nil
            }
            for decision in [answer.json["waiting"]?["decision"], answer.entities.first] {
                #expect(decision?["outcome"]?["type"] == "nobody" && decision?["outcome"]?["reason"] == "queueClosed")
                #expect(decision?["queueStanding"] == "emergency" && decision?["memberCount"]?.integer == 2)
                #expect(decision?["candidates"]?.array?.isEmpty == true && decision?["nextChange"] == nil)
            }
            let hana = try #require(bench.people["hana"])
            let assigned = try await bench.json(
                .post, "/api/v2/conversations/\(id)/assign", token: supervisor, #"{"id":"\#(hana)"}"#)
            #expect(assigned.status == 409 && assigned.code == "queue.closed", "\(assigned)")
            let wait = try await bench.send(.get, queue + "/estimatedwaittime?conversationId=\(id)", token: supervisor)
            #expect(wait.json["results"]?.array?.isEmpty == true, "\(wait)")
        }
    }

    @Test("those who wait are listed by the length of their wait, for whoever may see others' conversations")
    func list() async throws {
        try await APIBench.run { bench in
            let first = try await Self.write(bench, from: "mika")
            bench.clock.pass(.seconds(5))
            let second = try await Self.write(bench, from: "sora")
            let (agent, supervisor) = (try await bench.token("kenji"), try await bench.token("yuki"))
            let path = "/api/v2/routing/conversations"
            let all = try await bench.send(.get, path, token: supervisor)
            #expect(all.entities.map { $0["id"]?.string } == [first, second] && all.json["total"]?.integer == 2)
            #expect(all.entities.allSatisfy { $0["queue"]?["name"] == "Support" && $0["offeredTo"] == nil })
            let page = try await bench.send(.get, path + "?pageSize=1&pageNumber=2", token: supervisor)
            #expect(page.entities.map { $0["id"]?.string } == [second])
            let other = try await bench.send(.get, path + "?queueId=\(bench.sales)", token: supervisor)
            #expect(other.status == 200 && other.entities.isEmpty)
            #expect(try await bench.send(.get, path + "?queueId=x", token: supervisor).code == "invalid.value")
            #expect(try await bench.send(.get, path, token: agent).status == 403)
        }
    }

    @Test("who may not see the conversation may not see why; bad input is refused")
    func access() async throws {
        try await APIBench.run { bench in
            let id = try await Self.write(bench, from: "mika")
            let (agent, supervisor) = (try await bench.token("kenji"), try await bench.token("yuki"))
            let unknown = "00000000-0000-4000-8000-000000000000"
            let cases: [(String, String?, Int, String)] = [
                (Self.path(id), nil, 401, "authentication.required"), (Self.path(id), agent, 404, "not.found"),
                (Self.path(unknown), supervisor, 404, "not.found"), (Self.path("x"), supervisor, 404, "not.found"),
                (Self.path(id) + "?before=x", supervisor, 400, "invalid.value"),
                (Self.path(id) + "?pageSize=0", supervisor, 400, "invalid.value"),
                (Self.path(id) + "?pageSize=101", supervisor, 400, "invalid.value"),
            ]
            for (path, token, status, code) in cases {
                let answer = try await bench.send(.get, path, token: token)
                #expect(answer.status == status && answer.code == code, "\(path): \(answer)")
            }
            #expect(try await bench.send(.get, Self.path(id), token: supervisor).status == 200)
        }
    }
}

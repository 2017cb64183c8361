import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("What stays while somebody waits for it, or a queue names it")
struct QueueReferenceTests {
    private static let queues = "/api/v2/routing/queues"

    private static func made(_ bench: APIBench, _ path: String, _ body: String) async throws -> String {
        let answer = try await bench.json(.post, path, token: try await bench.token("mio"), body)
        return try #require(answer.json["id"]?.string, "\(answer)")
    }

    @Test("a skill or language stays while a customer who waits asks for it", arguments: ["skill", "language"])
    func waitedFor(kind: String) async throws {
        try await APIBench.run { bench in
            let (admin, supervisor) = (try await bench.token("mio"), try await bench.token("yuki"))
            let path = "/api/v2/routing/\(kind)s"
            let id = try await Self.made(bench, path, #"{"name":"Refunds"}"#)
            let conversation = try await DecisionAPITests.write(bench, from: "mika")
            let asked = kind == "skill" ? #""skillIds":["\#(id)"]"# : #""languageId":"\#(id)""#
            let routing = "/api/v2/routing/conversations/\(conversation)"
            let change = try await bench.json(.patch, routing, token: supervisor, "{\(asked)}")
            #expect(change.status == 200, "\(change)")
            let refused = try await bench.send(.delete, "\(path)/\(id)", token: admin)
            #expect(refused.status == 409 && refused.json["message"] == "Customers wait for it.", "\(refused)")
            try await bench.engine.conversations.perform(
                .customerLeave(.endpoint), on: try #require(ConversationID(conversation)))
            #expect(try await bench.send(.delete, "\(path)/\(id)", token: admin).status == 204)
        }
    }

    @Test("a skill stays while a ring takes it away")
    func removedByRing() async throws {
        try await APIBench.run { bench in
            let admin = try await bench.token("mio")
            let skill = try await Self.made(bench, "/api/v2/routing/skills", #"{"name":"Refunds"}"#)
            let rings = #"{"rings":[{"actions":{"skillsToRemove":[{"id":"\#(skill)"}]}},{}]}"#
            let queue = try await Self.made(bench, Self.queues, #"{"name":"Returns","bullseye":\#(rings)}"#)
            let refused = try await bench.send(.delete, "/api/v2/routing/skills/\(skill)", token: admin)
            #expect(refused.status == 409 && refused.json["messageParams"]?["names"] == "Returns", "\(refused)")
            #expect(try await bench.send(.delete, "\(Self.queues)/\(queue)", token: admin).status == 204)
            #expect(try await bench.send(.delete, "/api/v2/routing/skills/\(skill)", token: admin).status == 204)
        }
    }

    /// Settings that name a queue, and what is left of them without it.
    private static let naming: [(String, JSONValue)] = [
        (#""directRouting":{"backupQueueId":"ID","agentWaitSeconds":60}"#, ["directRouting": ["agentWaitSeconds": 60]]),
        (
            #""inQueue":{"overflow":{"queue":{"id":"ID"},"afterSeconds":90},"inactivitySeconds":60}"#,
            ["inQueue": ["inactivitySeconds": 60]]
        ),
        (
            #""inQueue":{"holiday":{"action":"OVERFLOW","queue":{"id":"ID"},"texts":{"en":"Away"}}}"#,
            ["inQueue": ["holiday": ["action": "WAIT", "texts": ["en": "Away"]]]]
        ),
        (
            """
            "conditionalGroupRouting":{"rules":[{"metric":"EstimatedWaitTime","operator":"GreaterThan",\
            "conditionValue":60,"queue":{"id":"ID"},"groups":[{"id":"THEGROUP","type":"GROUP"}]}]}
            """, [:]
        ),
        (
            """
            "conditionalGroupActivation":{"rules":[{"conditions":[{"simpleMetric":{"metric":"IdleAgentCount",\
            "queue":{"id":"ID"}},"operator":"LessThan","value":1}],"conditionExpression":"C1",\
            "groups":[{"id":"THEGROUP","type":"GROUP"}]}]}
            """, [:]
        ),
    ]

    @Test("a queue stays while another names it; forced, it goes from the other's settings", arguments: 0..<5)
    func namedQueue(number: Int) async throws {
        try await APIBench.run { bench in
            let admin = try await bench.token("mio")
            let group = try await Self.made(bench, "/api/v2/groups", #"{"name":"Night","type":"official"}"#)
            let named = try await Self.made(bench, Self.queues, #"{"name":"Backup"}"#)
            let (text, rest) = Self.naming[number]
            let member = text.replacing("ID", with: named.uppercased()).replacing("THEGROUP", with: group)
            let queue = try await Self.made(bench, Self.queues, "{\"name\":\"Returns\",\(member)}")
            let path = "\(Self.queues)/\(named)"
            let members = try await bench.json(
                .post, path + "/members", token: admin, #"[{"id":"\#(try #require(bench.people["hana"]))"}]"#)
            #expect(members.status < 300, "\(members)")
            // Who names it is said before its members, whom a second, forced request may wipe.
            let refused = try await bench.send(.delete, path, token: admin)
            #expect(refused.status == 409 && refused.json["messageParams"]?["names"] == "Returns", "\(refused)")
            let before = try await bench.send(.get, "\(Self.queues)/\(queue)", token: admin)
            #expect(try await bench.json(.put, "\(Self.queues)/\(queue)", token: admin, before.body).status == 200)

            #expect(try await bench.send(.delete, path + "?forceDelete=true", token: admin).status == 204)
            let after = try await bench.send(.get, "\(Self.queues)/\(queue)", token: admin)
            let again = try await bench.json(.put, "\(Self.queues)/\(queue)", token: admin, after.body)
            #expect(again.status == 200, "\(again)")
            for name in ["directRouting", "inQueue", "conditionalGroupRouting", "conditionalGroupActivation"] {
                #expect(again.json[name] == rest[name], "\(again)")
            }
        }
    }

    @Test("a queue that names itself can be deleted, and customers who wait in it are not deleted with it by force")
    func itself() async throws {
        try await APIBench.run { bench in
            let admin = try await bench.token("mio")
            let queue = try await Self.made(bench, Self.queues, #"{"name":"Returns"}"#)
            let own = #"{"name":"Returns","directRouting":{"backupQueueId":"\#(queue)"}}"#
            #expect(try await bench.json(.put, "\(Self.queues)/\(queue)", token: admin, own).status == 200)
            #expect(try await bench.send(.delete, "\(Self.queues)/\(queue)", token: admin).status == 204)
            _ = try await DecisionAPITests.write(bench, from: "mika")
            let support = "\(Self.queues)/\(bench.support)?forceDelete=true"
            #expect(try await bench.send(.delete, support, token: admin).status == 409)
        }
    }
}

import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("What ended today, over the API")
struct AggregatesAPITests {
    private static let query = "/api/v2/analytics/conversations/aggregates/query"

    private static func ask(_ bench: APIBench, more: String = "", interval: String? = nil) -> String {
        let now = bench.engine.now().milliseconds
        let start = WireDate(Instant(milliseconds: now - now % 900_000 - 3_600_000))
        let end = WireDate(Instant(milliseconds: now + 3_600_000))
        return """
            {"interval":"\(interval ?? "\(start)/\(end)")","groupBy":["queueId"]\(more),\
            "filter":{"type":"and","predicates":[{"dimension":"queueId","value":"\(bench.support)"}]},\
            "metrics":["nOffered","tAnswered","tAbandon","tWait","oServiceLevel","tHandle","tAcw"]}
            """
    }

    @Test("an answer counts in the quarter in which it ended, and is in all that is made of it")
    func answered() async throws {
        try await APIBench.run { bench in
            let talk = try await ConversationAPITests.alert(bench)
            let agent = try await bench.token("hana")
            let mine = "\(ConversationAPITests.messages)/\(talk.conversation)/participants/\(talk.participant)"
            #expect(try await bench.json(.patch, mine, token: agent, #"{"state":"connected"}"#).status == 202)
            let token = try await bench.token("yuki")
            let answer = try await bench.eventually {
                let answer = try await bench.json(.post, Self.query, token: token, Self.ask(bench))
                return answer.json["results"]?.array?.isEmpty == false ? answer : nil
            }
            let result = answer.json["results"]?.array?.first
            #expect(result?["group"] == ["mediaType": "message", "queueId": .string(bench.support)])
            let metrics = result?["data"]?.array?.first?["metrics"]?.array ?? []
            func stats(_ name: String) -> JSONValue? { metrics.first { $0["metric"]?.string == name }?["stats"] }
            #expect(stats("nOffered")?["count"] == 1)
            #expect(stats("tAnswered")?["count"] == 1)
            #expect(stats("tAnswered")?["sum"] == stats("tWait")?["sum"])
            #expect(stats("oServiceLevel")?["ratio"]?.integer == 1)
            // Nobody left, and the conversation goes on.
            #expect(stats("tAbandon") == nil)
            #expect(stats("tHandle") == nil)

            let hours = Self.ask(bench, more: #","granularity":"PT15M""#)
            let finer = try await bench.json(.post, Self.query, token: token, hours)
            #expect(finer.json["results"]?.array?.first?["data"]?.array?.count == 1)
        }
    }

    @Test("what is not counted is refused")
    func refused() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("yuki")
            for body in [
                Self.ask(bench, interval: "2020-01-01T00:00:00Z/2020-01-02T00:00:00Z"),
                Self.ask(bench, interval: "yesterday"), Self.ask(bench, more: #","granularity":"PT1S""#),
                Self.ask(bench, more: #","views":[{"target":"tWait"}]"#),
                Self.ask(bench).replacing("tWait", with: "tDream"), "{}",
            ] {
                let answer = try await bench.json(.post, Self.query, token: token, body)
                #expect(answer.status == 400, "\(answer)")
            }
            #expect(try await bench.json(.post, Self.query, token: try await bench.token("hana"), "{}").status == 403)
        }
    }

    @Test("an expression of conditions that cannot be read is refused by its name")
    func expression() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let path = "\(QueueRoutes.path)/\(bench.support)"
            func body(_ expression: String) -> String {
                """
                {"name":"Support","conditionalGroupActivation":{"pilotRule":{"conditionExpression":"\(expression)",\
                "conditions":[{"simpleMetric":{"metric":"IdleAgentCount"},"operator":"LessThan","value":1}]}}}
                """
            }
            #expect(try await bench.json(.put, path, token: token, body("not (C1)")).status == 200)
            for expression in ["C2", "C1 and", "((C1)", "perhaps"] {
                let answer = try await bench.json(.put, path, token: token, body(expression))
                #expect(answer.status == 400, "\(answer)")
                #expect(answer.body.contains("conditionalGroupActivation.pilotRule.conditionExpression"))
            }
        }
    }
}

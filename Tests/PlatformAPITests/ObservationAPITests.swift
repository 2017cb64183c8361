import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("What is counted now, over the API")
struct ObservationAPITests {
    private static let query = "/api/v2/analytics/queues/observations/query"

    private static func ask(_ queue: String, _ metrics: [String], more: String = "") -> String {
        let names = metrics.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"filter":{"type":"and","predicates":[{"dimension":"queueId","value":"\(queue)"}\(more)]},\
            "metrics":[\(names)],"detailMetrics":["oWaiting","oAlerting","oUserRoutingStatuses"]}
            """
    }

    /// The counts of an answer by metric, with the qualifier behind it.
    private static func counts(_ answer: Answer) -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for group in answer.json["results"]?.array ?? [] {
            for metric in group["data"]?.array ?? [] {
                let name = [metric["metric"]?.string, metric["qualifier"]?.string].compactMap(\.self)
                counts[name.joined(separator: " ")] = metric["stats"]?["count"]?.integer
            }
        }
        return counts
    }

    @Test("a queue's counts stand in a group for its medium and one for its people, with the details behind them")
    func queue() async throws {
        try await APIBench.run { bench in
            let talk = try await ConversationAPITests.alert(bench)
            let token = try await bench.token("yuki")
            let metrics = [
                "oWaiting", "oAlerting", "oInteracting", "oLongestWaiting", "oMemberUsers", "oActiveUsers",
                "oOnQueueUsers", "oOffQueueUsers", "oUserPresences", "oUserRoutingStatuses",
            ]
            let answer = try await bench.eventually {
                let answer = try await bench.json(.post, Self.query, token: token, Self.ask(bench.support, metrics))
                return Self.counts(answer)["oAlerting"] == 1 ? answer : nil
            }
            let counts = Self.counts(answer)
            #expect(counts["oWaiting"] == 0)
            #expect(counts["oLongestWaiting"] == nil)
            #expect(counts["oMemberUsers"] == 2)
            #expect(counts["oOnQueueUsers"] == 1)
            #expect(counts["oOffQueueUsers"] == 1)
            #expect(counts["oUserRoutingStatuses IDLE"] == 1)
            #expect(counts["oUserRoutingStatuses OFF_QUEUE"] == 1)
            let results = answer.json["results"]?.array ?? []
            #expect(results.map { $0["group"]?["mediaType"]?.string } == ["message", nil])
            let alerting = results.first?["data"]?.array?.first { $0["metric"] == "oAlerting" }
            let observation = alerting?["observations"]?.array?.first
            #expect(observation?["conversationId"]?.string == talk.conversation)
            #expect(observation?["sessionId"]?.string == talk.leg)
            #expect(observation?["userId"]?.string == bench.people["hana"])
            #expect(observation?["observationDate"]?.string.flatMap { WireDate($0) } != nil)
            #expect(alerting?["truncated"] == false)
            #expect(answer.json["systemToOrganizationMappings"]?["ON_QUEUE"]?.array?.count == 1)
        }
    }

    @Test("a filter by medium leaves other media out and the people in; clauses join by or")
    func filters() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("yuki")
            func groups(_ more: String) async throws -> [String?] {
                let body = Self.ask(bench.support, ["oWaiting", "oMemberUsers"], more: more)
                let answer = try await bench.json(.post, Self.query, token: token, body)
                #expect(answer.status == 200, "\(answer)")
                return (answer.json["results"]?.array ?? []).map { $0["group"]?["mediaType"]?.string }
            }
            #expect(try await groups("") == ["message", nil])
            #expect(try await groups(#",{"dimension":"mediaType","value":"voice"}"#) == [nil])
            #expect(try await groups(#",{"dimension":"mediaType","operator":"exists"}"#) == ["message", nil])
            let both = """
                {"filter":{"type":"or","clauses":[{"type":"and","predicates":[\
                {"dimension":"queueId","value":"\(bench.support)"},{"dimension":"mediaType","value":"message"}]},\
                {"type":"and","predicates":[{"dimension":"queueId","value":"\(bench.sales)"}]}]},"metrics":["oWaiting"]}
                """
            let answer = try await bench.json(.post, Self.query, token: token, both)
            let queues = Set((answer.json["results"]?.array ?? []).compactMap { $0["group"]?["queueId"]?.string })
            #expect(queues == [bench.support, bench.sales])
        }
    }

    @Test(
        "what cannot be answered rightly is refused",
        arguments: [
            #"{}"#, #"{"metrics":["oWaiting"]}"#, #"{"filter":{"type":"and"},"metrics":["oWaiting"]}"#,
            #"{"filter":{"type":"and","predicates":[{"dimension":"queueId","value":"x"}]},"metrics":["oNothing"]}"#,
            #"{"filter":{"type":"and","predicates":[{"dimension":"queueId","value":"x"}]},"metrics":[]}"#,
            #"{"filter":{"type":"xor","predicates":[{"dimension":"queueId","value":"x"}]},"metrics":["oWaiting"]}"#,
            #"{"filter":{"type":"and","predicates":[{"dimension":"userId","value":"x"}]},"metrics":["oWaiting"]}"#,
            #"{"filter":{"type":"and","predicates":[{"dimension":"queueId"}]},"metrics":["oWaiting"]}"#,
            #"{"filter":{"predicates":[{"dimension":"queueId","operator":"is","value":"x"}]},"metrics":["oWaiting"]}"#,
            #"{"filter":7,"metrics":["oWaiting"]}"#,
        ])
    func refused(body: String) async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("yuki")
            let answer = try await bench.json(.post, Self.query, token: token, body)
            #expect(answer.status == 400, "\(answer)")
        }
    }

    @Test("who may not see observations sees none; a person's queues are counted")
    func people() async throws {
        try await APIBench.run { bench in
            let agent = try await bench.token("hana")
            let supervisor = try await bench.token("yuki")
            let body = Self.ask(bench.support, ["oWaiting"])
            #expect(try await bench.json(.post, Self.query, token: agent, body).status == 403)
            let user = try #require(bench.people["hana"])
            let query = """
                {"filter":{"type":"or","predicates":[{"dimension":"userId","value":"\(user)"}]},\
                "metrics":["oActiveQueues","oMemberQueues"]}
                """
            let answer = try await bench.json(
                .post, "/api/v2/analytics/users/observations/query", token: supervisor, query)
            #expect(answer.json["results"]?.array?.first?["group"]?["userId"]?.string == user)
            #expect(Self.counts(answer) == ["oActiveQueues": 1, "oMemberQueues": 1])
        }
    }

    @Test("an estimate is given for the next one and for one that waits, and none while nobody is on queue")
    func estimate() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("hana")
            let path = "\(QueueRoutes.path)/\(bench.support)"
            let client = try await bench.clientToken()
            let inbound = "\(ConversationAPITests.messages)/\(bench.integration)/inbound/open/message"
            let sent = try await bench.json(
                .post, inbound + "?prefetchConversationId=true", token: client,
                ConversationAPITests.inbound("Hello", id: "one"))
            let id = try #require(sent.json["conversationId"]?.string)
            let place = try await bench.eventually {
                let place = try await bench.send(.get, "\(path)/waiting/\(id)", token: token)
                return place.status == 200 ? place : nil
            }
            #expect(place.json["position"] == 1)
            #expect(place.json["waitingCount"] == 1)
            #expect(place.json["estimatedWaitTimeSeconds"] == nil)
            let nobody = try await bench.send(.get, path + "/estimatedwaittime", token: token)
            #expect(nobody.json["results"]?.array?.isEmpty == true)

            _ = try await ConversationAPITests.alert(bench, from: "ren")
            for query in [
                "/estimatedwaittime", "/estimatedwaittime?conversationId=\(id)",
                "/mediatypes/message/estimatedwaittime",
            ] {
                let answer = try await bench.eventually {
                    let answer = try await bench.send(.get, path + query, token: token)
                    return answer.json["results"]?.array?.isEmpty == false ? answer : nil
                }
                let prediction = answer.json["results"]?.array?.first
                #expect(prediction?["intent"] == "MESSAGE")
                #expect(prediction?["formula"] == "SIMPLE")
                #expect(prediction?["estimatedWaitTimeSeconds"]?.integer.map { (1...20).contains($0) } == true)
            }
        }
    }

    @Test("what an estimate cannot be given for is said")
    func unknown() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("hana")
            let path = "\(QueueRoutes.path)/\(bench.support)"
            let stranger = "019a0000-0000-7000-8000-000000000000"
            for (query, status) in [
                ("\(path)/estimatedwaittime?conversationId=\(stranger)", 404),
                ("\(path)/estimatedwaittime?conversationId=x", 400),
                ("\(path)/mediatypes/telegraph/estimatedwaittime", 400), ("\(path)/waiting/\(stranger)", 404),
                ("\(QueueRoutes.path)/\(stranger)/estimatedwaittime", 404),
            ] {
                #expect(try await bench.send(.get, query, token: token).status == status, "\(query)")
            }
            let other = try await bench.send(.get, path + "/mediatypes/call/estimatedwaittime", token: token)
            #expect(other.json["results"]?.array?.isEmpty == true)
        }
    }

    @Test("topics of a queue's counts are known, and need the permission")
    func topics() {
        let queue = "019a0000-0000-7000-8000-000000000000"
        #expect(TopicName.read("v2.analytics.queues.\(queue).observations")?.count == 1)
        #expect(TopicName.read("v2.analytics.queues.\(queue)?observations&activity")?.count == 2)
        #expect(TopicName.read("v2.analytics.queues.\(queue).dreams") == nil)
        #expect(TopicName.read("v2.analytics.queues.everybody.observations") == nil)
    }
}

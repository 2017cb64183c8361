import ContactCenter
import Testing

@testable import PlatformAPI

@Suite("Queues: members by groups, and settings that are of one piece")
struct QueueGroupTests {
    private static let path = QueueRoutes.path

    @Test("a queue has the members of its groups beside those who were put in")
    func members() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let orders = try await bench.skill("Orders", of: ["hana": 4, "yuki": 5], token)
            let group = try await bench.group("Experts", orders, 3, token)
            let queue = "\(Self.path)/\(bench.sales)"
            let put = try await bench.json(
                .put, queue, token: token,
                #"{"name":"Sales","memberGroups":[{"id":"\#(group)","type":"SKILLGROUP","name":"old"}]}"#)
            #expect(put.status == 200, "\(put)")
            let shown = put.json["memberGroups"]?.array?.first
            #expect(shown?["name"] == "Experts")
            #expect(shown?["memberCount"]?.integer == 2)
            #expect(shown?["type"] == "SKILLGROUP")
            let kenji = try #require(bench.people["kenji"])
            let yuki = try #require(bench.people["yuki"])
            #expect(
                try await bench.json(.post, queue + "/members", token: token, #"[{"id":"\#(kenji)"}]"#).status == 204)

            func counts() async throws -> [Int64?] {
                let wire = try await bench.send(.get, queue, token: token).json
                return ["memberCount", "userMemberCount", "joinedMemberCount"].map { wire[$0]?.integer }
            }
            #expect(try await counts() == [3, 1, 3])
            func names(_ query: String) async throws -> [String?] {
                try await bench.send(.get, queue + "/members" + query, token: token).entities.map {
                    $0["name"]?.string
                }
            }
            #expect(try await names("") == ["hana", "kenji", "yuki"])
            #expect(try await names("?memberBy=group") == ["hana", "yuki"])
            #expect(try await names("?memberBy=user") == ["kenji"])
            #expect(try await names("?skills=ORD") == ["hana", "yuki"])
            #expect(try await names("?name=uk") == ["yuki"])
            #expect(try await names("?routingStatus=IDLE").isEmpty)
            #expect(try await names("?presence=OFFLINE&sortOrder=desc") == ["yuki", "kenji", "hana"])
            #expect(try await bench.send(.get, queue + "/members?memberBy=moon", token: token).field == "memberBy")

            // Who came by a group may stop taking part, and is back when asked again.
            let own = try await bench.token("yuki")
            let queues = "/api/v2/users/\(yuki)/queues"
            #expect(try await bench.send(.get, queues, token: own).entities.map { $0["name"] } == ["Sales"])
            let left = try await bench.json(
                .patch, queues, token: own, #"[{"id":"\#(bench.sales)","joined":false}]"#)
            #expect(left.entities.first?["joined"] == false, "\(left)")
            #expect(try await counts() == [3, 1, 2])
            #expect(try await names("?joined=true") == ["hana", "kenji"])
            let member = "\(queue)/members/\(yuki)"
            #expect(try await bench.json(.patch, member, token: token, #"{"joined":true}"#).status == 202)
            #expect(try await counts() == [3, 1, 3])
            #expect(try await bench.json(.patch, member, token: token, #"{"ringNumber":3}"#).field == "ringNumber")
            #expect(try await bench.send(.delete, member, token: token).status == 409)

            #expect(try await bench.send(.delete, "\(SkillGroupRoutes.path)/\(group)", token: token).status == 409)
            let path = "/api/v2/users/\(yuki)/routingskills/\(orders)"
            #expect(try await bench.json(.put, path, token: token, #"{"proficiency":1}"#).status == 200)
            #expect(try await names("?memberBy=group") == ["hana"])
            #expect(try await counts() == [2, 1, 2])
        }
    }

    /// Members of a queue that are refused, with the field that is named.
    private static func refused(_ orders: String, _ group: String) -> [(String, String)] {
        let rings = Array(repeating: "{}", count: 7).joined(separator: ",")
        let rules = Array(repeating: #"{"operator":"ANY"}"#, count: 7).joined(separator: ",")
        let skills = Array(repeating: #"{"id":"\#(orders)"}"#, count: 51).joined(separator: ",")
        let groups = #"[{"id":"\#(group)"}]"#
        let whole = #""metric":"EstimatedWaitTime","operator":"GreaterThan","conditionValue":5"#
        return [
            (#""bullseye":{"rings":[\#(rings)]}"#, "bullseye.rings"),
            (
                #""bullseye":{"rings":[{},{"actions":{"skillsToRemove":[{"id":"x"}]}}]}"#,
                "bullseye.rings[1].actions.skillsToRemove[0].id"
            ),
            (
                #""bullseye":{"rings":[{"actions":{"skillsToRemove":[\#(skills)]}}]}"#,
                "bullseye.rings[0].actions.skillsToRemove"
            ),
            (
                #""bullseye":{"rings":[{"memberGroups":[{"id":"x","type":"SKILLGROUP"}]}]}"#,
                "bullseye.rings[0].memberGroups[0].id"
            ),
            (
                #""bullseye":{"rings":[{"expansionCriteria":[{"type":"TIMEOUT_SECONDS","threshold":-1}]}]}"#,
                "bullseye.rings[0].expansionCriteria[0].threshold"
            ),
            (#""memberGroups":[{"id":"\#(group)","type":"TEAM"}]"#, "memberGroups[0].id"),
            (#""memberGroups":[{"id":"\#(group)","type":"GROUP"}]"#, "memberGroups[0].id"),
            (#""memberGroups":[{"type":"SKILLGROUP"}]"#, "memberGroups[0].id"),
            (#""routingRules":[\#(rules)]"#, "routingRules"),
            (#""routingRules":[{"operator":"MEETS_THRESHOLD"}]"#, "routingRules[0].threshold"),
            (#""routingRules":[{"threshold":101}]"#, "routingRules[0].threshold"),
            (
                #""conditionalGroupRouting":{"rules":[{"groups":\#(groups)}]}"#,
                "conditionalGroupRouting.rules[0].metric"
            ),
            (
                #""conditionalGroupRouting":{"rules":[{\#(whole),"groups":[]}]}"#,
                "conditionalGroupRouting.rules[0].groups"
            ),
            (
                #""conditionalGroupRouting":{"rules":[{\#(whole),"groups":\#(groups),"queue":{"id":"x"}}]}"#,
                "conditionalGroupRouting.rules[0].queue.id"
            ),
            (
                #""conditionalGroupActivation":{"rules":[{"groups":[{"id":"x"}]}]}"#,
                "conditionalGroupActivation.rules[0].groups[0].id"
            ),
            (#""acwSettings":{"wrapupPrompt":"MANDATORY","timeoutMs":5000}"#, "acwSettings.timeoutMs"),
            (#""acwSettings":{"timeoutMs":5000}"#, "acwSettings.timeoutMs"),
            (
                #""mediaSettings":{"message":{"serviceLevel":{"percentage":1.5}}}"#,
                "mediaSettings.message.serviceLevel.percentage"
            ),
            (
                #""mediaSettings":{"message":{"subTypeSettings":{"pigeon":{}}}}"#,
                "mediaSettings.message.subTypeSettings"
            ),
            (#""directRouting":{"backupQueueId":"x"}"#, "directRouting.backupQueueId"),
            (#""sourceQueueId":"x""#, "sourceQueueId"),
        ]
    }

    @Test("settings that do not go together, are too many, or name what does not exist are refused by their name")
    func refusals() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let orders = try await bench.skill("Orders", of: [:], token)
            let group = try await bench.group("Experts", orders, 3, token)
            let cases = Self.refused(orders, group)
            for (member, field) in cases {
                let answer = try await bench.json(.post, Self.path, token: token, "{\"name\":\"x\",\(member)}")
                #expect(answer.status == 400, "\(member): \(answer)")
                #expect(answer.field == field, "\(member): \(answer)")
                guard field != "sourceQueueId" else { continue }
                let put = try await bench.json(
                    .put, "\(Self.path)/\(bench.sales)", token: token, "{\"name\":\"x\",\(member)}")
                #expect(put.field == field, "PUT \(member): \(put)")
            }
            let sales = try await bench.send(.get, "\(Self.path)/\(bench.sales)", token: token)
            #expect(sales.json["name"] == "Sales")
            #expect(sales.json["skillEvaluationMethod"] == "ALL", "defaults show where nothing is stored")
        }
    }

    @Test("the paths that older clients call lead to the same members, and to wrap-up codes")
    func olderPaths() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let users = "\(Self.path)/\(bench.sales)/users"
            let yuki = try #require(bench.people["yuki"])
            #expect(try await bench.json(.post, users, token: token, #"[{"id":"\#(yuki)"}]"#).status == 204)
            #expect(
                try await bench.json(.patch, "\(users)/\(yuki)", token: token, #"{"ringNumber":2}"#).status == 202)
            let listed = try await bench.send(.get, users, token: token)
            #expect(listed.entities.map { $0["ringNumber"]?.integer } == [2])
            #expect(listed.json["total"]?.integer == 1)
            let left = try await bench.json(.patch, users, token: token, #"[{"id":"\#(yuki)","joined":false}]"#)
            #expect(left.entities.first?["joined"] == false, "\(left)")
            #expect(try await bench.send(.delete, "\(users)/\(yuki)", token: token).status == 204)
            let agent = try await bench.token("hana")
            #expect(try await bench.json(.post, users, token: agent, "[]").status == 403)
            let codes = WrapupCodeRoutes.path + "/divisionviews"
            #expect(try await bench.send(.get, codes, token: agent).entities.map { $0["name"] } == ["Solved"])
            #expect(try await bench.send(.get, "\(codes)/\(bench.solved)", token: agent).json["name"] == "Solved")
        }
    }

    @Test("everything that routing uses is kept and shown, and a new queue takes over another's settings")
    func roundTrip() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let orders = try await bench.skill("Orders", of: [:], token)
            let group = try await bench.group("Experts", orders, 3, token)
            let body = """
                {"name":"Returns","callingPartyName":"E","peerId":"p",
                "bullseye":{"rings":[{"expansionCriteria":[{"type":"TIMEOUT_SECONDS","threshold":30}],
                "actions":{"skillsToRemove":[{"id":"\(orders)"}]},"memberGroups":[{"id":"\(group)"}]},{}]},
                "routingRules":[{"operator":"MEETS_THRESHOLD","threshold":60,"waitSeconds":5},{"operator":"ANY"}],
                "conditionalGroupRouting":{"rules":[{"metric":"EstimatedWaitTime","operator":"GreaterThan",
                "conditionValue":60,"waitSeconds":0,"groups":[{"id":"\(group)","type":"SKILLGROUP"}]}]},
                "acwSettings":{"wrapupPrompt":"MANDATORY_TIMEOUT","timeoutMs":60000},
                "directRouting":{"backupQueueId":"\(bench.sales)","agentWaitSeconds":60}}
                """
            let made = try await bench.json(.post, Self.path, token: token, body)
            #expect(made.status == 200, "\(made)")
            let ring = made.json["bullseye"]?["rings"]?.array?.first
            #expect(ring?["actions"]?["skillsToRemove"]?.array?.first?["name"] == "Orders")
            #expect(ring?["memberGroups"]?.array?.first?["name"] == "Experts")
            #expect(ring?["expansionCriteria"]?.array?.first?["threshold"]?.integer == 30)
            let rule = made.json["conditionalGroupRouting"]?["rules"]?.array?.first
            #expect(rule?["groups"]?.array?.first?["name"] == "Experts")
            let id = try #require(made.json["id"]?.string)
            // What is shown may be sent back as it is.
            let again = try await bench.json(.put, "\(Self.path)/\(id)", token: token, made.body)
            #expect(again.status == 200, "\(again)")
            #expect(again.json["bullseye"] == made.json["bullseye"])
            #expect(again.json["conditionalGroupRouting"] == made.json["conditionalGroupRouting"])

            let copy = try await bench.json(
                .post, Self.path, token: token, #"{"name":"Copy","sourceQueueId":"\#(id)","callingPartyName":"F"}"#)
            #expect(copy.json["acwSettings"] == made.json["acwSettings"], "\(copy)")
            #expect(copy.json["callingPartyName"] == "F")
            #expect(copy.json["peerId"] == nil)
            #expect(copy.json["sourceQueueId"] == nil)
            func names(_ query: String) async throws -> [String?] {
                try await bench.send(.get, Self.path + query, token: token).entities.map { $0["name"]?.string }
            }
            #expect(try await names("?peerId=p") == ["Returns"])
            #expect(try await names("?hasPeer=false") == ["Copy", "Sales", "Support"])
            let home = try #require(made.json["division"]?["id"]?.string)
            #expect(try await names("?divisionId=\(home)").count == 4)
            #expect(try await names("?divisionId=nowhere").isEmpty)
        }
    }
}

extension APIBench {
    /// Makes a skill group of those who are good enough at a skill.
    func group(_ name: String, _ skill: String, _ least: Int, _ token: String) async throws -> String {
        let made = try await json(
            .post, SkillGroupRoutes.path, token: token,
            """
            {"name":"\(name)","skillConditions":[{"operation":"And","routingSkillConditions":[
            {"routingSkill":"\(skill)","comparator":"GreaterThanOrEqualTo","proficiency":\(least)}]}]}
            """)
        return try #require(made.json["id"]?.string, "\(made)")
    }
}

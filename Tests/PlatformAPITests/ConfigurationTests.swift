import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("Configuration: people, queues, skills, integrations, deployments")
struct ConfigurationTests {
    @Test("every model that a model names is in the table")
    func models() {
        func named(_ kind: ModelTable.Kind) -> String? {
            switch kind {
            case .model(let name): name
            case .list(let inner), .map(let inner): named(inner)
            default: nil
            }
        }
        let table = ModelTable.shared
        #expect(table.models.count > 80)
        for (model, members) in table.models {
            #expect(!members.isEmpty, "\(model)")
            for member in members {
                if let name = named(member.kind) { #expect(table.models[name] != nil, "\(model).\(member.name)") }
            }
        }
    }

    @Test("a queue has defaults, keeps modelled members, and PUT replaces all of it")
    func queue() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let made = try await bench.json(
                .post, "/api/v2/routing/queues", token: token,
                """
                {"name":" Returns ","description":"d","callingPartyName":"Engawa","nonsense":1,
                "mediaSettings":{"message":{"alertingTimeoutSeconds":45}}}
                """)
            #expect(made.status == 200, "\(made)")
            #expect(made.json["name"] == "Returns")
            #expect(made.json["nonsense"] == nil)
            #expect(made.json["callingPartyName"] == "Engawa")
            #expect(made.json["mediaSettings"]?["message"]?["alertingTimeoutSeconds"]?.integer == 45)
            #expect(made.json["mediaSettings"]?["message"]?["serviceLevel"]?["percentage"] == 0.8)
            #expect(made.json["mediaSettings"]?["call"]?["alertingTimeoutSeconds"]?.integer == 8)
            #expect(made.json["memberCount"]?.integer == 0)
            #expect(made.json["division"]?["name"] == "Home")
            let id = try #require(made.json["id"]?.string)
            #expect(made.json["selfUri"]?.string == "/api/v2/routing/queues/\(id)")
            let put = try await bench.json(
                .put, "/api/v2/routing/queues/\(id)", token: token, #"{"name":"Returns","description":"e"}"#)
            #expect(put.json["callingPartyName"] == nil, "PUT is a full replace")
            #expect(put.json["mediaSettings"]?["message"]?["alertingTimeoutSeconds"]?.integer == 30)
            let taken = try await bench.json(.post, "/api/v2/routing/queues", token: token, #"{"name":"RETURNS"}"#)
            #expect(taken.status == 409)
            #expect(taken.code == "general.conflict")
            #expect(try await bench.send(.delete, "/api/v2/routing/queues/\(id)", token: token).status == 204)
            #expect(try await bench.send(.get, "/api/v2/routing/queues/\(id)", token: token).status == 404)
        }
    }

    @Test("a queue's values are held to the API's types, values and bounds")
    func queueValidation() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let cases: [(String, String, String)] = [
                (#"{}"#, "required.fields.missing", "name"), (#"{"name":"  "}"#, "required.fields.missing", "name"),
                (#"[]"#, "invalid.value", "body"), (#"{"name":7}"#, "invalid.value", "name"),
                (#"{"name":"x","scoringMethod":"Best"}"#, "invalid.value", "scoringMethod"),
                (
                    #"{"name":"x","mediaSettings":{"message":{"alertingTimeoutSeconds":6}}}"#, "invalid.value",
                    "mediaSettings.message.alertingTimeoutSeconds"
                ),
                (
                    #"{"name":"x","mediaSettings":{"message":{"alertingTimeoutSeconds":7.5}}}"#, "invalid.value",
                    "mediaSettings.message.alertingTimeoutSeconds"
                ),
                (
                    #"{"name":"x","bullseye":{"rings":[{"expansionCriteria":[{"type":"MOON"}]}]}}"#, "invalid.value",
                    "bullseye.rings[0].expansionCriteria[0].type"
                ),
                (#"{"name":"x","acwSettings":{"timeoutMs":5}}"#, "invalid.value", "acwSettings.timeoutMs"),
                (#"{"name":"x","division":{"id":"nowhere"}}"#, "invalid.value", "division.id"),
            ]
            for (body, code, field) in cases {
                let answer = try await bench.json(.post, "/api/v2/routing/queues", token: token, body)
                #expect(answer.status == 400, "\(body): \(answer)")
                #expect(answer.code == code, "\(body): \(answer)")
                #expect(answer.json["details"]?.array?.first?["fieldName"]?.string == field, "\(body): \(answer)")
            }
        }
    }

    @Test("members join and leave a queue, and an agent activates himself only")
    func members() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let path = "/api/v2/routing/queues/\(bench.sales)/members"
            let hana = try #require(bench.people["hana"])
            let kenji = try #require(bench.people["kenji"])
            let unknown = try await bench.json(
                .post, path, token: token, #"[{"id":"\#(hana)"},{"id":"nobody"}]"#)
            #expect(unknown.status == 404)
            #expect(try await bench.send(.get, path, token: token).entities.isEmpty, "all or none")
            #expect(
                try await bench.json(.post, path, token: token, #"[{"id":"\#(hana)"},{"id":"\#(kenji)"}]"#).status
                    == 204)
            let listed = try await bench.send(.get, path + "?expand=presence", token: token)
            #expect(listed.entities.map { $0["name"]?.string } == ["hana", "kenji"])
            #expect(listed.entities.first?["routingStatus"]?["status"] == "OFF_QUEUE")
            #expect(listed.entities.first?["user"]?["presence"]?["presenceDefinition"]?["systemPresence"] == "OFFLINE")

            let own = try await bench.token("hana")
            let queues = "/api/v2/users/\(hana)/queues"
            let left = try await bench.json(
                .patch, queues, token: own, #"[{"id":"\#(bench.sales)","joined":false}]"#)
            #expect(left.status == 200, "\(left)")
            #expect(try await bench.send(.get, queues + "?joined=true", token: own).entities.count == 1)
            #expect(
                try await bench.send(.get, "/api/v2/routing/queues/me?joined=false", token: own).entities.count == 1)
            #expect(
                try await bench.json(
                    .patch, "/api/v2/users/\(kenji)/queues", token: own,
                    #"[{"id":"\#(bench.sales)","joined":false}]"#
                ).status == 403)
            #expect(
                try await bench.json(.post, path + "?delete=true", token: token, #"[{"id":"\#(kenji)"}]"#).status
                    == 204)
            #expect(try await bench.send(.get, path, token: token).json["total"]?.integer == 1)
        }
    }

    @Test("lists page, filter by name and by ids, and link to their neighbours")
    func paging() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            var ids: [String] = []
            for number in 1...5 {
                let made = try await bench.json(
                    .post, "/api/v2/routing/skills", token: token, #"{"name":"Skill \#(number)"}"#)
                ids.append(try #require(made.json["id"]?.string))
            }
            let page = try await bench.send(.get, "/api/v2/routing/skills?pageSize=2&pageNumber=2", token: token)
            #expect(page.entities.map { $0["name"]?.string } == ["Skill 3", "Skill 4"])
            #expect(page.json["pageCount"]?.integer == 3)
            #expect(page.json["total"]?.integer == 5)
            #expect(page.json["nextUri"]?.string == "/api/v2/routing/skills?pageSize=2&pageNumber=3")
            let comma = try await bench.send(
                .get, "/api/v2/routing/skills?id=\(ids[0])%2C\(ids[1])", token: token)
            #expect(comma.entities.count == 2)
            let star = try await bench.send(.get, "/api/v2/routing/skills?name=*5*", token: token)
            #expect(star.entities.map { $0["name"]?.string } == ["Skill 5"])
            let none = try await bench.send(.get, "/api/v2/routing/skills?name=zzz", token: token)
            #expect(none.json["pageCount"]?.integer == 0)
            for bad in ["pageSize=0", "pageSize=5000", "pageNumber=0", "pageNumber=x"] {
                #expect(
                    try await bench.send(.get, "/api/v2/routing/skills?\(bad)", token: token).status == 400, "\(bad)")
            }
        }
    }

    @Test("a person's skills are set one by one and together")
    func skills() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let skill = try await bench.json(.post, "/api/v2/routing/skills", token: token, #"{"name":"Orders"}"#)
            let other = try await bench.json(.post, "/api/v2/routing/skills", token: token, #"{"name":"Billing"}"#)
            let id = try #require(skill.json["id"]?.string)
            let otherID = try #require(other.json["id"]?.string)
            let path = "/api/v2/users/\(bench.people["hana"] ?? "")/routingskills"
            let added = try await bench.json(.post, path, token: token, #"{"id":"\#(id)","proficiency":4.5}"#)
            #expect(added.json["proficiency"] == 4.5, "\(added)")
            #expect(
                try await bench.json(.post, path, token: token, #"{"id":"\#(id)","proficiency":6}"#).status == 400)
            let both = try await bench.json(
                .patch, path + "/bulk", token: token, #"[{"id":"\#(otherID)","proficiency":1}]"#)
            #expect(both.entities.count == 2)
            let one = try await bench.json(
                .put, path + "/bulk", token: token, #"[{"id":"\#(otherID)","proficiency":2}]"#)
            #expect(one.entities.map { $0["name"]?.string } == ["Billing"])
            let user = try await bench.send(
                .get, "/api/v2/users/\(bench.people["hana"] ?? "")?expand=skills,authorization", token: token)
            #expect(user.json["skills"]?.array?.count == 1)
            #expect(user.json["authorization"]?["roles"]?.array?.first?["name"] == "agent")
            #expect(user.json["passwordHash"] == nil)
            #expect(try await bench.send(.delete, path + "/\(otherID)", token: token).status == 204)
        }
    }

    @Test("people are made with an address that nobody else has, and their password opens the door")
    func users() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let made = try await bench.json(
                .post, "/api/v2/users", token: token,
                #"{"name":"Ren","email":"Ren@Example.org","password":"long enough","divisionId":""}"#)
            #expect(made.status == 200, "\(made)")
            #expect(made.json["email"] == "ren@example.org")
            #expect(!made.body.contains("scrypt"))
            let cases: [(String, Int, String)] = [
                (#"{"name":"Ren 2","email":"ren@example.org"}"#, 409, "general.conflict"),
                (#"{"name":"Ren 2","email":"nobody"}"#, 400, "invalid.value"),
                (#"{"name":"Ren 2","email":"a@b.org","password":"short"}"#, 400, "invalid.password"),
                (#"{"email":"a@b.org"}"#, 400, "required.fields.missing"),
                (#"{"name":"Ren 2","email":"a@b.org","roles":["king"]}"#, 400, "invalid.value"),
            ]
            for (body, status, code) in cases {
                let answer = try await bench.json(.post, "/api/v2/users", token: token, body)
                #expect(answer.status == status, "\(body): \(answer)")
                #expect(answer.code == code, "\(body): \(answer)")
            }
            let id = try #require(made.json["id"]?.string)
            let stale = try await bench.json(
                .patch, "/api/v2/users/\(id)", token: token, #"{"title":"x","version":99}"#)
            #expect(stale.status == 409)
            let changed = try await bench.json(
                .patch, "/api/v2/users/\(id)", token: token, #"{"title":"Agent","version":1}"#)
            #expect(changed.json["title"] == "Agent", "\(changed)")
            let list = try await bench.send(.get, "/api/v2/users?expand=presence,routingStatus", token: token)
            #expect(list.entities.count == 5)
            #expect(list.entities.allSatisfy { $0["presence"] != nil && $0["routingStatus"] != nil })
        }
    }

    @Test(
        "an integration is made with its recipient, keeps its secret to itself, and PATCH keeps what it does not name")
    func integrations() async throws {
        try await APIBench.run { bench in
            let token = try await bench.clientToken()
            let path = OpenIntegrationRoutes.path
            let made = try await bench.json(
                .post, path, token: token,
                """
                {"name":"App","outboundNotificationWebhookUrl":"https://example.org/hook",
                "outboundNotificationWebhookSignatureSecretToken":"hush","webhookHeaders":{"X-Key":"v"}}
                """)
            #expect(made.status == 200, "\(made)")
            #expect(!made.body.contains("hush"))
            #expect(made.json["createStatus"] == "Completed")
            let id = try #require(made.json["id"]?.string)
            #expect(made.json["recipient"]?["id"]?.string == id)
            let patched = try await bench.json(.patch, "\(path)/\(id)", token: token, #"{"name":"App 2"}"#)
            #expect(patched.json["name"] == "App 2", "\(patched)")
            #expect(patched.json["outboundNotificationWebhookUrl"] == "https://example.org/hook")
            let row = bench.engine.directory.find(.openIntegration, id)
            #expect(row?.body[OpenIntegrationRoutes.secretMember] == "hush")
            for bad in [
                #"{"outboundNotificationWebhookUrl":"ftp://x"}"#, #"{"webhookHeaders":{"A":"b\r\nC: d"}}"#,
                #"{"outboundNotificationWebhookUrl":"https://u:p@x/"}"#,
            ] {
                #expect(try await bench.json(.patch, "\(path)/\(id)", token: token, bad).status == 400, "\(bad)")
            }
            let recipient = "\(RecipientRoutes.path)/\(id)"
            let routed = try await bench.json(
                .put, recipient, token: token, #"{"defaultQueue":{"id":"\#(bench.sales)"}}"#)
            #expect(routed.json["defaultQueue"]?["name"] == "Sales", "\(routed)")
            #expect(routed.json["messengerType"] == "open")
            #expect(try await bench.send(.delete, "\(path)/\(id)", token: token).status == 204)
            #expect(try await bench.send(.get, recipient, token: token).status == 404)
        }
    }

    @Test("the threading window is read with its defaults and set by channel")
    func threading() async throws {
        try await APIBench.run { bench in
            let token = try await bench.clientToken()
            let path = "/api/v2/conversations/messaging/threadingtimeline"
            let before = try await bench.send(.get, path, token: token)
            #expect(before.json["defaultTimeoutMinutes"]?.integer == 4_320)
            let set = try await bench.json(
                .put, path, token: token,
                #"{"settings":[{"messengerType":"open","timeoutInMinutes":60}],"defaultTimeoutMinutes":120}"#)
            let settings = set.json["settings"]?.array ?? []
            #expect(settings.first { $0["messengerType"] == "open" }?["timeoutInMinutes"]?.integer == 60, "\(set)")
            #expect(bench.engine.directory.threadingWindow(.open) == .minutes(60))
            #expect(bench.engine.directory.threadingWindow(.webmessaging) == .minutes(120))
        }
    }

    @Test("presence is set by id or by name in any spelling, one's own only")
    func presence() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("hana")
            let path = "/api/v2/users/\(bench.people["hana"] ?? "")"
            let definitions = try await bench.send(.get, "/api/v2/presence/definitions", token: token)
            let onQueue = definitions.entities.first { $0["systemPresence"] == "OnQueue" }
            let id = try #require(onQueue?["id"]?.string)
            let set = try await bench.json(
                .patch, path + "/presences/purecloud", token: token,
                #"{"presenceDefinition":{"id":"\#(id)"},"message":"here"}"#)
            #expect(set.json["presenceDefinition"]?["systemPresence"] == "ON_QUEUE", "\(set)")
            #expect(set.json["message"] == "here")
            #expect(try await bench.send(.get, path + "/routingstatus", token: token).json["status"] == "IDLE")
            for spelling in ["Meal", "MEAL", "meal"] {
                let named = try await bench.json(
                    .patch, path + "/presences/PURECLOUD", token: token,
                    #"{"presenceDefinition":{"systemPresence":"\#(spelling)"}}"#)
                #expect(named.json["presenceDefinition"]?["systemPresence"] == "MEAL")
            }
            let other = try await bench.token("kenji")
            #expect(
                try await bench.json(
                    .patch, path + "/presences/purecloud", token: other, #"{"presenceDefinition":{"id":"\#(id)"}}"#
                ).status == 403)
            #expect(
                try await bench.json(.put, path + "/routingstatus", token: token, #"{"status":"INTERACTING"}"#).status
                    == 400)
        }
    }

    @Test("utilisation falls back from the person to the organisation to the defaults")
    func utilization() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let path = "/api/v2/routing/utilization"
            let own = "/api/v2/routing/users/\(bench.people["hana"] ?? "")/utilization"
            let usual = try await bench.send(.get, path, token: token)
            #expect(usual.json["utilization"]?["message"]?["maximumCapacity"]?.integer == 4)
            _ = try await bench.json(
                .put, path, token: token, #"{"utilization":{"message":{"maximumCapacity":2}}}"#)
            let inherited = try await bench.send(.get, own, token: token)
            #expect(inherited.json["level"] == "Organization")
            #expect(inherited.json["utilization"]?["message"]?["maximumCapacity"]?.integer == 2)
            let set = try await bench.json(
                .put, own, token: token, #"{"utilization":{"message":{"maximumCapacity":9}}}"#)
            #expect(set.json["level"] == "Agent")
            #expect(
                try await bench.json(
                    .put, own, token: token, #"{"utilization":{"message":{"maximumCapacity":26}}}"#
                ).status == 400)
        }
    }

    @Test("a configuration is drafted and published, and its deployment shows it")
    func deployments() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let configurations = ConfigurationRoutes.path
            let made = try await bench.json(
                .post, configurations, token: token,
                ##"{"name":"Shop","messenger":{"enabled":true,"styles":{"primaryColor":"#112233"}}}"##)
            #expect(made.json["version"] == "1", "\(made)")
            let id = try #require(made.json["id"]?.string)
            let deployment = try await bench.json(
                .post, DeploymentRoutes.path, token: token,
                """
                {"name":"Shop","allowAllDomains":true,"configuration":{"id":"\(id)","version":"1"},
                "defaultQueue":{"id":"\(bench.support)"}}
                """)
            #expect(deployment.status == 200, "\(deployment)")
            #expect(deployment.json["status"] == "Active")
            #expect(deployment.json["snippet"]?.string?.contains("/messenger.js") == true)
            let deploymentID = try #require(deployment.json["id"]?.string)
            let draft = try await bench.json(
                .put, "\(configurations)/\(id)/versions/draft", token: token,
                ##"{"name":"Shop","messenger":{"enabled":true,"styles":{"primaryColor":"#445566"}}}"##)
            #expect(draft.json["version"] == "DRAFT", "\(draft)")
            let config = "/webdeployments/v1/deployments/\(deploymentID)/config.json"
            let before = try await bench.send(.get, config)
            #expect(before.json["messenger"]?["styles"]?["primaryColor"] == "#112233", "\(before)")
            let published = try await bench.json(
                .post, "\(configurations)/\(id)/versions/draft/publish", token: token, "null")
            #expect(published.json["version"] == "2", "\(published)")
            let after = try await bench.send(.get, config)
            #expect(after.json["messenger"]?["styles"]?["primaryColor"] == "#445566")
            #expect(after.json["version"] == "2")
            #expect(try await bench.send(.delete, "\(configurations)/\(id)", token: token).status == 409)
        }
    }

    @Test("a deployment's own words, its survey and its hosts of previews are kept, and pages see them")
    func ownMembers() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let messenger = """
                {"survey":{"enabled":true,"since":1},"linkPreviews":{"enabled":true,"allowedHosts":["shop.example"]}}
                """
            func configuration(_ keys: [String]) -> String {
                let labels = keys.map { #"{"key":"\#($0)","value":"Good day"}"# }.joined(separator: ",")
                return """
                    {"name":"Words","messenger":\(messenger),
                    "customI18nLabels":[{"language":"en-us","localizedLabels":[\(labels)]}]}
                    """
            }
            let own = ["MessengerHomeGreeting", "MessengerHomeInvitation", "MessengerSurveyQuestion"]
            let path = ConfigurationRoutes.path
            let unknown = try await bench.json(.post, path, token: token, configuration(["MessengerHomeShout"]))
            #expect(unknown.status == 400)
            let made = try await bench.json(.post, path, token: token, configuration(own))
            let id = try #require(made.json["id"]?.string, "\(made)")
            let deployment = try await bench.json(
                .post, DeploymentRoutes.path, token: token,
                #"{"name":"Words","allowAllDomains":true,"configuration":{"id":"\#(id)","version":"1"}}"#)
            let deploymentID = try #require(deployment.json["id"]?.string, "\(deployment)")
            let shown = try await bench.send(.get, "/webdeployments/v1/deployments/\(deploymentID)/config.json").json
            let labels = shown["customI18nLabels"]?.array?.first?["localizedLabels"]?.array ?? []
            #expect(labels.compactMap { $0["key"]?.string } == own)
            #expect(shown["messenger"]?["survey"] == ["enabled": true])
            #expect(shown["messenger"]?["linkPreviews"]?["allowedHosts"] == ["shop.example"])
            #expect(shown["languages"] == [])
            #expect(shown["messenger"]?["homeScreen"]?["enabled"] == true)
        }
    }

    @Test("the token of a client counts its requests, and says when there are no more")
    func rateLimit() async throws {
        try await APIBench.run(requestsMax: 3) { bench in
            let token = try await bench.token("hana")
            for _ in 0..<3 {
                let answer = try await bench.send(.get, "/api/v2/users/me", token: token)
                #expect(answer.status == 200)
                #expect(answer.headers[.rateLimitAllowed] == "3")
            }
            let refused = try await bench.send(.get, "/api/v2/users/me", token: token)
            #expect(refused.status == 429)
            #expect(refused.headers[.retryAfter] != nil)
            let other = try await bench.token("kenji")
            #expect(try await bench.send(.get, "/api/v2/users/me", token: other).status == 200)
        }
    }

    @Test("an administrator who says who he is, is told about the organisation")
    func organization() async throws {
        try await APIBench.run { bench in
            let token = try await bench.clientToken()
            #expect(try await bench.send(.get, "/api/v2/organizations/me", token: token).json["name"] == "Veranda")
            let divisions = try await bench.send(.get, "/api/v2/authorization/divisions", token: token)
            #expect(divisions.entities.first?["homeDivision"] == true)
            #expect(try await bench.send(.get, "/desktop/config.json").json["organizationName"] == "Veranda")
            #expect(await bench.api.readiness.becomesReady(within: .seconds(30)))
            for path in ["/health", "/health/live", "/health/ready"] {
                #expect(try await bench.send(.get, path).status == 200, "\(path)")
            }
        }
    }
}

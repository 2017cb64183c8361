import ContactCenter
import Testing

@testable import PlatformAPI

@Suite("Skill groups over the API")
struct SkillGroupAPITests {
    private static let path = SkillGroupRoutes.path

    /// A condition on a skill, as JSON text.
    private static func condition(_ skill: String, _ least: Int, children: String = "[]") -> String {
        """
        {"operation":"And","languageSkillConditions":[],"routingSkillConditions":[{"routingSkill":"\(skill)",
        "comparator":"GreaterThanOrEqualTo","proficiency":\(least),"childConditions":\(children)}]}
        """
    }

    @Test("a group has its members by their skills, and changes with the conditions and the divisions")
    func group() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let orders = try await bench.skill("Orders", of: ["hana": 4, "kenji": 2], token)
            let made = try await bench.json(
                .post, Self.path, token: token,
                #"{"name":"Experts","description":"d","skillConditions":[\#(Self.condition("orders", 3))]}"#)
            #expect(made.status == 200, "\(made)")
            #expect(made.json["status"] == "Complete")
            #expect(made.json["memberCount"]?.integer == 1)
            #expect(made.json["memberDivisions"] == ["*"])
            #expect(made.json["division"]?["name"] == "Home")
            let condition = made.json["skillConditions"]?.array?.first
            #expect(
                condition?["routingSkillConditions"]?.array?.first?["routingSkill"]?.string == orders,
                "a name becomes the id")
            let one = "\(Self.path)/\(try #require(made.json["id"]?.string))"
            #expect(made.json["selfUri"]?.string == one)
            #expect(made.json["createdBy"] == nil)
            let members = try await bench.send(.get, one + "/members?expand=name", token: token)
            #expect(members.entities.map { $0["name"]?.string } == ["hana"])
            #expect(members.json["nextUri"] == nil)

            let patched = try await bench.json(
                .patch, one, token: token,
                #"{"name":"Everybody","skillConditions":[\#(Self.condition(orders, 2))]}"#)
            #expect(patched.status == 200, "\(patched)")
            #expect(patched.json["memberCount"]?.integer == 2)
            #expect(patched.json["description"] == "d", "PATCH keeps what it does not name")
            #expect(patched.json["memberDivisions"] == nil)

            let home = try #require(patched.json["division"]?["id"]?.string)
            let divisions = one + "/members/divisions"
            #expect(
                try await bench.json(.post, divisions, token: token, #"{"removeDivisionIds":["\#(home)"]}"#).status
                    == 204)
            #expect(try await bench.send(.get, divisions, token: token).entities.isEmpty)
            #expect(try await bench.send(.get, one, token: token).json["memberCount"]?.integer == 0)
            #expect(
                try await bench.json(.post, divisions, token: token, #"{"addDivisionIds":["\#(home)"]}"#).status
                    == 204)
            #expect(try await bench.send(.get, divisions, token: token).entities.map { $0["name"] } == ["Home"])
            let nowhere = try await bench.json(.post, divisions, token: token, #"{"addDivisionIds":["nowhere"]}"#)
            #expect(nowhere.field == "addDivisionIds", "\(nowhere)")

            let ofUser = "/api/v2/users/\(bench.people["kenji"] ?? "")/skillgroups"
            #expect(try await bench.send(.get, ofUser, token: token).entities.map { $0["name"] } == ["Everybody"])
            #expect(try await bench.send(.delete, one, token: token).status == 204)
            #expect(try await bench.send(.get, one, token: token).status == 404)
        }
    }

    @Test("what is wrong with a group is named, and nothing is made")
    func refusals() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let orders = try await bench.skill("Orders", of: [:], token)
            let deep = (0..<5).reduce("[]") { below, _ in "[\(Self.condition(orders, 1, children: below))]" }
            let tooDeep = Self.condition(orders, 1, children: deep)
            let many = Array(repeating: Self.condition(orders, 1), count: 101).joined(separator: ",")
            let first = "skillConditions[0].routingSkillConditions[0]"
            let cases: [(String, String)] = [
                (#"{"skillConditions":[\#(Self.condition(orders, 1))]}"#, "name"),
                (#"{"name":"x"}"#, "skillConditions"), (#"{"name":"x","skillConditions":[]}"#, "skillConditions"),
                (#"{"name":"x","skillConditions":[{"operation":"Xor"}]}"#, "skillConditions[0].operation"),
                (#"{"name":"x","skillConditions":[{"operation":"And"}]}"#, "skillConditions"),
                (#"{"name":"x","skillConditions":[\#(Self.condition("Juggling", 1))]}"#, first + ".routingSkill"),
                (#"{"name":"x","skillConditions":[\#(Self.condition(orders, 6))]}"#, first + ".proficiency"),
                (
                    #"{"name":"x","skillConditions":[\#(tooDeep)]}"#,
                    first + Array(repeating: ".childConditions[0].routingSkillConditions[0]", count: 4).joined()
                        + ".childConditions"
                ),
                (#"{"name":"x","skillConditions":[\#(many)]}"#, "skillConditions[100].routingSkillConditions[0]"),
                (
                    #"{"name":"x","memberDivisions":["nowhere"],"skillConditions":[\#(Self.condition(orders, 1))]}"#,
                    "memberDivisions"
                ),
            ]
            for (body, field) in cases {
                let answer = try await bench.json(.post, Self.path, token: token, body)
                #expect(answer.status == 400, "\(body.prefix(200)): \(answer)")
                #expect(answer.field == field, "\(body.prefix(200)): \(answer)")
            }
            #expect(try await bench.send(.get, Self.path, token: token).entities.isEmpty)
            let agent = try await bench.token("hana")
            let requests: [(String, Int)] = [
                (Self.path, 403), ("/api/v2/users/\(bench.people["hana"] ?? "")/skillgroups", 403),
            ]
            for (path, status) in requests {
                #expect(try await bench.send(.get, path, token: agent).status == status, "\(path)")
            }
            let supervisor = try await bench.token("yuki")
            #expect(try await bench.send(.get, Self.path, token: supervisor).status == 200)
            #expect(try await bench.json(.post, Self.path, token: supervisor, "{}").status == 403)
            #expect(try await bench.send(.get, Self.path + "/none", token: token).status == 404)
            #expect(try await bench.send(.get, "/api/v2/users/\(orders)/skillgroups", token: token).status == 404)
        }
    }

    @Test("groups are paged by cursors, forwards and back")
    func pages() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let orders = try await bench.skill("Orders", of: [:], token)
            for name in ["E", "b", "D", "A+/=", "C"] {
                let body = #"{"name":"\#(name)","skillConditions":[\#(Self.condition(orders, 1))]}"#
                #expect(try await bench.json(.post, Self.path, token: token, body).status == 200)
            }
            var seen: [String] = []
            var next: String? = Self.path + "?pageSize=2"
            var last: Answer?
            while let uri = next {
                let page = try await bench.send(.get, uri, token: token)
                #expect(page.entities.allSatisfy { $0["skillConditions"] == nil && $0["memberCount"] == 0 })
                seen += page.entities.compactMap { $0["name"]?.string }
                next = page.json["nextUri"]?.string
                last = page
            }
            #expect(seen == ["A+/=", "C", "D", "E", "b"])
            let back = try #require(last?.json["previousUri"]?.string)
            let before = try await bench.send(.get, back, token: token)
            #expect(before.entities.map { $0["name"] } == ["D", "E"])
            #expect(before.json["previousUri"] != nil)
            #expect(before.json["nextUri"] != nil)
            #expect(try await bench.send(.get, Self.path + "?name=a", token: token).entities.count == 1)
            #expect(try await bench.send(.get, Self.path + "?after=nonsense", token: token).field == "after")
        }
    }

    @Test("a skill that everybody has goes with their proficiencies, and stays while a group asks for it")
    func skillInUse() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let orders = try await bench.skill("Orders", of: ["hana": 4], token)
            let body = #"{"name":"Experts","skillConditions":[\#(Self.condition(orders, 3))]}"#
            let group = try await bench.json(.post, Self.path, token: token, body)
            let skill = "/api/v2/routing/skills/\(orders)"
            let refused = try await bench.send(.delete, skill, token: token)
            #expect(refused.status == 409, "\(refused)")
            let one = "\(Self.path)/\(group.json["id"]?.string ?? "")"
            #expect(try await bench.send(.delete, one, token: token).status == 204)
            #expect(try await bench.send(.delete, skill, token: token).status == 204)
            #expect(bench.engine.directory.children(.userSkill, of: bench.people["hana"] ?? "").isEmpty)
        }
    }
}

extension APIBench {
    /// Makes a skill that people have.
    func skill(_ name: String, of people: [String: Int], _ token: String) async throws -> String {
        let made = try await json(.post, "/api/v2/routing/skills", token: token, #"{"name":"\#(name)"}"#)
        let id = try #require(made.json["id"]?.string)
        for (person, proficiency) in people {
            let path = "/api/v2/users/\(self.people[person] ?? "")/routingskills"
            let given = try await json(
                .post, path, token: token, #"{"id":"\#(id)","proficiency":\#(proficiency)}"#)
            #expect(given.status == 200, "\(given)")
        }
        return id
    }
}

extension Answer {
    /// The member that a refusal names.
    var field: String? { json["details"]?.array?.first?["fieldName"]?.string }
}

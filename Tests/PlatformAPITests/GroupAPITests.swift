import ContactCenter
import Testing

@testable import PlatformAPI

@Suite("Groups and teams over the API")
struct GroupAPITests {
    @Test("a group has whom somebody put into it, and stays while a queue asks it")
    func group() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let (hana, yuki) = (try #require(bench.people["hana"]), try #require(bench.people["yuki"]))
            let made = try await bench.json(
                .post, GroupRoutes.path, token: token, #"{"name":"Night","ownerIds":["\#(hana)"]}"#)
            #expect(made.status == 200, "\(made)")
            #expect(made.json["type"] == "official" && made.json["state"] == "active")
            #expect(made.json["owners"]?.array?.map { $0["name"] } == ["hana"])
            let id = try #require(made.json["id"]?.string)
            let one = "\(GroupRoutes.path)/\(id)"
            let members = one + "/members"
            let added = try await bench.json(
                .post, members, token: token, #"{"memberIds":["\#(yuki)","\#(hana)"],"version":1}"#)
            #expect(added.status == 202, "\(added)")
            #expect(try await bench.send(.get, members, token: token).entities.map { $0["name"] } == ["hana", "yuki"])
            let user = try await bench.send(.get, "/api/v2/users/\(yuki)?expand=groups", token: token)
            #expect(user.json["groups"]?.array?.map { $0["name"] } == ["Night"])

            let queue = "\(QueueRoutes.path)/\(bench.sales)"
            let asked = #"{"name":"Sales","memberGroups":[{"id":"\#(id)","type":"GROUP"}]}"#
            let put = try await bench.json(.put, queue, token: token, asked)
            #expect(put.json["memberGroups"]?.array?.first?["memberCount"]?.integer == 2, "\(put)")
            #expect(put.json["memberGroups"]?.array?.first?["type"] == "GROUP")
            #expect(try await bench.send(.delete, one, token: token).status == 409)
            #expect(try await bench.send(.delete, members + "?ids=\(hana),\(hana)", token: token).status == 202)
            #expect(
                try await bench.send(.get, queue + "/members", token: token).entities.map { $0["name"] } == ["yuki"])

            let rests = try await bench.json(.put, one, token: token, #"{"state":"inactive","version":1}"#)
            #expect(rests.json["version"]?.integer == 2 && rests.json["memberCount"]?.integer == 1, "\(rests)")
            #expect(try await bench.send(.get, queue + "/members", token: token).entities.isEmpty)
            #expect(try await bench.json(.put, queue, token: token, #"{"name":"Sales"}"#).status == 200)
            #expect(try await bench.send(.delete, one, token: token).status == 204)
            #expect(try await bench.send(.get, one, token: token).status == 404)
        }
    }

    @Test("a team has people of its division, and says why others cannot join")
    func team() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let hana = try #require(bench.people["hana"])
            let home = try await bench.json(.post, TeamRoutes.path, token: token, #"{"name":"Day"}"#)
            #expect(home.json["division"]?["name"] == "Home", "\(home)")
            let members = "\(TeamRoutes.path)/\(try #require(home.json["id"]?.string))/members"
            let nobody = "00000000-0000-4000-8000-000000000000"
            let added = try await bench.json(
                .post, members, token: token, #"{"memberIds":["\#(hana)","\#(nobody)"]}"#)
            #expect(added.status == 200, "\(added)")
            #expect(added.entities.map { $0["id"]?.string } == [hana])
            #expect(added.json["failures"]?.array?.map { $0["reason"] } == ["UserNotFound"])
            let listed = try await bench.send(.get, members + "?pageSize=1", token: token)
            #expect(listed.entities.map { $0["name"] } == ["hana"])
            #expect(try await bench.send(.delete, members + "?id=\(hana)", token: token).status == 204)
            #expect(try await bench.send(.get, members, token: token).entities.isEmpty)
        }
    }

    @Test(
        "what does not fit is refused with its member, and changes nothing",
        arguments: [
            ("", #"{"description":"x"}"#, "name"), ("", #"{"name":"A","ownerIds":["x"]}"#, "ownerIds[0]"),
            ("", #"{"name":"A","includeOwners":true}"#, "includeOwners"),
            ("", #"{"name":"A","visibility":"moon"}"#, "visibility"),
            ("members", #"{"memberIds":["x"],"version":1}"#, "memberIds[0]"),
            ("members", #"{"memberIds":[],"version":1}"#, "memberIds"), ("members", #"{"memberIds":["x"]}"#, "version"),
        ])
    func refused(end: String, body: String, field: String) async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let made = try await bench.json(.post, GroupRoutes.path, token: token, #"{"name":"Night"}"#)
            let one = "\(GroupRoutes.path)/\(try #require(made.json["id"]?.string))"
            let path = end.isEmpty ? GroupRoutes.path : "\(one)/\(end)"
            let answer = try await bench.json(.post, path, token: token, body)
            #expect(answer.status == 400 && answer.field == field, "\(answer)")
            #expect(try await bench.send(.get, GroupRoutes.path, token: token).entities.count == 1)
            #expect(try await bench.send(.get, one + "/members", token: token).entities.isEmpty)
        }
    }

    @Test("agents see groups and change none; an old version changes nothing")
    func permitted() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let made = try await bench.json(.post, GroupRoutes.path, token: token, #"{"name":"Night"}"#)
            let one = "\(GroupRoutes.path)/\(try #require(made.json["id"]?.string))"
            let hana = try await bench.token("hana")
            #expect(try await bench.send(.get, one + "/profile", token: hana).json["name"] == "Night")
            #expect(try await bench.send(.delete, one, token: hana).status == 403)
            #expect(try await bench.send(.get, TeamRoutes.path, token: hana).status == 403)
            #expect(try await bench.json(.post, GroupRoutes.path, token: hana, #"{"name":"A"}"#).status == 403)
            #expect(try await bench.json(.put, one, token: token, #"{"name":"B","version":7}"#).status == 409)
            #expect(try await bench.send(.get, one, token: token).json["name"] == "Night")
        }
    }
}

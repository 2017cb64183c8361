import ContactCenter
import Testing

@testable import PlatformAPI

@Suite("Utilisation labels and the settings of routing")
struct RoutingSettingsTests {
    private static let labels = UtilizationLabelRoutes.path

    @Test("labels are made, listed, renamed, and stand with their names in capacities")
    func labels() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let urgent = try await bench.json(.post, Self.labels, token: token, #"{"name":"Urgent"}"#)
            #expect(urgent.status == 200, "\(urgent)")
            let id = try #require(urgent.json["id"]?.string)
            #expect(urgent.json.object?.keys.sorted() == ["id", "name", "selfUri"])
            let small = try await bench.json(
                .post, Self.labels, token: token,
                #"{"name":"Small","utilization":{"maximumCapacity":2,"interruptingLabelIds":["\#(id)"]}}"#)
            #expect(small.status == 200, "\(small)")
            let smallID = try #require(small.json["id"]?.string)
            let renamed = try await bench.json(.put, "\(Self.labels)/\(smallID)", token: token, #"{"name":"Little"}"#)
            #expect(renamed.json["name"] == "Little", "\(renamed)")
            #expect(try await bench.json(.post, Self.labels, token: token, #"{"name":"urgent"}"#).status == 409)
            let list = try await bench.send(.get, Self.labels + "?name=lit*", token: token)
            #expect(list.entities.map { $0["name"] } == ["Little"])

            let whole = try await bench.send(.get, "/api/v2/routing/utilization", token: token)
            #expect(whole.json["labelUtilizations"]?.object?.keys.sorted() == [smallID])
            let limit = whole.json["labelUtilizations"]?[smallID]
            #expect(limit?["labelName"] == "Little")
            #expect(limit?["maximumCapacity"]?.integer == 2)
            #expect(limit?["interruptingLabelIds"] == [.string(id)])

            let hana = try #require(bench.people["hana"])
            let own = "/api/v2/routing/users/\(hana)/utilization"
            let set = try await bench.json(
                .put, own, token: token,
                """
                {"utilization":{"message":{"maximumCapacity":3}},
                "labelUtilizations":{"\(id)":{"maximumCapacity":1}}}
                """)
            #expect(set.json["level"] == "Agent", "\(set)")
            #expect(set.json["labelUtilizations"]?[id]?["labelName"] == "Urgent")
            #expect(set.json["labelUtilizations"]?[smallID]?["labelName"] == "Little", "the organisation's hold too")
            let agents = try await bench.send(.get, "\(Self.labels)/\(id)/agents", token: token)
            #expect(agents.json == [.string(hana)])
            // What is shown may be sent back as it is.
            #expect(try await bench.json(.put, own, token: token, set.body).status == 200)

            let refused = try await bench.send(.delete, "\(Self.labels)/\(id)", token: token)
            #expect(refused.status == 409, "\(refused)")
            let forced = try await bench.send(.delete, "\(Self.labels)/\(id)?forceDelete=true", token: token)
            #expect(forced.status == 204, "\(forced)")
            let after = try await bench.send(.get, own, token: token)
            #expect(after.json["labelUtilizations"]?.object?.keys.sorted() == [smallID])
            #expect(after.json["labelUtilizations"]?[smallID]?["interruptingLabelIds"] == [])
            #expect(after.json["utilization"]?["message"]?["maximumCapacity"]?.integer == 3)
            #expect(try await bench.send(.get, "\(Self.labels)/\(id)", token: token).status == 404)
        }
    }

    @Test("capacities of media and labels that do not exist are refused by their name")
    func refusals() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let label = try await bench.json(.post, Self.labels, token: token, #"{"name":"Urgent"}"#)
            let id = try #require(label.json["id"]?.string)
            let cases: [(String, String)] = [
                (#"{"utilization":{"pigeon":{}}}"#, "utilization"),
                (
                    #"{"utilization":{"message":{"interruptableMediaTypes":["pigeon"]}}}"#,
                    "utilization.message.interruptableMediaTypes"
                ),
                (#"{"utilization":{"message":{"maximumCapacity":26}}}"#, "utilization.message.maximumCapacity"),
                (#"{"labelUtilizations":{"x":{"maximumCapacity":1}}}"#, "labelUtilizations"),
                (
                    #"{"labelUtilizations":{"\#(id)":{"interruptingLabelIds":["x"]}}}"#,
                    "labelUtilizations.\(id).interruptingLabelIds"
                ),
            ]
            for path in ["utilization", "users/\(bench.people["hana"] ?? "")/utilization"] {
                for (body, field) in cases {
                    let answer = try await bench.json(.put, "/api/v2/routing/\(path)", token: token, body)
                    #expect(answer.status == 400, "\(body): \(answer)")
                    #expect(answer.field == field, "\(body): \(answer)")
                }
            }
            let bad = try await bench.json(
                .post, Self.labels, token: token, #"{"name":"x","utilization":{"interruptingLabelIds":["x"]}}"#)
            #expect(bad.field == "utilization.interruptingLabelIds", "\(bad)")
            #expect(try await bench.json(.post, Self.labels, token: token, "{}").field == "name")
            let agent = try await bench.token("hana")
            #expect(try await bench.send(.get, Self.labels, token: agent).status == 200)
            #expect(try await bench.json(.post, Self.labels, token: agent, #"{"name":"x"}"#).status == 403)
            #expect(try await bench.send(.delete, "\(Self.labels)/\(id)", token: agent).status == 403)
            #expect(try await bench.send(.get, Self.labels).status == 401)
        }
    }

    @Test("what holds for all routing is read with its defaults, set, and set back")
    func settings() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let path = RoutingSettingsRoutes.path
            let member = "resetAgentScoreOnPresenceChange"
            #expect(try await bench.send(.get, path, token: token).json == [member: true])
            #expect(
                try await bench.json(.put, path, token: token, "{\"\(member)\":false}").json == [member: false])
            #expect(try await bench.json(.put, path, token: token, "{\"\(member)\":7}").field == member)
            #expect(try await bench.send(.delete, path, token: token).status == 204)
            #expect(try await bench.send(.delete, path, token: token).status == 204)
            #expect(try await bench.send(.get, path, token: token).json == [member: true])

            let center = path + "/contactcenter"
            let strip = "removeSkillsFromBlindTransfer"
            #expect(try await bench.send(.get, center, token: token).json == [strip: false])
            #expect(try await bench.json(.patch, center, token: token, "{\"\(strip)\":true}").status == 204)
            #expect(try await bench.json(.patch, center, token: token, "{}").status == 204)
            #expect(try await bench.send(.get, center, token: token).json == [strip: true])

            let agent = try await bench.token("hana")
            #expect(try await bench.send(.get, path, token: agent).status == 200)
            #expect(try await bench.json(.put, path, token: agent, "{}").status == 403)
            #expect(try await bench.json(.patch, center, token: agent, "{}").status == 403)
            let media = try await bench.send(.get, "/api/v2/routing/availablemediatypes", token: agent)
            #expect(media.entities.map { $0["mediaType"] } == ["message"])
            #expect(media.entities.first?["availableSubTypes"] == ["webmessaging", "open"])
        }
    }
}

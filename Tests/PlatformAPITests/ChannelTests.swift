import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("Notification channels: what may be followed")
struct ChannelTests {
    private static let channels = "/api/v2/notifications/channels"

    private func channel(_ bench: APIBench, _ token: String) async throws -> String {
        let made = try await bench.json(.post, Self.channels, token: token, "null")
        #expect(made.status == 200, "\(made)")
        let id = try #require(made.json["id"]?.string)
        #expect(made.json["connectUri"]?.string == "ws://engawa.test/channels/\(id)")
        return "\(Self.channels)/\(id)"
    }

    @Test("topics are added, replaced and cleared, by the channel's owner only")
    func subscriptions() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("hana")
            let hana = try #require(bench.people["hana"])
            let path = try await channel(bench, token)
            let topics = path + "/subscriptions"
            #expect(try await bench.send(.head, path, token: token).status == 200)
            let own = #"[{"id":"v2.users.\#(hana).conversations.messages"}]"#
            #expect(try await bench.json(.post, topics, token: token, own).entities.count == 1)
            let combined = #"[{"id":"v2.users.\#(hana)?presence&routingStatus&station"}]"#
            #expect(try await bench.json(.post, topics, token: token, combined).status == 200)
            #expect(try await bench.json(.put, topics, token: token, own).entities.count == 1)
            #expect(try await bench.send(.get, topics, token: token).entities.count == 1)
            #expect(try await bench.send(.delete, topics, token: token).status < 300)
            #expect(try await bench.send(.get, topics, token: token).entities.isEmpty)
            let other = try await bench.token("kenji")
            #expect(try await bench.send(.get, topics, token: other).status == 404)
            #expect(try await bench.json(.put, topics, token: other, own).status == 404)
            #expect(try await bench.send(.get, Self.channels, token: token).entities.count == 1)
        }
    }

    @Test("a topic that is forbidden or unknown fails the request, or is told apart when errors are ignored")
    func refused() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("hana")
            let kenji = try #require(bench.people["kenji"])
            let hana = try #require(bench.people["hana"])
            let topics = try await channel(bench, token) + "/subscriptions"
            let foreign = "v2.users.\(kenji).conversations"
            let cases: [(String, Int)] = [
                (foreign, 403), ("v2.routing.queues.\(bench.support).conversations", 403), ("v2.nothing", 400),
                ("v2.users.nobody.presence", 400), ("", 400), ("v2.users.\(hana).dance", 400),
                (String(repeating: "x", count: 300), 400),
            ]
            for (topic, status) in cases {
                let answer = try await bench.json(.post, topics, token: token, #"[{"id":"\#(topic)"}]"#)
                #expect(answer.status == status, "\(topic): \(answer)")
            }
            #expect(try await bench.send(.get, topics, token: token).entities.isEmpty, "nothing was followed")
            let both = #"[{"id":"\#(foreign)"},{"id":"v2.users.\#(kenji).presence"}]"#
            let lenient = try await bench.json(.post, topics + "?ignoreErrors=true", token: token, both)
            #expect(lenient.entities.map { $0["state"]?.string } == ["Rejected", "Permitted"])
            #expect(lenient.entities.first?["missingPermissions"]?.array == ["conversation:message:monitor"])
            let supervisor = try await bench.token("yuki")
            let allowed = try await bench.json(
                .post, try await channel(bench, supervisor) + "/subscriptions", token: supervisor, both)
            #expect(allowed.status == 200, "\(allowed)")
        }
    }

    @Test("the twenty-first channel takes the place of the oldest, and signing out ends them all")
    func limits() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("hana")
            let first = try await channel(bench, token)
            for _ in 0..<20 { _ = try await channel(bench, token) }
            #expect(try await bench.send(.head, first, token: token).status == 404)
            #expect(try await bench.send(.get, Self.channels, token: token).entities.count == 20)
            #expect(try await bench.send(.delete, "/api/v2/tokens/me", token: token).status == 200)
            let again = try await bench.token("hana")
            #expect(try await bench.send(.get, Self.channels, token: again).entities.isEmpty)
        }
    }
}

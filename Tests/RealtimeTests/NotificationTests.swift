import ContactCenter
import Engine
import Foundation
import Testing

@testable import PlatformAPI
@testable import TestSupport

@Suite("Notification channels", .timeLimit(.minutes(2)))
struct NotificationTests {
    private static let path = "/api/v2/notifications/channels"

    @Test("a channel is made, found by its owner only, and says where its socket is")
    func channels() async throws {
        try await RealtimeBench.run { bench in
            let hana = try await bench.accessToken(bench.hana)
            let kenji = try await bench.accessToken(bench.kenji)
            let channel = try await bench.call("POST", Self.path, token: hana, .null)
            let id = try #require(channel["id"]?.string)
            #expect(channel["connectUri"] == .string("ws://engawa.test/channels/\(id)"))
            #expect(channel["expires"]?.string?.hasSuffix("Z") == true)
            let listed = try await bench.call("GET", Self.path, token: hana)
            #expect(listed["entities"]?.array?.compactMap { $0["id"]?.string } == [id])
            for (token, status) in [(hana, 200), (kenji, 404)] {
                let answer = try await bench.get(
                    "\(Self.path)/\(id)", ["Authorization: Bearer \(token)"], method: "HEAD")
                #expect(answer.status == status)
            }
            #expect(try await bench.call("GET", Self.path, token: kenji)["entities"] == [])
            #expect(try await bench.call("GET", "\(Self.path)/\(id)/subscriptions", token: kenji)["status"] == 404)
        }
    }

    @Test("the twenty-first channel ends the oldest that nobody listens to")
    func eviction() async throws {
        try await RealtimeBench.run { bench in
            let desk = try await TestDesk.open(bench, of: bench.hana)
            var ids: [String] = []
            for _ in 0..<20 {
                ids.append(try await bench.call("POST", Self.path, token: desk.token)["id"]?.string ?? "")
            }
            let left = try await bench.call("GET", Self.path, token: desk.token)["entities"]?.array ?? []
            let known = Set(left.compactMap { $0["id"]?.string })
            #expect(known == Set(ids.dropFirst()).union([desk.channel]))
        }
    }

    @Test("topics are added, replaced and cleared; a combined one stands for each of its parts")
    func subscriptions() async throws {
        try await RealtimeBench.run { bench in
            let token = try await bench.accessToken(bench.hana)
            let channel = try await bench.call("POST", Self.path, token: token)
            let path = "\(Self.path)/\(channel["id"]?.string ?? "")/subscriptions"
            let user = "v2.users.\(bench.hana)"
            func listed() async throws -> Set<String> {
                let answer = try await bench.call("GET", path, token: token)
                return Set((answer["entities"]?.array ?? []).compactMap { $0["id"]?.string })
            }
            let first = try await bench.call("POST", path, token: token, [["id": .string(user + ".presence")]])
            #expect(first["entities"]?.array?.first?["id"] == .string(user + ".presence"))
            let combined = user + "?routingStatus&conversations.messages&station"
            _ = try await bench.call("POST", path, token: token, [["id": .string(combined)]])
            let parts = ["presence", "routingStatus", "conversations.messages", "station"].map { "\(user).\($0)" }
            #expect(try await listed() == Set(parts))
            _ = try await bench.call("PUT", path, token: token, [["id": .string(user + ".activity")]])
            #expect(try await listed() == [user + ".activity"])
            _ = try await bench.get(path, ["Authorization: Bearer \(token)"], method: "DELETE")
            #expect(try await listed() == [])
        }
    }

    @Test("one forbidden or malformed topic fails all, or is told by itself where that is asked for")
    func refusals() async throws {
        try await RealtimeBench.run { bench in
            let token = try await bench.accessToken(bench.hana)
            let channel = try await bench.call("POST", Self.path, token: token)
            let path = "\(Self.path)/\(channel["id"]?.string ?? "")/subscriptions"
            let own = "v2.users.\(bench.hana).conversations"
            let cases: [(topic: String, status: JSONValue, permission: String?)] = [
                ("v2.users.\(bench.kenji).conversations", 403, "conversation:message:monitor"),
                ("v2.users.\(bench.kenji)?presence&conversations", 403, "conversation:message:monitor"),
                ("v2.routing.queues.\(bench.support).conversations.messages", 403, "conversation:message:monitor"),
                ("v2.users.\(bench.hana).poems", 400, nil),
                ("v2.users.nobody.presence", 400, nil),
                ("nonsense", 400, nil),
                ("v2.users.\(bench.hana)?" + String(repeating: "presence&", count: 20), 400, nil),
            ]
            for one in cases {
                let topics: JSONValue = [["id": .string(own)], ["id": .string(one.topic)]]
                let refused = try await bench.call("POST", path, token: token, topics)
                #expect(refused["status"] == one.status, "\(one.topic)")
                let answers = try await bench.call("POST", path + "?ignoreErrors=true", token: token, topics)
                let entities = answers["entities"]?.array ?? []
                #expect(entities.map { $0["state"] } == ["Permitted", "Rejected"], "\(one.topic)")
                #expect(entities.last?["rejectionReason"]?.string?.isEmpty == false)
                let missing = one.permission.map { JSONValue.array([.string($0)]) }
                #expect(entities.last?["missingPermissions"] == missing, "\(one.topic)")
                _ = try await bench.get(path, ["Authorization: Bearer \(token)"], method: "DELETE")
            }
        }
    }

    @Test("the socket answers pings, takes subscriptions and ignores what it does not understand")
    func socket() async throws {
        try await RealtimeBench.run { bench in
            let desk = try await TestDesk.open(bench, of: bench.hana, topics: [])
            for noise in ["12:00:00", "{", "[]", "{\"message\":\"dance\"}", "{\"message\":7}"] {
                try await desk.send(noise)
            }
            try await desk.send(#"{"message":"ping"}"#)
            #expect(
                try await desk.next() == ["topicName": "channel.metadata", "eventBody": ["message": "pong"]])
            try await desk.send(
                #"{"message":"subscribe","topics":["v2.users.\#(bench.hana).presence"],"correlationId":"c"}"#)
            let answer = try await desk.next()
            #expect(answer["result"] == "200" && answer["status"] == "subscribed")
            #expect(answer["correlationId"] == "c")
            try await desk.send(#"{"message":"subscribe","topics":["v2.users.\#(bench.kenji).conversations"]}"#)
            #expect(try await desk.next()["result"] == "400")
            try await bench.goOnQueue(bench.hana)
            let event = try await desk.next()
            #expect(event["topicName"] == .string("v2.users.\(bench.hana).presence"))
            #expect(event["version"] == "2")
            #expect(event["metadata"]?["CorrelationId"]?.string != nil)
            #expect(event["eventBody"]?["presenceDefinition"]?["systemPresence"] == "ON_QUEUE")
        }
    }

    @Test("a second socket of a channel closes the first, which is told why; the channel goes on")
    func secondSocket() async throws {
        try await RealtimeBench.run { bench in
            let first = try await TestDesk.open(bench, of: bench.hana)
            let second = try await first.again(bench)
            let notice = try await first.next()
            #expect(notice["topicName"] == .string("v2.system.no_longer_subscribed.\(first.channel)"))
            #expect(notice["eventBody"]?["reason"] == "another_channel_subscribed")
            await #expect(throws: RawClient.Ended.self) { _ = try await first.next() }
            try await bench.goOnQueue(bench.hana)
            #expect(try await second.event("presence")["primary"] == true)
        }
    }

    @Test("heartbeats come to every socket; a channel whose time is over is closed, and one whose tokens are revoked")
    func heartbeat() async throws {
        try await RealtimeBench.run { bench in
            let hana = try await TestDesk.open(bench, of: bench.hana)
            let kenji = try await TestDesk.open(bench, of: bench.kenji)
            bench.api.channels.beat()
            let heartbeat: JSONValue = [
                "topicName": "channel.metadata", "eventBody": ["message": "WebSocket Heartbeat"],
            ]
            for desk in [hana, kenji] { #expect(try await desk.next() == heartbeat) }
            let path = "\(Self.path)/\(kenji.channel)/subscriptions"
            bench.clock.pass(.hours(23))
            _ = try await bench.call("PUT", path, token: kenji.token, [])
            bench.clock.pass(.hours(2))
            bench.api.channels.beat()
            // On a busy machine the real heartbeat, each 30 seconds, may come between.
            await #expect(throws: RawClient.Ended.self) { while try await hana.next() == heartbeat {} }
            #expect(try await kenji.next() == heartbeat)
            try await bench.api.channels.revoke(bench.kenji)
            var notice = try await kenji.next()
            while notice == heartbeat { notice = try await kenji.next() }
            #expect(notice["topicName"] == .string("v2.system.token_revoked.\(kenji.channel)"))
            await #expect(throws: RawClient.Ended.self) { _ = try await kenji.next() }
        }
    }

    @Test("who signs out everywhere hears no more")
    func signOut() async throws {
        try await RealtimeBench.run { bench in
            let desk = try await TestDesk.open(bench, of: bench.hana)
            let answer = try await bench.get(
                "/api/v2/tokens/me", ["Authorization: Bearer \(desk.token)"], method: "DELETE")
            #expect(answer.status / 100 == 2)
            let notice = try await desk.next()
            #expect(notice["eventBody"]?["reason"] == "user_tokens_revoked")
            await #expect(throws: RawClient.Ended.self) { _ = try await desk.next() }
        }
    }

    @Test("a shutdown is announced before the sockets close")
    func shutdown() async throws {
        try await RealtimeBench.run { bench in
            let desk = try await TestDesk.open(bench, of: bench.hana)
            let guest = try await TestGuest.configured(bench)
            await bench.shutDown()
            #expect(try await desk.next()["topicName"] == "v2.system.socket_closing")
            await #expect(throws: RawClient.Ended.self) { _ = try await desk.next() }
            await #expect(throws: RawClient.Ended.self) { _ = try await guest.next() }
        }
    }

    @Test("an unknown channel has no socket")
    func unknownChannel() async throws {
        try await RealtimeBench.run { bench in
            let client = try await RawClient.connect(bench.port)
            try await client.send(RawClient.upgrade("/channels/streaming-1-nothing"))
            #expect(try await client.answer().status == 404)
        }
    }

    @Test("what a conversation says in both of its forms agrees")
    func bothForms() async throws {
        try await RealtimeBench.run { bench in
            let desk = try await TestDesk.open(
                bench, of: bench.hana, topics: ["conversations", "conversations.messages"])
            try await bench.goOnQueue(bench.hana)
            let guest = try await TestGuest.configured(bench)
            let sent = try await guest.say("縁側 \"hello\"")
            var unified: JSONValue?
            var flat: JSONValue?
            while unified == nil || flat == nil {
                let frame = try await desk.next()
                let body = frame["eventBody"] ?? .null
                guard body.participants("agent").isEmpty == false else { continue }
                if frame["topicName"]?.string?.hasSuffix(".conversations") == true {
                    unified = body
                } else {
                    flat = body
                }
            }
            let leg = try #require(unified?.participants("agent").last?["messages"]?.array?.first)
            #expect(leg["state"] == "alerting")
            #expect(flat?.participants("agent").last?["state"] == "alerting")
            #expect(flat?.participants("agent").last?["alertingTimeoutMs"] == 30_000)
            let detail = flat?.participants("customer").last?["messages"]?.array?.last
            #expect(detail?["messageId"] == sent["id"])
            #expect(detail?["message"]?["id"] == sent["id"])
            #expect(
                unified?.participants("customer").last?["messages"]?.array?.first?["messages"]?.array?.last?[
                    "messageId"]
                    == sent["id"])
        }
    }
}

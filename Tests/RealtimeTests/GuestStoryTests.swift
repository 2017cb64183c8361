import ContactCenter
import Engine
import Foundation
import Testing

@testable import PlatformAPI
@testable import TestSupport

@Suite("A guest and the business", .timeLimit(.minutes(2)))
struct GuestStoryTests {
    @Test("guest, agent and notification socket tell one story")
    func story() async throws {
        try await RealtimeBench.run { bench in
            let desk = try await TestDesk.open(bench, of: bench.hana)
            try await bench.goOnQueue(bench.hana)
            let guest = try await TestGuest.configured(bench)
            let sent = try await guest.message([
                "text": "May I come in?",
                "channel": ["metadata": ["customAttributes": ["plan": "gold", "visits": 3]]],
            ]).body
            let alert = try await desk.conversation { $0.agents(of: bench.hana).last?["state"] == "alerting" }
            let customer = try #require(alert.participants("customer").last)
            #expect(customer["attributes"] == ["plan": "gold", "visits": "3"])
            #expect(customer["messages"]?.array?.last?["messageId"] == sent["id"])

            let (id, agent) = try await bench.accepted(bench.hana)
            try await bench.say("Please do.", in: id, by: agent)
            let heard = try await guest.next().body
            #expect(heard["text"] == "Please do.")
            #expect(heard["direction"] == "Outbound")
            #expect(heard["originatingEntity"] == "Human")
            #expect(heard["channel"]?["type"] == "Private")
            #expect(heard["channel"]?["from"]?["nickname"] == "Hana")
            let seen = try await desk.conversation {
                $0.agents(of: bench.hana).last?["messages"]?.array?.isEmpty == false
            }
            #expect(seen.agents(of: bench.hana).last?["messages"]?.array?.last?["messageId"] == heard["id"])

            _ = try await guest.message([
                "type": "Event", "events": [["eventType": "Typing", "typing": ["type": "On"]]],
            ])
            let typing = try await desk.event("conversations.inbound.typing.event")
            #expect(typing["conversationId"] == .string(id.description))
            try await bench.engine.agentTypes(in: id, communication: agent.communication.id, durationMs: 5_000)
            let shown = try await guest.next().body
            #expect(shown["type"] == "Event" && shown["direction"] == "Outbound")
            #expect(shown["events"]?.array?.first?["typing"] == ["type": "On", "duration": 5_000])
        }
    }

    @Test("an agent who ends is seen to leave; the guest may write on and continues the same conversation")
    func endedForNow() async throws {
        let app: JSONValue = ["conversationDisconnect": ["enabled": true, "type": "Send"]]
        try await RealtimeBench.run(.init(app: app)) { bench in
            try await bench.goOnQueue(bench.hana)
            let guest = try await TestGuest.configured(bench)
            try await guest.say("hello")
            let (id, agent) = try await bench.accepted(bench.hana)
            try await bench.engine.conversations.perform(.disconnect(agent.id, .client), on: id)
            let left = try await guest.next().body
            #expect(left["events"] == [["eventType": "Presence", "presence": ["type": "Disconnect"]]])
            #expect(left["direction"] == "Outbound")
            #expect(left["metadata"]?["readOnly"] == nil)
            try await guest.say("one more thing")
            #expect(try await bench.alerted(bench.hana).0 == id)
        }
    }

    @Test("where the end is final the guest sees that, cannot write, and begins anew")
    func readOnly() async throws {
        try await RealtimeBench.run(.readOnly) { bench in
            try await bench.goOnQueue(bench.hana)
            let guest = try await TestGuest.configured(bench)
            try await guest.say("hello")
            let (id, agent) = try await bench.accepted(bench.hana)
            try await bench.engine.conversations.perform(.disconnect(agent.id, .client), on: id)
            #expect(try await guest.next().body["metadata"]?["readOnly"] == "true")
            #expect(try await guest.message(["text": "hello?"]).kind == "response string 403")

            let again = try await TestGuest(bench, token: guest.token)
            let session = try await again.configure()
            #expect(session.body["readOnly"] == true && session.body["newSession"] == false)
            let left = try await again.request("closeSession", ["closeAllConnections": true])
            #expect(left.kind == "response SessionResponse 200")
            #expect(left.body["connected"] == false && left.body["readOnly"] == true)
            #expect(await guest.classesToEnd() == ["ConnectionClosedEvent"])

            let begun = try await again.configure(startNew: true)
            #expect(begun.body["readOnly"] == false && begun.body["newSession"] == true)
            try await again.say("a new matter")
            let (new, _) = try await bench.alerted(bench.hana)
            #expect(new != id)
        }
    }

    @Test("nobody is told of an end where that is switched off")
    func silentEnd() async throws {
        try await RealtimeBench.run { bench in
            try await bench.goOnQueue(bench.hana)
            let guest = try await TestGuest.configured(bench)
            try await guest.say("hello")
            let (id, agent) = try await bench.accepted(bench.hana)
            try await bench.engine.conversations.perform(.disconnect(agent.id, .client), on: id)
            try await guest.send([
                "action": "onMessage", "token": .string(guest.token), "message": ["text": "still there?"],
            ])
            #expect(try await guest.next().body["text"] == "still there?")
        }
    }

    @Test("a guest who wipes the conversation sees an empty one, on one connection")
    func clear() async throws {
        let app: JSONValue = [
            "conversationClear": ["enabled": true], "conversationDisconnect": ["enabled": true, "type": "ReadOnly"],
        ]
        try await RealtimeBench.run(.init(app: app)) { bench in
            try await bench.goOnQueue(bench.hana)
            let guest = try await TestGuest.configured(bench)
            let other = try await TestGuest.configured(bench, token: guest.token)
            try await guest.say("forget me")
            let (id, _) = try await bench.accepted(bench.hana)
            let echo = try await guest.presence("Clear").body
            #expect(echo["events"] == [["eventType": "Presence", "presence": ["type": "Clear"]]])
            #expect(echo["direction"] == "Inbound")
            #expect(try await guest.next()["class"] == "SessionClearedEvent")
            #expect(
                await other.classesToEnd() == ["StructuredMessage", "SessionClearedEvent", "ConnectionClosedEvent"])
            #expect(try await bench.history(of: guest)["entities"] == [])
            try await guest.say("a fresh start")
            #expect(try await bench.history(of: guest)["total"] == 1)
            #expect(try await bench.alerted(bench.hana).0 != id)
        }
    }

    @Test("agents are told that a guest types, not that it stopped; the guest is always answered")
    func typing() async throws {
        try await RealtimeBench.run(.fast) { bench in
            let desk = try await TestDesk.open(bench, of: bench.hana, topics: ["conversations.inbound.typing.event"])
            try await bench.goOnQueue(bench.hana)
            let guest = try await TestGuest.configured(bench)
            try await guest.say("hello")
            _ = try await bench.accepted(bench.hana)
            // Each duration tells which of them the agent saw.
            for (type, duration): (JSONValue, JSONValue) in [("Off", 1), ("On", 2), ("On", 3), ("Off", 4)] {
                let echo = try await guest.types(["type": type, "duration": duration]).body
                #expect(echo["events"]?.array?.first?["typing"] == ["type": type, "duration": duration])
            }
            try await guest.say("one")
            _ = try await guest.types(["type": "On", "duration": 5])
            var seen: [Int64] = []
            while seen.last != 5 {
                let event = try await desk.event("conversations.inbound.typing.event")
                let typing = event["normalizedMessage"]?["events"]?.array?.first?["typing"]
                #expect(typing?["type"] == "On")
                seen.append(try #require(typing?["duration"]?.integer))
            }
            // Where the machine was slow the second one is shown, too.
            #expect(seen == [2, 5] || seen == [2, 3, 5])
        }
    }

    @Test("joining starts a conversation without a word, once, and is echoed each time")
    func join() async throws {
        try await RealtimeBench.run(.init(app: ["autoStart": ["enabled": true]])) { bench in
            try await bench.goOnQueue(bench.hana)
            let guest = try await TestGuest.configured(bench)
            let echo = try await guest.presence("Join")
            #expect(echo.kind == "message StructuredMessage 200")
            #expect(echo.body["direction"] == "Inbound")
            #expect(echo.body["events"] == [["eventType": "Presence", "presence": ["type": "Join"]]])
            let (id, agent) = try await bench.accepted(bench.hana)
            try await bench.engine.conversations.perform(.disconnect(agent.id, .client), on: id)
            let again = try await guest.presence("Join")
            #expect(again.kind == "message StructuredMessage 200" && again.body["events"] == echo.body["events"])
            #expect(try await bench.history(of: guest)["total"] == 1)
            #expect(bench.engine.conversations.open(of: bench.hana).allSatisfy { $0.customer == nil })
        }
    }

    @Test(
        "a guest who leaves ends the conversation for the agent too, and every connection hears it once",
        arguments: ["Send", "ReadOnly"])
    func leave(type: String) async throws {
        let app: JSONValue = ["conversationDisconnect": ["enabled": true, "type": .string(type)]]
        try await RealtimeBench.run(.init(app: app)) { bench in
            let desk = try await TestDesk.open(bench, of: bench.hana)
            try await bench.goOnQueue(bench.hana)
            let guest = try await TestGuest.configured(bench)
            #expect(try await guest.request("disconnectCustomer").body["metadata"]?["readOnly"] == nil)
            let other = try await TestGuest.configured(bench, token: guest.token)
            try await guest.say("hello")
            _ = try await other.next()
            _ = try await bench.accepted(bench.hana)
            let left = try await guest.request("disconnectCustomer").body
            #expect(left["events"] == [["eventType": "Presence", "presence": ["type": "Disconnect"]]])
            #expect(left["direction"] == "Inbound")
            #expect(left["metadata"]?["readOnly"] == (type == "ReadOnly" ? "true" : nil))
            #expect(try await other.next().body == left)
            let gone = try await desk.conversation { $0.agents(of: bench.hana).last?["state"] == "disconnected" }
            #expect(gone.participants("customer").last?["disconnectType"] == "endpoint")
            #expect(gone.agents(of: bench.hana).last?["disconnectType"] == "peer")
            for one in [guest, other] {
                try await one.send(["action": "echo", "token": .string(one.token), "message": ["text": "next"]])
                #expect(try await one.next().body["text"] == "next")
            }
        }
    }

    @Test("an answer of the guest to what it was offered reaches the history whole")
    func buttonResponse() async throws {
        try await RealtimeBench.run { bench in
            let guest = try await TestGuest.configured(bench)
            let content: JSONValue = [
                [
                    "contentType": "ButtonResponse",
                    "buttonResponse": ["type": "QuickReply", "text": "Yes", "payload": "y"],
                ]
            ]
            let echo = try await guest.message(["type": "Structured", "text": "Yes", "content": content]).body
            #expect(echo["type"] == "Structured")
            #expect(echo["content"] == content)
            let stored = try await bench.history(of: guest)["entities"]?.array?.first
            #expect(stored?["content"] == content)
        }
    }

    @Test("closing one connection of a session leaves the others, closing all leaves none")
    func close() async throws {
        try await RealtimeBench.run { bench in
            let one = try await TestGuest.configured(bench)
            let other = try await TestGuest.configured(bench, token: one.token)
            let third = try await TestGuest.configured(bench, token: one.token)
            try await one.send(["action": "closeSession", "token": .string(one.token), "closeAllConnections": false])
            #expect(await one.classesToEnd() == ["ConnectionClosedEvent"])
            try await other.say("here")
            try await other.send(["action": "closeSession", "token": .string(one.token), "closeAllConnections": true])
            #expect(await other.classesToEnd() == ["ConnectionClosedEvent"])
            #expect(await third.classesToEnd() == ["StructuredMessage", "ConnectionClosedEvent"])
        }
    }
}

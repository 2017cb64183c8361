import ContactCenter
import Foundation
import Testing

@testable import EngawaMessenger

private typealias Message = EngawaMessenger.Message
private typealias Referral = EngawaMessenger.Referral

@Suite("A conversation with a real server", .timeLimit(.minutes(1)))
struct ConversationTests {
    @Test("guest and agent hear each other, and see each other write")
    func story() async throws {
        try await House.run { street in
            let house = await street.house
            try await house.goOnQueue()
            let guest = try Messenger.visitor(house)
            let events = await guest.events
            await guest.arrive()
            #expect(await guest.session?.isNew == true)
            await guest.setAttributes(["plan": "gold"])
            let id = try await guest.send("May I come in?")
            let sent = try await guest.first(1)
            #expect(sent.map(\.text) == ["May I come in?"])
            #expect(sent.map(\.clientID) == [id])
            #expect(sent[0].direction == .fromGuest)
            let stages = try await events.firstResult { event -> Delivery.Stage? in
                guard case .delivery(let delivery) = event, delivery.stage != .queued else { return nil }
                return delivery.id == id ? delivery.stage : nil
            }
            #expect(stages == .delivered(sent[0].id))

            let (conversation, agent) = try await house.accept()
            let customer = house.engine.conversations.open(of: house.shop.hana).first?.participants.first {
                $0.purpose == .customer
            }
            #expect(customer?.attributes == ["plan": "gold"])
            try await house.say("Please do.", in: conversation, by: agent)
            let heard = try await guest.first(2)[1]
            #expect(heard.text == "Please do." && heard.direction == .fromBusiness)
            #expect(heard.author?.nickname == "Hana" && heard.author?.isBot == false)

            try await house.engine.agentTypes(
                in: conversation, communication: agent.communication.id, durationMs: 4_000)
            let shown = try await events.firstResult { event -> Duration? in
                guard case .typing(_, let duration) = event else { return nil }
                return duration
            }
            #expect(shown == .seconds(4))
            await guest.typing()
            await guest.disconnect()
            #expect(await guest.state == .closed(.disconnected))
        }
    }

    @Test("what was said while the app was away comes first, in order, and nothing twice")
    func away() async throws {
        try await House.run { street in
            let house = await street.house
            try await house.goOnQueue()
            let guest = try Messenger.visitor(house) { $0.historyPageSize = 3 }
            await guest.arrive()
            try await guest.send("hello")
            let (conversation, agent) = try await house.accept()
            _ = try await guest.first(1)
            await guest.disconnect()
            for number in 1...8 { try await house.say("answer \(number)", in: conversation, by: agent) }
            await guest.connect()
            let all = try await guest.first(9)
            #expect(all.map(\.text) == ["hello"] + (1...8).map { "answer \($0)" })
            try await house.say("and now", in: conversation, by: agent)
            #expect(try await guest.first(10).last?.text == "and now")
            await guest.disconnect()
        }
    }

    @Test("a server that stops and starts again on its data costs nothing and doubles nothing")
    func restart() async throws {
        try await House.run { street in
            var house = await street.house
            try await house.goOnQueue()
            let guest = try Messenger.visitor(house)
            await guest.arrive()
            try await guest.send("one")
            let (conversation, agent) = try await house.accept()
            try await house.say("two", in: conversation, by: agent)
            _ = try await guest.first(2)
            try await house.close()
            await guest.reach { if case .waiting = $0 { true } else { false } }
            for text in ["three", "four", "five"] { try await guest.send(text) }
            #expect(await guest.pending.map(\.text) == ["three", "four", "five"])
            try await street.reopen()
            house = await street.house
            let all = try await guest.first(5)
            #expect(all.map(\.text) == ["one", "two", "three", "four", "five"])
            #expect(await guest.pending.isEmpty)
            try await house.say("six", in: conversation, by: agent)
            #expect(try await guest.first(6).last?.text == "six")
            await guest.disconnect()
        }
    }

    @Test("a line that breaks again and again while both speak loses nothing, doubles nothing, and keeps the order")
    func brokenLine() async throws {
        try await House.run { street in
            let house = await street.house
            try await house.goOnQueue()
            let line = BreakingTransport()
            let store = MemorySecretStore()
            let guest = try Messenger.visitor(house, store: store, transport: line) { $0.historyPageSize = 5 }
            await guest.arrive()
            try await guest.send("guest 0")
            let (conversation, agent) = try await house.accept()
            for number in 1...40 {
                try await guest.send("guest \(number)")
                try await house.say("agent \(number)", in: conversation, by: agent)
                if number.isMultiple(of: 4) { line.breakAll() }
                if number.isMultiple(of: 7) { _ = try await guest.first(number) }
            }
            let heard = try await guest.first(81)
            #expect(Set(heard.map(\.id)).count == 81)
            let guests = heard.filter { $0.direction == .fromGuest }.map(\.text)
            #expect(guests == (0...40).map { "guest \($0)" })
            let agents = heard.filter { $0.direction == .fromBusiness }.map(\.text)
            #expect(agents == (1...40).map { "agent \($0)" })
            #expect(line.opened > 1)
            await guest.disconnect()

            let reader = try Messenger.visitor(house, store: store) { $0.historyPageSize = 100 }
            await reader.arrive()
            #expect(try await reader.first(81) == heard)
            #expect(try await reader.loadEarlier().isEmpty)
            await reader.disconnect()
        }
    }

    @Test("messages that wait outlive the app, and are the same messages when they go out twice")
    func queueOutlivesTheApp() async throws {
        try await House.run { street in
            let house = await street.house
            let store = MemorySecretStore()
            let before = try Messenger.visitor(house, store: store)
            let ids = [try await before.send("first"), try await before.send("second")]
            let copy = MemorySecretStore()
            for name in ["token", "outbox"] {
                let key = "\(house.shop.deployment)/\(name)"
                copy.write(try #require(store.read(key)), for: key)
            }
            let guest = try Messenger.visitor(house, store: store)
            #expect(await guest.pending.map(\.id) == ids)
            await guest.arrive()
            #expect(try await guest.first(2).map(\.clientID) == ids)
            // An app that was restored from a copy sends them once more.
            let restored = try Messenger.visitor(house, store: copy)
            await restored.arrive()
            try await restored.send("third")
            #expect(try await restored.first(3).map(\.text) == ["first", "second", "third"])
            #expect(try await guest.first(3).map(\.text) == ["first", "second", "third"])
            #expect(await restored.pending.isEmpty)
            await restored.disconnect()
            await guest.disconnect()
        }
    }

    @Test("the history is read page by page to its beginning")
    func paging() async throws {
        try await House.run { street in
            let house = await street.house
            let store = MemorySecretStore()
            let before = try Messenger.visitor(house, store: store)
            await before.arrive()
            for number in 1...10 { try await before.send("\(number)") }
            _ = try await before.first(10)
            await before.disconnect()
            let guest = try Messenger.visitor(house, store: store) { $0.historyPageSize = 4 }
            await guest.arrive()
            #expect(await guest.session?.isNew == false)
            #expect(try await guest.first(4).map(\.text) == ["7", "8", "9", "10"])
            try await guest.send("11")
            _ = try await guest.first(5)
            var earlier: [String?] = []
            while true {
                let page = try await guest.loadEarlier()
                if page.isEmpty { break }
                earlier = page.map(\.text) + earlier
            }
            #expect(earlier == ["1", "2", "3", "4", "5", "6"])
            await guest.disconnect()
        }
    }

    @Test("a conversation that is over can be read, refuses messages, and a new one is begun")
    func readOnly() async throws {
        let app: JSONValue = ["conversationDisconnect": ["enabled": true, "type": "ReadOnly"]]
        try await House.run(.fast(app: app)) { street in
            let house = await street.house
            try await house.goOnQueue()
            let guest = try Messenger.visitor(house)
            let events = await guest.events
            await guest.arrive()
            try await guest.send("hello")
            let (conversation, agent) = try await house.accept()
            await #expect(throws: MessengerError.conversationIsOpen) { try await guest.startNew() }
            #expect(await guest.state == .ready)
            try await house.engine.conversations.perform(.disconnect(agent.id, .client), on: conversation)
            let isReadOnly = try await events.firstResult { event -> Bool? in
                guard case .businessLeft(let isReadOnly) = event else { return nil }
                return isReadOnly
            }
            #expect(isReadOnly == true)
            #expect(await guest.session?.isReadOnly == true)
            let refused = try await guest.send("still there?")
            let stage = try await events.firstResult { event -> Delivery.Stage? in
                guard case .delivery(let delivery) = event, delivery.id == refused, delivery.stage != .queued
                else { return nil }
                return delivery.stage
            }
            guard case .failed(.refused(403, _)) = stage else {
                Issue.record("\(String(describing: stage))")
                return
            }
            await guest.disconnect()
            await guest.arrive()
            #expect(await guest.session?.isReadOnly == true)
            try await guest.startNew()
            #expect(await guest.session?.isReadOnly == false)
            try await guest.send("a new matter")
            #expect(try await guest.first(2).map(\.text) == ["hello", "a new matter"])
            #expect(try await house.accept().0 != conversation)
            await guest.disconnect()
        }
    }

    @Test("a new session joins where conversations begin so, and elsewhere waits for a word", arguments: [true, false])
    func joins(autoStart: Bool) async throws {
        try await House.run(.fast(app: ["autoStart": ["enabled": .bool(autoStart)]])) { street in
            let house = await street.house
            try await house.goOnQueue()
            let guest = try Messenger.visitor(house) { $0.joinsNewSessions = true }
            await guest.arrive()
            if autoStart { _ = try await house.accept() }
            try await guest.send("hello")
            #expect(try await guest.first(1).map(\.text) == ["hello"])
            if !autoStart { _ = try await house.accept() }
            await guest.disconnect()
        }
    }

    @Test("a choice reaches the business as it was meant")
    func structuredAnswer() async throws {
        try await House.run { street in
            let house = await street.house
            try await house.goOnQueue()
            let guest = try Messenger.visitor(house)
            await guest.arrive()
            try await guest.send("tea, please")
            let (conversation, agent) = try await house.accept()
            let offer = ContactCenter.QuickReply(text: "Green", payload: "tea-green")
            try await house.say(
                NormalizedMessage(type: .structured, text: "Which one?", content: [.quickReply(offer)]),
                in: conversation, by: agent)
            let message = try await guest.first(2)[1]
            guard case .quickReply(let reply) = message.content.first else {
                Issue.record("no quick reply")
                return
            }
            try await guest.send(.quickReply(reply, to: message))
            let answer = try await guest.first(3)[2]
            #expect(answer.content == [.buttonResponse(text: "Green", payload: "tea-green")])
            await guest.disconnect()
        }
    }

    @Test("a wiped conversation is empty on every device, and goes on")
    func clear() async throws {
        try await House.run(.fast(app: ["conversationClear": ["enabled": true]])) { street in
            let house = await street.house
            let guest = try Messenger.visitor(house)
            let events = await guest.events
            await guest.arrive()
            try await guest.send("forget me")
            _ = try await guest.first(1)
            try await guest.clear()
            _ = try await events.firstResult { $0 == .cleared ? true : nil }
            try await guest.send("a fresh start")
            #expect(try await guest.first(1).map(\.text) == ["a fresh start"])
            await guest.disconnect()
        }
    }

    @Test("a message that is too long fails, and the next one goes out")
    func tooLong() async throws {
        try await House.run { street in
            let guest = try Messenger.visitor(await street.house)
            let events = await guest.events
            let long = try await guest.send(String(repeating: "x", count: 5_000))
            try await guest.send("short")
            await guest.arrive()
            #expect(try await guest.first(1).map(\.text) == ["short"])
            let error = try await events.firstResult { event -> MessengerError? in
                guard case .delivery(let delivery) = event, case .failed(let error) = delivery.stage else { return nil }
                return delivery.id == long ? error : nil
            }
            guard case .refused(4_011, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            await guest.disconnect()
        }
    }

    @Test("an entry point whose link opened the app stands with the customer, once")
    func referral() async throws {
        try await House.run { street in
            let house = await street.house
            try await house.goOnQueue()
            let id = house.engine.newID(EntryPoint.self)
            try await house.engine.directory.save(
                .entryPoint, id: id.description, name: "Poster",
                body: [
                    "channel": [
                        "type": "webmessaging", "deployment": ["id": .string(house.shop.deployment.description)],
                    ]
                ])
            let guest = try Messenger.visitor(house)
            let link = URL(string: "http://127.0.0.1:\(house.port)/m/\(id)?ref=shop-2&via=qr&utm_term=tea")
            await guest.setReferral(try #require(link.flatMap(Referral.init(deepLink:))))
            await guest.setAttributes(["plan": "gold"])
            await guest.arrive()
            try await guest.send("I saw your poster")
            let (conversation, _) = try await house.accept()
            let customer = house.engine.conversations.open(of: house.shop.hana).first { $0.id == conversation }?
                .participants.first { $0.purpose == .customer }
            let attributes = customer?.attributes
            #expect(attributes?["referral.entryPoint"] == id.description && attributes?["referral.name"] == "Poster")
            #expect(attributes?["referral.ref"] == "shop-2" && attributes?["referral.source"] == "qr")
            #expect(attributes?["utm_term"] == "tea" && attributes?["plan"] == "gold")
            await guest.disconnect()
        }
    }

    @Test("a deployment that is not there is not asked again")
    func unknownDeployment() async throws {
        try await House.run { street in
            let house = await street.house
            let guest = try Messenger.visitor("http://127.0.0.1:\(house.port)", UUID().uuidString.lowercased())
            await guest.connect()
            await guest.reach { if case .closed = $0 { true } else { false } }
            #expect(await guest.state == .closed(.refused(.upgradeRefused(status: 404))))
        }
    }
}

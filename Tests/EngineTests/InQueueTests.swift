import ContactCenter
@testable import Engine
import Foundation
import Journal
import Synchronization
import Testing
@testable import TestSupport

@Suite("Those who wait in a queue")
struct InQueueTests {
    private static let texts: JSONValue = ["en": "You are number {position}.", "ja": "{position}番目です。"]

    private func settle(_ bench: EngineBench, _ settings: JSONValue, of queue: QueueID? = nil) async throws {
        let id = (queue ?? bench.support).description
        let entity = try #require(bench.engine.directory.find(.queue, id))
        var body = entity.body
        body["inQueue"] = settings
        try await bench.engine.directory.save(.queue, id: id, name: entity.name, body: body)
    }

    private func queue(_ bench: EngineBench, _ name: String, _ body: JSONValue = [:]) async throws -> QueueID {
        let id = bench.engine.newID(Queue.self)
        try await bench.engine.directory.save(.queue, id: id.description, name: name, body: body)
        return id
    }

    private func write(_ bench: EngineBench, from user: String, language: String? = nil) async throws -> ConversationID
    {
        var inbound = InboundMessage(
            integration: bench.integration, platform: .webmessaging, platformUser: user,
            message: NormalizedMessage(type: .text, text: "Hello"))
        inbound.attributes = language.map { ["language": $0] } ?? [:]
        return try await bench.engine.intake.receive(inbound).record.draft.conversation
    }

    /// Time passes, and somebody comes by whose arrival wakes whoever sleeps by the machine's clock.
    private func pass(_ bench: EngineBench, _ span: Span, _ passer: String) async throws {
        bench.clock.pass(span)
        _ = try await write(bench, from: passer)
    }

    private func told(_ bench: EngineBench, _ id: ConversationID) async throws -> [String] {
        let conversation = try await bench.engine.conversations.find(id)
        let messages = try await bench.engine.conversations.messages(of: conversation, limit: 50)
        return try messages.reversed().filter { !$0.draft.isInbound }.compactMap { try $0.content().text }
    }

    private func eventually(_ condition: () async throws -> Bool) async throws {
        #expect(try await TestSupport.eventually(condition), "what the test waits for did not happen")
    }

    @Test("are told their place, in their language, as often as the queue says", arguments: TestedDatabase.allCases)
    func treatment(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            try await settle(
                bench,
                ["treatment": ["delaySeconds": 5, "intervalSeconds": 30, "timesMax": 2, "texts": Self.texts]])
            let first = try await write(bench, from: "mika", language: "ja-JP")
            let second = try await write(bench, from: "tom")
            try await pass(bench, .seconds(6), "a")
            try await eventually { try await told(bench, second) == ["You are number 2."] }
            try await eventually { try await told(bench, first) == ["1番目です。"] }
            try await pass(bench, .seconds(31), "b")
            try await eventually { try await told(bench, first).count == 2 }
            try await eventually { try await told(bench, second).count == 2 }
            try await pass(bench, .seconds(31), "c")
            let passer = try await bench.engine.intake.identity(integration: bench.integration, platformUser: "b")
            let later = try #require(passer?.conversation)
            try await eventually { try await told(bench, later).count == 1 }
            #expect(try await told(bench, first).count == 2, "twice is as often as it may")
            let conversation = try await bench.engine.conversations.find(first)
            let message = try await bench.engine.conversations.messages(of: conversation, limit: 1).first
            #expect(message?.draft.communication == conversation.waiting?.communication.id)
            #expect(try message?.content().originatingEntity == .bot)
        }
    }

    @Test("are looked after again under a right that had run out while settings changed, though it is the same right")
    func rightThatRanOut() {
        let seen = TenuresSeen()
        let (one, two) = (Tenure(right: .timers(1), fence: nil), Tenure(right: .timers(2), fence: nil))
        #expect(seen.add([one, two]) == [one, two])
        seen.keep([two])
        #expect(seen.add([one, two]) == [one])
        #expect(seen.add([one, two]).isEmpty)
    }

    @Test("are treated by settings that are made while they wait, and no more when these are gone")
    func changedSettings() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let id = try await write(bench, from: "mika")
            try await settle(bench, ["treatment": ["delaySeconds": 0, "texts": ["en": "Hold on"]]])
            try await eventually { try await told(bench, id) == ["Hold on"] }
            try await settle(
                bench, ["maximumWait": ["seconds": 600, "action": "DISCONNECT", "texts": ["en": "Sorry"]]])
            try await pass(bench, .seconds(590), "a")
            let entity = try #require(bench.engine.directory.find(.queue, bench.support.description))
            try await bench.engine.directory.save(
                .queue, id: entity.id, name: entity.name, body: ["acwSettings": entity.body["acwSettings"] ?? [:]])
            try await pass(bench, .seconds(20), "b")
            try await bench.goOnQueue(bench.hana)
            try await eventually { try await bench.engine.conversations.find(id).alerting(bench.hana) != nil }
            #expect(try await told(bench, id) == ["Hold on"])
        }
    }

    @Test("are told of a closed queue, are nobody's while it is closed, and are offered when it opens")
    func closed() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            try await bench.setHours()
            try await settle(
                bench, ["scheduleGroup": ["id": "g"], "closed": ["action": "WAIT", "texts": ["en": "We are closed"]]])
            try await bench.goOnQueue(bench.hana)
            let id = try await write(bench, from: "mika")
            try await eventually { try await told(bench, id) == ["We are closed"] }
            #expect(try await bench.engine.conversations.find(id).agents.isEmpty)
            let waiting = try await bench.engine.conversations.find(id).waiting?.inQueue
            #expect(waiting?.closure == .closed)
            try await pass(bench, .hours(11), "a")
            try await eventually { try await bench.engine.conversations.find(id).alerting(bench.hana) != nil }
            try await eventually { try await bench.engine.conversations.find(id).waiting?.inQueue?.closure == nil }
            #expect(try await told(bench, id) == ["We are closed"])
        }
    }

    @Test("are let go, or passed on, when an emergency is declared")
    func emergency() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let directory = bench.engine.directory
            let sales = try await queue(bench, "Sales")
            try await directory.save(.emergencyGroup, id: "e", name: "Fire", body: ["enabled": false])
            try await settle(
                bench,
                [
                    "emergencyGroup": ["id": "e"],
                    "emergency": [
                        "action": "OVERFLOW", "queue": ["id": .string(sales.description)], "texts": ["en": "Fire!"],
                    ],
                ])
            let id = try await write(bench, from: "mika")
            let began = try #require(try await bench.engine.conversations.find(id).waiting).startedAt
            try await directory.save(.emergencyGroup, id: "e", name: "Fire", body: ["enabled": true])
            try await eventually { try await bench.engine.conversations.find(id).waiting?.queue == sales }
            #expect(try await told(bench, id) == ["Fire!"])
            #expect(try await bench.engine.conversations.find(id).waiting?.routing?.waitingSince == began)
            try await settle(
                bench, ["emergencyGroup": ["id": "e"], "closed": ["action": "DISCONNECT", "texts": ["en": "Later"]]])
            let other = try await write(bench, from: "tom")
            try await eventually { try await bench.engine.conversations.find(other).customer == nil }
            #expect(try await told(bench, other) == ["Later"])
            #expect(try await bench.engine.conversations.find(other).isOpen == false)
        }
    }

    @Test("are passed on after their wait and served by their first turn")
    func overflow() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let sales = try await queue(bench, "Sales")
            try await bench.engine.directory.save(
                .recipient, id: bench.integration.description, name: "Shop",
                body: ["defaultQueue": ["id": .string(sales.description)]])
            let directory = bench.engine.directory
            try await settle(
                bench, ["overflow": ["queue": ["id": .string(bench.support.description)], "afterSeconds": 60]],
                of: sales)
            try await directory.save(
                .utilization, id: bench.hana.description, name: nil,
                body: ["utilization": ["message": ["maximumCapacity": 1]]])
            let early = try await write(bench, from: "mika")
            bench.clock.pass(.seconds(30))
            try await directory.save(
                .recipient, id: bench.integration.description, name: "Shop",
                body: ["defaultQueue": ["id": .string(bench.support.description)]])
            let late = try await write(bench, from: "tom")
            bench.clock.pass(.seconds(31))
            // Whatever queues in Sales wakes the timers.
            try await settle(
                bench, ["overflow": ["queue": ["id": .string(bench.support.description)], "afterSeconds": 60]],
                of: sales)
            try await eventually { try await bench.engine.conversations.find(early).waiting?.queue == bench.support }
            try await bench.goOnQueue(bench.hana)
            try await eventually { try await bench.engine.conversations.find(early).alerting(bench.hana) != nil }
            #expect(try await bench.engine.conversations.find(late).agents.isEmpty)
        }
    }

    @Test("go on waiting after a restart: what was told is not told again", arguments: TestedDatabase.allCases)
    func restart(on database: TestedDatabase) async throws {
        try await Place.use(database) { place async throws in
            let known = Mutex<ConversationID?>(nil)
            let settings: JSONValue = [
                "treatment": ["delaySeconds": 5, "intervalSeconds": 30, "timesMax": 9, "texts": Self.texts],
                "inactivitySeconds": 300,
            ]
            try await EngineBench.run(at: place) { bench in
                try await settle(bench, settings)
                let id = try await write(bench, from: "mika")
                known.withLock { $0 = id }
                try await pass(bench, .seconds(6), "a")
                try await eventually { try await told(bench, id).count == 1 }
            }
            try await EngineBench.run(at: place) { bench in
                let id = try #require(known.withLock { $0 })
                #expect(try await told(bench, id).count == 1)
                try await pass(bench, .seconds(60), "b")
                try await eventually { try await told(bench, id).count == 2 }
                bench.clock.pass(.seconds(300))
                try await settle(bench, settings)
                try await eventually { try await bench.engine.conversations.find(id).waiting == nil }
                let gone = try await bench.engine.conversations.find(id)
                #expect(gone.participants.first { $0.purpose == .acd }?.queueOutcome == .abandon)
                #expect(gone.participants.first?.communication.disconnectType == .inactivity)
            }
        }
    }
}

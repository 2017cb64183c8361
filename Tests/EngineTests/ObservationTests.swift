import ContactCenter
@testable import Engine
import Foundation
import Journal
import Routing
import Testing
@testable import TestSupport

@Suite("What is counted while the engine works")
struct ObservationTests {
    @Test("a conversation is counted where it is, from waiting to the end", arguments: TestedDatabase.allCases)
    func story(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let observations = bench.engine.observations
            let id = try await bench.write("Hello").record.draft.conversation
            _ = try await bench.becomes { $0.waitingCount == 1 }
            #expect(observations.place(of: id)?.position == 1)
            // Nobody is there, and nothing says when somebody will be.
            #expect(observations.estimate(in: bench.support) == nil)

            let watch = bench.watch(bench.hana)
            try await bench.goOnQueue(bench.hana)
            let alerted = try await watch.conversation { $0.alerting(bench.hana) != nil }
            _ = try await bench.becomes { $0.alertingCount == 1 && $0.waitingCount == 0 }
            let agent = try #require(alerted.alerting(bench.hana))
            try await bench.engine.conversations.perform(.answer(agent.id), on: id)
            _ = try await bench.becomes { $0.interactingCount == 1 && $0.alertingCount == 0 }
            _ = try await watch.agent { $0.routingStatus == .interacting }
            _ = try await bench.eventually { () -> Bool? in
                observations.observation(of: bench.support).people.statuses[.interacting] == 1 ? true : nil
            }
            let people = observations.observation(of: bench.support).people
            #expect(([people.memberCount, people.activeCount, people.onQueueCount] as [Int]) == [2, 2, 1])
            // Three more at once fit beside the one in hand.
            #expect(observations.estimate(in: bench.support).map { $0.span < .seconds(10) } == true)
            #expect(observations.serviceLevel(of: bench.support).ratio == 1)
            try await bench.engine.conversations.perform(.disconnect(agent.id, .client), on: id)
            _ = try await bench.becomes { $0 == QueueReading() }
            #expect(observations.place(of: id) == nil)
        }
    }

    @Test("what ended before a restart is counted after it", arguments: TestedDatabase.allCases)
    func restart(on database: TestedDatabase) async throws {
        try await Place.use(database) { place in
            try await EngineBench.run(at: place) { bench in
                let watch = bench.watch(bench.hana)
                try await bench.goOnQueue(bench.hana)
                try await bench.write("Hello")
                let alerted = try await watch.conversation { $0.alerting(bench.hana) != nil }
                let agent = try #require(alerted.alerting(bench.hana))
                try await bench.engine.conversations.perform(.answer(agent.id), on: alerted.id)
                try await bench.write("Hello", from: "ren")
                try await bench.engine.intake.leave(integration: bench.integration, platformUser: "ren")
            }
            try await EngineBench.run(at: place) { bench in
                _ = try await bench.becomes { $0.interactingCount == 1 }
                let level = try await bench.eventually { () -> ServiceLevel? in
                    let level = bench.engine.observations.serviceLevel(of: bench.support)
                    return level.count > 0 ? level : nil
                }
                #expect(level.withinCount == 1)
                #expect(level.count == 2)
            }
        }
    }

    @Test("a conditional group is let in while its condition holds", arguments: TestedDatabase.allCases)
    func conditions(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let group = try await bench.makeReserve(of: bench.kenji)
            func rule(_ seconds: Int64) -> JSONValue {
                [
                    "rules": [
                        [
                            "metric": "EstimatedWaitTime", "operator": "GreaterThan",
                            "conditionValue": .integer(seconds), "groups": [["id": .string(group)]], "waitSeconds": 0,
                        ]
                    ]
                ]
            }
            try await bench.saveQueue(["conditionalGroupRouting": rule(100_000)])
            let hana = bench.watch(bench.hana)
            let kenji = bench.watch(bench.kenji)
            try await bench.goOnQueue(bench.kenji)
            try await bench.goOnQueue(bench.hana)
            // Until Hana is counted, nobody is there, and the wait is longer than everything.
            _ = try await bench.eventually { () -> Bool? in
                bench.engine.observations.observation(of: bench.support).people.onQueueCount == 2 ? true : nil
            }
            try await bench.write("one")
            _ = try await hana.conversation { $0.alerting(bench.hana) != nil }
            try await bench.write("two", from: "ren")
            // Hana has room for one, and the wait is not long enough for the others.
            _ = try await bench.becomes { $0.waitingCount == 1 && $0.alertingCount == 1 }
            #expect(bench.engine.observations.observation(of: bench.support).people.activeCount == 2)

            try await bench.saveQueue(["conditionalGroupRouting": rule(30)])
            let next = try await kenji.conversation { $0.alerting(bench.kenji) != nil }
            #expect(next.waiting != nil)
        }
    }

    @Test("a group of activation is let in when pilot and rule hold, whatever the wait")
    func activation() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let group = try await bench.makeReserve(of: bench.kenji)
            func idle(_ comparison: String, _ value: Int64) -> JSONValue {
                [
                    "simpleMetric": ["metric": "IdleAgentCount"], "operator": .string(comparison),
                    "value": .integer(value),
                ]
            }
            func settings(_ pilot: JSONValue) -> JSONValue {
                [
                    "pilotRule": ["conditions": [pilot], "conditionExpression": "C1"],
                    "rules": [
                        [
                            "conditions": [idle("LessThan", 1), idle("GreaterThan", 5), idle("EqualTo", 0)],
                            "conditionExpression": "C1 and (C2 or C3)", "groups": [["id": .string(group)]],
                        ]
                    ],
                ]
            }
            try await bench.saveQueue(["conditionalGroupActivation": settings(idle("GreaterThan", 0))])
            let kenji = bench.watch(bench.kenji)
            try await bench.goOnQueue(bench.kenji)
            try await bench.write("one")
            _ = try await bench.becomes { $0.waitingCount == 1 }
            try await bench.saveQueue(["conditionalGroupActivation": settings(idle("LessThanOrEqualTo", 0))])
            _ = try await kenji.conversation { $0.alerting(bench.kenji) != nil }
        }
    }

    @Test("counts agree with a count over all conversations after whatever happened", arguments: [1, 2] as [UInt64])
    func recount(seed: UInt64) async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            var chance = seed
            func below(_ bound: UInt64) -> UInt64 {
                chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return (chance >> 33) % bound
            }
            try await bench.goOnQueue(bench.hana)
            try await bench.goOnQueue(bench.kenji)
            for _ in 0..<120 {
                bench.clock.pass(Span(milliseconds: Int64(below(3_000))))
                switch below(4) {
                case 0, 1: try await bench.write("Hello", from: "customer-\(below(15))")
                case 2:
                    _ = try? await bench.engine.intake.leave(
                        integration: bench.integration, platformUser: "customer-\(below(15))")
                default: try await bench.doSomething(with: below(100))
                }
            }
            let isSame = try await bench.eventually { () -> Bool? in
                let reading = bench.engine.observations.observation(of: bench.support).media.first?.reading
                return reading == bench.recount() ? true : nil
            }
            #expect(isSame)
        }
    }
}

extension EngineBench {
    /// Waits until the counts of Support are so.
    fileprivate func becomes(_ condition: (QueueReading) -> Bool) async throws -> QueueReading {
        try await eventually {
            let reading = engine.observations.observation(of: support).media.first?.reading
            return reading.flatMap { condition($0) ? $0 : nil }
        }
    }

    fileprivate func eventually<Value>(_ read: () async throws -> Value?) async throws -> Value {
        try #require(try await found(read), "what the test waits for did not happen")
    }

    fileprivate func saveQueue(_ body: JSONValue) async throws {
        try await engine.directory.save(.queue, id: support.description, name: "Support", body: body)
    }

    /// A group of one person who is no member by himself; everybody has room for one.
    fileprivate func makeReserve(of user: UserID) async throws -> String {
        let directory = engine.directory
        let skill = engine.newID(Skill.self).description
        let group = engine.newID(SkillGroup.self).description
        let comparison: JSONValue = [
            "routingSkill": .string(skill), "comparator": "GreaterThanOrEqualTo", "proficiency": 1,
        ]
        try await directory.save(.skill, id: skill, name: "Reserve", body: [:])
        try await directory.save(
            .skillGroup, id: group, name: "Reserve",
            body: [
                "skillConditions": [["operation": "And", "routingSkillConditions": [comparison]]],
                "memberDivisions": ["*"],
            ])
        try await directory.save(.userSkill, id: "\(user)/\(skill)", name: nil, body: ["proficiency": 3])
        try await directory.delete(.queueMember, "\(support)/\(user)")
        try await directory.save(
            .utilization, id: "organization", name: nil,
            body: ["utilization": ["message": ["maximumCapacity": 1]]])
        return group
    }

    /// What an agent may do with one of the open conversations; what is refused is left.
    fileprivate func doSomething(with choice: UInt64) async throws {
        let open = engine.conversations.allOpen().sorted { $0.id < $1.id }
        guard !open.isEmpty else { return }
        let conversation = open[Int(choice) % open.count]
        let agent = conversation.agents.last
        let owing = conversation.participants.last { $0.owesWrapup }
        let commands: [ConversationCommand?] = [
            agent.map { .answer($0.id) }, agent.map { .disconnect($0.id, .client) },
            agent.map { .transfer($0.id, .queue(RoutingRequest(queue: support))) }, agent.map { .park($0.id) },
            agent.map { .answer($0.id) }, owing.map { .wrapUp($0.id, Wrapup(code: "solved")) },
        ]
        guard let command = commands[Int(choice) % commands.count] else { return }
        _ = try? await engine.conversations.perform(command, on: conversation.id)
    }

    fileprivate func recount() -> QueueReading {
        var reading = QueueReading()
        for conversation in engine.conversations.allOpen() {
            let isOffered = conversation.agents.contains { $0.communication.state == .alerting }
            if let waiting = conversation.waiting, !isOffered {
                reading.waitingCount += 1
                reading.waitingSince = min(reading.waitingSince ?? waiting.startedAt, waiting.startedAt)
            }
            for agent in conversation.agents {
                if agent.communication.state == .alerting { reading.alertingCount += 1 }
                guard agent.communication.state == .connected, let since = agent.connectedAt else { continue }
                reading.interactingCount += 1
                reading.interactingSince = min(reading.interactingSince ?? since, since)
            }
        }
        return reading
    }
}

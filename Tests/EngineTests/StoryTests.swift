import ContactCenter
@testable import Engine
import Foundation
import Testing

@Suite("The way of a message through the engine")
struct StoryTests {
    @Test(
        "a customer writes, an agent is alerted, they talk; the customer returns to the same conversation and agent",
        arguments: TestedDatabase.allCases)
    func story(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let watch = bench.watch(bench.hana)
            try await bench.goOnQueue(bench.hana)
            let first = try await bench.write("Hello")
            let alerted = try await watch.conversation { $0.alerting(bench.hana) != nil }
            let agent = try #require(alerted.alerting(bench.hana))
            try await bench.engine.conversations.perform(.answer(agent.id), on: alerted.id)
            _ = try await watch.agent { $0.routingStatus == .interacting }
            let reply = try await bench.engine.conversations.send(
                NormalizedMessage(type: .text, text: "Good day"), in: alerted.id, by: agent.communication.id)
            #expect(reply.position > first.record.position)
            try await bench.engine.conversations.perform(.disconnect(agent.id, .client), on: alerted.id)
            try await bench.engine.conversations.perform(.wrapUp(agent.id, Wrapup(code: "solved")), on: alerted.id)
            _ = try await watch.agent { $0.routingStatus == .idle }

            try await bench.goOnQueue(bench.kenji)
            bench.clock.pass(.hours(70))
            let second = try await bench.write("One more thing")
            #expect(second.record.draft.conversation == first.record.draft.conversation)
            let again = try await watch.conversation { $0.alerting(bench.hana) != nil }
            #expect(again.id == alerted.id)
            #expect(again.alerting(bench.kenji) == nil)

            let texts = try await bench.engine.conversations.messages(of: again, limit: 10).map {
                try $0.content().text
            }
            #expect(texts == ["One more thing", "Good day", "Hello"])
        }
    }

    @Test("outside the window a new conversation starts", arguments: TestedDatabase.allCases)
    func window(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let first = try await bench.write("Hello")
            try await bench.engine.intake.leave(integration: bench.integration, platformUser: "mika")
            bench.clock.pass(.hours(73))
            let second = try await bench.write("Hello again")
            #expect(second.record.draft.conversation != first.record.draft.conversation)
        }
    }

    @Test("the same message ten times in parallel is one message", arguments: TestedDatabase.allCases)
    func duplicates(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let receipts = try await withThrowingTaskGroup(of: Intake.Receipt.self) { group in
                for _ in 0..<10 { group.addTask { try await bench.write("Hello", id: "m-1") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(receipts.filter { !$0.isDuplicate }.count == 1)
            #expect(Set(receipts.map(\.record.draft.id)).count == 1)
            let conversation = try await bench.engine.conversations.find(receipts[0].record.draft.conversation)
            #expect(conversation.messageCount == 1)
        }
    }

    @Test(
        "an agent's message that is sent again under the same key is the same message",
        arguments: TestedDatabase.allCases)
    func idempotentSend(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let watch = bench.watch(bench.hana)
            try await bench.goOnQueue(bench.hana)
            try await bench.write("Hello")
            let alerted = try await watch.conversation { $0.alerting(bench.hana) != nil }
            let agent = try #require(alerted.alerting(bench.hana))
            try await bench.engine.conversations.perform(.answer(agent.id), on: alerted.id)
            var sent: [MessageID] = []
            for key in ["a", "a", "b"] {
                let record = try await bench.engine.conversations.send(
                    NormalizedMessage(type: .text, text: "Good day"), in: alerted.id, by: agent.communication.id,
                    key: key)
                sent.append(record.draft.id)
            }
            #expect(sent[0] == sent[1])
            #expect(sent[1] != sent[2])
            #expect(try await bench.engine.conversations.find(alerted.id).messageCount == 3)
        }
    }

    @Test(
        "an agent who lets an alert pass is not responding, and the next one is asked",
        arguments: TestedDatabase.allCases)
    func alertExpires(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let hana = bench.watch(bench.hana)
            let kenji = bench.watch(bench.kenji)
            try await bench.goOnQueue(bench.hana)
            try await bench.write("Hello")
            _ = try await hana.conversation { $0.alerting(bench.hana) != nil }
            try await bench.goOnQueue(bench.kenji)
            bench.clock.pass(.seconds(8))
            _ = try await hana.agent { $0.routingStatus == .notResponding }
            let next = try await kenji.conversation { $0.alerting(bench.kenji) != nil }
            #expect(next.waiting != nil)
            try await bench.engine.agents.setRoutingStatus(of: bench.hana, .idle)
            _ = try await hana.agent { $0.routingStatus == .idle }
        }
    }

    @Test(
        "an agent who signs out gives the conversation back, and another is asked", arguments: TestedDatabase.allCases)
    func signOut(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let hana = bench.watch(bench.hana)
            let kenji = bench.watch(bench.kenji)
            try await bench.goOnQueue(bench.hana)
            try await bench.write("Hello")
            let alerted = try await hana.conversation { $0.alerting(bench.hana) != nil }
            let agent = try #require(alerted.alerting(bench.hana))
            try await bench.engine.conversations.perform(.answer(agent.id), on: alerted.id)
            try await bench.goOnQueue(bench.kenji)
            try await bench.engine.agents.signOut(bench.hana)
            let next = try await kenji.conversation { $0.alerting(bench.kenji) != nil }
            #expect(next.id == alerted.id)
            #expect(next.customer != nil)
        }
    }

    @Test(
        "work under way survives a restart: who waits is offered, and nothing is said twice",
        arguments: TestedDatabase.allCases)
    func restart(on database: TestedDatabase) async throws {
        try await Place.use(database) { place async throws in
            try await EngineBench.run(at: place) { bench in try await bench.write("Hello", id: "m-1") }
            try await EngineBench.run(at: place) { bench in
                let watch = bench.watch(bench.hana)
                #expect(try await bench.write("Hello", id: "m-1").isDuplicate)
                try await bench.goOnQueue(bench.hana)
                let alerted = try await watch.conversation { $0.alerting(bench.hana) != nil }
                #expect(alerted.messageCount == 1)
            }
        }
    }

    @Test(
        "after a crash between the two, an agent's state follows the conversations again",
        arguments: TestedDatabase.allCases)
    func reconcile(on database: TestedDatabase) async throws {
        try await Place.use(database) { place async throws in
            try await EngineBench.run(at: place) { bench in
                try await bench.goOnQueue(bench.hana)
                let leg = bench.engine.newID(Communication.self)
                try await bench.engine.agents.perform(.interactionStarted(leg), on: bench.hana)
                #expect(try await bench.engine.agents.state(of: bench.hana).routingStatus == .interacting)
            }
            try await EngineBench.run(at: place) { bench in
                let watch = bench.watch(bench.hana)
                try await bench.write("Hello")
                _ = try await watch.conversation { $0.alerting(bench.hana) != nil }
                #expect(try await bench.engine.agents.state(of: bench.hana).routingStatus == .idle)
            }
        }
    }

    @Test("two people may share a name, but not an e-mail address", arguments: TestedDatabase.allCases)
    func names(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let directory = bench.engine.directory
            for email in ["a@example.org", "b@example.org"] {
                let body: JSONValue = ["email": .string(email)]
                try await directory.save(.user, id: bench.engine.newID(User.self).description, name: "Aoi", body: body)
            }
            #expect(directory.list(.user).filter { $0.name == "Aoi" }.count == 2)
            await #expect(throws: EngineError.self) {
                try await directory.save(
                    .user, id: bench.engine.newID(User.self).description, name: "Ren",
                    body: ["email": "A@example.org"])
            }
        }
    }

    @Test(
        "a thousand customers at once: each message once, each conversation offered within capacity",
        arguments: TestedDatabase.allCases)
    func crowd(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            try await bench.goOnQueue(bench.hana)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for customer in 0..<200 {
                    group.addTask { for line in 0..<5 { try await bench.write("\(line)", from: "c\(customer)") } }
                }
                try await group.waitForAll()
            }
            let open = bench.engine.conversations.allOpen()
            #expect(open.count == 200)
            #expect(open.allSatisfy { $0.messageCount == 5 })
            #expect(bench.engine.conversations.open(of: bench.hana).count <= 4)
        }
    }
}

extension Conversation {
    func alerting(_ user: UserID) -> Participant? {
        agents.first { $0.user == user && $0.communication.state == .alerting }
    }
}

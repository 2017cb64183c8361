import ContactCenter
import Foundation
import Testing

@testable import Engine

@Suite("Conversations that are parked")
struct ParkedTests {
    @Test(
        "what is parked takes no room; it comes back to its agent when the customer writes and there is room",
        arguments: TestedDatabase.allCases)
    func comesBack(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            try await bench.limit(bench.hana, to: 1)
            let watch = bench.watch(bench.hana)
            let (first, agent) = try await bench.talk(watch)
            try await bench.say("Which colour?", in: first, by: agent)
            try await bench.engine.conversations.perform(.park(agent), on: first)
            _ = try await watch.agent { $0.routingStatus == .idle }
            let (second, other) = try await bench.talk(watch, with: "ren")

            try await bench.write("Blue")
            try await bench.write("Or green")
            try await bench.write("Anybody?", from: "aoi")
            let asked = try await bench.engine.conversations.find(first)
            #expect(asked.returning?.id == agent)
            try await bench.engine.conversations.perform(.disconnect(other, .client), on: second)
            try await bench.engine.conversations.perform(.wrapUp(other, Wrapup(code: "solved")), on: second)
            let back = try await watch.conversation {
                $0.participant(agent)?.communication.state == .connected
                    && $0.messageCount == 4
            }
            #expect(back.id == first)
            #expect(back.participants.count { $0.purpose == .agent } == 1)
            // Whoever came later than the one who came back waits.
            #expect(bench.engine.conversations.open(of: bench.hana).map(\.id) == [first])
        }
    }

    @Test("whom its agent has no room for in time waits in the queue, and another is asked")
    func givesUp() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            try await bench.configure(["messageHandling": ["returnWaitSeconds": 1]])
            try await bench.limit(bench.hana, to: 1)
            let watch = bench.watch(bench.hana)
            let kenji = bench.watch(bench.kenji)
            let (first, agent) = try await bench.talk(watch)
            try await bench.say("Which colour?", in: first, by: agent)
            try await bench.engine.conversations.perform(.park(agent), on: first)
            _ = try await watch.agent { $0.routingStatus == .idle }
            _ = try await bench.talk(watch, with: "ren")
            try await bench.goOnQueue(bench.kenji)
            try await bench.write("Blue")
            bench.clock.pass(.seconds(2))
            let next = try await kenji.conversation { $0.alerting(bench.kenji) != nil }
            #expect(next.id == first)
            #expect(next.waiting?.routing?.lastAgent == bench.hana)
        }
    }

    @Test("an agent who wants it back gets it when there is room, on queue or not")
    func wantedBack() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let watch = bench.watch(bench.hana)
            let (first, agent) = try await bench.talk(watch)
            try await bench.say("Which colour?", in: first, by: agent)
            try await bench.engine.conversations.perform(.park(agent), on: first)
            try await bench.engine.agents.setRoutingStatus(of: bench.hana, .offQueue)
            try await bench.engine.conversations.perform(.recall(agent), on: first)
            _ = try await watch.conversation {
                $0.parker == nil && $0.participant(agent)?.isPresent == true
                    && $0.awaitsCustomer == true && $0.participant(agent)?.communication.segments.count == 4
            }
        }
    }

    @Test("the queue parks by itself when the customer is silent, and not when the customer has written")
    func parksByItself() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            try await bench.configure(["messageHandling": ["parkAfterSeconds": 60]])
            let watch = bench.watch(bench.hana)
            let (silent, agent) = try await bench.talk(watch)
            try await bench.say("Which colour?", in: silent, by: agent)
            let (spoken, other) = try await bench.talk(watch, with: "ren")
            try await bench.say("Which colour?", in: spoken, by: other)
            try await bench.write("Blue", from: "ren")
            bench.clock.pass(.seconds(61))
            // An alert sets a timer, and whoever looks for it finds these.
            try await bench.write("Hello", from: "aoi")
            _ = try await watch.conversation { $0.id == silent && $0.parker?.id == agent }
            let still = try await bench.engine.conversations.find(spoken)
            #expect(still.participant(other)?.communication.state == .connected)
        }
    }

    @Test("who signs out keeps what is parked: nobody waits there until the customer writes")
    func signOut() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let watch = bench.watch(bench.hana)
            let (first, agent) = try await bench.talk(watch)
            try await bench.say("Which colour?", in: first, by: agent)
            try await bench.engine.conversations.perform(.park(agent), on: first)
            try await bench.engine.agents.signOut(bench.hana)
            let conversation = try await bench.engine.conversations.find(first)
            #expect(conversation.parker?.id == agent)
            #expect(conversation.waiting == nil)
        }
    }
}

extension EngineBench {
    /// How many messages an agent may have at once.
    func limit(_ user: UserID, to capacity: Int64) async throws {
        try await engine.directory.save(
            .utilization, id: user.description, name: nil,
            body: ["utilization": ["message": ["maximumCapacity": .integer(capacity)]]])
    }
}

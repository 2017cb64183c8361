import ContactCenter
import Foundation
import Testing

@testable import Engine

@Suite("What an agent has in hand")
struct CapacityTests {
    // MARK: Answering

    @Test("a queue that answers by itself connects at once, and nobody ever sees an alert")
    func answersItself() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            try await bench.configure([
                "mediaSettings": ["message": ["subTypeSettings": ["webmessaging": ["enableAutoAnswer": true]]]]
            ])
            let watch = bench.watch(bench.hana)
            try await bench.goOnQueue(bench.hana)
            try await bench.write("Hello")
            let first = try await watch.conversation { $0.participants.contains { $0.user == bench.hana } }
            #expect(first.alerting(bench.hana) == nil)
            #expect(first.agents.first?.communication.state == .connected)
            #expect(first.waiting == nil)
            _ = try await watch.agent { $0.routingStatus == .interacting }
        }
    }

    @Test("an agent who answers by herself does so whatever the queue says")
    func agentAnswersItself() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            try await bench.engine.directory.save(
                .user, id: bench.hana.description, name: "Hana", body: ["acdAutoAnswer": true])
            let watch = bench.watch(bench.hana)
            try await bench.goOnQueue(bench.hana)
            try await bench.write("Hello")
            let first = try await watch.conversation { $0.participants.contains { $0.user == bench.hana } }
            #expect(first.agents.first?.communication.state == .connected)
        }
    }

    @Test("after a decline an agent stays available, or not, as the queue has it", arguments: [false, true])
    func declines(isStrict: Bool) async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            if isStrict { try await bench.configure(["messageHandling": ["declineAction": "NOT_RESPONDING"]]) }
            let watch = bench.watch(bench.hana)
            try await bench.goOnQueue(bench.hana)
            try await bench.write("Hello")
            let alerted = try await watch.conversation { $0.alerting(bench.hana) != nil }
            let agent = try #require(alerted.alerting(bench.hana))
            try await bench.engine.conversations.perform(.disconnect(agent.id, .client), on: alerted.id)
            guard isStrict else {
                try await bench.write("Somebody else", from: "ren")
                _ = try await watch.conversation { $0.id != alerted.id && $0.alerting(bench.hana) != nil }
                #expect(try await bench.engine.agents.state(of: bench.hana).routingStatus == .idle)
                return
            }
            _ = try await watch.agent { $0.routingStatus == .notResponding }
            try await bench.engine.agents.setRoutingStatus(of: bench.hana, .idle)
            _ = try await watch.agent { $0.routingStatus == .idle }
        }
    }

    @Test("after-call work ends by itself when its time is over, under the placeholder code")
    func afterCallWork() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            try await bench.configure(["acwSettings": ["wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 1_000]])
            let watch = bench.watch(bench.hana)
            let (conversation, agent) = try await bench.talk(watch)
            try await bench.engine.conversations.perform(.disconnect(agent, .client), on: conversation)
            bench.clock.pass(.seconds(2))
            let done = try await watch.conversation { $0.participant(agent)?.afterCallWorkEndedAt != nil }
            #expect(done.participant(agent)?.wrapup?.code == Wrapup.timeoutCode)
            _ = try await watch.agent { $0.routingStatus == .idle }
        }
    }

    // MARK: Leaving the house

    @Test("who is deactivated or deleted gives back all that is in hand", arguments: [false, true])
    func leavesTheHouse(isDeleted: Bool) async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let kenji = bench.watch(bench.kenji)
            let hana = bench.watch(bench.hana)
            let (conversation, agent) = try await bench.talk(hana)
            try await bench.goOnQueue(bench.kenji)
            if isDeleted {
                try await bench.engine.directory.delete(.user, bench.hana.description)
            } else {
                try await bench.engine.directory.save(
                    .user, id: bench.hana.description, name: "Hana", body: ["state": "inactive"])
            }
            let next = try await kenji.conversation { $0.alerting(bench.kenji) != nil }
            #expect(next.id == conversation)
            _ = try await hana.conversation { $0.participant(agent)?.owesWrapup == false }
            #expect(try await bench.engine.agents.state(of: bench.hana).systemPresence == .offline)
            // Going on queue again does not make her one of the house.
            try await bench.goOnQueue(bench.hana)
            try await bench.write("Anybody?", from: "ren")
            let other = try await kenji.conversation { $0.id != conversation && $0.alerting(bench.kenji) != nil }
            #expect(other.alerting(bench.hana) == nil)
        }
    }

    @Test(
        "what waits for one agent is the queue's when that agent is deactivated or deleted", arguments: [false, true])
    func isNotWaitedFor(isDeleted: Bool) async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let kenji = bench.watch(bench.kenji)
            let id = try await bench.direct(to: bench.hana, from: "mika")
            try await bench.goOnQueue(bench.kenji)
            // Kenji is asked for what is not for Hana alone, so what came before has been looked at.
            try await bench.write("Anybody?", from: "ren")
            let other = try await kenji.conversation { $0.alerting(bench.kenji) != nil }
            #expect(other.id != id)
            if isDeleted {
                try await bench.engine.directory.delete(.user, bench.hana.description)
            } else {
                try await bench.engine.directory.save(
                    .user, id: bench.hana.description, name: "Hana", body: ["state": "inactive"])
            }
            let freed = try await kenji.conversation { $0.id == id && $0.alerting(bench.kenji) != nil }
            #expect(freed.waiting?.routing?.directAgent == nil)
        }
    }

    @Test("nobody waits for one agent who had left the house when the transfer came")
    func cameTooLate() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let kenji = bench.watch(bench.kenji)
            let id = try await bench.direct(to: bench.engine.newID(User.self), from: "mika")
            try await bench.goOnQueue(bench.kenji)
            _ = try await kenji.conversation { $0.id == id && $0.alerting(bench.kenji) != nil }
        }
    }

    @Test(
        "an agent whose desktop is gone goes off queue, keeps what is connected for a while, and gives it back then",
        arguments: TestedDatabase.allCases)
    func deskGone(on database: TestedDatabase) async throws {
        try await Place.use(database) { place async throws in
            let desks = DeskKeeping(
                lostAfter: Span(milliseconds: 200), handBackAfter: Span(milliseconds: 400))
            try await EngineBench.run(at: place, desks: desks) { bench in
                let kenji = bench.watch(bench.kenji)
                bench.engine.desks.opened(bench.hana)
                let (conversation, _) = try await bench.talk(bench.watch(bench.hana))
                try await bench.write("Hello too", from: "ren")
                // No socket, and never had one: nobody judges.
                try await bench.goOnQueue(bench.kenji)
                bench.engine.desks.closed(bench.hana)
                try await bench.pass(until: { $0.systemPresence == .offline })
                let freed = try await kenji.conversation { $0.alerting(bench.kenji) != nil }
                #expect(freed.id != conversation)
                #expect(bench.engine.conversations.open(of: bench.hana).map(\.id) == [conversation])
                // What is left to her is the after-call work.
                try await bench.passTime {
                    bench.engine.conversations.open(of: bench.hana).allSatisfy { conversation in
                        !conversation.agents.contains { $0.user == bench.hana }
                    }
                }
                #expect(try await bench.engine.agents.state(of: bench.kenji).systemPresence == .onQueue)
                let handed = try await bench.engine.conversations.find(conversation)
                #expect(handed.participants.last { $0.purpose == .acd }?.routing?.lastAgent == bench.hana)
            }
        }
    }

    @Test("of several processes a socket at any of them keeps its agent on queue")
    func deskElsewhere() async throws {
        try await Place.use(.postgres) { place async throws in
            let desks = DeskKeeping(lostAfter: Span(milliseconds: 600), handBackAfter: Span(milliseconds: 600))
            try await EngineBench.run(at: place, desks: desks) { one in
                try await EngineBench.run(at: place, desks: desks) { two in
                    for user in [one.hana, one.kenji] { try await one.goOnQueue(user) }
                    one.engine.desks.opened(one.kenji)
                    two.engine.desks.opened(two.hana)
                    one.engine.desks.closed(one.kenji)
                    func isOffline(_ user: UserID) async throws -> Bool {
                        two.clock.pass(Span(milliseconds: 20))
                        return try await one.engine.agents.state(of: user).systemPresence == .offline
                    }
                    try await one.passTime { try await isOffline(one.kenji) }
                    #expect(try await !isOffline(one.hana))
                    two.engine.desks.closed(two.hana)
                    try await one.passTime { try await isOffline(one.hana) }
                }
            }
        }
    }

    @Test("a desktop that is back in time, or a change of presence since, means nothing has happened")
    func deskBack() async throws {
        try await Place.use(.sqlite) { place async throws in
            let desks = DeskKeeping(lostAfter: Span(milliseconds: 200), handBackAfter: Span(milliseconds: 200))
            try await EngineBench.run(at: place, desks: desks) { bench in
                try await bench.goOnQueue(bench.hana)
                try await bench.goOnQueue(bench.kenji)
                for user in [bench.hana, bench.kenji] {
                    bench.engine.desks.opened(user)
                    bench.engine.desks.closed(user)
                }
                bench.engine.desks.opened(bench.hana)
                try await bench.passTime {
                    try await bench.engine.agents.state(of: bench.kenji).systemPresence == .offline
                }
                #expect(try await bench.engine.agents.state(of: bench.hana).systemPresence == .onQueue)
            }
        }
    }
}

extension EngineBench {
    /// Changes settings of the queue.
    func configure(_ changes: [String: JSONValue]) async throws {
        guard let queue = engine.directory.find(.queue, support.description), var body = queue.body.object else {
            return
        }
        body.merge(changes) { $1 }
        try await engine.directory.save(.queue, id: queue.id, name: queue.name, body: .object(body))
    }

    /// Hana goes on queue, a customer writes, and she answers.
    func talk(_ watch: Watch, with customer: String = "mika") async throws -> (ConversationID, ParticipantID) {
        try await goOnQueue(hana)
        let conversation = try await write("Hello", from: customer).record.draft.conversation
        let (hana, before) = (hana, try await engine.agents.state(of: hana).routingStatus)
        let alerted = try await watch.conversation { $0.id == conversation && $0.alerting(hana) != nil }
        let agent = try #require(alerted.alerting(hana))
        try await engine.conversations.perform(.answer(agent.id), on: conversation)
        if before != .interacting { _ = try await watch.agent { $0.routingStatus == .interacting } }
        return (conversation, agent.id)
    }

    /// A customer writes, and what waits is sent on to one agent, who is waited for without end.
    func direct(to user: UserID, from customer: String) async throws -> ConversationID {
        let id = try await write("Hello", from: customer).record.draft.conversation
        let waiting = try #require(try await engine.conversations.find(id).waiting)
        var request = RoutingRequest(queue: support)
        request.directAgent = DirectAgent(user: user)
        try await engine.conversations.perform(.transfer(waiting.id, .queue(request)), on: id)
        return id
    }

    func say(_ text: String, in conversation: ConversationID, by agent: ParticipantID) async throws {
        let leg = try #require(
            try await engine.conversations.find(conversation).participant(agent)?.communication.id)
        _ = try await engine.conversations.send(
            NormalizedMessage(type: .text, text: text), in: conversation, by: leg)
    }

    /// Lets time pass until Hana's state is such.
    func pass(until condition: (AgentState) -> Bool) async throws {
        try await passTime { condition(try await engine.agents.state(of: hana)) }
    }

    /// Lets the clock go on, and gives the services the time to notice, until the condition holds.
    func passTime(until condition: () async throws -> Bool) async throws {
        for _ in 0..<1_000 {
            if try await condition() { return }
            clock.pass(Span(milliseconds: 20))
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("what the test waits for did not happen")
    }
}

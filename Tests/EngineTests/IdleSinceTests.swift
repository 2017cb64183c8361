import ContactCenter
import Testing
@testable import TestSupport

@testable import Engine

@Suite("Since when an agent is idle")
struct IdleSinceTests {
    @Test(
        "coming on queue begins the idle time anew, or not, as the organisation has it",
        arguments: [nil, true, false])
    func comingOnQueue(_ begins: Bool?) async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let agents = bench.engine.agents
            if let begins {
                try await bench.engine.directory.save(
                    .routingSettings, id: RoutingSettings.organization.rawValue, name: nil,
                    body: ["resetAgentScoreOnPresenceChange": .bool(begins)])
            }
            try await bench.goOnQueue(bench.hana)
            let leg = bench.engine.newID(Communication.self)
            try await agents.perform(.interactionStarted(leg), on: bench.hana)
            try await agents.perform(.interactionEnded(leg), on: bench.hana)
            try await bench.goOnQueue(bench.kenji)
            try await agents.setPresence(of: bench.hana, definition: try agents.definition(of: .available))
            try await bench.goOnQueue(bench.hana)
            // Both are seen on queue before anybody writes.
            #expect(await eventually { bench.engine.census()[bench.support]?.idleCount == 2 })
            let first = begins == false ? bench.hana : bench.kenji
            let watch = bench.watch(first)
            try await bench.write("Hello")
            let alerted = try await watch.conversation { $0.alerting(first) != nil }
            #expect(alerted.agents.count == 1)
        }
    }

    @Test("an agent with something in hand is idle since the last change, not since an earlier pause")
    func busy() async throws {
        var state = AgentState(user: UserID(high: 0, low: 1))
        let legs = (1...2).map { CommunicationID(high: 0, low: $0) }
        func at(_ second: Int64) -> Instant { Instant(milliseconds: second * 1_000) }
        _ = try state.handle(.setPresence(definition: "d", .onQueue, message: nil), at: at(1))
        _ = try state.handle(.interactionStarted(legs[0]), at: at(2))
        #expect(state.freeSince == nil)
        _ = try state.handle(.interactionStarted(legs[1]), at: at(3))
        _ = try state.handle(.interactionEnded(legs[0]), at: at(4))
        #expect(state.freeSince == nil, "one is left")
        _ = try state.handle(.interactionEnded(legs[1]), at: at(5))
        #expect(state.freeSince == at(5))
        _ = try state.handle(.setPresence(definition: "d", .away, message: nil), at: at(6))
        #expect(state.freeSince == at(5))
        let away = state
        try await EngineBench.run(on: .sqlite) { bench in
            let directory = bench.engine.directory
            var state = away
            try await directory.save(
                .routingSettings, id: RoutingSettings.organization.rawValue, name: nil,
                body: ["resetAgentScoreOnPresenceChange": false])
            #expect(directory.idleSince(state) == at(5))
            _ = try state.handle(.setPresence(definition: "d", .onQueue, message: nil), at: at(7))
            #expect(directory.idleSince(state) == at(5))
            _ = try state.handle(.interactionStarted(legs[0]), at: at(8))
            #expect(directory.idleSince(state) == at(8))
        }
    }
}

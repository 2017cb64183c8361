import ContactCenter
import Testing

@Suite("An agent's state")
struct AgentStateTests {
    static let leg = CommunicationID(high: 1, low: 1)
    let now = Instant(milliseconds: 1)

    func agent(_ commands: AgentState.Command...) throws -> AgentState {
        var state = AgentState(user: Bench.hana)
        for command in commands { _ = try state.handle(command, at: now) }
        return state
    }

    static let onQueue = AgentState.Command.setPresence(definition: "q", .onQueue, message: nil)
    static let available = AgentState.Command.setPresence(definition: "a", .available, message: nil)

    @Test("follows presence, work and missed alerts")
    func status() throws {
        #expect(try agent().routingStatus == .offQueue)
        #expect(try agent(Self.onQueue).routingStatus == .idle)
        #expect(try agent(Self.onQueue, .interactionStarted(Self.leg)).routingStatus == .interacting)
        #expect(
            try agent(Self.onQueue, .interactionStarted(Self.leg), .interactionEnded(Self.leg)).routingStatus == .idle)
        #expect(try agent(Self.onQueue, .alertExpired).routingStatus == .notResponding)
        #expect(try agent(Self.onQueue, .alertExpired, .setIdle).routingStatus == .idle)
        #expect(try agent(Self.onQueue, .alertExpired, Self.available).routingStatus == .offQueue)
        #expect(try agent(Self.onQueue, .interactionStarted(Self.leg), Self.available).routingStatus == .offQueue)
    }

    @Test("repeating a command causes no event")
    func idempotent() throws {
        var state = try agent(Self.onQueue, .interactionStarted(Self.leg))
        #expect(try state.handle(Self.onQueue, at: now).isEmpty)
        #expect(try state.handle(.interactionStarted(Self.leg), at: now).isEmpty)
    }

    @Test("whose desktop is gone is offline, unless the presence has changed since")
    func deskGone() throws {
        var state = try agent(Self.onQueue, .alertExpired)
        let late = AgentState.Command.deskGone(definition: "o", since: now + .seconds(1))
        #expect(try state.handle(late, at: now).isEmpty)
        let events = try state.handle(.deskGone(definition: "o", since: now), at: now + .seconds(60))
        #expect(events.first == .presenceChanged(definition: "o", .offline, message: nil))
        #expect(state.routingStatus == .offQueue)
        #expect(!state.isNotResponding)
        var away = try agent(Self.onQueue, Self.available)
        #expect(try away.handle(.deskGone(definition: "o", since: now), at: now).isEmpty)
    }

    @Test("off queue, nobody can be idle")
    func refusal() throws {
        var state = try agent(Self.available)
        #expect(throws: AgentState.AgentError.notOnQueue) { try state.handle(.setIdle, at: now) }
    }

    @Test(
        "presences are read in every spelling that clients use",
        arguments: ["On Queue", "ON_QUEUE", "OnQueue", "on queue"])
    func spelling(_ text: String) { #expect(SystemPresence(wire: text) == .onQueue) }
}

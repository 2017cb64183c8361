import ContactCenter
import Testing

@testable import Engine
@testable import Simulation

@Suite("A commit whose answer is lost")
struct LostAnswerTests {
    @Test("an offer is declined, the answer is lost, and the conversation is offered to the next agent all the same")
    func decline() throws {
        let world = World(seed: 7, nodesCount: 1)
        defer { world.unwind() }
        #expect(Simulation.open(world))
        let run = Run(world)
        run.step { (engine, house) throws(EngineError) in
            for agent in house.agents.prefix(1) { _ = try await engine.agents.setRoutingStatus(of: agent, .idle) }
        }
        run.step { (engine, house) throws(EngineError) in
            _ = try await engine.intake.receive(
                InboundMessage(
                    integration: house.deployment, platform: .webmessaging, platformUser: "mika",
                    message: NormalizedMessage(type: .text, text: "Hello")))
        }
        let alerting = try #require(world.watchman.book.conversations.values.first)
        let first = try #require(alerting.agents.first)
        world.database.make { $0.lostAnswers = 1 }
        run.step { (engine, _) throws(EngineError) in
            try await engine.conversations.perform(.disconnect(first.id, .client), on: alerting.id)
        }
        world.database.make { $0.lostAnswers = 0 }
        #expect(world.watchman.book.conversations[alerting.id]?.agents.isEmpty == true)
        run.step { (engine, house) throws(EngineError) in
            _ = try await engine.agents.setRoutingStatus(of: house.agents[1], .idle)
        }
        let next = world.watchman.book.conversations[alerting.id]?.agents.first
        #expect(next?.user == world.house.agents[1])
    }
}

@Suite("A process that hears late what others write")
struct DeafTests {
    @Test("a timer that it reads before the offer is not taken for one that came too late", arguments: 1...4)
    func timer(seed: UInt64) throws {
        let world = World(seed: seed, nodesCount: 2)
        defer { world.unwind() }
        #expect(Simulation.open(world))
        let run = Run(world)
        for server in world.servers {
            guard let name = server.process?.name else { continue }
            world.database.make { $0.deaf = [name] }
            run.step { (engine, house) throws(EngineError) in
                for agent in house.agents { _ = try await engine.agents.setRoutingStatus(of: agent, .idle) }
                for customer in 0..<8 {
                    _ = try await engine.intake.receive(
                        InboundMessage(
                            integration: house.deployment, platform: .webmessaging, platformUser: "c\(customer)",
                            message: NormalizedMessage(type: .text, text: "Hello")))
                }
            }
            world.scheduler.run(until: world.scheduler.now + .seconds(120))
            world.database.make { $0.deaf = [] }
            world.scheduler.run(until: world.scheduler.now + .seconds(30))
        }
        let legs = world.watchman.book.conversations.values.flatMap(\.agents)
        #expect(legs.allSatisfy { $0.communication.state != .alerting })
        #expect(world.watchman.book.agents.values.contains { $0.isNotResponding })
    }
}

@Suite("Time and chance of a run")
struct SchedulerTests {
    @Test("a process that is killed runs no further step, and its sleeper is never heard of")
    func killed() {
        let scheduler = Scheduler(seed: 1)
        let process = Process(name: "a", scheduler: scheduler)
        process.start {
            scheduler.note(1)
            try? await process.sleep(.seconds(5))
            scheduler.note(2)
        }
        scheduler.run(until: .seconds(1))
        let before = scheduler.traceHash
        process.kill()
        scheduler.run(until: .seconds(60))
        #expect(scheduler.now == .seconds(60))
        // The clock's own step is in the trace, the process's is not.
        var expected = before
        expected = (expected ^ UInt64(5_000)) &* 0x0000_0100_0000_01B3
        #expect(scheduler.traceHash == expected)
        process.unwind()
        scheduler.drain()
        #expect(process.isUnwound)
    }

    @Test("a process that was stopped goes on with what it had in hand")
    func stopped() {
        let scheduler = Scheduler(seed: 1)
        let process = Process(name: "a", scheduler: scheduler)
        let ledger = Ledger()
        process.start {
            try? await process.sleep(.seconds(1))
            ledger.tell(scheduler.now, "awake")
        }
        process.stop()
        scheduler.run(until: .seconds(30))
        #expect(ledger.story.isEmpty)
        process.goOn()
        scheduler.run(until: .seconds(60))
        #expect(ledger.story.first?.at == .seconds(31))
    }

    @Test("neighbouring seeds have nothing in common")
    func seeds() {
        var (first, second) = (Chance(seed: 19), Chance(seed: 20))
        let numbers = Set((0..<100).map { _ in first.next() })
        #expect((0..<100).allSatisfy { _ in !numbers.contains(second.next()) })
    }
}

/// Does one thing after the other on the only server of a world.
private struct Run {
    let world: World

    init(_ world: World) { self.world = world }

    func step(_ body: @escaping @Sendable (Engine, House) async throws(EngineError) -> Void) {
        let house = world.house
        world.people.start { [world] in
            _ = try? await world.servers[0].ask(world.people) { (engine) throws(EngineError) in
                try await body(engine, house)
            }
        }
        world.scheduler.run(until: world.scheduler.now + .seconds(4))
    }
}

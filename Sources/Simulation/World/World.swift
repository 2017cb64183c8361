import ContactCenter
import Engine
import Foundation
import Journal
import Synchronization

/// One run: machines, database, platform, people and weather, all of it from one seed.
final class World: Sendable {
    private struct State {
        var isDay = true
        var isOpen = true
        var isServed = false
        var house: House?
        var customers: [Customer] = []
        var agents: [AgentPerson] = []
    }

    let scheduler: Scheduler
    let database: DatabaseServer
    let platform = Platform()
    let servers: [Server]
    /// Everybody who is not a machine of ours.
    let people: Process
    let ledger = Ledger()
    let watchman = Watchman()
    private let state = Mutex(State())

    /// One to three nodes, unless their number is given.
    init(seed: UInt64, nodesCount: Int? = nil) {
        let scheduler = Scheduler(seed: seed)
        let drawn = scheduler.draw { $0.happens(0.5) ? 1 : 2 + $0.below(2) }
        let count = nodesCount ?? drawn
        let watchman = watchman
        self.scheduler = scheduler
        database = DatabaseServer(
            scheduler: scheduler, isShared: count > 1,
            watch: { watchman.look($0, $1, at: scheduler.now) }, complain: { watchman.complain($0) })
        people = Process(name: "people", scheduler: scheduler)
        let (database, platform) = (database, platform)
        servers = (0..<count).map {
            Server(name: "node-\($0)", scheduler: scheduler, database: database, platform: platform)
        }
        let servers = servers
        watchman.askMachines {
            let routers = servers.filter { $0.engine?.isRouting == true }
            let router = routers.count == 1 ? routers[0].process?.wallClock : nil
            return (routers.count, Clocks(router: router, all: servers.compactMap { $0.process?.wallClock }))
        }
    }

    var house: House {
        state.withLock { $0.house }
            ?? House(
                skill: SkillID(high: 0, low: 0), deployment: IntegrationID(high: 0, low: 0),
                integration: IntegrationID(high: 0, low: 0))
    }

    /// Faults happen and customers write.
    var isDay: Bool { state.withLock { $0.isDay } }
    /// Somebody still looks at a screen.
    var isOpen: Bool { state.withLock { $0.isOpen } }
    /// All is served: nobody acts any more, only the machines run.
    var isServed: Bool { state.withLock { $0.isServed } }

    var hasHouse: Bool { state.withLock { $0.house != nil } }
    var customers: [Customer] { state.withLock { $0.customers } }
    var agents: [AgentPerson] { state.withLock { $0.agents } }

    func move(into house: House) {
        state.withLock { $0.house = house }
        watchman.expect(house.posts, house.rules)
    }

    /// Everybody begins the day.
    func populate() {
        let customers = (0..<draw { 3 + $0.below(6) }).map { Customer(number: $0, world: self) }
        let agents = house.agents.map { AgentPerson(user: $0, world: self) }
        state.withLock { state in
            state.customers = customers
            state.agents = agents
        }
        for customer in customers {
            people.start { await customer.live() }
            if customer.isGuest { people.start { await customer.watch() } }
        }
        for agent in agents {
            people.start { await agent.live() }
            people.start { await agent.watch() }
        }
        people.start { await Weather(world: self).rage() }
        people.start { await Supervisor(world: self).live() }
    }

    func endDay() { state.withLock { $0.isDay = false } }
    func serveAll() { state.withLock { $0.isServed = true } }
    func close() { state.withLock { $0.isOpen = false } }

    func draw<Value: Sendable>(_ body: (inout Chance) -> Value) -> Value { scheduler.draw(body) }

    /// What happened to machines, for whoever wants to know why a seed failed.
    func tell(_ what: String) { ledger.tell(scheduler.now, what) }

    /// A client of the cluster reaches any of its servers.
    func anyServer() -> Server { servers[draw { $0.below(servers.count) }] }

    /// Ends all that runs, so that a run leaves nothing behind.
    func unwind() {
        let processes = servers.flatMap { $0.unwind() } + [people]
        people.unwind()
        for _ in 0..<2_000 {
            scheduler.drain()
            if processes.allSatisfy(\.isUnwound) { return }
            // Cancelled waiters of the service library are woken from a thread of its own.
            usleep(200)
        }
    }
}

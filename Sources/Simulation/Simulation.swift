import ContactCenter
import Engine
import Foundation

/// Days in the life of a contact centre: the real engine with its followers, on simulated machines, from one seed.
public enum Simulation {
    /// What became of one seed.
    public struct Report: Sendable {
        /// The seed.
        public let seed: UInt64
        /// What must not be, in words; empty when all is well.
        public let findings: [String]
        /// One number for everything that happened: two runs of a seed share it.
        public let traceHash: UInt64
        /// Messages in the transcripts.
        public let messagesCount: Int
        /// Events in the log.
        public let eventsCount: Int
        /// Processes that were started.
        public let startsCount: Int
        /// How many processes shared the work.
        public let nodesCount: Int
        /// Steps that the scheduler chose.
        public let stepsCount: Int
        /// What happened to machines and in the conversations that are complained of, in order of time.
        public let story: [String]
        /// How much time passed for the contact centre.
        public let simulatedTime: Duration
    }

    /// After the last customer: everybody who still waits is served.
    static let evening = Duration.seconds(400)
    /// After the last agent: alerts end, lanes empty, leases change hands.
    static let night = Duration.seconds(120)

    /// Runs a seed to its end.
    /// - Parameter days: how long customers write and things go wrong, in days of 24 hours; a fraction is part of one.
    public static func run(seed: UInt64, days: Double) -> Report {
        let world = World(seed: seed)
        defer { world.unwind() }
        guard open(world) else { return report(world, seed, findings: ["the house could not be opened"]) }
        world.populate()
        var end = world.scheduler.now + .milliseconds(Int64(days * 86_400_000))
        world.scheduler.run(until: end)
        world.endDay()
        Weather(world: world).clear()
        end += evening
        world.scheduler.run(until: end)
        Weather(world: world).clear()
        world.serveAll()
        end += night
        world.scheduler.run(until: end)
        let findings = Invariants.check(world)
        world.close()
        return report(world, seed, findings: findings)
    }

    /// Starts the machines, and lays down who works where; `false` if that could not be done.
    static func open(_ world: World) -> Bool {
        world.servers[0].start()
        world.scheduler.run(until: .seconds(5))
        world.people.start {
            let first = world.servers[0]
            let house = try? await first.ask(world.people, isReliable: true) { (engine) throws(EngineError) in
                var chance = world.draw { Chance(seed: $0.next()) }
                return try await House.build(in: engine, &chance)
            }
            if let house { world.move(into: house) }
        }
        world.scheduler.run(until: .seconds(30))
        for server in world.servers.dropFirst() { server.start() }
        world.scheduler.run(until: .seconds(40))
        return world.hasHouse
    }

    private static func report(_ world: World, _ seed: UInt64, findings: [String]) -> Report {
        let (messages, events) = world.database.read { ($0.allMessages.count, Int($0.head.value)) }
        return Report(
            seed: seed, findings: findings, traceHash: world.scheduler.traceHash, messagesCount: messages,
            eventsCount: events, startsCount: world.servers.reduce(0) { $0 + $1.startsCount },
            nodesCount: world.servers.count, stepsCount: world.scheduler.stepsCount,
            story: findings.isEmpty ? [] : story(of: world, findings), simulatedTime: world.scheduler.now)
    }

    private static func story(of world: World, _ findings: [String]) -> [String] {
        var lines = world.ledger.story
        let database = world.database.read { copy $0 }
        for stream in database.streams(.conversation) + database.streams(.user)
        where findings.contains(where: { $0.contains("\(stream.key)") }) {
            for event in database.history(of: stream) {
                let time = Duration.milliseconds((event.at - Process.epoch).milliseconds)
                let body = String(decoding: event.body, as: UTF8.self)
                lines.append((time, "\(event.position.value) \(stream.key) \(event.version) \(body)"))
            }
        }
        return lines.sorted { $0.at < $1.at }.map { "\($0.at) \($0.what)" }
    }
}

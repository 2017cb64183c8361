import ContactCenter
import Journal
import Logging
import ServiceLifecycle
import Synchronization
import Testing
@testable import TestSupport

@testable import Engine
@testable import PlatformAPI

@Suite("Health: a node that cannot work says which part of it is not ready")
struct HealthTests {
    private static let now = Instant(milliseconds: 1_000_000)

    private static func reading(
        _ name: String, isRunning: Bool = true, busySeconds: Int64? = nil, isFailing: Bool = false, isDue: Bool = false
    ) -> FollowerProgress.Reading {
        let since = busySeconds.map { Instant(milliseconds: now.milliseconds - $0 * 1_000) }
        return .init(
            name: name, isRunning: isRunning, position: isDue ? nil : Position(7), busySince: since, oldestAt: since,
            isFailing: isFailing, failuresCount: isFailing ? 1 : 0)
    }

    @Test(
        "followers are ready while they run and get done with what they have in hand",
        arguments: [
            ([], "none started"),
            ([reading("routing")], nil),
            ([reading("routing", busySeconds: 29)], nil),
            ([reading("routing"), reading("delivery", isRunning: false)], "not running: delivery"),
            ([reading("routing", busySeconds: 31), reading("timers")], "stuck: routing"),
            ([reading("due-delivery", busySeconds: 600, isDue: true)], nil),
            ([reading("due-delivery", busySeconds: 31, isFailing: true, isDue: true)], "stuck: due-delivery"),
            (
                [reading("timers", isRunning: false), reading("routing", busySeconds: 40)],
                "not running: timers; stuck: routing"
            ),
        ] as [([FollowerProgress.Reading], String?)])
    func followers(readings: [FollowerProgress.Reading], reason: String?) {
        let part = Readiness.followers(readings, at: Self.now)
        #expect(part == .init(name: "followers", isReady: reason == nil, reason: reason))
    }

    @Test("a database is ready while it answered lately and did not refuse")
    func database() {
        #expect(Readiness.database(.now, isRefused: false).isReady)
        #expect(Readiness.database(nil, isRefused: false).reason == "not asked yet")
        #expect(Readiness.database(.now, isRefused: true).reason == "no answer")
        let longAgo = ContinuousClock.now - Readiness.answerAgeMax - .seconds(1)
        #expect(Readiness.database(longAgo, isRefused: false).reason == "no answer")
    }

    @Test("a node whose database refuses is not ready, and is again when it answers")
    func refused() async throws {
        try await APIBench.run { bench in
            let isUp = Atomic<Bool>(true)
            let readiness = Readiness(engine: bench.engine, drainTime: .zero, logger: bench.logger) {
                () async throws(JournalError) in
                if !isUp.load(ordering: .relaxed) { throw .unavailable(reason: "gone") }
            }
            await readiness.ask()
            #expect(await readiness.becomesReady(within: .seconds(30)))
            isUp.store(false, ordering: .relaxed)
            await readiness.ask()
            #expect(
                readiness.parts.filter { !$0.isReady } == [
                    .init(name: "database", isReady: false, reason: "no answer")
                ])
            isUp.store(true, ordering: .relaxed)
            await readiness.ask()
            #expect(readiness.parts.filter { !$0.isReady }.isEmpty)
        }
    }

    @Test("the route says so with its status, and the process stays alive")
    func route() async throws {
        try await APIBench.run { bench in
            let call = try await bench.send(.get, "/health/live")
            #expect(call.status == 200)
            #expect(await bench.api.readiness.becomesReady(within: .seconds(30)))
            let ready = try await bench.send(.get, "/health/ready")
            #expect(ready.status == 200 && ready.json["status"] == "ready")
            #expect(ready.json["parts"]?.array?.count == 3)
        }
    }

    @Test("a node that shuts down is not ready before anything else of it stops")
    func draining() async throws {
        try await APIBench.run { bench in
            let readiness = Readiness(engine: bench.engine, drainTime: .seconds(3_600), logger: bench.logger)
            let group = ServiceGroup(configuration: .init(services: [.init(service: readiness)], logger: bench.logger))
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try? await group.run() }
                #expect(await readiness.becomesReady(within: .seconds(30)))
                await group.triggerGracefulShutdown()
                #expect(await eventually { !readiness.parts.allSatisfy(\.isReady) })
                #expect(
                    readiness.parts.filter { !$0.isReady }
                        == [.init(name: "server", isReady: false, reason: "shutting down")])
                tasks.cancelAll()
            }
        }
    }
}

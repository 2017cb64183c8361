import ContactCenter
import Journal
import Routing
import Testing
@testable import TestSupport

@testable import Engine

@Suite("Vitals: what a contact centre shows of itself")
struct VitalsTests {
    @Test("a queue shows who waits, who is asked and who serves; a channel shows its last message")
    func queue() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let watch = bench.watch(bench.hana)
            try await bench.write("Hello", from: "mika")
            try await bench.write("Hello", from: "sora")
            #expect(await eventually { Self.census(bench).waitingCount == 2 })
            #expect(Self.census(bench).oldestSince != nil)
            try await bench.goOnQueue(bench.hana)
            _ = try await watch.conversation { $0.alerting(bench.hana) != nil }
            #expect(await eventually { Self.census(bench).offeredCount == 2 })
            let alerted = try await watch.conversation { $0.alerting(bench.hana) != nil }
            let leg = try #require(alerted.alerting(bench.hana))
            try await bench.engine.conversations.perform(.answer(leg.id), on: alerted.id)
            #expect(await eventually { Self.census(bench).waitingCount == 1 })
            #expect(Self.census(bench).interactingCount >= 1)

            let vitals = bench.engine.vitals()
            #expect(vitals.openConversationsCount == 2)
            let channel = try #require(vitals.channels[bench.integration])
            #expect(channel.inbound.count == 2 && channel.outbound.count == 0 && channel.failuresCount == 0)
            #expect(channel.inbound.lastAt != nil && channel.outbound.lastAt == nil)
            #expect(Set(vitals.followers.map(\.name)).isSuperset(of: ["routing", "delivery", "due-timers"]))
        }
    }

    @Test("a follower that has done all shows the head of the log and nothing in hand")
    func progress() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            try await bench.write("Hello")
            #expect(await eventually { !Self.isBehind(bench.engine) })
            #expect(bench.engine.progress.filter { $0.failuresCount > 0 || $0.isFailing }.isEmpty)
        }
    }

    @Test("who takes the work over shows the place from which it goes on, not the beginning")
    func takenOver() {
        let progress = FollowerProgress("routing", after: Position(3))
        progress.rests()
        #expect(progress.reading.position == nil)
        progress.started(after: Position(13))
        #expect(progress.reading.position == Position(13))
        progress.finished(at: Position(14))
        progress.started()
        #expect(progress.reading.position == Position(14))
    }

    private static func census(_ bench: EngineBench) -> QueueCensus {
        let queues = bench.engine.vitals().queues
        return queues[bench.support] ?? QueueCensus()
    }

    private static func isBehind(_ engine: Engine) -> Bool {
        let head = engine.journal.load.head
        for reading in engine.progress {
            if !reading.isRunning || reading.busySince != nil { return true }
            if let position = reading.position, position < head { return true }
        }
        return false
    }
}

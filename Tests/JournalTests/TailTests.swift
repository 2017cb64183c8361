import ContactCenter
import Foundation
import Synchronization
import Testing
@testable import TestSupport

@testable import Journal

@Suite("Tails of the log")
struct TailTests {
    @Test(
        "a tail gives every event once and in order, first from the table, then as it comes, with its value",
        arguments: TestedEngine.allCases)
    func follows(on engine: TestedEngine) async throws {
        try await withDatabase(on: engine) { location async throws in try await follows(in: location) }
    }

    private func follows(in location: DatabaseLocation) async throws {
        let before = try await SQLJournal.open(location, logger: quiet)
        for version in 0..<30 { try await before.commit(.notes(on: 1, after: Int64(version))).ignore() }
        await before.close()

        let journal = try await SQLJournal.open(location, logger: quiet)
        let tail = journal.tail(after: Position(3))
        var seen: [Int64] = []
        while seen.count < 27 { seen += try await tail.next(limit: 7).map(\.position.value) }
        #expect(seen == Array(4...30))

        var commit = Commit.notes(on: 1, after: 30)
        commit.events[0].value = "decoded"
        async let next = tail.next(limit: 7)
        try await journal.commit(commit).expect([31])
        let event = try await next.first
        #expect(event?.value as? String == "decoded")
        await journal.close()
    }

    @Test("who committed is told that it is durable before any tail shows the event", arguments: TestedEngine.allCases)
    func toldFirst(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let told = Mutex<[Position]>([])
            let tail = journal.tail(after: .start)
            for version in 0..<50 {
                var commit = Commit.notes(on: 1, after: Int64(version))
                commit.whenDurable = { positions in told.withLock { $0 += positions } }
                async let answer = journal.commit(commit)
                let seen = try await tail.next(limit: 1).map(\.position)
                #expect(told.withLock { $0.suffix(1) } == seen)
                try await answer.ignore()
            }
            #expect(told.withLock(\.count) == 50)
        }
    }

    @Test(
        "a tail that waits wakes for each new group; none is missed by many tails at once",
        arguments: TestedEngine.allCases)
    func wakes(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let total = 400
            try await withThrowingTaskGroup(of: Void.self) { group in
                for limit in [1, 2, 3, 50, 512] {
                    for _ in 0..<4 {
                        let tail = journal.tail(after: .start)
                        group.addTask {
                            var seen: [Int64] = []
                            while seen.count < total { seen += try await tail.next(limit: limit).map(\.position.value) }
                            #expect(seen == (1...Int64(total)).map { $0 })
                        }
                    }
                }
                for stream in 0..<20 {
                    group.addTask {
                        for version in 0..<20 {
                            try await journal.commit(.notes(on: stream, after: Int64(version))).ignore()
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a cancelled tail throws and leaves nobody waiting", arguments: TestedEngine.allCases)
    func cancellation(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            for isLate in [false, true] {
                let task = Task { try await journal.tail(after: .start).next(limit: 1) }
                if isLate { #expect(await eventually { journal.log.waitingCount > 0 }) }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(journal.log.waitingCount == 0)
            }
        }
    }

    @Test("the ring keeps the newest within its limits and says what is behind")
    func ring() {
        let log = RecentEvents(head: Position(10), eventsMax: 3, bytesMax: 100)
        #expect(log.found(after: 10) == .atHead)
        #expect(log.found(after: 9) == .behind(10))
        log.publish([event(11), event(12)])
        #expect(log.found(after: 10) == .events([11, 12]))
        #expect(log.found(after: 11) == .events([12]))
        #expect(log.found(after: 10, limit: 1) == .events([11]))
        log.publish([event(15), event(16)])
        #expect(log.found(after: 10) == .behind(11))
        #expect(log.found(after: 11) == .events([12, 15, 16]))
        #expect(log.found(after: 13) == .events([15, 16]))
        log.publish([event(17, bytes: 99)])
        #expect(log.count == 1)
        #expect(log.found(after: 16) == .events([17]))
        #expect(log.found(after: 15) == .behind(16))
        log.publish([event(18, bytes: 500)])
        #expect(log.found(after: 17) == .events([18]))
        log.restart(at: Position(20))
        #expect(log.found(after: 18) == .behind(20))
        #expect(log.found(after: 20) == .atHead)
        log.close()
        #expect(log.found(after: 18) == .closed)
    }

    @Test(
        "a tail older than the ring reads the table and meets the ring without a gap", arguments: TestedEngine.allCases)
    func slowTail(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let count = RecentEvents.eventsMax + 500
            let tail = journal.tail(after: .start)
            var seen = try await firstOf(tail, journal)
            for start in stride(from: 1, to: count, by: 100) {
                let size = min(100, count - start)
                try await journal.commit(.notes(size, on: 1, after: Int64(start))).ignore()
            }
            #expect(journal.log.count == RecentEvents.eventsMax)
            while seen.count < count { seen += try await tail.next(limit: 300).map(\.position.value) }
            #expect(seen == (1...Int64(count)).map { $0 })
        }
    }

    private func firstOf(_ tail: any EventTail, _ journal: SQLJournal) async throws -> [Int64] {
        try await journal.commit(.notes(on: 1, after: 0)).ignore()
        return try await tail.next(limit: 1).map(\.position.value)
    }

    private func event(_ position: Int64, bytes: Int = 2) -> RecordedEvent {
        RecordedEvent(
            position: Position(position), stream: StreamID(.user, key(1, User.self)), version: position, type: "t",
            at: at(0), body: Data(count: bytes), message: nil)
    }
}

extension RecentEvents {
    fileprivate enum Seen: Equatable { case events([Int64]), behind(Int64), atHead, closed }

    fileprivate func found(after position: Int64, limit: Int = 100) -> Seen {
        switch find(after: Position(position), limit: limit) {
        case .events(let events): .events(events.map(\.position.value))
        case .behind(let floor, _): .behind(floor.value)
        case .atHead: .atHead
        case .closed: .closed
        }
    }
}

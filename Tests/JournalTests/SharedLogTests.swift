import ContactCenter
import Foundation
import Synchronization
import Testing

@testable import Journal
@testable import TestSupport

/// Several journals on one database of PostgreSQL, as several processes would have it.
@Suite("One log for several processes")
struct SharedLogTests {
    @Test("three that write at once agree on the log: dense, in order, each event once, absorbed before it is shown")
    func threeWriters() async throws {
        try await withJournals(3) { journals, _ async throws in
            let each = 200
            let absorbed = journals.map { _ in Box() }
            for (journal, box) in zip(journals, absorbed) {
                journal.absorb { events in box.add(events.map(\.position.value)) }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, journal) in journals.enumerated() {
                    let tail = journal.tail(after: .start)
                    let box = absorbed[number]
                    group.addTask {
                        var seen: [RecordedEvent] = []
                        while seen.count < each * journals.count {
                            let events = try await tail.next(limit: 100)
                            for event in events where event.value == nil {
                                #expect(box.contains(event.position.value))
                            }
                            seen += events
                        }
                        #expect(seen.map(\.position.value) == Array(1...Int64(each * journals.count)))
                        let own = seen.filter { $0.value != nil }
                        #expect(own.count == each && own.allSatisfy { $0.value as? Int == number })
                    }
                    for stream in 0..<10 {
                        group.addTask {
                            for version in 0..<(each / 10) {
                                var commit = Commit.notes(on: number * 100 + stream, after: Int64(version))
                                commit.events[0].value = number
                                try await journal.commit(commit).ignore()
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            for box in absorbed { #expect(box.count == each * 2) }
        }
    }

    @Test("one stream has one winner for each version, whoever decides")
    func conflicts() async throws {
        try await withJournals(2) { journals, _ async throws in
            let wins = try await withThrowingTaskGroup(of: Int.self) { group in
                for journal in journals {
                    group.addTask {
                        var wins = 0
                        while true {
                            let version = try await journal.stream(Self.stream)?.version ?? 0
                            guard version < 60 else { return wins }
                            let result = await journal.result(of: .notes(on: 1, after: version))
                            if result.positions != nil { wins += 1 } else { #expect(result.isConflict) }
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(wins.reduce(0, +) >= 60)
            let events = try await journals[0].events(after: .start, limit: 100)
            #expect(events.map(\.version) == (1...Int64(wins.reduce(0, +))).map { $0 })
        }
    }

    @Test("the same message at two processes is one message")
    func duplicates() async throws {
        try await withJournals(2) { journals, _ async throws in
            for number in 1...20 {
                async let one = journals[0].result(
                    of: .message(.sample(number * 2, in: number, external: "m\(number)"), after: 0))
                async let two = journals[1].result(
                    of: .message(.sample(number * 2 + 1, in: 100 + number, external: "m\(number)"), after: 0))
                let results = await [one, two]
                #expect(results.compactMap(\.positions) == [[Int64(number)]])
                #expect(results.compactMap(\.original?.position) == [Position(Int64(number))])
            }
        }
    }

    @Test("a signal reaches every other process once and whole, and not its sender")
    func signals() async throws {
        try await withJournals(3) { journals, _ async throws in
            let streams = journals.map { $0.signals() }
            let large = Data((0..<Signals.bodyBytesMax).map { UInt8(truncatingIfNeeded: $0) })
            // A commit that is seen means that its listener listens.
            for (number, journal) in journals.enumerated() {
                try await journal.commit(.notes(on: number, after: 0)).ignore()
                for other in journals { try await see(Int64(number + 1), other) }
            }
            try await journals[0].signal(large)
            try await journals[0].signal(large)
            try await journals[1].signal(Data())
            var received: [[Data]] = []
            for (stream, count) in zip(streams, [1, 2, 3]) {
                var bodies: [Data] = []
                for await body in stream {
                    bodies.append(body)
                    if bodies.count == count { break }
                }
                received.append(bodies.sorted { $0.count < $1.count })
            }
            #expect(received == [[Data()], [large, large], [Data(), large, large]])
            await #expect(throws: JournalError.self) { try await journals[0].signal(large + [0]) }
        }
    }

    @Test("a writer that stops inside its transaction is thrown out, others go on, and its commits are reported failed")
    func pausedWriter() async throws {
        try await withJournals(2) { journals, _ async throws in
            try await journals[0].commit(.notes(on: 1, after: 0)).ignore()
            // Work that waits longer than the server does, in one group with a commit: the lock is held meanwhile.
            let gate = Gate(journals[0])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await gate.hold() }
                await gate.isHeld()
                group.addTask {
                    let result = await journals[0].result(of: .notes(on: 1, after: 1))
                    #expect(result.positions == nil && !result.isConflict)
                }
                group.addTask {
                    try await journals[0].writer.work { session throws(SQLFailure) in
                        // The server's own patience, counted by the server on another connection.
                        for _ in 0..<200 where session.isInTransaction { usleep(20_000) }
                    }
                }
                await waiting(2, in: journals[0])
                gate.open()
                group.addTask { try await journals[1].commit(.notes(on: 2, after: 0)).expect([2]) }
                do { try await group.waitForAll() } catch let error as JournalError {
                    guard case .unavailable = error else { throw error }
                }
            }
            try await journals[0].commit(.notes(on: 1, after: 1)).expect([3])
            try await see(3, journals[1])
        }
    }

    static let stream = StreamID(.conversation, key(1, Conversation.self))

    /// Returns when a journal shows an event.
    private func see(_ position: Int64, _ journal: SQLJournal) async throws {
        _ = try await journal.tail(after: Position(position - 1)).next(limit: 1)
    }
}

/// Positions in the order in which they came.
final class Box: Sendable {
    private let positions = Mutex<[Int64]>([])
    var count: Int { positions.withLock(\.count) }
    func add(_ more: [Int64]) { positions.withLock { $0 += more } }
    func contains(_ position: Int64) -> Bool { positions.withLock { $0.contains(position) } }
}

/// Journals on one fresh database, and its name.
func withJournals(_ count: Int, _ body: ([SQLJournal], String) async throws -> Void) async throws {
    try await withDatabase(on: .postgres) { location async throws in
        var journals: [SQLJournal] = []
        for _ in 0..<count { journals.append(try await SQLJournal.open(location, logger: silent)) }
        var name = ""
        if case .postgres(let url) = location { name = String(url.text.split(separator: "/").last ?? "") }
        do { try await body(journals, name) } catch {
            for journal in journals { await journal.close() }
            throw error
        }
        for journal in journals { await journal.close() }
    }
}

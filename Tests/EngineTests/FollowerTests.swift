import ContactCenter
@testable import Engine
import Foundation
import Journal
import Synchronization
import Testing

@Suite("Followers read the log")
struct FollowerTests {
    /// Fails with each of some errors, then gives one event.
    private final class FlakyTail: EventTail {
        private let errors: Mutex<[JournalError]>

        init(_ errors: [JournalError]) { self.errors = Mutex(errors) }

        func next(limit: Int) async throws -> [RecordedEvent] {
            if let error = errors.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw error }
            let stream = StreamID(.conversation, ConversationID(high: 1, low: 1))
            return [
                RecordedEvent(
                    position: Position(7), stream: stream, version: 1, type: "started", at: Instant(milliseconds: 0),
                    body: Data(), message: nil)
            ]
        }
    }

    @Test("a database that is away for a while does not end a follower, which reads on where it was")
    func unavailable() async throws {
        let pauses = Mutex(0)
        let tail = FlakyTail([.unavailable(reason: "failover"), .unavailable(reason: "failover")])
        let events = try await tail.read(limit: 10) { _ in pauses.withLock { $0 += 1 } }
        #expect(events.map(\.position) == [Position(7)])
        #expect(pauses.withLock { $0 } == 2)
    }

    @Test("a journal that was closed ends the reading")
    func closed() async throws {
        let tail = FlakyTail([.closed])
        await #expect(throws: JournalError.self) { try await tail.read(limit: 10) { _ in } }
    }
}

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

    @Test("a batch that fails half-way and comes again shows a socket nothing twice")
    func batchAgain() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let written = try await bench.write("Hello").record
            let arrival = RecordedEvent(
                position: written.position, stream: StreamID(.conversation, written.draft.conversation), version: 4,
                type: "messageReceived", at: written.draft.at,
                body: try JSON.encode(
                    ConversationEvent.messageReceived(written.draft.id, written.draft.communication)), message: written)
            // Of a conversation that cannot be read.
            let unreadable = RecordedEvent(
                position: Position(written.position.value + 1),
                stream: StreamID(.conversation, bench.engine.newID(Conversation.self)), version: 1, type: "answered",
                at: written.draft.at, body: try JSON.encode(ConversationEvent.answered(written.draft.communication)),
                message: nil)
            let hub = NotificationHub()
            let tally = Tally()
            hub.subscribe(tally, to: .guest(bench.integration, platformUser: "mika"))
            hub.subscribe(tally, to: .queueConversations(bench.support))
            let follower = NotificationFollower(
                hub: hub, conversations: bench.engine.conversations, agents: bench.engine.agents,
                directory: bench.engine.directory)
            for _ in 0..<3 {
                await #expect(throws: EngineError.self) { try await follower.handle([arrival, unreadable]) }
            }
            #expect(tally.count == 2)
        }
    }

    @Test("a follower that is far behind what is remembered shows each message with its own event, in order")
    func behind() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            var written: [MessageID] = []
            for number in 0..<(3 * LiveConversation.recentMax) {
                written.append(try await bench.write("message \(number)").record.draft.id)
            }
            let hub = NotificationHub()
            let tally = Tally()
            hub.subscribe(tally, to: .queueConversations(bench.support))
            let follower = NotificationFollower(
                hub: hub, conversations: bench.engine.conversations, agents: bench.engine.agents,
                directory: bench.engine.directory)
            try await follower.handle(try await bench.engine.journal.tail(after: .start).next(limit: 500))
            var seen: [MessageID] = []
            for ids in tally.details { seen += ids.filter { !seen.contains($0) } }
            #expect(seen == written)
        }
    }
}

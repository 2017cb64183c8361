import ContactCenter
import Synchronization

/// A reader of the log with a position of its own: from memory where it keeps up, from the table where it does not.
///
/// It holds nothing but the position, so a slow reader costs no memory. One task reads it at a time.
final class LogTail: EventTail {
    private let log: RecentEvents
    private let engine: any SQLEngine
    private let position: Mutex<Position>

    init(log: RecentEvents, engine: any SQLEngine, after position: Position) {
        self.log = log
        self.engine = engine
        self.position = Mutex(position)
    }

    func next(limit: Int) async throws -> [RecordedEvent] {
        let limit = SQLJournal.page(limit)
        while true {
            try Task.checkCancellation()
            let after = position.withLock { $0 }
            switch log.find(after: after, limit: limit) {
            case .events(let events): return advance(over: events)
            case .closed: throw JournalError.closed
            case .atHead: await log.wait(after: after)
            case .behind(let floor):
                let events = try await readTable(after: after, limit: limit)
                if !events.isEmpty { return advance(over: events) }
                // Positions up to the floor are gaps: go on from there instead of asking again.
                position.withLock { $0 = floor }
            }
        }
    }

    private func advance(over events: [RecordedEvent]) -> [RecordedEvent] {
        if let last = events.last { position.withLock { $0 = last.position } }
        return events
    }

    private func readTable(after: Position, limit: Int) async throws(JournalError) -> [RecordedEvent] {
        do throws(SQLFailure) {
            return try await engine.read { session throws(SQLFailure) in
                try EventStore(session: session).list(after: after, limit: limit)
            }
        } catch {
            throw .unavailable(reason: error.reason)
        }
    }
}

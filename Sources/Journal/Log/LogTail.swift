import ContactCenter
import Synchronization

/// A reader of the log with a position of its own: from memory where it keeps up, from the table where it does not.
///
/// It holds nothing but the position, so a slow reader costs no memory. One task reads it at a time.
package final class LogTail: EventTail {
    private let log: RecentEvents
    private let table: LogTable
    private let position: Mutex<Position>

    package init(log: RecentEvents, table: LogTable, after position: Position) {
        self.log = log
        self.table = table
        self.position = Mutex(position)
    }

    package func next(limit: Int) async throws -> [RecordedEvent] {
        let limit = SQLJournal.page(limit)
        while true {
            try Task.checkCancellation()
            let after = position.withLock { $0 }
            switch log.find(after: after, limit: limit) {
            case .events(let events): return advance(over: events)
            case .closed: throw JournalError.closed
            case .atHead: await log.wait(after: after)
            case .behind(let floor, let head):
                // What the table has behind the head is not published yet: others must know of it first.
                let events = try await table.list(after, limit).prefix { $0.position <= head }
                if !events.isEmpty { return advance(over: Array(events)) }
                // Positions up to the floor are gaps: go on from there instead of asking again.
                position.withLock { $0 = floor }
            }
        }
    }

    private func advance(over events: [RecordedEvent]) -> [RecordedEvent] {
        if let last = events.last { position.withLock { $0 = last.position } }
        return events
    }
}

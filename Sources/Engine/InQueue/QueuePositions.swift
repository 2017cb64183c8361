import ContactCenter
import Routing
import Synchronization

/// Places in the lines of all queues, by turn. Counted through at most once in a while: who is told a place is told one
/// of some moments ago, as everybody in a line is.
final class QueuePositions: Sendable {
    private let conversations: Conversations
    private let directory: Directory
    private let known = Mutex(Known())

    private struct Known {
        var readAt: Instant?
        var positions: [ConversationID: Int] = [:]
    }

    private struct Place {
        let order: Int64
        let leg: CommunicationID
        let conversation: ConversationID
    }

    /// How old a count may be.
    static let ageMax = Span.seconds(2)

    init(conversations: Conversations, directory: Directory) {
        self.conversations = conversations
        self.directory = directory
    }

    /// A conversation's place in its queue's line, from 1.
    func position(of conversation: ConversationID, at now: Instant) -> Int? {
        known.withLock { known in
            let isFresh = known.readAt.map { $0 <= now && now - $0 < Self.ageMax } ?? false
            if !isFresh || known.positions[conversation] == nil {
                known = Known(readAt: now, positions: count())
            }
            return known.positions[conversation]
        }
    }

    private func count() -> [ConversationID: Int] {
        var lines: [QueueID: [Place]] = [:]
        var rules: [QueueID: QueueRules] = [:]
        for conversation in conversations.allOpen() {
            guard let waiting = conversation.waiting, let routing = waiting.routing else { continue }
            let queue = routing.queue
            let queueRules = rules[queue] ?? directory.queue(queue)?.rules ?? QueueRules()
            rules[queue] = queueRules
            let order = queueRules.order(
                priority: routing.priority, since: routing.waitingSince ?? waiting.startedAt)
            lines[queue, default: []].append(
                Place(order: order, leg: waiting.communication.id, conversation: conversation.id))
        }
        var positions: [ConversationID: Int] = [:]
        for line in lines.values {
            let sorted = line.sorted { $0.order == $1.order ? $0.leg < $1.leg : $0.order < $1.order }
            for (index, place) in sorted.enumerated() { positions[place.conversation] = index + 1 }
        }
        return positions
    }
}

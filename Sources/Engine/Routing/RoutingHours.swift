import ContactCenter
import Synchronization

/// Who is held back because the queue does not serve, and who must be told to the router anew when it begins or ends.
final class RoutingHours: Sendable {
    private let rules: InQueueRules
    private let state = Mutex(State())

    private struct State {
        var queues: [QueueID: Line] = [:]
        var queueOf: [ConversationID: QueueID] = [:]
    }

    private struct Line {
        var held: Set<ConversationID> = []
        var free: Set<ConversationID> = []

        var isEmpty: Bool { held.isEmpty && free.isEmpty }
    }

    init(rules: InQueueRules) { self.rules = rules }

    /// Whether nobody is asked for a conversation now; `queue` is where it waits, if anywhere.
    func holds(_ conversation: ConversationID, in queue: QueueID?, at now: Instant) -> Bool {
        let isHeld = queue.map { rules.standing(of: $0, at: now).standing != .open } ?? false
        state.withLock { state in
            if let before = state.queueOf.removeValue(forKey: conversation) {
                state.queues[before]?.held.remove(conversation)
                state.queues[before]?.free.remove(conversation)
                if state.queues[before]?.isEmpty == true { state.queues[before] = nil }
            }
            guard let queue else { return }
            state.queueOf[conversation] = queue
            if isHeld {
                state.queues[queue, default: Line()].held.insert(conversation)
            } else {
                state.queues[queue, default: Line()].free.insert(conversation)
            }
        }
        return isHeld
    }

    /// Those whose queue has begun or ceased to serve since they were told.
    func changed(at now: Instant) -> [ConversationID] {
        state.withLock { state in
            state.queues.flatMap { queue, line in
                rules.standing(of: queue, at: now).standing == .open ? line.held : line.free
            }
        }
    }

    /// When a queue in which somebody waits begins or ceases to serve next.
    func nextChange(after now: Instant) -> Instant? {
        let queues = state.withLock { Array($0.queues.keys) }
        return queues.compactMap { rules.standing(of: $0, at: now).until }.min()
    }
}

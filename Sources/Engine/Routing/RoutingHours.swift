import ContactCenter
import Routing
import Synchronization

/// Who is held back because the queue does not serve, and who must be told to the router anew: when it begins or ends
/// to serve, or does not serve for another reason or until another time.
final class RoutingHours: Sendable {
    private let rules: InQueueRules
    private let state = Mutex(State())

    private struct State {
        /// Who waits in each queue, by what was told of the queue last; `nil` that it serves.
        var queues: [QueueID: [QueueClosure?: Set<ConversationID>]] = [:]
        var told: [ConversationID: Told] = [:]
    }

    private struct Told {
        let queue: QueueID
        let closure: QueueClosure?
    }

    init(rules: InQueueRules) { self.rules = rules }

    /// Why nobody is asked for a conversation now; `queue` is where it waits, if anywhere. It counts as told.
    func closure(of conversation: ConversationID, in queue: QueueID?, at now: Instant) -> QueueClosure? {
        let closure = queue.flatMap { rules.closure(of: $0, at: now) }
        state.withLock { state in
            if let before = state.told.removeValue(forKey: conversation) {
                state.queues[before.queue]?[before.closure]?.remove(conversation)
                if state.queues[before.queue]?[before.closure]?.isEmpty == true {
                    state.queues[before.queue]?[before.closure] = nil
                }
                if state.queues[before.queue]?.isEmpty == true { state.queues[before.queue] = nil }
            }
            guard let queue else { return }
            state.told[conversation] = Told(queue: queue, closure: closure)
            state.queues[queue, default: [:]][closure, default: []].insert(conversation)
        }
        return closure
    }

    /// Those whose queue has begun or ceased to serve, or is closed otherwise, since they were told.
    func changed(at now: Instant) -> [ConversationID] {
        state.withLock { state in
            state.queues.flatMap { queue, told in
                let closure = rules.closure(of: queue, at: now)
                return told.filter { $0.key != closure }.flatMap(\.value)
            }
        }
    }

    /// When a queue in which somebody waits begins or ceases to serve next.
    func nextChange(after now: Instant) -> Instant? {
        let queues = state.withLock { Array($0.queues.keys) }
        return queues.compactMap { rules.standing(of: $0, at: now).until }.min()
    }
}

extension InQueueRules {
    /// Why a queue does not serve at a moment; `nil` while it does.
    func closure(of queue: QueueID, at now: Instant) -> QueueClosure? {
        let reading = standing(of: queue, at: now)
        return reading.standing == .open ? nil : QueueClosure(reading.standing, opensAt: reading.opensAt)
    }
}

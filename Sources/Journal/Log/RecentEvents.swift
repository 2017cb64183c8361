import ContactCenter
import Synchronization

/// The last events of the log in memory, and who waits for the next.
///
/// Followers in this process that keep up never query the table. The memory is bounded: who falls behind its oldest
/// event reads the table until it has caught up.
package final class RecentEvents: Sendable {
    /// Events kept at most.
    package static let eventsMax = 4_096
    /// Bytes of bodies kept at most.
    package static let bytesMax = 32 << 20

    /// What a reader finds after a position.
    enum Found {
        case events([RecordedEvent])
        /// The position is older than what is kept; everything up to `floor` is only in the table. What was published
        /// ends at `head`.
        case behind(floor: Position, head: Position)
        /// There is nothing after it yet.
        case atHead
        case closed
    }

    private struct State {
        var ring: EventRing
        var isClosed = false
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0

        /// Who has waited longest comes first.
        mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
            defer { waiting.removeAll(keepingCapacity: true) }
            return waiting.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private let state: Mutex<State>

    /// Nothing in memory and the log ending at `head`. The limits are arguments so that tests can reach them.
    package init(head: Position, eventsMax: Int = eventsMax, bytesMax: Int = bytesMax) {
        state = Mutex(State(ring: EventRing(head: head, eventsMax: eventsMax, bytesMax: bytesMax)))
    }

    /// The position of the last event.
    package var head: Position { state.withLock { $0.ring.head } }
    /// How many events are kept.
    var count: Int { state.withLock { $0.ring.count } }
    /// How many readers wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Adds events that are durable, in order, and wakes who waits.
    package func publish(_ events: [RecordedEvent]) {
        guard !events.isEmpty else { return }
        let woken = state.withLock { state in
            for event in events { state.ring.append(event) }
            return state.takeWaiting()
        }
        for continuation in woken { continuation.resume() }
    }

    /// Forgets what is in memory: the log ends at `head`, and only the table knows what is before.
    package func restart(at head: Position) {
        let woken = state.withLock { state in
            state.ring.restart(at: head)
            return state.takeWaiting()
        }
        for continuation in woken { continuation.resume() }
    }

    /// Lets everybody who waits, and who comes later, find `.closed`.
    package func close() {
        let woken = state.withLock { state in
            state.isClosed = true
            return state.takeWaiting()
        }
        for continuation in woken { continuation.resume() }
    }

    /// The events after a position, at most `limit`.
    func find(after position: Position, limit: Int) -> Found {
        state.withLock { state in
            if state.isClosed { return .closed }
            if position >= state.ring.head { return .atHead }
            if position < state.ring.floor { return .behind(floor: state.ring.floor, head: state.ring.head) }
            return .events(state.ring.events(after: position, limit: limit))
        }
    }

    /// Returns when there is an event after `position`, the log is closed or the task is cancelled.
    func wait(after position: Position) async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                // Looking and lining up are one step under the lock: no event can slip in between. A cancellation
                // that came before finds nobody to wake, but is seen here.
                let mayWait = state.withLock { state in
                    guard position >= state.ring.head, !state.isClosed, !Task.isCancelled else { return false }
                    state.waiting[waiter] = continuation
                    return true
                }
                if !mayWait { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting.removeValue(forKey: waiter) }
            continuation?.resume()
        }
    }
}

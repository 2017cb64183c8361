import ContactCenter
import Routing
import Synchronization

/// The conditions of all queues' groups, and what they say now. Only who routes asks, now or in a replay.
final class GroupConditions: Sendable {
    /// How often conditions are looked at while somebody waits and nothing else happens.
    static let pause = Span.seconds(1)

    private let known = Mutex<[QueueID: QueueConditions]>([:])

    /// Takes a queue's settings.
    func sync(_ body: JSONValue, of queue: QueueID) {
        let conditions = QueueConditions(body, of: queue)
        known.withLock { $0[queue] = conditions }
    }

    /// Tells the router which groups are let in; answers whether anybody waits for whom that may change by itself.
    /// - Parameter evaluate: which of a queue's groups are let in, by what is counted now.
    func tell(_ router: inout Router, by evaluate: (QueueConditions) -> [Bool]) -> Bool {
        let all = known.withLock { $0 }
        guard !all.isEmpty else { return false }
        var isWaitedIn = false
        for (queue, conditions) in all {
            router.sync(conditions: evaluate(conditions), of: queue)
            isWaitedIn = isWaitedIn || router.waitingCount(in: queue) > 0
        }
        return isWaitedIn
    }
}

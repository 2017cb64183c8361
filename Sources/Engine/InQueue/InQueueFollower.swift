import ContactCenter
import Foundation
import Journal

/// Wakes the timers for who begins to wait, and sets them anew when settings or hours change, so that what is changed
/// holds for those who wait already.
struct InQueueFollower: Follower {
    let name = "in-queue"
    let inQueue: InQueue
    let nudge: Nudge

    /// How far a process may be behind in what it knows of the settings when it sets somebody's first timer.
    private static let settlingMax = Span.seconds(10)

    func handle(_ events: [RecordedEvent]) async throws {
        var changed: Set<QueueID> = []
        var isWaitedFor = false
        for event in events {
            switch event.stream.kind {
            case .configuration: changed.formUnion(try queues(changedBy: event))
            case .conversation where event.type == "queued":
                guard case .queued(let body) = try event.conversationEvent() else { continue }
                let queue = body.routing.queue
                if wasChangedLately(queue, before: event.at) { changed.insert(queue) }
                isWaitedFor = isWaitedFor || inQueue.rules.settings(of: queue) != nil
            default: break
            }
        }
        if !changed.isEmpty { try await inQueue.rearm(changed) }
        if isWaitedFor || !changed.isEmpty { nudge.call() }
    }

    private func queues(changedBy event: RecordedEvent) throws -> Set<QueueID> {
        let change = try event.value as? ConfigurationChange ?? JSON.decode(ConfigurationChange.self, from: event.body)
        switch EntityKind(rawValue: change.kind) {
        case .queue: return Set([QueueID(change.id)].compactMap(\.self))
        case .schedule, .scheduleGroup, .emergencyGroup: return inQueue.rules.queues
        default: return []
        }
    }

    /// Whoever began to wait while the settings changed may have been given a timer by the old ones.
    private func wasChangedLately(_ queue: QueueID, before instant: Instant) -> Bool {
        guard let entity = inQueue.directory.find(.queue, queue.description), entity.body["inQueue"] != nil else {
            return false
        }
        return instant - entity.modifiedAt < Self.settlingMax
    }
}

import ContactCenter
import Foundation
import Journal
import Logging
import ServiceLifecycle

/// Finds in the log whom to tell of a message. A message costs its two rows when it is acknowledged, and its
/// notifications some milliseconds later; the log's position is noted with them, so that after a crash nothing is
/// forgotten and nothing there twice. One process does it, who has the right, and only where there was ever a device.
struct PushFollower: Service {
    let journal: any Journal
    let directory: Directory
    let leaseholder: Leaseholder
    let progress: FollowerProgress
    /// Called when a device came, or the right.
    let nudge: Nudge
    /// Called when there is something to send.
    let sending: Nudge
    let surroundings: Surroundings
    let logger: Logger

    /// Events of one write.
    static let batchMax = 256
    /// How often is looked whether the right has come, or the first device.
    static let waitMax = Duration.seconds(1)
    /// Notifications that wait for one device; of more the oldest go, which the newer replace on its screen anyway.
    static let perDeviceMax = 100

    func run() async throws {
        leaseholder.tell(nudge)
        defer { progress.stopped() }
        do {
            try await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    if let tenure = leaseholder.tenure(of: .push) { try await serve(tenure) }
                    progress.rests()
                    await nudge.wait(atMost: Self.waitMax, in: surroundings)
                }
            }
        } catch is CancellationError {}
    }

    /// Follows until the right is lost. Whoever has it next may read the same once more; nothing changes by it.
    private func serve(_ tenure: Tenure) async throws {
        do {
            let origin = try await journal.pushPosition()
            guard origin > .start else { return }
            progress.started(after: origin)
            let tail = journal.tail(after: origin)
            while leaseholder.tenure(of: .push) == tenure {
                let events = try await tail.next(limit: Self.batchMax)
                progress.began(at: surroundings.now(), oldestAt: events.first?.at)
                try await handle(events)
                progress.finished(at: events.last?.position)
            }
        } catch is CancellationError { throw CancellationError() } catch {
            progress.failed()
            logger.error("devices could not be found", metadata: ["error": "\(error)"])
            try await surroundings.sleep(FollowerService.retryPause)
        }
    }

    private func handle(_ events: [RecordedEvent]) async throws {
        guard let last = events.last else { return }
        let entries = events.compactMap(entry)
        try await journal.enqueuePushes(entries, through: last.position, perDeviceMax: Self.perDeviceMax)
        if !entries.isEmpty { sending.call() }
    }

    /// A message of the business to a guest; events, as typing and leaving, are not worth a notification.
    private func entry(_ event: RecordedEvent) -> PushEntry? {
        guard let record = event.message, !record.draft.isInbound, directory.notifies(record.draft.integration) else {
            return nil
        }
        let known = (event.value as? ConversationChange)?.message
        guard let message = known ?? (try? record.content()), message.type != .event else { return nil }
        return PushEntry(
            position: event.position, identity: record.draft.identity, message: record.draft.id,
            conversation: record.draft.conversation, at: record.draft.at)
    }
}

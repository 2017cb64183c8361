import ContactCenter
import Foundation
import Journal
import Logging

/// Carries out the timers of conversations. The table is the truth; a timer that was due while the server was down
/// fires at its start.
struct Timers: Sendable {
    let journal: any Journal
    let conversations: Conversations
    let clock: @Sendable () -> Instant
    let logger: Logger

    static let batchMax = 200

    /// Fires what is due; answers when the next is.
    func fire() async throws -> Instant? {
        while true {
            let due = try await journal.timers(dueBy: clock(), in: .all, limit: Self.batchMax)
            for timer in due { try await fire(timer) }
            if due.count < Self.batchMax { return try await journal.nextTimerDueAt(in: .all) }
        }
    }

    /// A conversation cancels its timer in the commit that makes it pointless; one that is refused all the same, or
    /// whose command brought no event that cancels it, is taken away here.
    private func fire(_ timer: TimerRecord) async throws {
        let task = try JSON.decode(TimerTask.self, from: timer.body)
        let conversation: ConversationID = timer.stream.key.cast()
        do {
            switch task {
            case .alertExpires(let leg): try await conversations.perform(.expireAlert(leg), on: conversation)
            case .wrapupExpires(let id): try await conversations.perform(.expireWrapup(id), on: conversation)
            }
        } catch .conversation(let refusal) {
            logger.debug("a timer came too late", metadata: ["timer": "\(timer.key)", "refusal": "\(refusal)"])
        } catch .notFound {
            logger.warning("a timer without its conversation", metadata: ["timer": "\(timer.key)"])
        }
        var commit = Commit()
        commit.timers = [.cancel(key: timer.key)]
        _ = try await journal.commit(commit)
    }
}

/// Wakes the timers when an event may have set one.
struct TimerFollower: Follower {
    let name = "timers"
    let nudge: Nudge

    func handle(_ events: [RecordedEvent]) async throws {
        if events.contains(where: { $0.type == "offered" || $0.type == "afterCallWorkStarted" }) { nudge.call() }
    }
}

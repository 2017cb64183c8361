import ContactCenter
import Foundation
import Journal
import Logging

/// Carries out the timers of conversations and agents. The table is the truth; a timer that was due while the server
/// was down fires at its start.
struct Timers: Sendable {
    let journal: any Journal
    let conversations: Conversations
    let desks: Desks
    let inQueue: InQueue
    let leaseholder: Leaseholder
    let surroundings: Surroundings
    let logger: Logger

    static let batchMax = 200

    /// Fires what is due; answers when the next is.
    func fire() async throws -> Instant? {
        while true {
            let mine = leaseholder.partitions(of: Right.timers)
            guard !mine.isEmpty else { return nil }
            try await inQueue.takeOver()
            let due = try await journal.timers(dueBy: surroundings.now(), in: mine, limit: Self.batchMax)
            desks.timersRead()
            for timer in due {
                let right = Right.timers(Partitions.number(of: timer.stream.key))
                guard let tenure = leaseholder.tenure(of: right) else { continue }
                do throws(EngineError) { try await fire(timer, under: tenure.fence) } catch {
                    guard case .fenced = error else { throw error }
                    leaseholder.lose(tenure)
                }
            }
            if due.count < Self.batchMax { return try await journal.nextTimerDueAt(in: mine) }
        }
    }

    /// A conversation cancels its timer in the commit that makes it pointless; one that is refused all the same, or
    /// whose command brought no event that cancels it, is taken away here.
    private func fire(_ timer: TimerRecord, under fence: Fence?) async throws(EngineError) {
        let task = try JSON.decode(TimerTask.self, from: timer.body)
        let conversation: ConversationID = timer.stream.key.cast()
        if case .inQueue(let leg) = task {
            return try await inQueue.look(timer, at: leg, in: conversation, under: fence)
        }
        guard let command = task.command else { return try await desks.judge(task, of: timer, under: fence) }
        do {
            _ = try await conversations.perform(command, on: conversation, with: Attachments(fence: fence))
        } catch .conversation(let refusal) {
            logger.debug("a timer came too late", metadata: ["timer": "\(timer.key)", "refusal": "\(refusal)"])
        } catch .notFound {
            logger.warning("a timer without its conversation", metadata: ["timer": "\(timer.key)"])
        }
        var commit = Commit()
        commit.timers = [.cancel(key: timer.key)]
        commit.fence = fence
        let final = commit
        _ = try await journaling { () async throws(JournalError) in try await journal.commit(final) }
    }
}

/// Wakes the timers when an event may have set one.
struct TimerFollower: Follower {
    let name = "timers"
    let nudge: Nudge
    let desks: Desks

    /// The events after which something may be due before the next look. What a message may set is due later.
    private static let types: Set<String> = ["offered", "afterCallWorkStarted", "recalled"]

    func handle(_ events: [RecordedEvent]) async throws {
        if events.contains(where: { Self.types.contains($0.type) }) { nudge.call() }
        for event in events where event.stream.kind == .user && event.type == "presenceChanged" {
            desks.presenceChanged(event.stream.key.cast())
        }
    }
}

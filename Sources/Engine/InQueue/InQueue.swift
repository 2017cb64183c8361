import ContactCenter
import Foundation
import Journal
import Logging
import Synchronization

/// Looks after those who wait: tells them what the queue has to say, passes them on, lets them go.
///
/// Each who waits in a queue with settings has one timer, which says when to look. A look takes what is due, step by
/// step, each in a commit of its own that notes the step with what it does; then it sets the timer to the next time. A
/// process that dies in between leaves the timer due, and the next look finds the step noted.
struct InQueue: Sendable {
    let journal: any Journal
    let conversations: Conversations
    let rules: InQueueRules
    let answering: any InQueueAnswering
    let directory: Directory
    let observations: Observations
    let leaseholder: Leaseholder
    let surroundings: Surroundings
    let logger: Logger
    /// The rights under which everybody was looked after already.
    let known = TenuresSeen()

    /// Steps that one look takes at most; what is left is taken by the next one.
    static let stepsMax = 8
    /// Timers that one commit sets.
    static let timersMax = 256

    // MARK: Looking

    /// A timer says that somebody should be looked at.
    func look(
        _ timer: TimerRecord, at leg: CommunicationID, in id: ConversationID, under fence: Fence?
    ) async throws(EngineError) {
        for _ in 0..<Self.stepsMax {
            let edition = rules.edition
            guard let waiting = try await waiting(leg, in: id) else {
                return try await write([.cancel(key: timer.key)], under: fence)
            }
            switch waiting.move(at: surroundings.now()) {
            case .take(let step, let policy): try await take(step, policy, with: waiting, under: fence)
            case .rest(let until):
                try await write([Self.timer(leg, id, due: until)], under: fence)
                // Settings that changed meanwhile have set the timer already, and this may have put it back.
                if rules.edition == edition { return }
            }
        }
        let soon = surroundings.now() + .seconds(1)
        try await write([Self.timer(leg, id, due: soon)], under: fence)
    }

    /// Somebody who waits, and what the queue's settings say.
    private struct Waiting {
        let conversation: Conversation
        let leg: CommunicationID
        let queue: QueueID
        let settings: InQueueSettings
        let situation: InQueueSituation

        func move(at now: Instant) -> InQueueMove { settings.move(in: situation, at: now) }
    }

    private func waiting(_ leg: CommunicationID, in id: ConversationID) async throws(EngineError) -> Waiting? {
        let conversation: Conversation
        do { conversation = try await conversations.find(id) } catch .notFound { return nil }
        guard let waiting = waiting(in: conversation), waiting.leg == leg else { return nil }
        return waiting
    }

    private func waiting(in conversation: Conversation) -> Waiting? {
        guard let participant = conversation.waiting, let queue = participant.queue,
            let settings = rules.settings(of: queue)
        else { return nil }
        let now = surroundings.now()
        var situation = rules.situation(in: queue, under: settings, since: participant.startedAt, at: now)
        situation.progress = participant.inQueue ?? InQueueProgress()
        situation.lastInboundAt = conversation.lastInboundAt
        situation.passed = (participant.routing?.passed ?? []) + [queue]
        if settings.overflow?.estimatedWait != nil {
            situation.estimatedWait = observations.estimate(in: queue, for: conversation.id)?.span
        }
        let alert = conversation.agents.first { $0.communication.state == .alerting }
        situation.alertEndsAt = alert.map { $0.startedAt + ($0.alertingTimeout ?? .seconds(0)) }
        return Waiting(
            conversation: conversation, leg: participant.communication.id, queue: queue, settings: settings,
            situation: situation)
    }

    private func take(
        _ step: InQueueStep, _ policy: InQueueSettings.Policy, with waiting: Waiting, under fence: Fence?
    ) async throws(EngineError) {
        let message = try await message(at: step, policy, for: waiting)
        var attachments = Attachments(message: message)
        attachments.fence = fence
        var ids = surroundings.identifiers
        let treatment = ConversationCommand.Treatment(
            waiting: waiting.leg, step: step, message: message.map { _ in ids.next(NormalizedMessage.self) },
            action: policy.action)
        do throws(EngineError) {
            _ = try await conversations.perform(.treat(treatment), on: waiting.conversation.id, with: attachments)
        } catch {
            guard case .conversation(let refusal) = error else { throw error }
            logger.debug("a step in a queue came too late", metadata: ["refusal": "\(refusal)"])
        }
    }

    private func message(
        at step: InQueueStep, _ policy: InQueueSettings.Policy, for waiting: Waiting
    ) async throws(EngineError) -> NormalizedMessage? {
        let values = InQueueText.Values(
            position: observations.place(of: waiting.conversation.id)?.position,
            wait: observations.estimate(in: waiting.queue, for: waiting.conversation.id)?.span)
        return try await answering.answer(
            InQueueHook(
                conversation: waiting.conversation, leg: waiting.leg, queue: waiting.queue, step: step,
                texts: policy.texts, values: values,
                languages: directory.languages(of: waiting.conversation, in: waiting.queue)))
    }

    // MARK: Timers

    private static func timer(_ leg: CommunicationID, _ id: ConversationID, due: Instant?) throws(EngineError)
        -> TimerWrite
    {
        let task = TimerTask.inQueue(leg)
        guard let due else { return .cancel(key: task.key) }
        return .set(
            TimerRecord(key: task.key, stream: StreamID(.conversation, id), dueAt: due, body: try JSON.encode(task)))
    }

    private func write(_ timers: [TimerWrite], under fence: Fence?) async throws(EngineError) {
        var commit = Commit()
        commit.timers = timers
        commit.fence = fence
        let final = commit
        _ = try await journaling { () async throws(JournalError) in try await journal.commit(final) }
    }

    /// Sets the timers of those who wait in some queues anew, where this process has the right: after their settings
    /// have changed.
    func rearm(_ queues: Set<QueueID>) async throws(EngineError) {
        let held = tenures()
        // A right that has just run out is often renewed as it was: then, too, its timers are set anew.
        known.keep(held)
        try await rearm(queues, in: held)
    }

    /// A right that has just been taken may come with settings that changed while nobody had it.
    func takeOver() async throws(EngineError) {
        let held = tenures()
        let new = known.add(held)
        guard !new.isEmpty else { return }
        do throws(EngineError) { try await rearm(rules.queues, in: new) } catch {
            known.forget(new)
            throw error
        }
    }

    private func tenures() -> [Tenure] {
        (0..<Partitions.count).compactMap { leaseholder.tenure(of: Right.timers($0)) }
    }

    private func rearm(_ queues: Set<QueueID>, in tenures: [Tenure]) async throws(EngineError) {
        guard !queues.isEmpty else { return }
        let held = Dictionary(uniqueKeysWithValues: tenures.map { ($0.right, $0) })
        var writes: [Right: [TimerWrite]] = [:]
        for conversation in conversations.allOpen() {
            guard let participant = conversation.waiting, let queue = participant.queue, queues.contains(queue)
            else { continue }
            let right = Right.timers(Partitions.number(of: StreamID(.conversation, conversation.id).key))
            guard held[right] != nil else { continue }
            let due = waiting(in: conversation).flatMap { self.due($0) }
            writes[right, default: []].append(
                try Self.timer(participant.communication.id, conversation.id, due: due))
        }
        for tenure in tenures { try await write(writes[tenure.right] ?? [], by: tenure) }
    }

    private func write(_ timers: [TimerWrite], by tenure: Tenure) async throws(EngineError) {
        do throws(EngineError) {
            for start in stride(from: 0, to: timers.count, by: Self.timersMax) {
                try await write(Array(timers[start..<min(start + Self.timersMax, timers.count)]), under: tenure.fence)
            }
        } catch {
            guard case .fenced = error else { throw error }
            // Whoever has the right now sets them when taking it over.
            leaseholder.lose(tenure)
        }
    }

    private func due(_ waiting: Waiting) -> Instant? {
        let now = surroundings.now()
        switch waiting.move(at: now) {
        case .take: return now
        case .rest(let until): return until
        }
    }
}

/// The rights that this process has had since it took them.
final class TenuresSeen: Sendable {
    private let seen = Mutex<Set<Tenure>>([])

    /// Those of the rights held now that are new; the others are forgotten.
    func add(_ held: [Tenure]) -> [Tenure] {
        seen.withLock { seen in
            let new = held.filter { !seen.contains($0) }
            seen = Set(held)
            return new
        }
    }

    /// Forgets all but those that are held now.
    func keep(_ held: [Tenure]) { seen.withLock { $0.formIntersection(held) } }

    func forget(_ tenures: [Tenure]) { seen.withLock { $0.subtract(tenures) } }
}

import Channels
import ContactCenter
import Foundation
import Journal
import Logging
import Telemetry

/// Sends what waits in the outbox: for each customer in order with one in flight, customers side by side.
///
/// The outbox table is the truth. An entry goes away in the same commit that says how its message fared, so that after
/// a crash it is either sent again under the same id or known to be done.
struct Delivery: Sendable {
    let journal: any Journal
    let conversations: Conversations
    let directory: Directory
    let leaseholder: Leaseholder
    let open: any OutboundSender
    let activity: ChannelActivity
    let surroundings: Surroundings
    let logger: Logger

    /// What is added to a pause at most, so that many entries do not come back at once.
    static let jitterMax = Span(milliseconds: 250)
    /// Sends that are under way at once.
    static let inFlightMax = 64

    /// Sends what is due; answers when the next is.
    func send() async throws -> Instant? {
        while true {
            let mine = leaseholder.partitions(of: Right.outbox)
            guard !mine.isEmpty else { return nil }
            let due = try await journal.outbox(dueBy: surroundings.now(), in: mine, limit: Self.inFlightMax)
            guard !due.isEmpty else { return try await journal.nextOutboxDueAt(in: mine) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for entry in due { group.addTask { try await send(entry) } }
                try await group.waitForAll()
            }
        }
    }

    /// Sends an entry while its lane is this process's. A send cannot be taken back when the right is lost meanwhile:
    /// whoever has it then sends again under the same id, by which receivers tell repetitions.
    private func send(_ entry: OutboxRecord) async throws {
        let right = Right.outbox(Partitions.number(of: entry.draft.lane))
        guard let tenure = leaseholder.tenure(of: right) else { return }
        do { try await send(entry, under: tenure) } catch EngineError.fenced { leaseholder.lose(tenure) }
    }

    private func send(_ entry: OutboxRecord, under tenure: Tenure) async throws {
        guard let id = entry.draft.message, let (outbound, account) = try await prepare(entry, id) else {
            return try await finish(entry, nil, under: tenure.fence)
        }
        guard leaseholder.tenure(of: tenure.right) == tenure else { return }
        let outcome = await traced("deliver", .client) { await open.send(outbound, to: account) }
        switch outcome {
        case .accepted: try await finish(entry, .sent, under: tenure.fence)
        case .refused(let reason): try await fail(entry, reason, under: tenure.fence)
        case .tryLater(let reason), .unknown(let reason): try await retry(entry, reason, under: tenure.fence)
        }
    }

    private func prepare(_ entry: OutboxRecord, _ id: MessageID) async throws -> (
        OutboundMessage, OpenMessagingAccount
    )? {
        guard let (record, message) = try await conversations.message(id),
            let integration = directory.find(.openIntegration, entry.draft.integration.description),
            let account = OpenMessagingAccount(integration),
            let identity = try await journal.identity(entry.draft.lane)
        else { return nil }
        let outbound = OutboundMessage(
            id: id, conversation: entry.draft.conversation, integration: entry.draft.integration,
            integrationName: integration.name ?? "", address: identity.platformUser, profile: identity.profile,
            at: record.draft.at, message: message)
        return (outbound, account)
    }

    private func retry(_ entry: OutboxRecord, _ reason: String, under fence: Fence?) async throws {
        let policy = OpenMessagingSender.retryPolicy
        guard entry.attempts < policy.retriesMax else {
            return try await fail(entry, reason, under: fence)
        }
        let jitter = surroundings.jitter(upTo: Self.jitterMax)
        let pause = policy.pause(entry.attempts + 1)
        var commit = Commit()
        commit.outboxChanges = [
            .retry(
                entry.draft.id, dueAt: surroundings.now() + pause + jitter, attempts: entry.attempts + 1, error: reason)
        ]
        try await write(commit, under: fence)
    }

    private func write(_ commit: Commit, under fence: Fence?) async throws(EngineError) {
        var commit = commit
        commit.fence = fence
        let final = commit
        _ = try await journaling { () async throws(JournalError) in try await journal.commit(final) }
    }

    private func fail(_ entry: OutboxRecord, _ reason: String, under fence: Fence?) async throws {
        logger.warning(
            "a message could not be delivered",
            metadata: ["integration": "\(entry.draft.integration)", "reason": "\(reason)"])
        activity.noteFailure(entry.draft.integration)
        try await finish(entry, .failed, under: fence)
    }

    private func finish(_ entry: OutboxRecord, _ status: MessageStatus?, under fence: Fence?) async throws {
        var attachments = Attachments(fence: fence)
        attachments.outboxChanges = [.finish(entry.draft.id)]
        guard let status, let message = entry.draft.message else {
            var commit = Commit()
            commit.outboxChanges = attachments.outboxChanges
            return try await write(commit, under: fence)
        }
        _ = try await conversations.perform(
            .reportStatus(message, status), on: entry.draft.conversation, with: attachments)
    }
}

/// Wakes the delivery when an event has put something into the outbox, and notes what channels did.
struct DeliveryFollower: Follower {
    let name = "delivery"
    let nudge: Nudge
    let activity: ChannelActivity

    func handle(_ events: [RecordedEvent]) async throws {
        activity.note(events)
        if events.contains(where: { $0.type == "messageSent" }) { nudge.call() }
    }
}

extension OpenMessagingAccount {
    /// Reads an integration's row; `nil` if it has no webhook.
    init?(_ entity: Entity) {
        guard let url = entity.body["outboundNotificationWebhookUrl"]?.string, !url.isEmpty else { return nil }
        self.init(
            webhookURL: url,
            signatureSecret: entity.body["outboundNotificationWebhookSignatureSecretToken"]?.string ?? "",
            headers: (entity.body["webhookHeaders"]?.object ?? [:]).compactMapValues(\.string))
    }
}

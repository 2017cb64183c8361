import Channels
import ContactCenter
import CoreMetrics
import Crypto
import Foundation
import Journal
import Logging
import Telemetry

/// Tells devices what waits for them: each in order with one under way, devices side by side.
///
/// An entry goes away when its service has taken or refused it, or the device is gone. A process that dies in between
/// sends it again, under the same id and in the same thread, so that a screen shows it once.
struct PushDelivering: Sendable {
    let journal: any Journal
    let push: Push
    let conversations: Conversations
    let directory: Directory
    let leaseholder: Leaseholder
    let surroundings: Surroundings
    let logger: Logger

    /// Notifications that are under way at once.
    static let inFlightMax = 64
    /// After so long nobody need be told of a message any more.
    static let life = Span.hours(6)
    /// Between two attempts: doubled each time.
    static let pauseFirst = Span.seconds(2)
    static let pauseMax = Span.minutes(10)
    /// What is added at most, so that many do not come back at once.
    static let jitterMax = Span(milliseconds: 1_000)

    /// Sends what is due; answers when the next is.
    func send() async throws -> Instant? {
        while leaseholder.tenure(of: .push) != nil {
            let due = try await journal.pushes(dueBy: surroundings.now(), limit: Self.inFlightMax)
            guard !due.isEmpty else { return try await journal.nextPushDueAt() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for delivery in due { group.addTask { try await send(delivery) } }
                try await group.waitForAll()
            }
        }
        return nil
    }

    private func send(_ delivery: PushDelivery) async throws {
        let device = delivery.device
        let now = surroundings.now()
        guard now < delivery.at + Self.life else { return try await finish(delivery, "expired") }
        guard let integration = push.integration(for: device.service, of: device.deployment),
            let (_, message) = try await conversations.message(delivery.message)
        else { return try await finish(delivery, "unconfigured") }
        let outcome = await traced("push", .client) {
            await integration.sender.push(notification(of: message, delivery), to: device.deviceToken, at: now)
        }
        switch outcome {
        case .accepted: try await finish(delivery, "accepted")
        case .refused(let reason):
            logger.warning(
                "a notification was refused",
                metadata: ["service": "\(device.service.rawValue)", "reason": "\(reason)"])
            try await finish(delivery, "refused")
        case .gone(let reason):
            logger.info(
                "a device is gone", metadata: ["service": "\(device.service.rawValue)", "reason": "\(reason)"])
            // A device that has another address by now stays, and is told of the message there.
            try await journal.removeDevice(device.id, addressed: device.deviceToken)
            count(device.service, "gone")
        case .tryLater(let reason, let after): try await retry(delivery, reason, after)
        }
    }

    private func retry(_ delivery: PushDelivery, _ reason: String, _ after: Int?) async throws {
        let service = delivery.device.service
        logger.notice(
            "a notification waits", metadata: ["service": "\(service.rawValue)", "reason": "\(reason)"])
        let pause = max(Self.pause(attempts: delivery.attempts), .seconds(Int64(after ?? 0)))
        let dueAt = surroundings.now() + pause + surroundings.jitter(upTo: Self.jitterMax)
        try await journal.retryPush(delivery, dueAt: dueAt)
        count(service, "retried")
    }

    /// How long after so many attempts.
    static func pause(attempts: Int) -> Span {
        min(Span(milliseconds: pauseFirst.milliseconds << min(attempts, 20)), pauseMax)
    }

    private func finish(_ delivery: PushDelivery, _ outcome: String) async throws {
        try await journal.finishPush(delivery)
        count(delivery.device.service, outcome)
    }

    private func count(_ service: PushService, _ outcome: String) {
        Counter(
            label: Metric.pushNotifications.name, dimensions: [("service", service.rawValue), ("outcome", outcome)]
        ).increment()
    }

    private func notification(of message: NormalizedMessage, _ delivery: PushDelivery) -> PushNotification {
        let device = delivery.device
        let text = PushText(
            of: message, language: device.language,
            configuration: directory.configuration(ofDeployment: device.deployment)?.body)
        var notification = PushNotification(
            id: Self.id(of: delivery), thread: delivery.conversation.description, deployment: device.deployment,
            message: delivery.message, expiresAt: delivery.at + Self.life)
        notification.title = text.title
        notification.body = text.body
        return notification
    }

    /// The same for the same message at the same device, and for nothing else.
    static func id(of delivery: PushDelivery) -> String {
        let digest = SHA256.hash(data: Data(delivery.device.id.bytes + delivery.message.bytes))
        return Identifier<PushDelivery>(bytes: Array(digest.prefix(16)))?.description ?? delivery.message.description
    }
}

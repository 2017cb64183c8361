import ContactCenter
import Foundation
import Journal
import Logging
import ServiceLifecycle
import Synchronization

/// What the other processes of a cluster are told beside the log: what is not kept, and what they remember wrongly now.
/// A signal may be lost; whatever is remembered is read again after a time of its own.
public enum Signal: Codable, Sendable, Hashable {
    /// A customer types.
    case customerTyping(ConversationID, durationMs: Int64)
    /// An agent types.
    case agentTyping(ConversationID, nickname: String?, durationMs: Int64)
    /// A guest's session was cleared, or its connections are to close.
    case session(IntegrationID, platformUser: String, Notification.SessionNotice)
    /// A guest left the conversation, and whether it takes no more messages.
    case customerLeft(IntegrationID, platformUser: String, isReadOnly: Bool)
    /// What became of a guest's upload.
    case attachment(IntegrationID, platformUser: String, AttachmentNotice)
    /// A customer's next message starts a new conversation.
    case threadEnded(IntegrationID, platformUser: String)
    /// An access token does not hold any more.
    case tokenRevoked(hash: String)
    /// No token of a person holds any more; the person's sockets close.
    case tokensRevoked(UserID)
    /// A notification channel follows other topics, or has ended.
    case channelChanged(idHash: String)
    /// A socket took a notification channel; there is one for each.
    case channelTaken(idHash: String)
}

/// Sends signals to the other processes, and hands theirs to whom they concern.
public final class Signals: Service {
    private let journal: any Journal
    private let logger: Logger
    private let receivers = Mutex<[@Sendable (Signal) async -> Void]>([])

    init(journal: any Journal, logger: Logger) {
        self.journal = journal
        self.logger = logger
    }

    /// Takes part in what other processes signal; called before the service runs.
    public func receive(_ receiver: @escaping @Sendable (Signal) async -> Void) {
        receivers.withLock { $0.append(receiver) }
    }

    /// Tells the other processes, if there can be any. A signal that cannot be sent is lost.
    public func send(_ signal: Signal) async {
        guard journal.isShared else { return }
        do { try await journal.signal(try JSON.encode(signal)) } catch {
            logger.warning("a signal was lost", metadata: ["error": "\(error)"])
        }
    }

    /// Hands over what comes until shutdown.
    public func run() async throws {
        guard journal.isShared else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown { await self.listen() }
    }

    private func listen() async {
        for await body in journal.signals() {
            // A process of a later version may say what this one does not know.
            guard let signal = try? JSON.decode(Signal.self, from: body) else { continue }
            for receiver in receivers.withLock({ $0 }) { await receiver(signal) }
        }
    }
}

extension Engine {
    /// What the engine does about other processes' signals.
    func take(_ signal: Signal) async {
        switch signal {
        case .customerTyping(let id, let durationMs):
            guard let conversation = try? await conversations.find(id) else { return }
            intake.showTyping(in: conversation, durationMs: durationMs)
        case .agentTyping(let id, let nickname, let durationMs):
            guard let conversation = try? await conversations.find(id) else { return }
            showTyping(in: conversation, nickname: nickname, durationMs: durationMs)
        case .session(let deployment, let user, let notice):
            hub.publish(Notification(.session(notice)), on: .guest(deployment, platformUser: user))
        case .customerLeft(let deployment, let user, let isReadOnly):
            hub.publish(
                Notification(.customerLeft(isReadOnly: isReadOnly, trace: nil)),
                on: .guest(deployment, platformUser: user))
        case .attachment(let deployment, let user, let notice):
            hub.publish(Notification(.attachment(notice)), on: .guest(deployment, platformUser: user))
        case .threadEnded(let integration, let user):
            intake.forget(integration: integration, platformUser: user)
        case .tokenRevoked, .tokensRevoked, .channelChanged, .channelTaken: break
        }
    }
}

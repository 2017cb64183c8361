import ContactCenter
import Foundation
import Journal
import Logging
import ServiceLifecycle

/// Somebody who reads the journal in order and does one job with it.
protocol Follower: Sendable {
    /// The name under which the checkpoint is stored, and that logs carry.
    var name: String { get }
    /// Where to begin; followers that rebuild their state from the present begin at its position.
    func start() async throws -> Position
    /// Does the job for events in order; it may see an event again after a restart.
    func handle(_ events: [RecordedEvent]) async throws
}

/// Runs a follower until shutdown. A failure is logged and the same events are handed over again after a pause: an
/// event is never skipped.
struct FollowerService: Service {
    let follower: any Follower
    let journal: any Journal
    let logger: Logger

    static let batchMax = 512
    static let retryPause = Duration.milliseconds(250)

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await follow() }
        } catch is CancellationError {}
    }

    private func follow() async throws {
        let tail = journal.tail(after: try await begin())
        while !Task.isCancelled {
            let events = try await tail.next(limit: Self.batchMax)
            while true {
                do {
                    try await follower.handle(events)
                    break
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    logger.error("follower failed", metadata: ["follower": "\(follower.name)", "error": "\(error)"])
                    try await Task.sleep(for: Self.retryPause)
                }
            }
        }
    }

    private func begin() async throws -> Position {
        while true {
            do { return try await follower.start() } catch let error as EngineError {
                logger.error("follower cannot start", metadata: ["follower": "\(follower.name)", "error": "\(error)"])
                try await Task.sleep(for: Self.retryPause)
            }
        }
    }
}

extension RecordedEvent {
    /// The conversation's event, decoded if it came from the table.
    func conversationEvent() throws -> ConversationEvent? {
        guard stream.kind == .conversation else { return nil }
        if let change = value as? ConversationChange { return change.event }
        return try JSON.decode(ConversationEvent.self, from: body)
    }

    /// The conversation whose stream this is.
    var conversation: ConversationID { stream.key.cast() }
}

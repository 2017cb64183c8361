import ContactCenter
import Foundation
import Journal
import Logging
import ServiceLifecycle
import Telemetry

/// Somebody who reads the journal in order and does one job with it.
protocol Follower: Sendable {
    /// The name under which the checkpoint is stored, and that logs carry.
    var name: String { get }
    /// Makes ready before the first event; a follower that keeps a state builds it from the present here.
    func prepare() async throws
    /// Does the job for events in order; it may see an event again after a restart.
    func handle(_ events: [RecordedEvent]) async throws
}

/// Runs a follower until shutdown. A failure is logged and the same events are handed over again after a pause: an
/// event is never skipped.
struct FollowerService: Service {
    let follower: any Follower
    let journal: any Journal
    /// The journal's position before anything of this process's state was read: no event after it is missed, and one
    /// that the state already holds changes nothing.
    let origin: Position
    let memory: Memory
    let progress: FollowerProgress
    let surroundings: Surroundings
    let logger: Logger

    static let batchMax = 512
    static let retryPause = Duration.milliseconds(250)

    func run() async throws {
        defer { progress.stopped() }
        do {
            try await cancelWhenGracefulShutdown { try await follow() }
        } catch is CancellationError {}
    }

    /// Follows until it is cancelled or the right to the work is lost.
    func follow() async throws {
        try await prepare()
        progress.started(after: origin)
        let tail = journal.tail(after: origin)
        while !Task.isCancelled {
            let events = try await tail.read(limit: Self.batchMax) { error in
                progress.failed()
                logger.error("log cannot be read", metadata: ["follower": "\(follower.name)", "error": "\(error)"])
                try await surroundings.sleep(Self.retryPause)
            }
            progress.began(at: surroundings.now(), oldestAt: events.first?.at)
            await remember(events)
            while true {
                do {
                    try await traced("follower \(follower.name)", .consumer, ["events": .int64(Int64(events.count))]) {
                        try await follower.handle(events)
                    }
                    progress.finished(at: events.last?.position)
                    break
                } catch is CancellationError {
                    throw CancellationError()
                } catch EngineError.fenced {
                    throw EngineError.fenced
                } catch {
                    progress.failed()
                    logger.error("follower failed", metadata: ["follower": "\(follower.name)", "error": "\(error)"])
                    try await surroundings.sleep(Self.retryPause)
                }
            }
        }
    }

    /// A commit whose answer was lost told memory nothing, and its events come from the table, without values: memory
    /// takes them now, or the follower would act on what was before. Of a shared journal it has taken them already.
    private func remember(_ events: [RecordedEvent]) async {
        guard !journal.isShared else { return }
        let unknown = events.filter { $0.value == nil }
        if !unknown.isEmpty { await memory.absorb(unknown) }
    }

    private func prepare() async throws {
        while true {
            do { return try await follower.prepare() } catch is CancellationError {
                throw CancellationError()
            } catch EngineError.fenced {
                throw EngineError.fenced
            } catch {
                logger.error("follower cannot start", metadata: ["follower": "\(follower.name)", "error": "\(error)"])
                try await surroundings.sleep(Self.retryPause)
            }
        }
    }
}

extension EventTail {
    /// The next events. A database that does not answer is no reason to end: the events are there when it does again,
    /// and `pause` decides when it is asked.
    func read(limit: Int, afterFailure pause: (any Error) async throws -> Void) async throws -> [RecordedEvent] {
        while true {
            do { return try await next(limit: limit) } catch JournalError.unavailable(let reason) {
                try await pause(JournalError.unavailable(reason: reason))
            }
        }
    }
}

extension RecordedEvent {
    /// The conversation's event, decoded if it came from the table.
    func conversationEvent() throws(EngineError) -> ConversationEvent? {
        guard stream.kind == .conversation else { return nil }
        if let change = value as? ConversationChange { return change.event }
        return try ConversationEvent.read(body)
    }

    /// The conversation whose stream this is.
    var conversation: ConversationID { stream.key.cast() }
}

extension Follower {
    func prepare() async throws {}
}

import ContactCenter
import Foundation
import Journal
import Logging
import ServiceLifecycle

/// Fills the index of search from the log, some time behind it: a message costs its two rows when it is acknowledged,
/// and its words later, so many at once and with a pause, that commits never wait long behind them. One process does
/// it, who has the right; the index knows how far it is, and takes nothing twice.
struct SearchIndexer: Service {
    let journal: any Journal
    let leaseholder: Leaseholder
    let progress: FollowerProgress
    let surroundings: Surroundings
    let logger: Logger

    /// Events of one write. It goes with a group commit, so this bounds how long a commit may wait for it.
    static let batchMax = 256
    /// Between two writes when it is behind: how much of the writer's time search may take under load.
    static let pause = Duration.milliseconds(50)
    /// Between two writes otherwise: each costs the index a segment of its own and later its merging, so that a few
    /// messages are better added together.
    static let pauseAtEnd = Duration.milliseconds(250)
    /// How much longer it rests than it works, so that a busy machine works for those who write.
    static let restPerWork = 4
    /// How often is looked whether the right has come.
    static let waitMax = Duration.seconds(1)

    func run() async throws {
        let nudge = Nudge()
        leaseholder.tell(nudge)
        defer { progress.stopped() }
        do {
            try await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    if let tenure = leaseholder.tenure(of: .search) { try await serve(tenure) }
                    progress.rests()
                    await nudge.wait(atMost: Self.waitMax, in: surroundings)
                }
            }
        } catch is CancellationError {}
    }

    /// Indexes until the right is lost. Whoever has it next may write the same once more; nothing changes by it.
    private func serve(_ tenure: Tenure) async throws {
        do {
            let origin = try await journal.searchPosition()
            progress.started(after: origin)
            let tail = journal.tail(after: origin)
            while leaseholder.tenure(of: .search) == tenure {
                let events = try await tail.next(limit: Self.batchMax)
                let beganAt = surroundings.uptime()
                progress.began(at: surroundings.now(), oldestAt: events.first?.at)
                try await Self.index(events, in: journal)
                progress.finished(at: events.last?.position)
                let pause = events.count == Self.batchMax ? Self.pause : Self.pauseAtEnd
                try await surroundings.sleep(max(pause, (surroundings.uptime() - beganAt) * Self.restPerWork))
            }
        } catch is CancellationError { throw CancellationError() } catch {
            progress.failed()
            logger.error("messages could not be indexed", metadata: ["error": "\(error)"])
            try await surroundings.sleep(FollowerService.retryPause)
        }
    }

    /// Indexes the messages of some events that follow each other in the log.
    static func index(_ events: [RecordedEvent], in journal: any Journal) async throws {
        guard let last = events.last else { return }
        let entries = events.compactMap { event in
            event.message.map { message in
                let known = (event.value as? ConversationChange)?.message?.searchableTextOnly
                let text = known ?? MessageSearch.text(of: message)
                return SearchEntry(position: event.position, tokens: SearchText(text).tokens)
            }
        }
        try await journal.indexForSearch(entries, through: last.position)
    }
}

import ContactCenter
import Foundation
import Journal
import Logging
import ServiceLifecycle

/// Runs routing while this process has the right to it, and begins again from the present each time it gets it.
struct RoutingDuty: Service {
    let leaseholder: Leaseholder
    let journal: any Journal
    let memory: Memory
    let progress: (follower: FollowerProgress, due: FollowerProgress)
    let surroundings: Surroundings
    let logger: Logger
    /// Makes a router's owner for a tenure.
    let make: @Sendable (Tenure) -> RoutingFollower
    /// Wakes who waits for the right, or serves under it.
    let nudge = Nudge()

    /// A lost wake-up costs no more than this.
    private static let waitMax = Duration.seconds(1)

    func run() async throws {
        leaseholder.tell(nudge)
        defer { forProgress { $0.stopped() } }
        do {
            try await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    if let tenure = leaseholder.tenure(of: .routing) { try await serve(tenure) }
                    forProgress { $0.rests() }
                    await nudge.wait(atMost: Self.waitMax, in: surroundings)
                }
            }
        } catch is CancellationError {}
    }

    /// Routes until the right is lost.
    private func serve(_ tenure: Tenure) async throws {
        logger.info("routing begins", metadata: ["node": "\(leaseholder.node)"])
        forProgress { $0.stopped() }
        let routing = make(tenure)
        let origin = try await presentPosition()
        let follower = FollowerService(
            follower: routing, journal: journal, origin: origin, memory: memory, progress: progress.follower,
            surroundings: surroundings, logger: logger)
        let due = DueService(
            name: "routing", nudge: routing.nudge, progress: progress.due, surroundings: surroundings, logger: logger
        ) { try await routing.wakeUp() }
        progress.due.started()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await follower.follow() }
            group.addTask { try await due.workOn() }
            group.addTask {
                while !Task.isCancelled, leaseholder.tenure(of: .routing) == tenure {
                    await nudge.wait(atMost: Self.waitMax, in: surroundings)
                }
            }
            do { try await group.next() } catch EngineError.fenced { leaseholder.lose(tenure) }
            group.cancelAll()
        }
        try Task.checkCancellation()
        logger.info("routing ends", metadata: ["node": "\(leaseholder.node)"])
    }

    private func forProgress(_ body: (FollowerProgress) -> Void) {
        body(progress.follower)
        body(progress.due)
    }

    /// The end of the log after the right was taken, once this process's memory has come so far: all that an earlier
    /// owner offered is known before anything is offered here.
    private func presentPosition() async throws -> Position {
        while true {
            do {
                var end = try await journal.lastPosition()
                // The table knows of more than this process has seen.
                while let last = try await journal.events(after: end, limit: SQLJournal.pageRowsMax).last {
                    end = last.position
                }
                if end > .start { _ = try await journal.tail(after: Position(end.value - 1)).next(limit: 1) }
                return end
            } catch let error as JournalError {
                logger.error("routing cannot begin", metadata: ["error": "\(error)"])
                try await surroundings.sleep(FollowerService.retryPause)
            }
        }
    }
}

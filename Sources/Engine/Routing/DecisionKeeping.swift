import ContactCenter
import Logging
import Routing
import ServiceLifecycle

/// Writes what routing decided as long as the program runs, and what is left at the end.
struct DecisionKeeping: Service {
    let decisions: Decisions
    /// Who routes, while this process does.
    let owner: @Sendable () -> RoutingFollower?
    let progress: FollowerProgress
    let surroundings: Surroundings
    let logger: Logger

    /// Between a decision and its write: what comes meanwhile goes with it.
    static let pause = Duration.milliseconds(200)
    /// A lost wake-up costs no more than this.
    static let waitMax = Duration.seconds(5)
    /// Lines whose agents changed are explained again so many interactions at a time.
    static let explanationsMax = 64

    func run() async throws {
        progress.started()
        defer { progress.stopped() }
        do {
            try await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    await decisions.nudge.wait(atMost: Self.waitMax, in: surroundings)
                    try await surroundings.sleep(Self.pause)
                    await keep()
                }
            }
        } catch is CancellationError {}
        await keep()
    }

    private func keep() async {
        progress.began(at: surroundings.now())
        if let owner = owner() { decisions.note(owner.takeTouched(limit: Self.explanationsMax)) }
        do {
            try await decisions.write()
            progress.finished()
        } catch {
            progress.failed()
            decisions.nudge.call()
            logger.warning("decisions of routing are not written yet", metadata: ["error": "\(error)"])
        }
    }
}

extension RoutingFollower {
    /// Why a conversation waits, as of now; `nil` when it does not.
    func explain(_ conversation: ConversationID) -> Explanation? {
        let now = surroundings.now()
        return router.withLock { $0.explain(conversation, at: now) }
    }

    /// What became of those at the front of lines whose agents changed, and who still have nobody.
    func takeTouched(limit: Int) -> [Explanation] {
        let now = surroundings.now()
        return router.withLock { $0.takeTouched(at: now, limit: limit) }
    }
}

extension Engine {
    /// Why a conversation waits, as of now; `nil` when it does not, or when another process routes.
    public func whyWaiting(_ conversation: ConversationID) -> RecordedDecision.Content? {
        routingOwner?.explain(conversation).map { RecordedDecision.Content($0.interaction, $0.decision) }
    }
}

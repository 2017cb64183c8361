import ContactCenter
import Engine
import Foundation
import Journal
import Logging
import ServiceLifecycle
import Synchronization

/// Whether this process should get traffic: its database answers, its followers are at work and not stuck, and it is
/// not shutting down.
///
/// As a service it asks the database once a second, so that however many ask for the health, the database is asked no
/// more often; and it is the first to hear of a shutdown: it says so, and holds the shutdown for ``drainTime``, in
/// which a load balancer takes the node out while the listener still answers.
public final class Readiness: Service {
    /// Between two questions to the database.
    static let askPause = Duration.seconds(1)
    /// A database whose last answer is older is not answering.
    static let answerAgeMax = Duration.seconds(4)
    /// A follower that has had the same work in hand for longer is stuck; a whole batch takes milliseconds.
    static let busyMax = Span.seconds(30)

    /// One thing that must be right.
    struct Part: Encodable, Equatable {
        var name: String
        var isReady: Bool
        /// What is not right, in words that say nothing of the inside.
        var reason: String?
    }

    private struct State {
        var answeredAt: ContinuousClock.Instant?
        var isRefused = false
        var isDraining = false
    }

    /// Asks the database something small.
    typealias Question = @Sendable () async throws(JournalError) -> Void

    private let engine: Engine
    private let question: Question
    private let drainTime: Duration
    private let logger: Logger
    private let state = Mutex(State())

    /// The readiness of an engine. `drainTime` is how long the node goes on after it said that it shuts down: a little
    /// more than the load balancer needs to notice.
    public convenience init(engine: Engine, drainTime: Duration, logger: Logger) {
        let question: Question = { () async throws(JournalError) in try await engine.journal.check() }
        self.init(engine: engine, drainTime: drainTime, logger: logger, question: question)
    }

    init(engine: Engine, drainTime: Duration, logger: Logger, question: @escaping Question) {
        self.engine = engine
        self.question = question
        self.drainTime = drainTime
        self.logger = logger
    }

    /// Asks the database until the shutdown, then lets the node drain.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    await self.ask()
                    try await Task.sleep(for: Self.askPause)
                }
            }
        } catch is CancellationError {}
        state.withLock { $0.isDraining = true }
        guard drainTime > .zero else { return }
        logger.notice("draining before the shutdown", metadata: ["seconds": "\(drainTime.components.seconds)"])
        // A second signal cancels the pause, which is what whoever sends it wants.
        try? await Task.sleep(for: drainTime)
    }

    /// Asks the database once.
    func ask() async {
        do throws(JournalError) {
            try await question()
            let isBack = state.withLock { state in
                defer { state.isRefused = false }
                state.answeredAt = .now
                return state.isRefused
            }
            if isBack { logger.notice("the database answers again") }
        } catch {
            let isNew = state.withLock { state in
                defer { state.isRefused = true }
                return !state.isRefused
            }
            if isNew { logger.error("the database does not answer", metadata: ["error": "\(error)"]) }
        }
    }

    /// Returns when everything is ready, or after `limit`; whoever announces a start waits for it.
    public func becomesReady(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline, !Task.isCancelled {
            if parts.allSatisfy(\.isReady) { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// Every part as it is now; costs no query.
    var parts: [Part] {
        let state = state.withLock { $0 }
        return [
            Self.database(state.answeredAt, isRefused: state.isRefused),
            Self.followers(engine.progress, at: engine.now()),
            Part(
                name: "server", isReady: !state.isDraining, reason: state.isDraining ? "shutting down" : nil),
        ]
    }

    static func database(_ answeredAt: ContinuousClock.Instant?, isRefused: Bool) -> Part {
        guard let answeredAt else { return Part(name: "database", isReady: false, reason: "not asked yet") }
        let isReady = !isRefused && ContinuousClock.now - answeredAt <= answerAgeMax
        return Part(name: "database", isReady: isReady, reason: isReady ? nil : "no answer")
    }

    /// The followers together; the reason names those that hold it up.
    static func followers(_ readings: [FollowerProgress.Reading], at now: Instant) -> Part {
        let idle = readings.filter { !$0.isRunning }.map(\.name)
        let stuck = readings.filter { isStuck($0, at: now) }.map(\.name)
        var reasons: [String] = []
        if readings.isEmpty { reasons.append("none started") }
        if !idle.isEmpty { reasons.append("not running: \(idle.joined(separator: ", "))") }
        if !stuck.isEmpty { reasons.append("stuck: \(stuck.joined(separator: ", "))") }
        return Part(
            name: "followers", isReady: reasons.isEmpty,
            reason: reasons.isEmpty ? nil : reasons.joined(separator: "; "))
    }

    /// Due work may rightly go on for long when much is due; it is stuck when it goes on and fails.
    private static func isStuck(_ reading: FollowerProgress.Reading, at now: Instant) -> Bool {
        guard let since = reading.busySince, now - since > busyMax else { return false }
        return reading.position != nil || reading.isFailing
    }
}

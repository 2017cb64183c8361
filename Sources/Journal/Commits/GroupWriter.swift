import ContactCenter
import Logging
import Synchronization

/// Something that waits to be written, and who waits for it.
struct WriteRequest: Sendable {
    enum Body: Sendable {
        case commit(Commit)
        /// A write without events: tokens, media, checkpoints, settings.
        case work(@Sendable (any SQLSession) throws(SQLFailure) -> Void)
    }

    let body: Body
    let waiting: CheckedContinuation<Result<CommitOutcome, JournalError>, Never>

    var isCommit: Bool { if case .commit = body { true } else { false } }

    func noteDurable(_ answer: Result<CommitOutcome, JournalError>) {
        guard case .commit(let commit) = body, case .success(.committed(let positions)) = answer else { return }
        commit.whenDurable?(positions)
    }
}

/// Group commit: what waits while a group is written goes together in the next one, with one sync to the disk.
///
/// Nobody waits for a group to fill: a lone commit is written at once, and under load groups grow by themselves.
final class GroupWriter: Sendable {
    /// Commits that wait at most; over it callers get `.overloaded` and answer 429. At 20,000 commits a second this is
    /// a fifth of a second of waiting.
    static let waitingCommitsMax = 4_096
    /// Beyond the commits there is room for the writes that let followers and sign-ins go on while commits are refused.
    static let waitingWorksMax = 1_024
    /// Commits in one transaction at most: it bounds how long the first of a group waits for the last.
    static let groupCommitsMax = 256

    private struct State {
        var waiting: [WriteRequest] = []
        /// Whether the writer's thread is at work or about to be.
        var isWriting = false
        var isClosed = false
        var waitingForIdle: [CheckedContinuation<Void, Never>] = []
        /// Whether the last group ended in doubt.
        var isInDoubt = false
    }

    private let engine: any SQLEngine
    private let log: RecentEvents
    private let feed: LogFeed?
    private let logger: Logger
    private let meter = CommitMeter()
    private let state = Mutex(State())

    /// A writer that hands what it has written to `log`; through `feed`, where other processes write too.
    init(engine: any SQLEngine, log: RecentEvents, feed: LogFeed?, logger: Logger) {
        self.feed = feed
        self.engine = engine
        self.log = log
        self.logger = logger
    }

    /// Commits that wait for the next group.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Whether new requests are refused for good.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Writes a commit with the next group.
    func commit(_ commit: Commit) async throws(JournalError) -> CommitOutcome {
        if let feed, feed.isFull { throw .overloaded }
        return try await enqueue(.commit(commit), waitingMax: Self.waitingCommitsMax)
    }

    /// Writes a commit that goes on while others are refused: what keeps this process in its rights.
    func commitFirst(_ commit: Commit) async throws(JournalError) -> CommitOutcome {
        try await enqueue(.commit(commit), waitingMax: Self.waitingCommitsMax + Self.waitingWorksMax)
    }

    /// Writes something without events with the next group. `body` may run twice if its group has to be repeated.
    func work<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(JournalError) -> Answer {
        let answer = AnswerBox<Answer>()
        let work: @Sendable (any SQLSession) throws(SQLFailure) -> Void = { session throws(SQLFailure) in
            answer.put(try body(session))
        }
        _ = try await enqueue(.work(work), waitingMax: Self.waitingCommitsMax + Self.waitingWorksMax)
        guard let answer = answer.take() else { throw .unavailable(reason: "a write without an answer") }
        return answer
    }

    /// Refuses what comes from now on and returns when everything before is written.
    func close() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if state.isWriting { state.waitingForIdle.append(continuation) }
                return !state.isWriting
            }
            if isIdle { continuation.resume() }
        }
    }

    private enum Entry { case wait, start, refuse(JournalError) }

    private func enqueue(_ body: WriteRequest.Body, waitingMax: Int) async throws(JournalError) -> CommitOutcome {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<CommitOutcome, JournalError>, Never>) in
            let entry = state.withLock { state -> Entry in
                if state.isClosed { return .refuse(.closed) }
                if state.waiting.count >= waitingMax { return .refuse(.overloaded) }
                state.waiting.append(WriteRequest(body: body, waiting: continuation))
                if state.isWriting { return .wait }
                state.isWriting = true
                return .start
            }
            switch entry {
            case .wait: break
            case .start: engine.onWriter { [self] session in writeAll(session) }
            case .refuse(let error):
                meter.noteRefused()
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    /// Writes groups until nothing waits; on the writer's thread.
    private func writeAll(_ session: any SQLSession) {
        while let group = nextGroup() { write(group, session) }
    }

    private func nextGroup() -> [WriteRequest]? {
        let (group, idle) = state.withLock { state -> ([WriteRequest]?, [CheckedContinuation<Void, Never>]) in
            guard !state.waiting.isEmpty else {
                state.isWriting = false
                let idle = state.waitingForIdle
                state.waitingForIdle = []
                return (nil, idle)
            }
            if state.waiting.count <= Self.groupCommitsMax {
                let group = state.waiting
                state.waiting = []
                return (group, [])
            }
            let group = Array(state.waiting.prefix(Self.groupCommitsMax))
            state.waiting.removeFirst(Self.groupCommitsMax)
            return (group, [])
        }
        for continuation in idle { continuation.resume() }
        return group
    }

    private func write(_ group: [WriteRequest], _ session: any SQLSession) {
        guard !isInDoubt || resolveDoubt(session) else {
            let failure = JournalError.unavailable(reason: "the database does not answer")
            for request in group { request.waiting.resume(returning: .failure(failure)) }
            return
        }
        let transaction = GroupTransaction(
            session: session, dialect: engine.dialect, start: log.head,
            beforeCommit: { [feed] events, start in feed?.announce(events, after: start) })
        let beganAt = ContinuousClock.now
        let outcome = transaction.write(group)
        meter.note(outcome, took: ContinuousClock.now - beganAt)
        for (request, answer) in zip(group, outcome.answers) { request.noteDurable(answer) }
        // Followers first: whoever is answered may already ask them.
        publish(outcome, session)
        for (request, answer) in zip(group, outcome.answers) { request.waiting.resume(returning: answer) }
    }

    private func publish(_ outcome: GroupTransaction.Outcome, _ session: any SQLSession) {
        if outcome.isInDoubt { log(failures: outcome.answers) }
        if let feed {
            // In doubt the table decides: what is there after all is read like the events of others.
            return outcome.isInDoubt && outcome.events.isEmpty ? feed.withdraw() : feed.confirm()
        }
        log.publish(outcome.events)
        guard outcome.isInDoubt else { return }
        state.withLock { $0.isInDoubt = true }
        if !resolveDoubt(session) { logger.error("the journal waits for its database") }
    }

    private var isInDoubt: Bool { state.withLock { $0.isInDoubt } }

    private func log(failures answers: [Result<CommitOutcome, JournalError>]) {
        let reasons = answers.compactMap { answer -> String? in
            if case .failure(.unavailable(let reason)) = answer { reason } else { nil }
        }
        let metadata: Logger.Metadata = ["commits": "\(reasons.count)", "reason": "\(reasons.first ?? "")"]
        logger.error("commits were not written", metadata: metadata)
    }

    /// After a failure the end of the log is what the table says: a COMMIT may have been written although its answer
    /// was lost, and then its events belong to the log.
    private func resolveDoubt(_ session: any SQLSession) -> Bool {
        do throws(SQLFailure) {
            let head = try EventStore(session: session).head()
            if head != log.head { log.restart(at: head) }
            state.withLock { $0.isInDoubt = false }
            return true
        } catch {
            logger.error("the end of the log cannot be read", metadata: ["reason": "\(error.reason)"])
            return false
        }
    }
}

/// Carries the answer of a write from the writer's thread to its caller.
private final class AnswerBox<Answer: Sendable>: Sendable {
    private let answer = Mutex<Answer?>(nil)
    func put(_ value: Answer) { answer.withLock { $0 = value } }
    func take() -> Answer? { answer.withLock { $0 } }
}

import ContactCenter
import Foundation
import Journal
import Synchronization

/// The group commit of a simulated process: what waits goes together, takes the time of a sync, and is answered when
/// it is durable, or never.
final class CommitWriter: Sendable {
    enum Body: Sendable {
        case commit(Commit)
        /// A write without events.
        case work(@Sendable (inout Database, Instant) -> Void)
    }

    typealias Answer = Result<CommitOutcome, JournalError>

    private struct Request: Sendable {
        let body: Body
        let waiting: CheckedContinuation<Answer, Never>
    }

    private struct State {
        var waiting: [Request] = []
        var isWriting = false
        var isInDoubt = false
    }

    private let process: Process
    private let server: DatabaseServer
    private let log: RecentEvents
    private let feed: LogFeed?
    private let state = Mutex(State())
    /// The token of each lease as this process was told last.
    private let tokens = Mutex<[String: Int64]>([:])

    init(process: Process, server: DatabaseServer, log: RecentEvents, feed: LogFeed?) {
        self.process = process
        self.server = server
        self.log = log
        self.feed = feed
    }

    func write(_ body: Body) async throws(JournalError) -> CommitOutcome {
        let answer = await withCheckedContinuation { (continuation: CheckedContinuation<Answer, Never>) in
            let isFirst = state.withLock { state in
                state.waiting.append(Request(body: body, waiting: continuation))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            if isFirst { begin() }
        }
        return try answer.get()
    }

    private func begin() {
        let span = process.scheduler.draw { $0.span(.milliseconds(1), .milliseconds(3)) } + server.trouble.slowness
        later(span, in: process) { self.send() }
    }

    /// Does something after a span; at once if it takes no time, which is often so and keeps long runs short.
    private func later(_ span: Duration, in process: Process?, _ action: @escaping @Sendable () -> Void) {
        if span <= .zero { return action() }
        self.process.scheduler.after(span, in: process, action)
    }

    /// The group leaves the process. From here on what becomes of it is not the process's to decide.
    private func send() {
        let group = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        let trouble = server.trouble
        guard !server.isCut(process), !trouble.isDiskFull, resolveDoubt() else {
            return finish(
                group, group.map { _ in .failure(.unavailable(reason: "simulated trouble")) }, [], isInDoubt: false)
        }
        let (isCutAfter, way, back) = process.scheduler.draw { chance in
            (
                chance.happens(trouble.lostAnswers), chance.span(.milliseconds(-2), .milliseconds(2)),
                chance.span(.milliseconds(-2), .milliseconds(2))
            )
        }
        later(way, in: nil) { [self] in
            var (answers, events) = write(group)
            let head = server.read { $0.head }
            server.tell(from: process) { $0.note(head: head) }
            let isLost = isCutAfter || server.isCut(process)
            if isLost { answers = answers.map { _ in .failure(.unavailable(reason: "the answer was lost")) } }
            if isLost { events = [] }
            let (final, durable) = (answers, events)
            later(back, in: process) { self.finish(group, final, durable, isInDoubt: isLost) }
        }
    }

    /// The database's part: the answers, and the events that are durable.
    private func write(_ group: [Request]) -> ([Answer], [RecordedEvent]) {
        var answers: [Answer] = []
        var events: [RecordedEvent] = []
        let start = server.read { $0.head }
        for request in group {
            switch request.body {
            case .work(let work):
                let now = server.now
                server.change { work(&$0, now) }
                answers.append(.success(.committed([])))
            case .commit(let commit):
                switch server.apply(commit) {
                case .failure(let error): answers.append(.failure(error))
                case .success(let done):
                    checkRight(to: commit)
                    events += zip(done.1, commit.events).map { $0.having($1.value) }
                    answers.append(.success(done.0))
                }
            }
        }
        if !events.isEmpty { feed?.announce(events, after: start) }
        return (answers, events)
    }

    /// What the process was told of a lease.
    func note(_ name: String, _ lease: LeaseRecord?) { tokens.withLock { $0[name] = lease?.token } }

    /// Only who has the lease of routing may offer a conversation, whatever it believes.
    private func checkRight(to commit: Commit) {
        guard server.isShared, commit.events.contains(where: { $0.type == "offered" }) else { return }
        let (mine, real) = (tokens.withLock { $0["routing"] }, server.read { $0.token(of: "routing") })
        if mine != real {
            server.complain("\(process.name) offers with token \(mine ?? 0) of routing, which is at \(real ?? 0)")
        }
    }

    /// The answer has come back, or its time is over.
    private func finish(
        _ group: [Request], _ answers: [Answer], _ events: [RecordedEvent], isInDoubt: Bool
    ) {
        for (request, answer) in zip(group, answers) {
            if case .commit(let commit) = request.body, case .success(.committed(let positions)) = answer {
                commit.whenDurable?(positions)
            }
        }
        if let feed {
            if isInDoubt { feed.withdraw() } else { feed.confirm() }
        } else {
            log.publish(events)
            if isInDoubt { state.withLock { $0.isInDoubt = true } }
        }
        _ = resolveDoubt()
        for (request, answer) in zip(group, answers) { request.waiting.resume(returning: answer) }
        let goesOn = state.withLock { state in
            state.isWriting = !state.waiting.isEmpty
            return state.isWriting
        }
        if goesOn { begin() }
    }

    /// After a lost answer the end of the log is what the table says.
    private func resolveDoubt() -> Bool {
        guard state.withLock({ $0.isInDoubt }) else { return true }
        guard !server.isCut(process) else { return false }
        log.restart(at: server.read { $0.head })
        state.withLock { $0.isInDoubt = false }
        return true
    }
}

extension RecordedEvent {
    /// The same with its decoded value.
    func having(_ value: (any Sendable)?) -> RecordedEvent {
        RecordedEvent(
            position: position, stream: stream, version: version, type: type, at: at, body: body, message: message,
            value: value)
    }
}

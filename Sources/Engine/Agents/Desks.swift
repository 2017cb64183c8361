import ContactCenter
import Foundation
import Journal
import Logging
import ServiceLifecycle
import Synchronization

/// How long an agent's desktop may be gone.
public struct DeskKeeping: Sendable, Hashable {
    /// Without a desktop for so long, who is on queue goes off queue, and what alerts there goes to others; nothing
    /// watches over desktops when it is no time at all.
    public var lostAfter: Span
    /// Without a desktop and offline for so long, what is connected goes back to its queue; never when it is no time.
    public var handBackAfter: Span

    /// A minute, and a quarter of an hour.
    public init(lostAfter: Span = .seconds(60), handBackAfter: Span = .minutes(15)) {
        self.lostAfter = lostAfter
        self.handBackAfter = handBackAfter
    }
}

/// Watches over the desktops of agents on queue: their notification sockets, at whatever process they are.
///
/// A timer of each agent in the journal is put off for as long as any process has a socket of that agent; when it is
/// due, no process has had one for the time that is allowed. It is set only while a socket is there, so whoever works
/// without sockets is never judged, and it names the moment since when the agent is on queue, so that it means nothing
/// after the agent's next change of presence (`docs/decisions/0031-desktops-are-watched-by-timers.md`).
public final class Desks: Service {
    private struct State {
        /// Open sockets at this process.
        var open: [UserID: Int] = [:]
        /// Whose timers are to be looked at now: a socket or the presence has changed.
        var touched: Set<UserID> = []
        var refreshedAt: Duration?
        var readAt: Duration?
        /// Before this nobody is judged.
        var trustedFrom: Duration = .zero
    }

    private let journal: any Journal
    private let agents: Agents
    private let conversations: Conversations
    private let surroundings: Surroundings
    private let logger: Logger
    private let keeping: DeskKeeping
    private let state = Mutex(State())
    private let nudge = Nudge()

    /// Timers in one commit.
    private static let batchMax = 200
    /// When nobody read the timers for longer, nobody may have been able to put them off either.
    private static let readingGapMax = Duration.seconds(15)

    init(
        journal: any Journal, agents: Agents, conversations: Conversations, keeping: DeskKeeping,
        surroundings: Surroundings, logger: Logger
    ) {
        self.journal = journal
        self.agents = agents
        self.conversations = conversations
        self.keeping = keeping
        self.surroundings = surroundings
        self.logger = logger
    }

    private var isWatching: Bool { keeping.lostAfter.milliseconds > 0 }
    /// Three times in the time that is allowed.
    private var refreshSpan: Span { Span(milliseconds: max(keeping.lostAfter.milliseconds / 3, 50)) }

    // MARK: Sockets

    /// A socket of an agent has opened.
    public func opened(_ user: UserID) {
        state.withLock { state in
            state.open[user, default: 0] += 1
            state.touched.insert(user)
        }
        nudge.call()
    }

    /// A socket of an agent has closed.
    public func closed(_ user: UserID) {
        state.withLock { state in
            let left = (state.open[user] ?? 1) - 1
            state.open[user] = left > 0 ? left : nil
            state.touched.insert(user)
        }
        nudge.call()
    }

    /// An agent came on queue, or went.
    func presenceChanged(_ user: UserID) {
        let isHere = state.withLock { state -> Bool in
            guard state.open[user] != nil else { return false }
            state.touched.insert(user)
            return true
        }
        if isHere { nudge.call() }
    }

    // MARK: Putting off

    /// Puts timers off until shutdown.
    public func run() async throws {
        guard isWatching else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.nudge.wait(atMost: .milliseconds(self.refreshSpan.milliseconds), in: self.surroundings)
                guard !Task.isCancelled else { return }
                do { try await self.refresh() } catch {
                    self.logger.warning("desktops cannot be watched", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func refresh() async throws {
        let now = surroundings.uptime()
        let (users, open) = state.withLock { state -> (Set<UserID>, Set<UserID>) in
            var users = state.touched
            state.touched = []
            let isDue = state.refreshedAt.map { now - $0 >= .milliseconds(refreshSpan.milliseconds) } ?? true
            if isDue {
                users.formUnion(state.open.keys)
                state.refreshedAt = now
            }
            return (users, Set(state.open.keys))
        }
        do {
            var writes: [TimerWrite] = []
            for user in users.sorted() { writes += try await timers(of: user, isHere: open.contains(user)) }
            for start in stride(from: 0, to: writes.count, by: Self.batchMax) {
                try await commit(Array(writes[start..<min(start + Self.batchMax, writes.count)]))
            }
        } catch {
            state.withLock { $0.touched.formUnion(users) }
            throw error
        }
    }

    /// What follows from an agent's having a socket here, or having it no more.
    private func timers(of user: UserID, isHere: Bool) async throws -> [TimerWrite] {
        let agent = try await agents.state(of: user)
        guard let since = agent.presenceAt else { return [] }
        switch agent.systemPresence {
        case .onQueue:
            let span = isHere ? keeping.lostAfter + refreshSpan : keeping.lostAfter
            return [try timer(.deskGone(user, since: since), of: user, after: span)]
        case .offline:
            let task = TimerTask.handBack(user, since: since)
            if isHere { return [.cancel(key: task.key)] }
            return handsBack(user) ? [try timer(task, of: user, after: keeping.handBackAfter)] : []
        default: return []
        }
    }

    private func handsBack(_ user: UserID) -> Bool {
        keeping.handBackAfter.milliseconds > 0 && !conversations.open(of: user).isEmpty
    }

    private func timer(_ task: TimerTask, of user: UserID, after span: Span) throws -> TimerWrite {
        .set(
            TimerRecord(
                key: task.key, stream: StreamID(.user, user), dueAt: surroundings.now() + span,
                body: try JSON.encode(task)))
    }

    private func commit(_ timers: [TimerWrite], under fence: Fence? = nil) async throws(EngineError) {
        var commit = Commit()
        commit.timers = timers
        commit.fence = fence
        let final = commit
        _ = try await journaling { () async throws(JournalError) in try await journal.commit(final) }
    }

    // MARK: Judging

    /// The timers could be read. After a pause in which they could not (a start, a database that did not answer) those
    /// who put them off get the time to do it.
    func timersRead() {
        let now = surroundings.uptime()
        let grace = Duration.milliseconds((keeping.lostAfter + refreshSpan).milliseconds)
        state.withLock { state in
            if state.readAt.map({ now - $0 > Self.readingGapMax }) ?? true { state.trustedFrom = now + grace }
            state.readAt = now
        }
    }

    /// A timer of an agent is due.
    func judge(_ task: TimerTask, of timer: TimerRecord, under fence: Fence?) async throws(EngineError) {
        let user: UserID = timer.stream.key.cast()
        let (wait, isHere) = state.withLock { ($0.trustedFrom - surroundings.uptime(), $0.open[user] != nil) }
        guard wait <= .zero, !isHere, isWatching else { return try await postpone(timer, isHere ? .zero : wait, fence) }
        switch task {
        case .deskGone(_, let since): try await lose(user, since: since, under: fence)
        case .handBack(_, let since):
            let agent = try await agents.state(of: user)
            if agent.systemPresence == .offline, agent.presenceAt == since {
                logger.notice("conversations go back to their queues", metadata: ["agent": "\(user)"])
                try await conversations.requeueAll(of: user, under: fence)
            }
        default: break
        }
        try await commit([.cancel(key: timer.key)], under: fence)
    }

    private func postpone(_ timer: TimerRecord, _ wait: Duration, _ fence: Fence?) async throws(EngineError) {
        guard isWatching else { return try await commit([.cancel(key: timer.key)], under: fence) }
        var later = timer
        later.dueAt = surroundings.now() + max(refreshSpan, Span(milliseconds: wait.milliseconds))
        try await commit([.set(later)], under: fence)
    }

    /// Off queue, and by that (as after any change of presence) without alerts; what is connected stays for a while.
    private func lose(_ user: UserID, since: Instant, under fence: Fence?) async throws(EngineError) {
        // A house without that presence must not hold up everybody's timers.
        guard let definition = try? agents.definition(of: .offline) else { return }
        let agent = try await agents.perform(.deskGone(definition: definition, since: since), on: user, under: fence)
        guard agent.systemPresence == .offline, let gone = agent.presenceAt, handsBack(user) else { return }
        logger.notice("an agent's desktop is gone", metadata: ["agent": "\(user)"])
        let task = TimerTask.handBack(user, since: gone)
        let record = TimerRecord(
            key: task.key, stream: StreamID(.user, user), dueAt: surroundings.now() + keeping.handBackAfter,
            body: try JSON.encode(task))
        try await commit([.set(record)], under: fence)
    }
}

extension Duration {
    /// Whole milliseconds.
    fileprivate var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}

import ContactCenter
import Foundation
import Journal
import Logging
import ServiceLifecycle
import Synchronization

/// A right of this process to do what only one process may do, as it has it now.
struct Tenure: Sendable, Hashable {
    let right: Right
    /// What its commits carry; absent where no other process can be.
    let fence: Fence?
}

/// What one process does at a time.
enum Right: Sendable, Hashable {
    /// Offering conversations to agents.
    case routing
    /// Filling the index of search.
    case search
    /// Telling guests' devices of messages.
    case push
    /// The timers of one part.
    case timers(Int)
    /// What waits to be sent, of one part.
    case outbox(Int)

    /// The rights of which each process takes its share: kind by kind, so that each does some of each.
    static let kinds: [[Right]] = [
        [.routing], [.search], [.push], (0..<Partitions.count).map(Right.timers),
        (0..<Partitions.count).map(Right.outbox),
    ]

    /// The name of the lease.
    var name: String {
        switch self {
        case .routing: "routing"
        case .search: "search"
        case .push: "push"
        case .timers(let part): "timers/\(part)"
        case .outbox(let part): "outbox/\(part)"
        }
    }
}

/// Holds the leases of this process: takes its share, renews it, gives back what is too much, and all of it at the end.
///
/// A lease is acted upon until a margin before its end, reckoned by this machine's steady clock from before the renewal
/// was sent: so it ends here before it ends in the database, however long the answer took. A process that was stopped
/// and goes on finds its time over; what it had half done is refused by the fence.
///
/// Where the journal belongs to this process alone, it has every right and asks nobody.
final class Leaseholder: Service {
    /// How long a lease lasts: how long work waits at most when a process dies, and how long the database may be slow
    /// without work changing hands.
    static let span = Span.seconds(5)
    /// Three tries before a lease ends.
    static let renewalPause = Duration.milliseconds(1_667)
    /// Between two rounds where the database is slow.
    static let renewalPauseMin = Duration.milliseconds(100)
    /// The end of a lease that is not used: more than the clocks of two machines differ in one lease.
    static let margin = Duration.seconds(1)
    /// Each process has a lease of its own under this name, by which the others count it.
    static let nodePrefix = "node/"

    /// This run of this process.
    let node: String
    private let journal: any Journal
    private let surroundings: Surroundings
    private let logger: Logger
    private let state = Mutex(State())
    /// Those who are woken when a right comes or goes.
    private let nudges: Mutex<[Nudge]> = Mutex([])

    private struct State {
        var held: [String: Held] = [:]
    }

    private struct Held {
        let fence: Fence
        var validUntil: Duration
    }

    init(
        journal: any Journal, node: String, surroundings: Surroundings, logger: Logger
    ) {
        self.journal = journal
        self.node = node
        self.logger = logger
        self.surroundings = surroundings
    }

    // MARK: Asking

    /// A right, if this process has it now.
    func tenure(of right: Right) -> Tenure? {
        guard journal.isShared else { return Tenure(right: right, fence: nil) }
        let now = surroundings.uptime()
        guard let held = state.withLock({ $0.held[right.name] }), now < held.validUntil else { return nil }
        return Tenure(right: right, fence: held.fence)
    }

    /// The parts of which this process has the right.
    func partitions(of right: (Int) -> Right) -> Partitions {
        Partitions((0..<Partitions.count).filter { tenure(of: right($0)) != nil })
    }

    /// The journal refused a fence: the right is somebody else's, whatever was believed here.
    func lose(_ tenure: Tenure) {
        let isKnown = state.withLock { state -> Bool in
            guard let fence = tenure.fence, state.held[fence.lease]?.fence == fence else { return false }
            state.held[fence.lease] = nil
            return true
        }
        guard isKnown else { return }
        logger.notice("a lease was lost", metadata: ["lease": "\(tenure.right.name)", "node": "\(node)"])
        tell()
    }

    /// Wakes somebody whenever a right comes or goes.
    func tell(_ nudge: Nudge) { nudges.withLock { $0.append(nudge) } }

    private func tell() { for nudge in nudges.withLock({ $0 }) { nudge.call() } }

    // MARK: Holding

    func run() async throws {
        guard journal.isShared else { return try await gracefulShutdown() }
        logger.info("joins the cluster", metadata: ["node": "\(node)"])
        do {
            try await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    let next = self.surroundings.uptime() + Self.renewalPause
                    await self.renew()
                    try await self.surroundings.sleep(
                        max(next - self.surroundings.uptime(), Self.renewalPauseMin))
                }
            }
        } catch is CancellationError {}
        await giveBackAll()
    }

    /// One round: says that this process lives, renews what it has, takes what it lacks of its share.
    func renew() async {
        do {
            guard try await take(Self.nodePrefix + node) else { return }
            let leases = try await journal.leases()
            let nodes = leases.count { $0.name.hasPrefix(Self.nodePrefix) }
            let taken = Set(leases.filter { $0.owner != node }.map(\.name))
            let before = state.withLock { Set($0.held.values.map(\.fence)) }
            var wanted: [String] = []
            for kind in Right.kinds {
                wanted += try await share(of: kind.map(\.name), taken: taken, among: max(nodes, 1))
            }
            try await take(wanted)
            if before != state.withLock({ Set($0.held.values.map(\.fence)) }) { tell() }
        } catch {
            logger.warning("leases could not be renewed", metadata: ["error": "\(error)", "node": "\(node)"])
        }
    }

    /// Gives back what is too much of a kind; answers what to renew and to take.
    private func share(
        of names: [String], taken: Set<String>, among nodes: Int
    ) async throws(JournalError) -> [String] {
        let shareMax = (names.count + nodes - 1) / nodes
        let mine = state.withLock { state in names.filter { state.held[$0] != nil } }
        for name in mine.dropFirst(shareMax) { try await giveBack(name) }
        let kept = mine.prefix(shareMax)
        // Each process looks for free ones from another place on, so that two that start together seldom collide.
        let offset = Int(node.utf8.reduce(UInt32(5381)) { $0 &* 33 &+ UInt32($1) }) % names.count
        let free = (names[offset...] + names[..<offset]).filter { !taken.contains($0) && !kept.contains($0) }
        return Array(kept + free.prefix(shareMax - kept.count))
    }

    /// All at once: they wait for the same group of commits.
    private func take(_ names: [String]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names { group.addTask { _ = try await self.take(name) } }
            try await group.waitForAll()
        }
    }

    /// Takes or renews a lease; `false` if somebody else has it.
    private func take(_ name: String) async throws(JournalError) -> Bool {
        let sentAt = surroundings.uptime()
        let record = try await journal.takeLease(name, owner: node, for: Self.span)
        state.withLock { state in
            state.held[name] = record.map {
                Held(
                    fence: $0.fence,
                    validUntil: sentAt + .milliseconds(Self.span.milliseconds) - Self.margin)
            }
        }
        return record != nil
    }

    private func giveBack(_ name: String) async throws(JournalError) {
        guard let held = state.withLock({ $0.held.removeValue(forKey: name) }) else { return }
        try await journal.releaseLease(held.fence)
    }

    /// A process that ends does not let the others wait.
    private func giveBackAll() async {
        for name in state.withLock({ Array($0.held.keys) }) {
            do { try await giveBack(name) } catch {
                logger.warning("a lease could not be given back", metadata: ["lease": "\(name)", "error": "\(error)"])
            }
        }
    }
}

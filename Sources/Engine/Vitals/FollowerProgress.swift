import ContactCenter
import Journal
import Synchronization

/// How far a follower or a due service has come. Its owner writes it once in each batch, without a lock; whoever
/// watches over the house reads it at any time.
public final class FollowerProgress: Sendable {
    /// What the watcher sees.
    public struct Reading: Sendable, Equatable {
        public var name: String
        /// It is made ready and at work.
        public var isRunning: Bool
        /// The last event that it has dealt with; `nil` for due work, which has no place in the log.
        public var position: Position?
        /// Since when it has had the work in hand; `nil` when it waits for more.
        public var busySince: Instant?
        /// When the oldest event in hand happened.
        public var oldestAt: Instant?
        /// The work in hand has failed and is tried again.
        public var isFailing: Bool
        /// How often its work failed since the start.
        public var failuresCount: Int64
    }

    public let name: String
    private let hasPosition: Bool
    private let isRunning = Atomic<Bool>(false)
    /// Another process does the work: this one is ready for it, and has no place in the log.
    private let isResting = Atomic<Bool>(false)
    private let position: Atomic<Int64>
    /// Milliseconds since the epoch; 0 for none.
    private let busySince = Atomic<Int64>(0)
    private let oldestAt = Atomic<Int64>(0)
    private let isFailing = Atomic<Bool>(false)
    private let failures = Atomic<Int64>(0)

    /// The progress of a follower that reads the log after `origin`, or of due work.
    init(_ name: String, after origin: Position? = nil) {
        self.name = name
        hasPosition = origin != nil
        position = Atomic(origin?.value ?? 0)
    }

    /// What is known now.
    public var reading: Reading {
        let busySince = busySince.load(ordering: .relaxed)
        let oldestAt = oldestAt.load(ordering: .relaxed)
        return Reading(
            name: name, isRunning: isRunning.load(ordering: .relaxed),
            position: hasPosition && !isResting.load(ordering: .relaxed)
                ? Position(position.load(ordering: .relaxed)) : nil,
            busySince: busySince == 0 ? nil : Instant(milliseconds: busySince),
            oldestAt: oldestAt == 0 ? nil : Instant(milliseconds: oldestAt),
            isFailing: isFailing.load(ordering: .relaxed), failuresCount: failures.load(ordering: .relaxed))
    }

    /// The work goes on, for a follower after this event: who takes over is not behind by what came before.
    func started(after origin: Position? = nil) {
        if let origin { position.store(origin.value, ordering: .relaxed) }
        isResting.store(false, ordering: .relaxed)
        isRunning.store(true, ordering: .relaxed)
    }

    /// Another process has the right to the work.
    func rests() {
        finished()
        isResting.store(true, ordering: .relaxed)
        isRunning.store(true, ordering: .relaxed)
    }

    func stopped() { isRunning.store(false, ordering: .relaxed) }

    /// Work was taken in hand; a repetition after a failure counts from its first attempt.
    func began(at now: Instant, oldestAt: Instant? = nil) {
        guard busySince.load(ordering: .relaxed) == 0 else { return }
        self.oldestAt.store(oldestAt?.milliseconds ?? 0, ordering: .relaxed)
        busySince.store(now.milliseconds, ordering: .relaxed)
    }

    func failed() {
        isFailing.store(true, ordering: .relaxed)
        failures.add(1, ordering: .relaxed)
    }

    /// The work in hand is done, up to this event.
    func finished(at position: Position? = nil) {
        if let position { self.position.store(position.value, ordering: .relaxed) }
        isFailing.store(false, ordering: .relaxed)
        busySince.store(0, ordering: .relaxed)
        oldestAt.store(0, ordering: .relaxed)
    }
}

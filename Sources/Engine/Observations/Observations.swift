import ContactCenter
import Journal
import Routing
import Synchronization

/// What there is in the queues now, how long waits were and how long the next one will be.
///
/// Every process reads the whole log, so every process counts for itself and answers for the whole contact centre; none
/// asks the one that routes (`docs/decisions/0034-every-process-counts.md`). A question costs the same whatever the
/// number of conversations.
public final class Observations: Sendable {
    private let ledger = Mutex(QueueLedger())
    private let rules: InQueueRules
    private let surroundings: Surroundings

    init(rules: InQueueRules, surroundings: Surroundings) {
        self.rules = rules
        self.surroundings = surroundings
    }

    /// A queue now, all its numbers read at once.
    public func observation(of queue: QueueID) -> QueueObservation {
        var observation = read { $0.observation(of: queue, at: $1) }
        guard !serves(queue) else { return observation }
        for index in observation.media.indices { observation.media[index].estimate = nil }
        return observation
    }

    /// How long a conversation that waits in a queue, or the next one that comes, will wait until an agent answers;
    /// `nil` while nobody is on queue, and while the queue does not serve, except for one that an agent is asked for
    /// already. What conditions of groups compare is the ledger's own estimate, which knows nothing of hours.
    public func estimate(
        in queue: QueueID, _ media: MediaType = .message, for conversation: ConversationID? = nil
    ) -> WaitEstimate? {
        let estimate = read { $0.estimate(in: QueueMedium(queue, media), for: conversation, at: $1) }
        return estimate.flatMap { $0.position == 0 || serves(queue) ? $0 : nil }
    }

    private func serves(_ queue: QueueID) -> Bool {
        rules.standing(of: queue, at: surroundings.now()).standing == .open
    }

    /// Where a conversation waits, and its place in line from 1; 0 while an agent is alerted for it. `nil` if it does
    /// not wait.
    public func place(of conversation: ConversationID) -> WaitingPlace? {
        read { ledger, _ in
            ledger.place(of: conversation).map {
                WaitingPlace(
                    queue: $0.medium.queue, media: $0.medium.media, since: $0.since, position: $0.position,
                    lineCount: ledger.reading(of: $0.medium).waitingCount)
            }
        }
    }

    /// How well a queue reached its goal in the last half hour.
    public func serviceLevel(of queue: QueueID, _ media: MediaType = .message) -> ServiceLevel {
        read { $0.serviceLevel(of: QueueMedium(queue, media), at: $1) }
    }

    /// What ended in a queue from one moment to another, in whole quarters of an hour, a day back at most.
    public func stats(
        of queue: QueueID, _ media: MediaType = .message, from start: Instant, to end: Instant
    ) -> IntervalStats {
        read { ledger, _ in ledger.stats(of: QueueMedium(queue, media), from: start, to: end) }
    }

    /// What a queue wants to reach.
    public func goal(of queue: QueueID, _ media: MediaType = .message) -> ServiceLevelGoal {
        read { ledger, _ in ledger.goal(of: QueueMedium(queue, media)) }
    }

    /// The interactions that are counted in a state, the oldest first.
    public func interactions(
        _ state: ObservedState, of queue: QueueID, _ media: MediaType, limit: Int
    ) -> [ObservedInteraction] {
        read { ledger, _ in ledger.interactions(state, of: QueueMedium(queue, media), limit: limit) }
    }

    /// Today so far, by UTC: a contact centre has no time zone of its own.
    public func startOfToday() -> Instant {
        let now = surroundings.now().milliseconds
        let day = Span.hours(24).milliseconds
        return Instant(milliseconds: now - ((now % day) + day) % day)
    }

    func read<Value: Sendable>(_ body: (QueueLedger, Instant) -> Value) -> Value {
        let now = surroundings.now()
        return ledger.withLock { body($0, now) }
    }

    func change<Value: Sendable>(_ body: (inout QueueLedger) -> Value) -> Value { ledger.withLock { body(&$0) } }
}

/// Where a conversation waits.
public struct WaitingPlace: Hashable, Sendable {
    public var queue: QueueID
    public var media: MediaType
    public var since: Instant
    /// From 1; 0 while an agent is alerted for it.
    public var position: Int
    /// How many wait in the line.
    public var lineCount: Int
}

// What the wire shows of routing's counts, under its own name.
public typealias QueueObservation = Routing.QueueObservation
public typealias QueueReading = Routing.QueueReading
public typealias PeopleCount = Routing.PeopleCount
public typealias ServiceLevel = Routing.ServiceLevel
public typealias WaitEstimate = Routing.WaitEstimate
public typealias IntervalStats = Routing.IntervalStats
public typealias DurationStats = Routing.DurationStats
public typealias ObservedState = Routing.ObservedState
public typealias ObservedInteraction = Routing.ObservedInteraction

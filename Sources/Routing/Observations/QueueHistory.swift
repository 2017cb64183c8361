import ContactCenter

/// How one round of waiting in a queue ended.
public enum WaitOutcome: Hashable, Sendable {
    /// An agent answered.
    case answered
    /// The customer left.
    case abandoned
    /// Something else took it out of the queue: a transfer, a flow, somebody who ended it.
    case flowedOut
}

/// What share of a queue's interactions is to be answered, and how soon (`serviceLevel`, reference F.2).
public struct ServiceLevelGoal: Hashable, Sendable {
    /// The share, from 0 to 1.
    public var share: Double
    public var within: Span

    /// The platform's default for messages: 80 % within 20 seconds.
    public static let usual = ServiceLevelGoal(share: 0.8, within: .seconds(20))

    /// A goal.
    public init(share: Double, within: Span) {
        self.share = share
        self.within = within
    }
}

/// How well a queue reached its goal. What flowed out is not counted.
public struct ServiceLevel: Hashable, Sendable {
    /// Answered within the goal's time.
    public var withinCount = 0
    /// Answered or abandoned.
    public var count = 0
    /// The share that is wanted.
    public var target: Double

    /// The share that was reached; `nil` when nothing was answered or abandoned.
    public var ratio: Double? { count == 0 ? nil : Double(withinCount) / Double(count) }

    mutating func add(_ stats: IntervalStats) {
        withinCount += stats.withinCount
        count += stats.answered.count + stats.abandoned.count
    }
}

/// Durations of one kind, summed up.
public struct DurationStats: Hashable, Sendable {
    public private(set) var count = 0
    public private(set) var sumMs: Int64 = 0
    public private(set) var minMs: Int64 = 0
    public private(set) var maxMs: Int64 = 0

    mutating func add(_ span: Span) {
        let value = max(span.milliseconds, 0)
        minMs = count == 0 ? value : min(minMs, value)
        maxMs = max(maxMs, value)
        count += 1
        sumMs += value
    }

    /// Takes in what was summed up elsewhere.
    public mutating func add(_ other: DurationStats) {
        guard other.count > 0 else { return }
        minMs = count == 0 ? other.minMs : min(minMs, other.minMs)
        maxMs = max(maxMs, other.maxMs)
        count += other.count
        sumMs += other.sumMs
    }
}

/// What ended in a queue in a stretch of time. Each is counted when it ends.
public struct IntervalStats: Hashable, Sendable {
    /// Waits that ended with an answer, with the customer's leaving, and otherwise.
    public private(set) var answered = DurationStats()
    public private(set) var abandoned = DurationStats()
    public private(set) var flowedOut = DurationStats()
    /// Answered within the goal's time, as it was then.
    public private(set) var withinCount = 0
    /// Answered or abandoned after it.
    public private(set) var overCount = 0
    /// Interactions from answer to the agent's leaving, holds included, time parked left out.
    public private(set) var talked = DurationStats()
    /// After-call work that was done.
    public private(set) var afterCallWork = DurationStats()

    /// Nothing ended.
    public init() {}

    mutating func add(_ outcome: WaitOutcome, after wait: Span, goal: ServiceLevelGoal) {
        let isWithin = wait < goal.within || wait == goal.within
        switch outcome {
        case .answered:
            answered.add(wait)
            if isWithin { withinCount += 1 } else { overCount += 1 }
        case .abandoned:
            abandoned.add(wait)
            if !isWithin { overCount += 1 }
        case .flowedOut: flowedOut.add(wait)
        }
    }

    mutating func addTalk(_ span: Span) { talked.add(span) }

    mutating func addAfterCallWork(_ span: Span) { afterCallWork.add(span) }

    /// Takes in another stretch.
    public mutating func add(_ other: IntervalStats) {
        answered.add(other.answered)
        abandoned.add(other.abandoned)
        flowedOut.add(other.flowedOut)
        withinCount += other.withinCount
        overCount += other.overCount
        talked.add(other.talked)
        afterCallWork.add(other.afterCallWork)
    }
}

/// The last day of one queue and medium in quarters of an hour, and its last half hour in minutes.
struct QueueHistory: Sendable {
    /// What the sliding service level looks back on.
    static let window = Span.minutes(30)
    static let minute = Span.minutes(1)
    static let quarter = Span.minutes(15)
    /// Quarters that are kept: a day, and the one that is under way.
    static let quartersMax = 24 * 4 + 1

    private(set) var minutes: [Int64: IntervalStats] = [:]
    private(set) var quarters: [Int64: IntervalStats] = [:]

    mutating func add(at now: Instant, _ change: (inout IntervalStats) -> Void) {
        let minute = now.milliseconds / Self.minute.milliseconds
        let quarter = now.milliseconds / Self.quarter.milliseconds
        change(&minutes[minute, default: IntervalStats()])
        change(&quarters[quarter, default: IntervalStats()])
        forget(before: now)
    }

    mutating func absorb(_ other: QueueHistory, at now: Instant) {
        for (minute, stats) in other.minutes { minutes[minute, default: IntervalStats()].add(stats) }
        for (quarter, stats) in other.quarters { quarters[quarter, default: IntervalStats()].add(stats) }
        forget(before: now)
    }

    /// The last half hour, the minute under way included.
    func window(at now: Instant) -> IntervalStats {
        let first = (now.milliseconds - Self.window.milliseconds) / Self.minute.milliseconds
        var sum = IntervalStats()
        for (minute, stats) in minutes where minute > first { sum.add(stats) }
        return sum
    }

    /// What ended from one moment to another, as whole quarters that begin in between.
    func sum(from start: Instant, to end: Instant) -> IntervalStats {
        var sum = IntervalStats()
        for (quarter, stats) in quarters {
            let begins = quarter * Self.quarter.milliseconds
            if begins >= start.milliseconds, begins < end.milliseconds { sum.add(stats) }
        }
        return sum
    }

    private mutating func forget(before now: Instant) {
        let firstMinute = (now.milliseconds - Self.window.milliseconds) / Self.minute.milliseconds
        if minutes.count > Int(Self.window.milliseconds / Self.minute.milliseconds) {
            minutes = minutes.filter { $0.key >= firstMinute }
        }
        guard quarters.count > Self.quartersMax else { return }
        let last = now.milliseconds / Self.quarter.milliseconds
        quarters = quarters.filter { $0.key > last - Int64(Self.quartersMax) }
    }
}

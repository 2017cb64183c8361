import ContactCenter

/// How fast one queue and medium moves, learned from what happens in it: in a fixed number of sums, whatever the
/// traffic.
struct QueuePace: Sendable {
    /// How long the speed of the line is remembered: it follows the hour.
    static let paceHalfLife = Span.minutes(15)
    /// How long handling, alerting and patience are remembered: they change with the people, not the hour.
    static let habitHalfLife = Span.hours(2)
    /// An interaction that was offered sooner than this found a free agent: it says nothing of how fast a line moves.
    static let immediateMax = Span.seconds(1)

    /// How many wait in line, those who are being offered left out.
    private(set) var lineCount = 0
    private var lineChangedAt = Instant(milliseconds: 0)
    private var busySeconds = DecayingSum()
    private var servedCount = DecayingSum()
    private var waitedSeconds = DecayingSum()
    private var leftCount = DecayingSum()
    private var occupiedSeconds = DecayingSum()
    private var occupiedCount = DecayingSum()
    private var alertedSeconds = DecayingSum()
    private var alertedCount = DecayingSum()

    /// The line is of this length from now on.
    mutating func lineChanged(to count: Int, at now: Instant) {
        let seconds = open(at: now)
        busySeconds.add(lineCount > 0 ? seconds : 0, at: now, halfLife: Self.paceHalfLife)
        waitedSeconds.add(Double(lineCount) * seconds, at: now, halfLife: Self.habitHalfLife)
        lineCount = count
        lineChangedAt = max(now, lineChangedAt)
    }

    /// An interaction that had to wait in line was answered.
    mutating func noteServed(at now: Instant) { servedCount.add(1, at: now, halfLife: Self.paceHalfLife) }

    /// A customer left the line.
    mutating func noteLeft(at now: Instant) { leftCount.add(1, at: now, halfLife: Self.habitHalfLife) }

    /// An interaction occupied an agent for so long, after-call work left out.
    mutating func noteHandled(_ span: Span, at now: Instant) {
        occupiedSeconds.add(span.seconds, at: now, halfLife: Self.habitHalfLife)
        occupiedCount.add(1, at: now, halfLife: Self.habitHalfLife)
    }

    /// The after-call work of an interaction that was counted as handled.
    mutating func noteAfterCallWork(_ span: Span, at now: Instant) {
        occupiedSeconds.add(span.seconds, at: now, halfLife: Self.habitHalfLife)
    }

    /// An agent answered after so long an alert.
    mutating func noteAnswer(after span: Span, at now: Instant) {
        alertedSeconds.add(span.seconds, at: now, halfLife: Self.habitHalfLife)
        alertedCount.add(1, at: now, halfLife: Self.habitHalfLife)
    }

    /// What an estimate goes by.
    func reading(at now: Instant) -> Reading {
        let seconds = open(at: now)
        let handled = occupiedCount.read(at: now, halfLife: Self.habitHalfLife)
        let answered = alertedCount.read(at: now, halfLife: Self.habitHalfLife)
        return Reading(
            busySeconds: busySeconds.read(at: now, halfLife: Self.paceHalfLife) + (lineCount > 0 ? seconds : 0),
            servedCount: servedCount.read(at: now, halfLife: Self.paceHalfLife),
            waitedSeconds: waitedSeconds.read(at: now, halfLife: Self.habitHalfLife) + Double(lineCount) * seconds,
            leftCount: leftCount.read(at: now, halfLife: Self.habitHalfLife),
            handleSeconds: handled > Self.leastWeight
                ? occupiedSeconds.read(at: now, halfLife: Self.habitHalfLife) / handled : nil,
            alertSeconds: answered > Self.leastWeight
                ? alertedSeconds.read(at: now, halfLife: Self.habitHalfLife) / answered : nil)
    }

    /// What was learned elsewhere of the time before.
    mutating func absorb(_ other: QueuePace) {
        busySeconds.absorb(other.busySeconds, halfLife: Self.paceHalfLife)
        servedCount.absorb(other.servedCount, halfLife: Self.paceHalfLife)
        waitedSeconds.absorb(other.waitedSeconds, halfLife: Self.habitHalfLife)
        leftCount.absorb(other.leftCount, halfLife: Self.habitHalfLife)
        occupiedSeconds.absorb(other.occupiedSeconds, halfLife: Self.habitHalfLife)
        occupiedCount.absorb(other.occupiedCount, halfLife: Self.habitHalfLife)
        alertedSeconds.absorb(other.alertedSeconds, halfLife: Self.habitHalfLife)
        alertedCount.absorb(other.alertedCount, halfLife: Self.habitHalfLife)
    }

    /// A mean of less than this much of one interaction is forgotten.
    private static let leastWeight = 0.01

    private func open(at now: Instant) -> Double {
        lineCount > 0 ? max((now - lineChangedAt).seconds, 0) : 0
    }

    /// The sums as they count now.
    struct Reading: Hashable, Sendable {
        /// How long somebody waited in line.
        var busySeconds: Double
        /// How many were answered out of it.
        var servedCount: Double
        /// How long all that waited have waited, together.
        var waitedSeconds: Double
        /// How many left it.
        var leftCount: Double
        /// How long an interaction occupies an agent, after-call work included.
        var handleSeconds: Double?
        /// How long an alert lasts before it is answered.
        var alertSeconds: Double?
    }
}

extension Span {
    /// The length in seconds.
    var seconds: Double { Double(milliseconds) / 1_000 }
}

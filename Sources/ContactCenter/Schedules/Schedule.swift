import Foundation

/// A stretch of time by the clock on the wall, once or again and again: opening hours, a holiday (the API's
/// `Schedule`).
///
/// Start and end of each time are what the clock shows: from nine to five is that on the days, too, on which the clock
/// is put forward or back in between.
public struct Schedule: Hashable, Sendable {
    let start: LocalDateTime
    let duration: Int64
    let rule: RecurrenceRule?

    /// The longest time from start to end.
    public static let durationMax = Span.hours(24 * 366)

    /// A schedule that begins for the first time at `start`.
    /// - Parameter rule: when it comes again, as RFC 5545 writes it; once without one.
    public init(start: LocalDateTime, end: LocalDateTime, rule: String? = nil) throws(ScheduleError) {
        guard start < end else { throw .endsBeforeStart }
        duration = end.milliseconds - start.milliseconds
        guard duration <= Self.durationMax.milliseconds else { throw .tooLong }
        self.start = start
        if let rule, !rule.isEmpty { self.rule = try RecurrenceRule(rule) } else { self.rule = nil }
    }

    /// Whether it is that time.
    public func isActive(at instant: Instant, in zone: TimeZone) -> Bool {
        var times = Times(of: self, after: instant, in: zone)
        guard let time = times.next() else { return false }
        return time.start <= instant
    }

    /// When it begins or ends next; `nil` when it is over for good.
    func nextBoundary(after instant: Instant, in zone: TimeZone) -> Instant? {
        var times = Times(of: self, after: instant, in: zone)
        guard let time = times.next() else { return nil }
        if time.start > instant { return time.start }
        while let following = times.next() {
            if following.start > time.end { break }
            if following.start > instant { return following.start }
        }
        return time.end
    }

    /// The times that end after an instant, in order.
    private struct Times: IteratorProtocol {
        private let schedule: Schedule
        private let zone: TimeZone
        private let instant: Instant
        private var days: RecurrenceDays?
        private var isOver = false

        init(of schedule: Schedule, after instant: Instant, in zone: TimeZone) {
            self.schedule = schedule
            self.zone = zone
            self.instant = instant
            // A day more, for clocks that are put forward or back.
            let earliest = zone.local(at: instant).milliseconds - schedule.duration - LocalDateTime.dayMs
            days = schedule.rule.map {
                RecurrenceDays(
                    $0, from: schedule.start.date, skippingTo: LocalDateTime(milliseconds: earliest).date)
            }
        }

        mutating func next() -> (start: Instant, end: Instant)? {
            while let start = nextStart() {
                let end = zone.instant(of: LocalDateTime(milliseconds: start.milliseconds + schedule.duration))
                let begin = zone.instant(of: start)
                if end > instant, begin < end { return (begin, end) }
            }
            return nil
        }

        private mutating func nextStart() -> LocalDateTime? {
            guard !isOver else { return nil }
            guard let day = days?.next() else {
                isOver = true
                return days == nil ? schedule.start : nil
            }
            let start = LocalDateTime(day, timeOfDay: schedule.start.timeOfDay)
            guard !isPast(start) else {
                isOver = true
                return nil
            }
            return start
        }

        /// Whether the rule has ended before this start.
        private func isPast(_ start: LocalDateTime) -> Bool {
            switch schedule.rule?.end {
            case .day(let last): start.date > last
            case .local(let last): start > last
            case .utc(let last): zone.instant(of: start).milliseconds > last.milliseconds
            case .never, .count, nil: false
            }
        }
    }
}

/// Schedules that together say when a business is open (the API's `ScheduleGroup`).
public struct ScheduleGroup: Hashable, Sendable {
    /// What a group says at a moment. A holiday goes before everything, closed before open; what none of the schedules
    /// says anything about is closed.
    public enum State: String, Hashable, Sendable, Codable {
        case open, closed, holiday
    }

    public let zone: TimeZone
    public let open: [Schedule]
    public let closed: [Schedule]
    public let holidays: [Schedule]

    /// Boundaries of schedules that are looked at for one that changes something; after that many the last one counts
    /// as a change, so that one looks again then.
    static let boundariesMax = 500
    /// Changes that are looked at for an opening: closed and holiday take turns at most so often before one is named.
    static let changesMax = 16

    /// A group.
    /// - Parameter zone: an identifier of the time zone database, as `Asia/Tokyo`.
    public init(
        zone: String, open: [Schedule], closed: [Schedule] = [], holidays: [Schedule] = []
    ) throws(ScheduleError) {
        guard let known = TimeZone(identifier: zone) else { throw .timeZone(zone) }
        self.zone = known
        self.open = open
        self.closed = closed
        self.holidays = holidays
    }

    /// What the group says at an instant.
    public func state(at instant: Instant) -> State {
        if holidays.contains(where: { $0.isActive(at: instant, in: zone) }) { return .holiday }
        if closed.contains(where: { $0.isActive(at: instant, in: zone) }) { return .closed }
        return open.contains { $0.isActive(at: instant, in: zone) } ? .open : .closed
    }

    /// When it is open for the first time at one of its changes from this one on; `nil` if that is far off or never.
    /// - Parameter change: as ``nextChange(after:)`` names it.
    public func opening(from change: Instant?) -> Instant? {
        var next = change
        for _ in 0..<Self.changesMax {
            guard let now = next else { return nil }
            if state(at: now) == .open { return now }
            next = nextChange(after: now)
        }
        return nil
    }

    /// When it says something else next; `nil` if never.
    public func nextChange(after instant: Instant) -> Instant? {
        let before = state(at: instant)
        var now = instant
        for _ in 0..<Self.boundariesMax {
            let boundaries = (open + closed + holidays).compactMap { $0.nextBoundary(after: now, in: zone) }
            guard let next = boundaries.min() else { return nil }
            if state(at: next) != before { return next }
            now = next
        }
        return now
    }
}

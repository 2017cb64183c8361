import Foundation

/// A day of the calendar, without a place in the world.
struct CivilDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    let number: Int

    init(number: Int) { self.number = number }

    /// A day by year, month (1 to 12) and day of the month; `nil` if there is no such day.
    init?(_ year: Int, _ month: Int, _ day: Int) {
        guard (1...12).contains(month), day >= 1, day <= Self.daysInMonth(year, month) else { return nil }
        number = Self.number(year, month, day)
    }

    static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    /// Days since the epoch of the proleptic Gregorian calendar; years begin in March here, so that leap days come
    /// last.
    private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = year.floorDivided(by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    var parts: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// 0 is Monday, 6 is Sunday.
    var weekday: Int { (number + 3).modulo(7) }

    static func daysInMonth(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

extension Int {
    /// Rounded down, also below zero.
    func floorDivided(by divisor: Int) -> Int {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    /// Never below zero.
    func modulo(_ divisor: Int) -> Int { self - floorDivided(by: divisor) * divisor }
}

/// What a clock on the wall and the calendar beside it say, in whatever place: the API's `LocalDateTime`.
public struct LocalDateTime: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00 of the same clock.
    public let milliseconds: Int64

    static let dayMs: Int64 = 86_400_000

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    init(_ date: CivilDate, timeOfDay: Int64) { milliseconds = Int64(date.number) * Self.dayMs + timeOfDay }

    /// Reads `2026-03-08T09:00:00`, with or without seconds and their fraction; `nil` for anything else, as for a time
    /// with a zone.
    public init?(_ text: String) {
        let form = /(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?/
        guard let found = text.wholeMatch(of: form)?.output,
            let year = Int(found.1), let month = Int(found.2), let day = Int(found.3),
            let date = CivilDate(year, month, day), let hour = Int64(found.4), let minute = Int64(found.5)
        else { return nil }
        let second = found.6.flatMap { Int64($0) } ?? 0
        guard hour < 24, minute < 60, second < 60 else { return nil }
        let fraction = found.7.flatMap { Int64(($0 + "000").prefix(3)) } ?? 0
        self.init(date, timeOfDay: ((hour * 60 + minute) * 60 + second) * 1_000 + fraction)
    }

    /// Earlier before later.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    var date: CivilDate { CivilDate(number: Int(milliseconds).floorDivided(by: Int(Self.dayMs))) }
    var timeOfDay: Int64 { Int64(Int(milliseconds).modulo(Int(Self.dayMs))) }
}

extension TimeZone {
    private func offset(at instant: Instant) -> Int64 {
        let date = Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000)
        return Int64(secondsFromGMT(for: date)) * 1_000
    }

    /// What a clock here shows.
    func local(at instant: Instant) -> LocalDateTime {
        LocalDateTime(milliseconds: instant.milliseconds + offset(at: instant))
    }

    /// When a clock here shows this. Of an hour that comes twice the first; an hour that is left out is reckoned as if
    /// the clock had not been put forward yet (RFC 5545, section 3.3.5).
    func instant(of local: LocalDateTime) -> Instant {
        let wall = local.milliseconds
        // No two changes of a clock are nearer than that.
        let before = offset(at: Instant(milliseconds: wall - LocalDateTime.dayMs))
        let after = offset(at: Instant(milliseconds: wall + LocalDateTime.dayMs))
        let candidates = [before, after].map { (offset: $0, instant: Instant(milliseconds: wall - $0)) }
        let right = candidates.filter { offset(at: $0.instant) == $0.offset }
        return right.map(\.instant).min() ?? Instant(milliseconds: wall - before)
    }
}

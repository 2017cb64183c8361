import Foundation

/// Why a schedule cannot be as it was wanted; in words for people.
public enum ScheduleError: Error, Hashable, Sendable {
    /// A part of the rule is unknown, is not one of those that we evaluate, or has a wrong value.
    case rule(part: String)
    /// The end is not after the start.
    case endsBeforeStart
    /// One opening is longer than ``Schedule/durationMax``.
    case tooLong
    /// There is no such time zone.
    case timeZone(String)
}

/// When something comes again: the part of RFC 5545's recurrence rules that opening hours and holidays need. `FREQ`
/// from `DAILY` to `YEARLY`, `INTERVAL`, `COUNT`, `UNTIL`, `BYDAY` (also with a number), `BYMONTHDAY`, `BYMONTH`,
/// `BYSETPOS`, `WKST`. Parts that the rule leaves out are taken from its first day.
public struct RecurrenceRule: Hashable, Sendable {
    enum Frequency: String, Sendable {
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    /// A weekday, or with an ordinal the first, second, … or last one of the month or year.
    struct Weekday: Hashable, Sendable {
        /// 0 is Monday.
        var day: Int
        var ordinal: Int?
    }

    enum End: Hashable, Sendable {
        case never
        case count(Int)
        /// The last day, whole.
        case day(CivilDate)
        /// The last start, by the clock of the place.
        case local(LocalDateTime)
        /// The last start, by the clock of Greenwich.
        case utc(LocalDateTime)
    }

    var frequency: Frequency
    var interval = 1
    var end = End.never
    var weekdays: [Weekday] = []
    var monthDays: [Int] = []
    var months: [Int] = []
    var positions: [Int] = []
    var weekStart = 0

    /// More than anybody writes by hand; each is gone through when something is asked of the rule.
    public static let countMax = 10_000
    /// Days, weeks, months or years between two.
    public static let intervalMax = 1_000

    private static let dayNames = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

    /// Reads a rule, as `FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR`.
    public init(_ text: String) throws(ScheduleError) {
        var parts: [String: String] = [:]
        let rule = text.hasPrefix("RRULE:") ? text.dropFirst(6) : text[...]
        for part in rule.split(separator: ";") {
            let halves = part.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, parts[String(halves[0])] == nil else { throw .rule(part: String(part)) }
            parts[halves[0].uppercased()] = halves[1].uppercased()
        }
        guard let name = parts.removeValue(forKey: "FREQ"), let frequency = Frequency(rawValue: name) else {
            throw .rule(part: "FREQ")
        }
        self.frequency = frequency
        for (name, value) in parts.sorted(by: { $0.key < $1.key }) { try read(name, value) }
        if parts["COUNT"] != nil, parts["UNTIL"] != nil { throw .rule(part: "UNTIL=\(parts["UNTIL"] ?? "")") }
        let hasOrdinals = weekdays.contains { $0.ordinal != nil }
        if hasOrdinals, frequency == .daily || frequency == .weekly {
            throw .rule(part: "BYDAY=\(parts["BYDAY"] ?? "")")
        }
        if frequency == .weekly, !monthDays.isEmpty { throw .rule(part: "BYMONTHDAY=\(parts["BYMONTHDAY"] ?? "")") }
    }

    private mutating func read(_ name: String, _ value: String) throws(ScheduleError) {
        let wrong = ScheduleError.rule(part: "\(name)=\(value)")
        switch name {
        case "INTERVAL":
            guard let number = Int(value), (1...Self.intervalMax).contains(number) else { throw wrong }
            interval = number
        case "COUNT":
            guard let number = Int(value), (1...Self.countMax).contains(number) else { throw wrong }
            end = .count(number)
        case "UNTIL":
            guard let until = Self.until(value) else { throw wrong }
            end = until
        case "BYDAY":
            weekdays = try Self.list(value, else: wrong, Self.weekday)
        case "BYMONTHDAY": monthDays = try Self.list(value, else: wrong) { Self.number($0, upTo: 31) }
        case "BYMONTH":
            months = try Self.list(value, else: wrong) { Int($0).flatMap { (1...12).contains($0) ? $0 : nil } }
        case "BYSETPOS": positions = try Self.list(value, else: wrong) { Self.number($0, upTo: 366) }
        case "WKST":
            guard let day = Self.dayNames.firstIndex(of: value) else { throw wrong }
            weekStart = day
        default: throw wrong
        }
    }

    private static func list<Value>(
        _ text: String, else error: ScheduleError, _ read: (Substring) -> Value?
    ) throws(ScheduleError) -> [Value] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let values = parts.compactMap(read)
        guard values.count == parts.count else { throw error }
        return values
    }

    /// From 1, or from the end with a minus.
    private static func number(_ text: Substring, upTo most: Int) -> Int? {
        Int(text).flatMap { $0 != 0 && abs($0) <= most ? $0 : nil }
    }

    private static func weekday(_ text: Substring) -> Weekday? {
        guard let day = dayNames.firstIndex(of: String(text.suffix(2))) else { return nil }
        let ordinal = text.dropLast(2)
        guard !ordinal.isEmpty else { return Weekday(day: day) }
        return number(ordinal, upTo: 53).map { Weekday(day: day, ordinal: $0) }
    }

    private static func until(_ text: String) -> End? {
        let form = /(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?/
        guard let found = text.wholeMatch(of: form)?.output else { return nil }
        guard let hour = found.4, let minute = found.5, let second = found.6 else {
            guard let year = Int(found.1), let month = Int(found.2), let day = Int(found.3) else { return nil }
            return CivilDate(year, month, day).map(End.day)
        }
        let local = LocalDateTime("\(found.1)-\(found.2)-\(found.3)T\(hour):\(minute):\(second)")
        return local.map { found.7 == nil ? .local($0) : .utc($0) }
    }
}

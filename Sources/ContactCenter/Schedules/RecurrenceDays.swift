/// The days of a recurrence rule, in order, from its first one or from a later day on.
struct RecurrenceDays: Sequence, IteratorProtocol {
    private let rule: RecurrenceRule
    private let first: CivilDate
    private var period: Int
    private var pending: ArraySlice<CivilDate> = []
    private var countLeft: Int?
    private var emptyPeriods = 0

    /// So many days, weeks, months or years without any and there will be none: leap days are at most eight years
    /// apart.
    private static let emptyPeriodsMax = 4_000

    /// - Parameter later: where nothing is counted, days before may be left out.
    init(_ rule: RecurrenceRule, from first: CivilDate, skippingTo later: CivilDate? = nil) {
        self.rule = rule
        self.first = first
        period = 0
        if case .count(let count) = rule.end {
            countLeft = count
        } else if let later, later > first {
            period = Swift.max(0, (Self.number(of: later, rule) - Self.number(of: first, rule)) / rule.interval - 1)
        }
    }

    mutating func next() -> CivilDate? {
        guard countLeft ?? 1 > 0 else { return nil }
        while pending.isEmpty {
            guard emptyPeriods < Self.emptyPeriodsMax else { return nil }
            let days = days(of: Self.number(of: first, rule) + period * rule.interval).filter { $0 >= first }
            pending = days[...]
            period += 1
            emptyPeriods = days.isEmpty ? emptyPeriods + 1 : 0
        }
        countLeft = countLeft.map { $0 - 1 }
        return pending.removeFirst()
    }

    /// The number of the day, week, month or year.
    private static func number(of date: CivilDate, _ rule: RecurrenceRule) -> Int {
        switch rule.frequency {
        case .daily: date.number
        case .weekly: (date.number + 3 - rule.weekStart).floorDivided(by: 7)
        case .monthly: date.parts.year * 12 + date.parts.month - 1
        case .yearly: date.parts.year
        }
    }

    private func days(of number: Int) -> [CivilDate] {
        let all: [CivilDate]
        switch rule.frequency {
        case .daily:
            all = [CivilDate(number: number)].filter { isOfMonths($0) && isOfMonthDays($0) && isOfWeekdays($0) }
        case .weekly:
            let wanted = rule.weekdays.isEmpty ? [first.weekday] : rule.weekdays.map(\.day)
            let monday = number * 7 - 3 + rule.weekStart
            all = (monday..<monday + 7).map(CivilDate.init).filter { wanted.contains($0.weekday) && isOfMonths($0) }
        case .monthly:
            let (year, month) = (number.floorDivided(by: 12), number.modulo(12) + 1)
            all = rule.months.isEmpty || rule.months.contains(month) ? days(of: year, month) : []
        case .yearly: all = daysOfYear(number)
        }
        guard !rule.positions.isEmpty else { return all }
        let chosen = rule.positions.compactMap { position -> CivilDate? in
            let index = position > 0 ? position - 1 : all.count + position
            return all.indices.contains(index) ? all[index] : nil
        }
        return Set(chosen).sorted()
    }

    private func daysOfYear(_ year: Int) -> [CivilDate] {
        if rule.months.isEmpty, rule.monthDays.isEmpty, !rule.weekdays.isEmpty {
            let days = (1...12).flatMap { Self.allDays(of: year, $0) }
            return chosen(rule.weekdays, of: days)
        }
        var months = rule.months.sorted()
        if months.isEmpty { months = rule.monthDays.isEmpty ? [first.parts.month] : Array(1...12) }
        return months.flatMap { days(of: year, $0) }
    }

    private func days(of year: Int, _ month: Int) -> [CivilDate] {
        let all = Self.allDays(of: year, month)
        if rule.monthDays.isEmpty, rule.weekdays.isEmpty {
            let day = first.parts.day
            return day <= all.count ? [all[day - 1]] : []
        }
        let ofWeek = rule.weekdays.isEmpty ? all : chosen(rule.weekdays, of: all)
        return ofWeek.filter(isOfMonthDays)
    }

    private func chosen(_ weekdays: [RecurrenceRule.Weekday], of days: [CivilDate]) -> [CivilDate] {
        var found: Set<CivilDate> = []
        for weekday in weekdays {
            let same = days.filter { $0.weekday == weekday.day }
            guard let ordinal = weekday.ordinal else {
                found.formUnion(same)
                continue
            }
            let index = ordinal > 0 ? ordinal - 1 : same.count + ordinal
            if same.indices.contains(index) { found.insert(same[index]) }
        }
        return found.sorted()
    }

    private static func allDays(of year: Int, _ month: Int) -> [CivilDate] {
        guard let first = CivilDate(year, month, 1) else { return [] }
        return (0..<CivilDate.daysInMonth(year, month)).map { CivilDate(number: first.number + $0) }
    }

    private func isOfMonths(_ date: CivilDate) -> Bool { rule.months.isEmpty || rule.months.contains(date.parts.month) }

    private func isOfWeekdays(_ date: CivilDate) -> Bool {
        rule.weekdays.isEmpty || rule.weekdays.contains { $0.day == date.weekday }
    }

    private func isOfMonthDays(_ date: CivilDate) -> Bool {
        guard !rule.monthDays.isEmpty else { return true }
        let (year, month, day) = date.parts
        let fromEnd = day - CivilDate.daysInMonth(year, month) - 1
        return rule.monthDays.contains { $0 == day || $0 == fromEnd }
    }
}

import Foundation
import Testing

@testable import ContactCenter

@Suite("Opening hours")
struct ScheduleTests {
    private static let weekdays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"

    private func instant(_ text: String) throws -> Instant {
        Instant(milliseconds: Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970 * 1_000))
    }

    private func schedule(_ start: String, _ end: String, _ rule: String? = nil) throws -> Schedule {
        try Schedule(
            start: try #require(LocalDateTime(start)), end: try #require(LocalDateTime(end)), rule: rule)
    }

    private func group(
        _ zone: String, open: [Schedule], closed: [Schedule] = [], holidays: [Schedule] = []
    ) throws -> ScheduleGroup {
        try ScheduleGroup(zone: zone, open: open, closed: closed, holidays: holidays)
    }

    @Test("a local time is read with or without seconds, and never with a zone")
    func localTimes() throws {
        let noon = try #require(LocalDateTime("2026-11-28T12:00"))
        for text in ["2026-11-28T12:00:00", "2026-11-28T12:00:00.0", "2026-11-28T12:00:00.000000"] {
            #expect(LocalDateTime(text) == noon, "\(text)")
        }
        #expect(LocalDateTime("2026-11-28T12:00:00.5")?.milliseconds == noon.milliseconds + 500)
        #expect(LocalDateTime("1970-01-01T00:00:00")?.milliseconds == 0)
        #expect(LocalDateTime("1969-12-31T23:59:59")?.milliseconds == -1_000)
        for text in [
            "2026-11-28T12:00:00Z", "2026-11-28T12:00:00+09:00", "2026-02-29T00:00:00", "2026-13-01T00:00:00",
            "2026-11-28T24:00:00", "2026-11-28", "", "noon",
        ] { #expect(LocalDateTime(text) == nil, "\(text)") }
    }

    @Test("days of the calendar and their numbers are the same, for eight hundred years")
    func calendar() throws {
        var last = try #require(CivilDate(1_799, 12, 31))
        for _ in 0..<292_194 {
            let next = CivilDate(number: last.number + 1)
            let (year, month, day) = next.parts
            if CivilDate(year, month, day) != next || next.weekday != (last.weekday + 1) % 7 {
                Issue.record("day \(next.number) is \(year)-\(month)-\(day)")
            }
            last = next
        }
        #expect(last == CivilDate(2_599, 12, 31))
        #expect(CivilDate(2026, 11, 28)?.weekday == 5)
    }

    @Test(
        "a rule comes again on these days",
        arguments: [
            ("FREQ=DAILY;INTERVAL=2;COUNT=3", "2026-12-30", ["2026-12-30", "2027-01-01", "2027-01-03"]),
            ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=-1", "2026-03-01", ["2027-02-28", "2028-02-29"]),
            ("FREQ=DAILY;BYDAY=SA,SU", "2026-11-27", ["2026-11-28", "2026-11-29", "2026-12-05"]),
            ("FREQ=WEEKLY", "2026-12-28", ["2026-12-28", "2027-01-04"]),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "2026-11-25", ["2026-11-25", "2026-12-07", "2026-12-09"]),
            (
                "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05",
                ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"]
            ),
            (
                "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05",
                ["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"]
            ),
            ("FREQ=MONTHLY", "2026-01-31", ["2026-01-31", "2026-03-31", "2026-05-31"]),
            ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31"]),
            ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", "2026-11-27", ["2026-11-27", "2026-12-25"]),
            ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-02-01", ["2026-02-13", "2026-03-13", "2026-11-13"]),
            ("FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", ["1997-09-04", "1997-10-07", "1997-11-06"]),
            ("FREQ=YEARLY", "2024-02-29", ["2024-02-29", "2028-02-29", "2032-02-29"]),
            ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", ["1997-05-19", "1998-05-18", "1999-05-17"]),
            ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-01-01", ["2026-11-26", "2027-11-25"]),
            ("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4", "2026-01-01", ["2026-11-26", "2027-11-25"]),
            ("FREQ=YEARLY;BYMONTH=1;BYDAY=2MO", "2026-01-12", ["2026-01-12", "2027-01-11", "2028-01-10"]),
            ("FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=1,7", "2026-06-01", ["2026-07-01", "2027-01-01", "2027-07-01"]),
        ])
    func days(rule: String, first: String, expected: [String]) throws {
        let start = try #require(LocalDateTime(first + "T00:00")).date
        let days = RecurrenceDays(try RecurrenceRule(rule), from: start)
        let found = days.prefix(expected.count).map { day in
            let (year, month, day) = day.parts
            return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
        }
        #expect(found == expected)
        if let text = rule.firstMatch(of: /COUNT=(\d+)/)?.1 {
            #expect(Array(days).count == Int(text))
        }
    }

    @Test("a day that never comes ends the rule instead of the program")
    func never() throws {
        let start = try #require(CivilDate(2026, 1, 1))
        let rule = try RecurrenceRule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
        #expect(Array(RecurrenceDays(rule, from: start)).isEmpty)
    }

    @Test(
        "what a rule may not say is refused",
        arguments: [
            "BYDAY=MO", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=MO,", "FREQ=DAILY;INTERVAL=0",
            "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=10001", "FREQ=DAILY;COUNT=3;UNTIL=20270101",
            "FREQ=DAILY;BYHOUR=3", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=DAILY;FREQ=WEEKLY", "FREQ=DAILY;UNTIL=2027",
            "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=YEARLY;BYMONTH=0", "FREQ", "nonsense",
        ])
    func refused(rule: String) {
        #expect(throws: ScheduleError.self) { try RecurrenceRule(rule) }
    }

    @Test("a schedule that ends before it starts, or lasts for years, is refused; so is an unknown time zone")
    func refusedSchedules() {
        #expect(throws: ScheduleError.endsBeforeStart) { try schedule("2026-01-01T09:00", "2026-01-01T09:00") }
        #expect(throws: ScheduleError.tooLong) { try schedule("2026-01-01T09:00", "2028-01-01T09:00") }
        #expect(throws: ScheduleError.timeZone("Asia/Edo")) { try ScheduleGroup(zone: "Asia/Edo", open: []) }
    }

    @Test(
        "from nine to five in New York is that before and after the clock changes",
        arguments: [
            ("2026-03-06T13:59:59Z", false, "2026-03-06T14:00:00Z"),
            ("2026-03-06T14:00:00Z", true, "2026-03-06T22:00:00Z"),
            ("2026-03-06T22:00:00Z", false, "2026-03-09T13:00:00Z"),
            ("2026-03-09T13:00:00Z", true, "2026-03-09T21:00:00Z"),
            ("2026-10-30T13:00:00Z", true, "2026-10-30T21:00:00Z"),
            ("2026-10-30T21:00:00Z", false, "2026-11-02T14:00:00Z"),
            ("2026-12-31T23:00:00Z", false, "2027-01-01T14:00:00Z"),
            ("2025-12-31T12:00:00Z", false, "2026-01-05T14:00:00Z"),
        ])
    func newYork(at: String, isOpen: Bool, change: String) throws {
        let hours = try group(
            "America/New_York", open: [try schedule("2026-01-05T09:00", "2026-01-05T17:00", Self.weekdays)])
        #expect(hours.state(at: try instant(at)) == (isOpen ? .open : .closed))
        #expect(hours.nextChange(after: try instant(at)) == (try instant(change)))
    }

    @Test(
        "a time that the change of the clock falls into begins and ends by the clock",
        arguments: [
            // Seven hours of night, and nine.
            ("2026-03-07T22:00", "2026-03-08T06:00", "2026-03-08T03:00:00Z", "2026-03-08T10:00:00Z"),
            ("2026-10-31T22:00", "2026-11-01T06:00", "2026-11-01T02:00:00Z", "2026-11-01T11:00:00Z"),
            // Half past two is left out; half past one comes twice, and the first time counts.
            ("2026-03-08T02:30", "2026-03-08T04:00", "2026-03-08T07:30:00Z", "2026-03-08T08:00:00Z"),
            ("2026-11-01T01:30", "2026-11-01T03:00", "2026-11-01T05:30:00Z", "2026-11-01T08:00:00Z"),
        ])
    func clockChange(start: String, end: String, begins: String, ends: String) throws {
        let hours = try group("America/New_York", open: [try schedule(start, end)])
        let (begin, end) = (try instant(begins), try instant(ends))
        let before = Instant(milliseconds: begin.milliseconds - 1)
        #expect(hours.nextChange(after: before) == begin)
        #expect(hours.nextChange(after: begin) == end)
        #expect(hours.nextChange(after: end) == nil)
        #expect(
            [before, begin, Instant(milliseconds: end.milliseconds - 1), end].map(hours.state)
                == [.closed, .open, .open, .closed])
    }

    @Test("in Japan the end of the year is a holiday each year, and a holiday goes before everything")
    func japan() throws {
        let hours = try group(
            "Asia/Tokyo", open: [try schedule("2026-01-05T09:00", "2026-01-05T18:00", "FREQ=DAILY")],
            closed: [try schedule("2026-01-05T12:00", "2026-01-05T13:00", "FREQ=DAILY")],
            holidays: [try schedule("2025-12-29T00:00", "2026-01-04T00:00", "FREQ=YEARLY")])
        let states = try [
            "2026-12-28T02:59:00Z", "2026-12-28T03:00:00Z", "2026-12-28T04:00:00Z", "2026-12-28T15:00:00Z",
            "2026-12-31T15:00:00Z", "2027-01-03T14:59:59Z", "2027-01-03T15:00:00Z", "2027-01-04T00:00:00Z",
            "2027-12-28T15:00:00Z",
        ].map { hours.state(at: try instant($0)) }
        #expect(
            states == [.open, .closed, .open, .holiday, .holiday, .holiday, .closed, .open, .holiday])
        #expect(hours.nextChange(after: try instant("2026-12-30T00:00:00Z")) == (try instant("2027-01-03T15:00:00Z")))
    }

    @Test("the next opening is that behind a holiday; where nothing opens any more none is named")
    func opening() throws {
        let hours = try group(
            "Asia/Tokyo", open: [try schedule("2026-12-25T09:00", "2026-12-25T18:00", "FREQ=DAILY;UNTIL=20270105")],
            holidays: [try schedule("2026-12-29T00:00", "2027-01-04T00:00")])
        func opening(_ text: String) throws -> Instant? {
            hours.opening(from: hours.nextChange(after: try instant(text)))
        }
        // From the evening before the holiday, and from within it, to nine o'clock behind it.
        #expect(try opening("2026-12-28T10:00:00Z") == (try instant("2027-01-04T00:00:00Z")))
        #expect(try opening("2026-12-30T10:00:00Z") == (try instant("2027-01-04T00:00:00Z")))
        #expect(try opening("2026-12-27T10:00:00Z") == (try instant("2026-12-28T00:00:00Z")))
        #expect(try opening("2027-01-05T10:00:00Z") == nil)
    }

    @Test(
        "a rule that ends closes for good",
        arguments: [
            "FREQ=DAILY;COUNT=3", "FREQ=DAILY;UNTIL=20261226", "FREQ=DAILY;UNTIL=20261226T090000",
            "FREQ=DAILY;UNTIL=20261226T000000Z",
        ])
    func ends(rule: String) throws {
        let hours = try group("Asia/Tokyo", open: [try schedule("2026-12-24T09:00", "2026-12-24T17:00", rule)])
        #expect(hours.state(at: try instant("2026-12-26T00:00:00Z")) == .open)
        #expect(hours.nextChange(after: try instant("2026-12-26T00:00:00Z")) == (try instant("2026-12-26T08:00:00Z")))
        #expect(hours.nextChange(after: try instant("2026-12-26T08:00:00Z")) == nil)
        #expect(hours.state(at: try instant("2026-12-27T00:00:00Z")) == .closed)
    }

    @Test("round the clock never changes within a year, and a group of nothing is closed")
    func always() throws {
        let day = try schedule("2026-01-01T00:00", "2026-01-02T00:00", "FREQ=DAILY")
        let hours = try group("Europe/Berlin", open: [day])
        let now = try instant("2026-06-01T00:00:00Z")
        let change = try #require(hours.nextChange(after: now))
        #expect(change - now > .hours(24 * 365))
        let nothing = try group("UTC", open: [])
        #expect(nothing.state(at: now) == .closed)
        #expect(nothing.nextChange(after: now) == nil)
    }

    @Test("the next change is the first moment at which the state is another", arguments: [1, 2, 3, 4] as [UInt64])
    func nextChange(seed: UInt64) throws {
        var chance = SeededGenerator(state: seed)
        let zone = ["America/New_York", "Asia/Tokyo", "Europe/Berlin", "Australia/Lord_Howe"][Int(seed) - 1]
        let hours = try group(
            zone,
            open: [
                try schedule("2025-01-06T08:30", "2025-01-06T12:00", Self.weekdays),
                try schedule("2025-01-06T13:00", "2025-01-06T17:30", Self.weekdays),
                try schedule("2025-01-04T22:00", "2025-01-05T02:30", "FREQ=WEEKLY"),
            ], closed: [try schedule("2025-01-31T10:00", "2025-01-31T11:00", "FREQ=MONTHLY;BYMONTHDAY=-1")],
            holidays: [try schedule("2025-12-24T00:00", "2025-12-27T00:00", "FREQ=YEARLY")])
        let start = try instant("2026-01-01T00:00:00Z")
        for _ in 0..<150 {
            let now = start + Span(milliseconds: Int64.random(in: 0...(400 * 86_400_000), using: &chance))
            let change = try #require(hours.nextChange(after: now))
            let state = hours.state(at: now)
            #expect(change > now)
            #expect(hours.state(at: change) != state)
            for _ in 0..<5 {
                let between = Int64.random(in: now.milliseconds..<change.milliseconds, using: &chance)
                #expect(hours.state(at: Instant(milliseconds: between)) == state)
            }
        }
    }
}

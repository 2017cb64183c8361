import ContactCenter
import Foundation

/// A point in time as the wire writes it: `2026-01-31T09:05:00.123Z`. DTOs hold this in place of ``Instant``, whose own
/// coding is a number.
public struct WireDate: Hashable, Comparable, Sendable {
    /// The point in time.
    public let instant: Instant

    /// The wire's form of an instant.
    public init(_ instant: Instant) { self.instant = instant }

    /// Reads ISO-8601 with or without a fraction; without an offset it is UTC (reference, Traps: Python's naive dates).
    /// `nil` for anything else, and for years outside 1 to 9999.
    public init?(_ text: some StringProtocol) {
        guard let milliseconds = WireDateParser.milliseconds(Array(text.utf8)) else { return nil }
        instant = Instant(milliseconds: milliseconds)
    }

    /// Earlier before later.
    public static func < (left: Self, right: Self) -> Bool { left.instant < right.instant }
}

extension WireDate: CustomStringConvertible {
    /// The text on the wire.
    public var description: String {
        let day = instant.milliseconds.flooredQuotient(by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: day)
        let time = instant.milliseconds - day * 86_400_000
        return [
            padded(date.year, 4), "-", padded(date.month, 2), "-", padded(date.day, 2), "T",
            padded(time / 3_600_000, 2), ":", padded(time / 60_000 % 60, 2), ":", padded(time / 1_000 % 60, 2), ".",
            padded(time % 1_000, 3), "Z",
        ].joined()
    }

    private func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension WireDate: Codable {
    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let date = WireDate(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO-8601 date")
        }
        self = date
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A day of the proleptic Gregorian calendar. The conversion is Howard Hinnant's (chrono-compatible date algorithms).
struct CivilDate: Equatable {
    let year: Int64
    let month: Int64
    let day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredQuotient(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity, so that times before 1970 fall into the right day.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}

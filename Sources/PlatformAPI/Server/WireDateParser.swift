/// Reads the profile of ISO-8601 that clients send: `YYYY-MM-DD[T ]hh:mm[:ss[.f…]][Z|±hh:mm|±hhmm|±hh]`, or a date
/// alone.
struct WireDateParser {
    private let bytes: [UInt8]
    private var position = 0

    /// Milliseconds since the epoch; digits beyond the third of the fraction are dropped.
    static func milliseconds(_ bytes: [UInt8]) -> Int64? {
        var parser = WireDateParser(bytes: bytes)
        guard let days = parser.date() else { return nil }
        let midnight = days * 86_400_000
        if parser.atEnd { return midnight }
        guard let time = parser.time(), let offset = parser.offset(), parser.atEnd else { return nil }
        return midnight + time - offset
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var atEnd: Bool { position == bytes.count }

    private mutating func date() -> Int64? {
        guard let year = number(digits: 4), year >= 1, take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2), (1...12).contains(month), day >= 1
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        let days = date.daysSinceEpoch
        // The way there and back rejects days that the month does not have.
        return CivilDate(daysSinceEpoch: days) == date ? days : nil
    }

    private mutating func time() -> Int64? {
        guard take("T") || take("t") || take(" "), let hour = number(digits: 2), hour < 24, take(":"),
            let minute = number(digits: 2), minute < 60
        else { return nil }
        var milliseconds = hour * 3_600_000 + minute * 60_000
        guard take(":") else { return milliseconds }
        // A leap second is taken as the first instant of the next minute.
        guard let second = number(digits: 2), second <= 60 else { return nil }
        milliseconds += second * 1_000
        guard take(".") || take(",") else { return milliseconds }
        guard let fraction = fraction() else { return nil }
        return milliseconds + fraction
    }

    private mutating func fraction() -> Int64? {
        var scale: Int64 = 100
        var value: Int64 = 0
        let start = position
        while let digit = digit() {
            value += digit * scale
            scale /= 10
        }
        return position > start ? value : nil
    }

    private mutating func offset() -> Int64? {
        if atEnd || take("Z") || take("z") { return 0 }
        let sign: Int64
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), hours < 24 else { return nil }
        var minutes: Int64 = 0
        if !atEnd {
            _ = take(":")
            guard let read = number(digits: 2), read < 60 else { return nil }
            minutes = read
        }
        return sign * (hours * 3_600_000 + minutes * 60_000)
    }

    private mutating func number(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int64? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position += 1 }
        return Int64(bytes[position] - UInt8(ascii: "0"))
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }
}

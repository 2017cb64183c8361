/// A point in time: milliseconds since 1970-01-01T00:00:00Z. The wire's resolution, and what the journal stores.
public struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since the epoch.
    public let milliseconds: Int64

    /// An instant from milliseconds since the epoch.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Earlier before later.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// The instant `span` later.
    public static func + (left: Self, span: Span) -> Self {
        Instant(milliseconds: left.milliseconds + span.milliseconds)
    }

    /// The time from `right` to `left`.
    public static func - (left: Self, right: Self) -> Span {
        Span(milliseconds: left.milliseconds - right.milliseconds)
    }
}

/// A length of time in milliseconds.
public struct Span: Hashable, Comparable, Sendable {
    /// The length in milliseconds.
    public let milliseconds: Int64

    /// A span of milliseconds.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// A span of seconds.
    public static func seconds(_ seconds: Int64) -> Self { Span(milliseconds: seconds * 1_000) }
    /// A span of minutes.
    public static func minutes(_ minutes: Int64) -> Self { .seconds(minutes * 60) }
    /// A span of hours.
    public static func hours(_ hours: Int64) -> Self { .minutes(hours * 60) }
    /// Both together.
    public static func + (left: Self, right: Self) -> Self {
        Span(milliseconds: left.milliseconds + right.milliseconds)
    }
    /// Shorter before longer.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}

extension Instant: Codable {
    /// Reads the number of milliseconds.
    public init(from decoder: any Decoder) throws {
        self.init(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Writes the number of milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

extension Span: Codable {
    /// Reads the number of milliseconds.
    public init(from decoder: any Decoder) throws {
        self.init(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Writes the number of milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

import ArgumentParser
import Configuration
import PlatformAPI

/// The limits of guests by their names in environment and file (`ENGAWA_GUEST_TEXT_BYTES_MAX`, `guestTextBytesMax`).
extension GuestLimits {
    private typealias Path<Value> = any WritableKeyPath<GuestLimits, Value> & Sendable

    /// By name in environment and file.
    private static let counts: [(key: String, path: Path<Int>)] = [
        ("guestTextBytesMax", \.textBytesMax), ("guestAttributeBytesMax", \.attributeBytesMax),
        ("guestMetadataBytesMax", \.metadataBytesMax), ("guestConnectionsMax", \.connectionsMax),
        ("guestConfiguresPerMinute", \.configuresPerMinute), ("guestConnectionsPerMinute", \.connectionsPerMinute),
        ("guestHistoryPerMinute", \.historyPerMinute), ("guestHistoryDays", \.historyDays),
        ("guestLinkPreviewsPerMinute", \.linkPreviewsPerMinute), ("guestSurveysPerMinute", \.surveysPerMinute),
        ("guestUnsentFilesMax", \.unsentFilesMax),
    ]

    private static let seconds: [(key: String, path: Path<Int64>)] = [
        ("guestUploadSeconds", \.uploadSeconds), ("guestUnsentFileSeconds", \.unsentSeconds),
        ("guestTokenSeconds", \.tokenSeconds),
    ]

    private static let rates: [(key: String, path: Path<Double>)] = [
        ("guestRequestsPerMinute", \.requestsPerMinute), ("guestHealthChecksPerMinute", \.healthChecksPerMinute),
    ]

    /// Takes what is configured; the rest stays. The rate of messages comes first, because others follow from it.
    mutating func read(_ reader: ConfigReader) throws {
        if let rate = reader.double(forKey: "guestMessagesPerSecond") { allow(messagesPerSecond: rate) }
        for limit in Self.counts { self[keyPath: limit.path] ?= reader.int(forKey: ConfigKey(limit.key)) }
        for limit in Self.seconds {
            self[keyPath: limit.path] ?= reader.int(forKey: ConfigKey(limit.key)).map(Int64.init)
        }
        for limit in Self.rates { self[keyPath: limit.path] ?= reader.double(forKey: ConfigKey(limit.key)) }
        try files.read(reader, of: "guest")
        try files.readScanner(reader)
        try check()
    }

    /// A limit of nothing would lock everybody out, which nobody means: it stops the start.
    private func check() throws {
        let names =
            Self.counts.filter { self[keyPath: $0.path] < 1 }.map(\.key)
            + Self.seconds.filter { self[keyPath: $0.path] < 1 }.map(\.key)
            + Self.rates.filter { self[keyPath: $0.path] <= 0 }.map(\.key)
            + (messagesPerSecond > 0 ? [] : ["guestMessagesPerSecond"])
        guard names.isEmpty else { throw ValidationError("\(names.joined(separator: ", ")) must be more than 0") }
    }
}

infix operator ?= : AssignmentPrecedence

/// Sets a value if there is a new one.
func ?= <Value>(value: inout Value, new: Value?) {
    if let new { value = new }
}

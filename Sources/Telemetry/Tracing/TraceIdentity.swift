import Tracing

/// Which trace a span belongs to, and which span it is, in the form of W3C's trace context.
struct TraceIdentity: Sendable, Equatable {
    var traceID: String
    var spanID: String

    /// Reads `00-<32 digits>-<16 digits>-<2 digits>`; `nil` for anything else, which the standard wants ignored.
    init?(traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].count == 2, parts[0] != "ff", Self.isHex(parts[1], 32),
            Self.isHex(parts[2], 16)
        else { return nil }
        self.init(traceID: String(parts[1]), spanID: String(parts[2]))
    }

    init(traceID: String, spanID: String) {
        self.traceID = traceID
        self.spanID = spanID
    }

    /// A new span, of a trace that is there or of a new one.
    static func make(in traceID: String?) -> TraceIdentity {
        TraceIdentity(traceID: traceID ?? hex(.random(in: 1...(.max))) + hex(), spanID: hex(.random(in: 1...(.max))))
    }

    /// What the next system is told.
    var traceparent: String { "00-\(traceID)-\(spanID)-01" }

    private static func hex(_ number: UInt64 = .random(in: 0...(.max))) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func isHex(_ text: Substring, _ count: Int) -> Bool {
        text.count == count && text.allSatisfy { $0.isHexDigit && !$0.isUppercase } && text.contains { $0 != "0" }
    }
}

extension ServiceContext {
    private enum IdentityKey: ServiceContextKey {
        typealias Value = TraceIdentity
    }

    /// The span around what is being done.
    var traceIdentity: TraceIdentity? {
        get { self[IdentityKey.self] }
        set { self[IdentityKey.self] = newValue }
    }
}

extension Correlation {
    /// Runs `body` as a part of the trace that a caller began, by the header field `traceparent` of its request.
    public static func join<Value>(
        traceparent: String?, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
    ) async rethrows -> Value {
        guard Traces.areOn, let identity = traceparent.flatMap(TraceIdentity.init(traceparent:)) else {
            return try await body()
        }
        var context = ServiceContext.current ?? .topLevel
        context.traceIdentity = identity
        return try await ServiceContext.withValue(context, operation: body)
    }

    /// The trace of a `traceparent` as a UUID, to serve as a correlation id; `nil` if it is none.
    public static func id(traceparent: String?) -> String? {
        guard let digits = traceparent.flatMap(TraceIdentity.init(traceparent:))?.traceID else { return nil }
        var rest = Substring(digits)
        return [8, 4, 4, 4, 12].map { count in
            defer { rest = rest.dropFirst(count) }
            return String(rest.prefix(count))
        }.joined(separator: "-")
    }
}

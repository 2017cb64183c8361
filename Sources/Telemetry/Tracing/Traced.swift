import Synchronization
import Tracing

/// Whether anybody collects spans. While nobody does, a span costs one read of a flag.
public enum Traces {
    private static let isOn = Atomic<Bool>(false)

    /// Spans are made from now on; the tracer is the one of swift-distributed-tracing.
    public static func turnOn() { isOn.store(true, ordering: .relaxed) }

    static var areOn: Bool { isOn.load(ordering: .relaxed) }
}

/// Runs `body` as a span of the trace that it belongs to, child of the span around it. What it throws is noted and
/// thrown on.
public func traced<Value, Failure: Error>(
    _ name: @autoclosure () -> String, _ kind: SpanKind = .internal,
    _ attributes: @autoclosure () -> SpanAttributes = [:], isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws(Failure) -> Value
) async throws(Failure) -> Value {
    guard Traces.areOn else { return try await body() }
    let span = InstrumentationSystem.tracer.startSpan(name(), ofKind: kind)
    span.attributes = attributes()
    defer { span.end() }
    let result: Result<Value, Failure> = await ServiceContext.withValue(span.context) {
        do throws(Failure) { return .success(try await body()) } catch { return .failure(error) }
    }
    if case .failure(let error) = result {
        span.recordError(error)
        span.setStatus(.init(code: .error))
    }
    return try result.get()
}

import Synchronization
import Tracing

/// A tracer that keeps finished spans until they are exported.
///
/// The buffer is bounded: tracing must never be the reason why the server runs out of memory, so what comes while it is
/// full is dropped and counted.
public final class ExportingTracer: Tracer {
    public typealias Span = ExportingSpan

    /// Spans that wait for the exporter at most.
    public static let waitingMax = 8_192

    private struct State {
        var waiting: [FinishedSpan] = []
        var droppedCount = 0
    }

    private let state = Mutex(State())
    private let waitingMax: Int

    /// A tracer with an empty buffer.
    public init(waitingMax: Int = waitingMax) { self.waitingMax = waitingMax }

    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> ExportingSpan {
        var context = context()
        let parent = context.traceIdentity
        let identity = TraceIdentity.make(in: parent?.traceID)
        context.traceIdentity = identity
        let draft = FinishedSpan(
            identity: identity, parentID: parent?.spanID, name: operationName, kind: kind,
            startedAt: instant().nanosecondsSinceEpoch)
        return ExportingSpan(context: context, draft: draft) { [weak self] in self?.keep($0) }
    }

    private func keep(_ span: FinishedSpan) {
        state.withLock { state in
            if state.waiting.count < waitingMax { state.waiting.append(span) } else { state.droppedCount += 1 }
        }
    }

    /// Takes what waits, at most `limit`.
    func take(_ limit: Int) -> [FinishedSpan] {
        state.withLock { state in
            let taken = Array(state.waiting.prefix(limit))
            state.waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// Counts spans that were taken and then lost.
    func lost(_ count: Int) { state.withLock { $0.droppedCount += count } }

    /// Spans that were not exported, since the start.
    public var droppedCount: Int { state.withLock { $0.droppedCount } }

    public func forceFlush() {}

    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        if let text = extractor.extract(key: "traceparent", from: carrier) {
            context.traceIdentity = TraceIdentity(traceparent: text)
        }
    }

    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        if let identity = context.traceIdentity {
            injector.inject(identity.traceparent, forKey: "traceparent", into: &carrier)
        }
    }
}

/// A span that has ended.
struct FinishedSpan: Sendable {
    let identity: TraceIdentity
    let parentID: String?
    var name: String
    let kind: SpanKind
    /// Nanoseconds since the epoch.
    let startedAt: UInt64
    var endedAt: UInt64 = 0
    var attributes: SpanAttributes = [:]
    var events: [SpanEvent] = []
    var isError = false
    var errorText: String?

    init(identity: TraceIdentity, parentID: String?, name: String, kind: SpanKind, startedAt: UInt64) {
        self.identity = identity
        self.parentID = parentID
        self.name = name
        self.kind = kind
        self.startedAt = startedAt
    }
}

/// A span under way.
public final class ExportingSpan: Span {
    /// Events of one span at most.
    static let eventsMax = 32

    public let context: ServiceContext
    private let draft: Mutex<FinishedSpan?>
    private let onEnd: @Sendable (FinishedSpan) -> Void

    init(context: ServiceContext, draft: FinishedSpan, onEnd: @escaping @Sendable (FinishedSpan) -> Void) {
        self.context = context
        self.draft = Mutex(draft)
        self.onEnd = onEnd
    }

    public var operationName: String {
        get { draft.withLock { $0?.name ?? "" } }
        set { draft.withLock { $0?.name = newValue } }
    }

    public var attributes: SpanAttributes {
        get { draft.withLock { $0?.attributes ?? [:] } }
        set { draft.withLock { $0?.attributes = newValue } }
    }

    public var isRecording: Bool { draft.withLock { $0 != nil } }

    public func setStatus(_ status: SpanStatus) { draft.withLock { $0?.isError = status.code == .error } }

    public func addEvent(_ event: SpanEvent) {
        draft.withLock { draft in
            if (draft?.events.count ?? 0) < Self.eventsMax { draft?.events.append(event) }
        }
    }

    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        draft.withLock { $0?.errorText = "\(error)" }
    }

    public func addLink(_ link: SpanLink) {}

    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let now = instant().nanosecondsSinceEpoch
        let finished = draft.withLock { draft -> FinishedSpan? in
            defer { draft = nil }
            return draft
        }
        guard var finished else { return }
        finished.endedAt = now
        onEnd(finished)
    }
}

import AsyncHTTPClient
import CoreMetrics
import Foundation
import Journal
import Logging
import PlatformAPI
import ServiceLifecycle
import Telemetry
import Tracing

/// What the process shows of itself: log, metrics, spans. Set up once, before anything is measured or logged.
struct Watch {
    let logger: Logger
    let registry = MetricsRegistry()
    private let tracer: ExportingTracer?
    private let exporter: SpanExporter?
    private let settings: ServeSettings

    /// How long a collector of spans may take for a batch.
    private static let collectorSecondsMax: Int64 = 5

    init(_ settings: ServeSettings) throws {
        self.settings = settings
        settings.logFormat.bootstrap()
        logger = Logger(label: "engawa", level: settings.logLevel)
        MetricsSystem.bootstrap(registry)
        guard let target = settings.traces, !target.isEmpty else {
            tracer = nil
            exporter = nil
            return
        }
        let tracer = ExportingTracer()
        let sink = target.hasPrefix("http") ? Self.collector(target) : try SpanExporter.file(target)
        exporter = SpanExporter(tracer: tracer, logger: logger, sink: sink)
        self.tracer = tracer
        InstrumentationSystem.bootstrap(tracer)
        Traces.turnOn()
    }

    /// What must run for it.
    var services: [any Service] { exporter.map { [$0] } ?? [] }

    /// How the API shows it, and to whom.
    func monitoring() throws -> Monitoring {
        var monitoring = Monitoring()
        monitoring.drainTime = .seconds(settings.drainSeconds)
        monitoring.registry = registry
        monitoring.logger = logger
        monitoring.access = try MetricsAccess(
            addresses: settings.metricsAllow, token: settings.metricsToken, isPublic: !Self.isLocal(settings.publicURL))
        let build = Sample(
            .buildInfo, [("version", Version.current), ("schema", "\(SQLJournal.schemaVersion)")], 1)
        monitoring.samples = { [tracer] in [build, Sample(.spansDropped, tracer?.droppedCount ?? 0)] }
        return monitoring
    }

    /// Whether clients use an address that only this machine has.
    private static func isLocal(_ url: String) -> Bool {
        let host = URL(string: url)?.host() ?? ""
        return host == "localhost" || host.hasPrefix("127.") || host == "::1" || host == "[::1]"
    }

    /// Posts spans as OTLP over HTTP with JSON.
    private static func collector(_ url: String) -> SpanExporter.Sink {
        { line in
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(Data(line.utf8))
            let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(collectorSecondsMax))
            guard (200..<300).contains(answer.status.code) else { throw CollectorError(status: answer.status.code) }
        }
    }

    private struct CollectorError: Error {
        let status: UInt
    }
}

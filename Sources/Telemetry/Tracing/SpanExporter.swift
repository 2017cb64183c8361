import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Hands finished spans on, a batch at a time: as OTLP/JSON, one request a line, to a file or to whatever the sink is.
///
/// Tracing is an aid: what cannot be handed on is dropped and counted, never kept at the server's cost.
public final class SpanExporter: Service {
    /// Where a request goes, as JSON on one line.
    public typealias Sink = @Sendable (String) async throws -> Void

    /// Between two batches.
    static let pause = Duration.seconds(1)
    /// Spans of one request at most.
    static let batchMax = 512

    private let tracer: ExportingTracer
    private let service: String
    private let sink: Sink
    private let logger: Logger
    private let isFailing = Atomic<Bool>(false)

    /// An exporter of a tracer's spans under a service's name.
    public init(tracer: ExportingTracer, service: String = "engawa", logger: Logger, sink: @escaping Sink) {
        self.tracer = tracer
        self.service = service
        self.logger = logger
        self.sink = sink
    }

    /// A sink that appends each request to a file, for a collector that reads files.
    public static func file(_ path: String) throws -> Sink {
        if !FileManager.default.fileExists(atPath: path) {
            // Spans name routes and ids: no other account of the machine looks in.
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        return { line in
            try file.seekToEnd()
            try file.write(contentsOf: Data((line + "\n").utf8))
        }
    }

    /// Exports until the shutdown, and what is left then.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    try await Task.sleep(for: Self.pause)
                    await self.exportAll()
                }
            }
        } catch is CancellationError {}
        await exportAll()
    }

    /// Exports all that waits; answers whether the sink took it.
    @discardableResult
    func exportAll() async -> Bool {
        while true {
            let spans = tracer.take(Self.batchMax)
            guard !spans.isEmpty else { return true }
            do {
                try await sink(OTLPText.request(spans, service: service))
                if isFailing.exchange(false, ordering: .relaxed) { logger.notice("spans are exported again") }
            } catch {
                tracer.lost(spans.count)
                if !isFailing.exchange(true, ordering: .relaxed) {
                    logger.warning("spans cannot be exported", metadata: ["error": "\(error)"])
                }
                return false
            }
            if spans.count < Self.batchMax { return true }
        }
    }
}

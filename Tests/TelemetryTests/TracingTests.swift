import Foundation
import Logging
import Synchronization
import Testing
import Tracing

@testable import Telemetry

@Suite("Tracing: spans form a tree, and leave as OTLP")
struct TracingTests {
    private struct Refused: Error {}

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func spans(_ line: String) throws -> [[String: Any]] {
        let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let resource = (json?["resourceSpans"] as? [[String: Any]])?.first
        return try #require((resource?["scopeSpans"] as? [[String: Any]])?.first?["spans"] as? [[String: Any]])
    }

    /// Runs `body` under a tracer; answers what an exporter hands on.
    private func exported(_ body: () async throws -> Void) async throws -> [[String: Any]] {
        Traces.turnOn()
        let tracer = ExportingTracer()
        try await withTracer(tracer) { try await body() }
        let sent = Mutex<[String]>([])
        let exporter = SpanExporter(tracer: tracer, logger: logger) { line in sent.withLock { $0.append(line) } }
        #expect(await exporter.exportAll())
        return try sent.withLock { $0 }.flatMap(spans)
    }

    @Test("a span inside another is its child, and an error is noted")
    func tree() async throws {
        let spans = try await exported {
            await traced("POST /inbound", .server, ["route": "/inbound"]) {
                await traced("commit") {}
                try? await traced("send", .client) { throw Refused() }
            }
        }
        #expect(spans.compactMap { $0["name"] as? String } == ["commit", "send", "POST /inbound"])
        let root = try #require(spans.last)
        #expect(root["parentSpanId"] == nil && root["kind"] as? Int == 2 && root["status"] == nil)
        for child in spans.dropLast() {
            #expect(child["parentSpanId"] as? String == root["spanId"] as? String)
            #expect(child["traceId"] as? String == root["traceId"] as? String)
        }
        #expect((spans[1]["status"] as? [String: Any])?["code"] as? Int == 2)
        let attribute = (root["attributes"] as? [[String: Any]])?.first
        #expect(attribute?["key"] as? String == "route")
        let times = ["startTimeUnixNano", "endTimeUnixNano"].compactMap { (root[$0] as? String).flatMap(UInt64.init) }
        #expect(times.count == 2 && times[0] <= times[1])
    }

    @Test("a caller's trace goes on")
    func join() async throws {
        let spans = try await exported {
            await Correlation.join(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") {
                await traced("GET /health") {}
            }
        }
        #expect(spans.first?["traceId"] as? String == "0af7651916cd43dd8448eb211c80319c")
        #expect(spans.first?["parentSpanId"] as? String == "b7ad6b7169203331")
    }

    @Test(
        "a trace's id can stand for a correlation id",
        arguments: [
            (
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "0af76519-16cd-43dd-8448-eb211c80319c" as String?
            ),
            ("00-00000000000000000000000000000000-b7ad6b7169203331-01", nil),
            ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", nil), ("ff-x", nil), ("", nil),
        ])
    func correlation(traceparent: String, id: String?) { #expect(Correlation.id(traceparent: traceparent) == id) }

    @Test("what the buffer cannot hold and what nobody takes is counted as dropped")
    func dropped() async {
        let tracer = ExportingTracer(waitingMax: 2)
        for number in 0..<5 { tracer.startSpan("\(number)").end() }
        #expect(tracer.droppedCount == 3)
        let exporter = SpanExporter(tracer: tracer, logger: logger) { _ in throw Refused() }
        #expect(await exporter.exportAll() == false)
        #expect(tracer.droppedCount == 5)
        #expect(tracer.take(10).isEmpty)
    }

    @Test("a file gets one request a line")
    func file() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "spans-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let tracer = ExportingTracer()
        for _ in 0..<2 {
            tracer.startSpan("a").end()
            let exporter = SpanExporter(tracer: tracer, logger: logger, sink: try SpanExporter.file(path))
            #expect(await exporter.exportAll())
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines { #expect(try spans(String(line)).count == 1) }
    }
}

import Tracing

/// Spans as OTLP's JSON has them (OpenTelemetry protocol 1, `ExportTraceServiceRequest`): ids in hexadecimal, times as
/// texts of nanoseconds.
enum OTLPText {
    /// One request with some spans, on one line.
    static func request(_ spans: [FinishedSpan], service: String) -> String {
        let resource = "{\"attributes\":[\(attribute("service.name", .string(service)))]}"
        let body = spans.map(span).joined(separator: ",")
        return "{\"resourceSpans\":[{\"resource\":\(resource),\"scopeSpans\":[{\"scope\":{\"name\":\"engawa\"},"
            + "\"spans\":[\(body)]}]}]}"
    }

    private static func span(_ span: FinishedSpan) -> String {
        var fields = [
            "\"traceId\":\"\(span.identity.traceID)\"", "\"spanId\":\"\(span.identity.spanID)\"",
            "\"name\":\(JSONText.quoted(span.name))", "\"kind\":\(number(of: span.kind))",
            "\"startTimeUnixNano\":\"\(span.startedAt)\"", "\"endTimeUnixNano\":\"\(span.endedAt)\"",
        ]
        if let parent = span.parentID { fields.append("\"parentSpanId\":\"\(parent)\"") }
        let attributes = attributes(span.attributes)
        if !attributes.isEmpty { fields.append("\"attributes\":[\(attributes.joined(separator: ","))]") }
        if span.isError {
            let message = JSONText.quoted((span.errorText ?? "").prefix(LogLine.valueCharactersMax))
            fields.append("\"status\":{\"code\":2,\"message\":\(message)}")
        }
        if !span.events.isEmpty {
            let events = span.events.map { event in
                "{\"name\":\(JSONText.quoted(event.name)),\"timeUnixNano\":\"\(event.nanosecondsSinceEpoch)\"}"
            }
            fields.append("\"events\":[\(events.joined(separator: ","))]")
        }
        return "{" + fields.joined(separator: ",") + "}"
    }

    private static func number(of kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }

    private static func attributes(_ attributes: SpanAttributes) -> [String] {
        var found: [String] = []
        attributes.forEach { name, value in found.append(attribute(name, value)) }
        return found
    }

    private static func attribute(_ name: String, _ value: SpanAttribute) -> String {
        let text =
            switch value {
            case .int32(let number): "{\"intValue\":\"\(number)\"}"
            case .int64(let number): "{\"intValue\":\"\(number)\"}"
            case .double(let number) where number.isFinite: "{\"doubleValue\":\(number)}"
            case .bool(let flag): "{\"boolValue\":\(flag)}"
            case .string(let text): "{\"stringValue\":\(JSONText.quoted(text))}"
            case .stringConvertible(let value): "{\"stringValue\":\(JSONText.quoted("\(value)"))}"
            default: "{\"stringValue\":\(JSONText.quoted("\(value)"))}"
            }
        return "{\"key\":\(JSONText.quoted(name)),\"value\":\(text)}"
    }
}

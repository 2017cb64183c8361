/// Prometheus' text format, version 0.0.4.
struct PrometheusText {
    /// The `Content-Type` of a page.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// The head of a family; its lines follow.
    mutating func begin(_ metric: Metric) {
        let kind =
            switch metric.kind {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        text += "# HELP \(metric.name) \(Self.escaped(metric.help, quotes: false))\n# TYPE \(metric.name) \(kind)\n"
    }

    /// One value.
    mutating func line(_ name: String, _ labels: String, _ value: Double) {
        text += "\(name)\(labels) \(Self.number(value))\n"
    }

    /// `{queue="…",state="…"}`; nothing for no labels.
    static func labels(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
    }

    /// Labels that are written already, and one more.
    static func labels(_ labels: String, and name: String, _ value: String) -> String {
        let more = "\(name)=\"\(value)\"}"
        return labels.isEmpty ? "{" + more : labels.dropLast() + "," + more
    }

    /// Whole numbers without a point, the others as Swift writes them, which the format reads.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool = true) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return text }
        return text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\n", "\r\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.append(character)
            }
        }
    }
}

extension MetricsRegistry {
    /// The `Content-Type` of ``page(with:)``.
    public static var contentType: String { PrometheusText.contentType }
}

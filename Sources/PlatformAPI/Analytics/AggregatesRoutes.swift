import ContactCenter
import Engine
import Hummingbird

/// `POST /api/v2/analytics/conversations/aggregates/query` for what is counted of queues: the last day, by queue and
/// medium. Other queries are refused with a message that says so, never answered wrongly.
struct AggregatesRoutes: Sendable {
    let engine: Engine

    private struct Query: Decodable {
        var interval: String?
        var granularity: String?
        var timeZone: String?
        var groupBy: [String]?
        var filter: ObservationFilter?
        var metrics: [String]?
        var views: [JSONValue]?
    }

    private struct Interval {
        var start: Instant
        var end: Instant

        var text: String { "\(WireDate(start))/\(WireDate(end))" }
    }

    private static let dimensions = ["mediaType", "queueId"]
    private static let metrics: Set<String> = [
        "nOffered", "tAnswered", "tAbandon", "tFlowOut", "tWait", "nOverSla", "oServiceLevel", "oServiceTarget",
        "tHandle", "tAcw",
    ]
    /// In minutes; what is counted is kept by the quarter of an hour.
    private static let granularities: [String: Int64] = ["PT15M": 15, "PT30M": 30, "PT1H": 60, "P1D": 1_440]
    /// How far back is counted.
    private static let past = Span.hours(24)

    func query(_ call: Call<Principal>) async throws -> Response {
        let query = try await call.decodeBody(Query.self)
        let metrics = try Self.checkedMetrics(query)
        guard let filter = query.filter else { throw APIError.missing("filter") }
        try filter.check(dimensions: Self.dimensions, needed: "queueId")
        for dimension in query.groupBy ?? [] where !Self.dimensions.contains(dimension) {
            throw APIError.invalidValue("groupBy", dimension, allowed: Self.dimensions.joined(separator: ", "))
        }
        let buckets = try buckets(of: query)
        let isByQueue = query.groupBy?.contains("queueId") == true
        let queues = Set(filter.candidates("queueId")).compactMap { QueueID($0) }.sorted().filter {
            engine.directory.find(.queue, $0.description) != nil
                && filter.admits(["queueId": $0.description, "mediaType": MediaType.message.analyticsName])
        }
        let parts = isByQueue ? queues.map { [$0] } : [queues]
        let results = parts.compactMap { result(of: $0, isByQueue: isByQueue, buckets, metrics) }
        return try .json(["results": .array(results)] as JSONValue)
    }

    // MARK: What is asked

    private static func checkedMetrics(_ query: Query) throws(APIError) -> Set<String> {
        guard query.views?.isEmpty ?? true else {
            throw APIError(.badRequest, "feature.toggle.disabled", "This version answers queries without views.")
        }
        guard let metrics = query.metrics, !metrics.isEmpty else { throw .missing("metrics") }
        for metric in metrics where !Self.metrics.contains(metric) {
            throw .invalidValue("metrics", metric, allowed: Self.metrics.sorted().joined(separator: ", "))
        }
        return Set(metrics)
    }

    private func buckets(of query: Query) throws(APIError) -> [Interval] {
        guard let text = query.interval else { throw .missing("interval") }
        let halves = text.split(separator: "/")
        guard halves.count == 2, let start = WireDate(halves[0])?.instant, let end = WireDate(halves[1])?.instant,
            start < end
        else { throw .invalidValue("interval", text, allowed: "start/end in ISO-8601") }
        // A query that began to be written a moment ago may still ask for the whole day.
        let earliest = Instant(milliseconds: engine.now().milliseconds - Self.past.milliseconds - 900_000)
        guard start > earliest, end - start < Self.past + Self.past else {
            throw .invalidValue("interval", text, allowed: "the last 24 hours; this version counts no further back")
        }
        guard let granularity = query.granularity else { return [Interval(start: start, end: end)] }
        guard let minutes = Self.granularities[granularity] else {
            throw .invalidValue(
                "granularity", granularity, allowed: Self.granularities.keys.sorted().joined(separator: ", "))
        }
        var buckets: [Interval] = []
        var next = start
        while next < end {
            buckets.append(Interval(start: next, end: min(next + .minutes(minutes), end)))
            next = next + .minutes(minutes)
        }
        return buckets
    }

    // MARK: The answer

    private func result(
        of queues: [QueueID], isByQueue: Bool, _ buckets: [Interval], _ metrics: Set<String>
    ) -> JSONValue? {
        var data: [JSONValue] = []
        for bucket in buckets {
            var stats = IntervalStats()
            for queue in queues { stats.add(engine.observations.stats(of: queue, from: bucket.start, to: bucket.end)) }
            let values = values(of: stats, target: target(of: queues)).filter { metrics.contains($0.0) }
            if values.isEmpty { continue }
            data.append([
                "interval": .string(bucket.text),
                "metrics": .array(values.map { ObservationWires.metric($0.0, $0.1) }),
            ])
        }
        guard !data.isEmpty else { return nil }
        var group: JSONValue = ["mediaType": .string(MediaType.message.analyticsName)]
        if isByQueue { group["queueId"] = queues.first.map { .string($0.description) } }
        return ["group": group, "data": .array(data)]
    }

    /// The goal of a queue; of several the mean.
    private func target(of queues: [QueueID]) -> Double {
        let shares = queues.map { engine.observations.goal(of: $0).share }
        return shares.reduce(0, +) / Double(max(shares.count, 1))
    }

    /// What there is nothing of is left out (reference, Traps).
    private func values(of stats: IntervalStats, target: Double) -> [(String, JSONValue)] {
        var waits = stats.answered
        waits.add(stats.abandoned)
        waits.add(stats.flowedOut)
        let judged = stats.answered.count + stats.abandoned.count
        let handled: JSONValue = [
            "count": .integer(Int64(stats.talked.count)),
            "sum": .number(Double(stats.talked.sumMs + stats.afterCallWork.sumMs)),
        ]
        let level: JSONValue = [
            "ratio": .number(Double(stats.withinCount) / Double(max(judged, 1))),
            "numerator": .number(Double(stats.withinCount)), "denominator": .number(Double(judged)),
            "target": .number(target),
        ]
        let all: [(String, JSONValue?)] = [
            ("nOffered", waits.count > 0 ? ObservationWires.count(waits.count) : nil),
            ("nOverSla", stats.overCount > 0 ? ObservationWires.count(stats.overCount) : nil),
            ("oServiceLevel", judged > 0 ? level : nil),
            ("oServiceTarget", judged > 0 ? ["current": .number(target)] : nil),
            ("tAbandon", Self.durations(stats.abandoned)), ("tAcw", Self.durations(stats.afterCallWork)),
            ("tAnswered", Self.durations(stats.answered)), ("tFlowOut", Self.durations(stats.flowedOut)),
            ("tHandle", stats.talked.count > 0 ? handled : nil), ("tWait", Self.durations(waits)),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }

    private static func durations(_ stats: DurationStats) -> JSONValue? {
        guard stats.count > 0 else { return nil }
        return [
            "count": .integer(Int64(stats.count)), "sum": .number(Double(stats.sumMs)),
            "min": .number(Double(stats.minMs)), "max": .number(Double(stats.maxMs)),
        ]
    }
}

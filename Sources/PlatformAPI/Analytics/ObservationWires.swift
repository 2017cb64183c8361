import ContactCenter
import Engine

/// The shapes of what is counted now (reference I.3, H.4).
struct ObservationWires: Sendable {
    let directory: Directory

    // MARK: Metrics

    /// The metrics of one medium of a queue, of those asked. What there is nothing of is left out, counts are not.
    func data(_ medium: QueueObservation.Medium, metrics: Set<String>) -> [JSONValue] {
        let reading = medium.reading
        let all: [(String, JSONValue?)] = [
            ("oAlerting", Self.count(reading.alertingCount)),
            ("oInteracting", Self.count(reading.interactingCount)),
            ("oWaiting", Self.count(reading.waitingCount)),
            ("oLongestInteracting", reading.interactingSince.map(Self.moment)),
            ("oLongestWaiting", reading.waitingSince.map(Self.moment)),
            ("oServiceLevel", Self.level(medium.level)),
            (
                "oEstimatedWait",
                medium.estimate.map { ["calculatedMetricValue": .integer($0.span.milliseconds)] }
            ),
        ]
        return all.compactMap { name, stats in
            metrics.contains(name) ? stats.map { Self.metric(name, $0) } : nil
        }
    }

    /// The metrics of a queue's people, of those asked.
    func data(_ people: PeopleCount, metrics: Set<String>) -> [JSONValue] {
        let counts = [
            ("oActiveUsers", people.activeCount), ("oMemberUsers", people.memberCount),
            ("oOffQueueUsers", people.offQueueCount), ("oOnQueueUsers", people.onQueueCount),
        ]
        var data = counts.filter { metrics.contains($0.0) }.map { Self.metric($0.0, Self.count($0.1)) }
        if metrics.contains("oUserPresences") {
            for (presence, count) in presences(people).sorted(by: { $0.key < $1.key }) {
                data.append(Self.metric("oUserPresences", Self.count(count), qualifier: presence))
            }
        }
        if metrics.contains("oUserRoutingStatuses") {
            for (status, count) in people.statuses.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                data.append(Self.metric("oUserRoutingStatuses", Self.count(count), qualifier: status.rawValue))
            }
        }
        return data
    }

    /// By definition; who was never here is offline.
    private func presences(_ people: PeopleCount) -> [String: Int] {
        var counts = people.presences
        if let strangers = counts.removeValue(forKey: "") { counts[offline, default: 0] += strangers }
        return counts
    }

    /// The definition that stands for being offline.
    var offline: String {
        directory.list(.presenceDefinition).first { $0.body["systemPresence"]?.string == "Offline" }?.id ?? ""
    }

    /// Which definitions stand for each system presence.
    var presenceMappings: JSONValue {
        var mappings: [String: [JSONValue]] = [:]
        for definition in directory.list(.presenceDefinition) {
            guard let presence = definition.body["systemPresence"]?.string.flatMap(SystemPresence.init(wire:)) else {
                continue
            }
            mappings[presence.constantName, default: []].append(.string(definition.id))
        }
        return .object(mappings.mapValues(JSONValue.array))
    }

    static func metric(_ name: String, _ stats: JSONValue, qualifier: String? = nil) -> JSONValue {
        var metric: JSONValue = ["metric": .string(name), "stats": stats]
        metric["qualifier"] = qualifier.map(JSONValue.string)
        return metric
    }

    static func count(_ count: Int) -> JSONValue { ["count": .integer(Int64(count))] }

    private static func moment(_ at: Instant) -> JSONValue {
        ["count": 1, "calculatedMetricValue": .integer(at.milliseconds)]
    }

    static func level(_ level: ServiceLevel) -> JSONValue? {
        level.ratio.map { ratio in
            [
                "ratio": .number(ratio), "numerator": .number(Double(level.withinCount)),
                "denominator": .number(Double(level.count)), "target": .number(level.target),
            ]
        }
    }

    // MARK: Topics

    /// `v2.analytics.queues.{id}.observations` (`StatEventQueueTopicStatsNotification`): one medium, or the people.
    func topic(_ observation: QueueObservation, _ media: MediaType?) -> JSONValue {
        var group: JSONValue = ["queueId": .string(observation.queue.description)]
        group["mediaType"] = media.map { .string($0.analyticsName) }
        let metrics = ObservationMetric.all
        let data =
            observation.media.first { $0.media == media }.map { self.data($0, metrics: metrics) }
            ?? self.data(observation.people, metrics: metrics)
        let start = Instant(milliseconds: observation.at.milliseconds - 1_000)
        return [
            "group": group,
            "data": [
                ["interval": .string("\(WireDate(start))/\(WireDate(observation.at))"), "metrics": .array(data)]
            ],
        ]
    }

    /// `v2.analytics.queues.{id}.activity` (`V2QueueObservationObservationCountNotification`).
    func activity(_ observation: QueueObservation) -> JSONValue {
        let results = observation.media.map { medium -> JSONValue in
            let data = data(medium, metrics: ObservationMetric.activity).map { metric -> JSONValue in
                var flat: JSONValue = ["metric": metric["metric"] ?? .null]
                flat["count"] = metric["stats"]?["count"]
                flat["calculatedMetricValue"] = metric["stats"]?["calculatedMetricValue"]
                return flat
            }
            return ["mediaType": .string(medium.media.analyticsName), "data": .array(data)]
        }
        return ["results": .array(results)]
    }
}

/// What can be asked of a queue now.
enum ObservationMetric {
    static let activity: Set<String> = [
        "oAlerting", "oInteracting", "oLongestInteracting", "oLongestWaiting", "oWaiting",
    ]
    /// Of a queue's medium; the last two are ours beside the platform's.
    static let ofMedia = activity.union(["oServiceLevel", "oEstimatedWait"])
    static let ofPeople: Set<String> = [
        "oActiveUsers", "oMemberUsers", "oOffQueueUsers", "oOnQueueUsers", "oUserPresences", "oUserRoutingStatuses",
    ]
    static let all = ofMedia.union(ofPeople)
    /// Those of which the single observations can be asked.
    static let detailed = ofPeople.union(["oAlerting", "oInteracting", "oWaiting"])
}

extension MediaType {
    /// The name in analytics (reference I.4).
    var analyticsName: String {
        switch self {
        case .call: "voice"
        case .workitem: "unknown"
        default: rawValue
        }
    }
}

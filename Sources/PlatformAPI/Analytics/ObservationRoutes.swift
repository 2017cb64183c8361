import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/analytics/queues/observations/query` and `/api/v2/analytics/users/observations/query`: what there is now.
struct ObservationRoutes: Sendable {
    let engine: Engine

    private var wires: ObservationWires { ObservationWires(directory: engine.directory) }

    /// The queues that a filter names, each with a group for each medium and one for its people.
    func queues(_ call: Call<Principal>) async throws -> Response {
        let query = try await call.decodeBody(ObservationQuery.self)
        let metrics = try query.metrics(of: ObservationMetric.all)
        let details = try query.details(of: ObservationMetric.detailed)
        let filter = try query.required()
        try filter.check(dimensions: ["mediaType", "queueId"], needed: "queueId")
        let asked = Set(filter.candidates("queueId"))
        var results: [JSONValue] = []
        for queue in asked.compactMap({ QueueID($0) }).sorted() {
            guard engine.directory.find(.queue, queue.description) != nil else { continue }
            results += try await groups(of: queue, filter, metrics, details)
        }
        var answer: JSONValue = ["results": .array(results)]
        if metrics.contains("oUserPresences") { answer["systemToOrganizationMappings"] = wires.presenceMappings }
        return try .json(answer)
    }

    private func groups(
        of queue: QueueID, _ filter: ObservationFilter, _ metrics: Set<String>, _ details: Set<String>
    ) async throws -> [JSONValue] {
        let observation = engine.observations.observation(of: queue)
        let wires = wires
        let detailed = ObservationDetails(engine: engine, offline: details.isEmpty ? "" : wires.offline)
        var groups: [JSONValue] = []
        for medium in observation.media {
            let group = ["queueId": queue.description, "mediaType": medium.media.analyticsName]
            guard filter.admits(group) else { continue }
            let data = try await detailed.adding(
                to: wires.data(medium, metrics: metrics), details, of: queue, medium.media)
            if !data.isEmpty { groups.append(Self.group(group, data)) }
        }
        let group = ["queueId": queue.description]
        guard filter.admits(group) else { return groups }
        let data = try await detailed.adding(
            to: wires.data(observation.people, metrics: metrics), details, peopleOf: queue)
        if !data.isEmpty { groups.append(Self.group(group, data)) }
        return groups
    }

    private static func group(_ group: [String: String], _ data: [JSONValue]) -> JSONValue {
        ["group": .object(group.mapValues(JSONValue.string)), "data": .array(data)]
    }

    private static let userMetrics: Set<String> = ["oActiveQueues", "oMemberQueues"]

    /// In how many queues each person is, and takes part.
    func users(_ call: Call<Principal>) async throws -> Response {
        let query = try await call.decodeBody(ObservationQuery.self)
        let metrics = try query.metrics(of: Self.userMetrics)
        _ = try query.details(of: Self.userMetrics)
        let filter = try query.required()
        try filter.check(dimensions: ["userId"], needed: "userId")
        var results: [JSONValue] = []
        for user in Set(filter.candidates("userId")).compactMap({ UserID($0) }).sorted() {
            let group = ["userId": user.description]
            guard engine.directory.find(.user, user.description) != nil, filter.admits(group) else { continue }
            let queues = engine.directory.participations(of: user)
            let counts = [("oActiveQueues", queues.values.count { $0 }), ("oMemberQueues", queues.count)]
            let data = counts.filter { metrics.contains($0.0) }.map {
                ObservationWires.metric($0.0, ObservationWires.count($0.1))
            }
            results.append(Self.group(group, data))
        }
        return try .json(["results": .array(results)] as JSONValue)
    }
}

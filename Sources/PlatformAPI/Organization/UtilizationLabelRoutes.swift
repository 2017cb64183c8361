import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/routing/utilization/labels`: what splits a medium's capacity.
struct UtilizationLabelRoutes: Sendable {
    let resource: EntityResource
    private let directory: Directory

    static let path = "/api/v2/routing/utilization/labels"
    /// Labels of an organisation: each stands in every agent's answer.
    static let labelsMax = 100

    init(engine: Engine) {
        directory = engine.directory
        resource = EntityResource(
            directory: engine.directory, newID: { engine.newID(UtilizationLabel.self).description },
            kind: .utilizationLabel, path: Self.path, parameter: "labelId",
            createModel: "CreateUtilizationLabelRequest", updateModel: "UpdateUtilizationLabelRequest",
            computed: ["utilization"], hidden: ["createdBy", "modifiedBy"],
            decorate: { wire, _ in wire.without(["dateCreated", "dateModified"]) })
    }

    /// With `utilization` the label has a capacity in the organisation's settings from the start.
    func create(_ call: Call<Principal>) async throws -> Response {
        let body = try ModelTable.shared.checked(
            try await call.decodeBody(JSONValue.self), as: "CreateUtilizationLabelRequest")
        let count = directory.list(.utilizationLabel).count
        guard count < Self.labelsMax else {
            throw APIError.conflict("There are {count} labels already.", params: ["count": String(count)])
        }
        if let limit = body["utilization"] {
            try UtilizationCheck(directory: directory).checkInterrupting(limit, field: "utilization")
        }
        let label = try await resource.save(body.without(["name"]), name: body["name"]?.string, earlier: nil, call)
        if let limit = body["utilization"] { try await give(limit, to: label) }
        return try .json(resource.wire(label))
    }

    private func give(_ limit: JSONValue, to label: Entity) async throws {
        let row = directory.find(.utilization, UtilizationRoutes.organizationID)
        var labels = row?.body["labelUtilizations"]?.object ?? [:]
        labels[label.id] = limit
        let body = (row?.body ?? [:]).changed(by: ["labelUtilizations": .object(labels)])
        try await directory.save(
            .utilization, id: UtilizationRoutes.organizationID, name: nil, body: body,
            expectedVersion: row?.version ?? 0)
    }

    /// Refused while capacities name the label, unless forced: then they are taken out first.
    func delete(_ call: Call<Principal>) async throws -> Response {
        let label = try resource.find(call)
        let uses = directory.list(.utilization).filter { $0.body["labelUtilizations"]?.names(label: label.id) ?? false }
        guard try uses.isEmpty || call.query.flag("forceDelete") ?? false else {
            throw APIError.conflict("Utilization settings use the label; use forceDelete.")
                .about("utilizationLabel", id: label.id)
        }
        for row in uses {
            let rest = row.body["labelUtilizations"]?.without(label: label.id)
            try await directory.save(
                .utilization, id: row.id, name: nil, body: row.body.changed(by: ["labelUtilizations": rest ?? [:]]),
                expectedVersion: row.version)
        }
        try await directory.delete(.utilizationLabel, label.id)
        return .empty()
    }

    /// The ids of agents whose own capacities name the label.
    func agents(_ call: Call<Principal>) async throws -> Response {
        let label = try resource.find(call)
        let users = directory.list(.utilization).filter { row in
            directory.find(.user, row.id) != nil && row.body["labelUtilizations"]?.names(label: label.id) ?? false
        }
        return try .json(users.map(\.id))
    }
}

extension JSONValue {
    /// Whether capacities by label name this label, as one that has a capacity or one that may interrupt.
    fileprivate func names(label id: String) -> Bool {
        (object ?? [:]).contains { $0 == id || $1["interruptingLabelIds"]?.array?.contains(.string(id)) ?? false }
    }

    /// Capacities by label without this label.
    fileprivate func without(label id: String) -> JSONValue {
        .object(
            (object ?? [:]).filter { $0.key != id }.mapValues { limit in
                guard let interrupting = limit["interruptingLabelIds"]?.array else { return limit }
                return limit.changed(by: ["interruptingLabelIds": .array(interrupting.filter { $0 != .string(id) })])
            })
    }
}

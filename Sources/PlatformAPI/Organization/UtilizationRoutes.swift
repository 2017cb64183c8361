import ContactCenter
import Engine
import Hummingbird

/// How many interactions of each medium an agent may have at once (reference, section F.3): the organisation's, and a
/// person's own over it.
struct UtilizationRoutes: Sendable {
    let directory: Directory

    /// The row of the organisation; a person's row has the person's id.
    static let organizationID = "organization"

    private static let defaults: JSONValue = [
        "utilization": [
            "call": medium(1), "callback": medium(1), "chat": medium(4), "email": medium(1), "message": medium(4),
            "workitem": medium(1),
        ], "labelUtilizations": [:],
    ]

    private static func medium(_ capacity: Int64) -> JSONValue {
        ["maximumCapacity": .integer(capacity), "interruptableMediaTypes": [], "includeNonAcd": false]
    }

    func get(_ call: Call<Principal>) async throws -> Response { try .json(organization) }

    func set(_ call: Call<Principal>) async throws -> Response {
        try await store(try await call.decodeBody(JSONValue.self), id: Self.organizationID)
        return try .json(organization)
    }

    func reset(_ call: Call<Principal>) async throws -> Response {
        try await remove(Self.organizationID)
        return .empty()
    }

    func getUser(_ call: Call<Principal>) async throws -> Response { try .json(ofUser(try user(call))) }

    func setUser(_ call: Call<Principal>) async throws -> Response {
        let user = try user(call)
        try await store(try await call.decodeBody(JSONValue.self), id: user)
        return try .json(ofUser(user))
    }

    func resetUser(_ call: Call<Principal>) async throws -> Response {
        try await remove(try user(call))
        return .empty()
    }

    private var organization: JSONValue {
        named((directory.find(.utilization, Self.organizationID)?.body ?? [:]).filled(with: Self.defaults))
    }

    private func ofUser(_ user: String) -> JSONValue {
        let own = directory.find(.utilization, user)
        let level: JSONValue = own == nil ? "Organization" : "Agent"
        return named((own?.body ?? [:]).filled(with: organization)).changed(by: ["level": level])
    }

    /// The capacities with the names of their labels.
    private func named(_ body: JSONValue) -> JSONValue {
        var body = body
        let labels = (body["labelUtilizations"]?.object ?? [:]).compactMap { id, limit -> (String, JSONValue)? in
            guard let name = directory.find(.utilizationLabel, id)?.name else { return nil }
            return (id, limit.filled(with: ["interruptingLabelIds": []]).changed(by: ["labelName": .string(name)]))
        }
        body["labelUtilizations"] = .object(Dictionary(uniqueKeysWithValues: labels))
        return body
    }

    private func store(_ body: JSONValue, id: String) async throws {
        let checked = try ModelTable.shared.checked(body, as: "UtilizationRequest")
        try UtilizationCheck(directory: directory).check(checked)
        try await directory.save(.utilization, id: id, name: nil, body: checked)
    }

    private func remove(_ id: String) async throws {
        guard directory.find(.utilization, id) != nil else { return }
        try await directory.delete(.utilization, id)
    }

    private func user(_ call: Call<Principal>) throws(APIError) -> String {
        let id = try call.parameter("userId")
        guard let user = directory.find(.user, id.lowercased()) else { throw .notFound("user", id: id) }
        return user.id
    }
}

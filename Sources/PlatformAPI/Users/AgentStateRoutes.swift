import ContactCenter
import Engine
import Hummingbird

/// A person's presence and routing status: `/api/v2/users/{userId}/presences/{sourceId}` and `…/routingstatus`.
struct AgentStateRoutes: Sendable {
    let engine: Engine

    /// The one source of presences that we have.
    static let source = "purecloud"
    /// What lets somebody change the state of others.
    private static let permission = "presence:userPresence:edit"
    /// The longest text beside a presence, in characters.
    static let messageLengthMax = 500

    private struct PresenceChange: Decodable {
        struct Definition: Decodable {
            var id: String?
            var systemPresence: String?
        }

        var presenceDefinition: Definition?
        var message: String?
    }

    private struct StatusChange: Decodable {
        var status: String
    }

    func presence(_ call: Call<Principal>) async throws -> Response {
        try checkSource(call)
        return try await presenceResponse(try user(call))
    }

    func setPresence(_ call: Call<Principal>) async throws -> Response {
        try checkSource(call)
        let user = try user(call)
        try call.checkCaller(is: user, orHolds: Self.permission)
        let change = try await call.decodeBody(PresenceChange.self)
        guard (change.message ?? "").count <= Self.messageLengthMax else {
            throw APIError.invalidValue("message", "…", allowed: "up to \(Self.messageLengthMax) characters")
        }
        let definition = try definition(change.presenceDefinition)
        try await engine.agents.setPresence(of: user, definition: definition, message: change.message)
        return try await presenceResponse(user)
    }

    func status(_ call: Call<Principal>) async throws -> Response {
        try .json(RoutingStatusWire(try await engine.agents.state(of: try user(call))))
    }

    func setStatus(_ call: Call<Principal>) async throws -> Response {
        let user = try user(call)
        try call.checkCaller(is: user, orHolds: Self.permission)
        let text = try await call.decodeBody(StatusChange.self).status
        guard let status = AgentState.RoutingStatus(rawValue: text.uppercased()) else {
            throw APIError.invalidValue("status", text, allowed: "IDLE, OFF_QUEUE")
        }
        return try .json(RoutingStatusWire(try await engine.agents.setRoutingStatus(of: user, status)))
    }

    private func presenceResponse(_ user: UserID) async throws -> Response {
        try .json(UserPresenceWire(try await engine.agents.state(of: user), offline: engine.offlineID))
    }

    /// By id, or by system presence, which is what clients know that have not read the definitions.
    private func definition(_ wanted: PresenceChange.Definition?) throws -> String {
        if let id = wanted?.id, !id.isEmpty { return id.lowercased() }
        guard let text = wanted?.systemPresence else { throw APIError.missing("presenceDefinition.id") }
        guard let presence = SystemPresence(wire: text) else {
            let allowed = SystemPresence.allCases.map(\.constantName).joined(separator: ", ")
            throw APIError.invalidValue("presenceDefinition.systemPresence", text, allowed: allowed)
        }
        return try engine.agents.definition(of: presence)
    }

    private func checkSource(_ call: Call<Principal>) throws(APIError) {
        let source = try call.parameter("sourceId")
        guard source.lowercased() == Self.source else { throw .notFound("presenceSource", id: source) }
    }

    private func user(_ call: Call<Principal>) throws(APIError) -> UserID {
        let id = try call.parameter("userId", as: { UserID($0) })
        guard engine.directory.find(.user, id.description) != nil else { throw .notFound("user", id: id.description) }
        return id
    }
}

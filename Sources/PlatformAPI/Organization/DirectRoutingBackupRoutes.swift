import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/routing/users/{userId}/directroutingbackup/settings`, and one's own: where what is sent to an agent waits,
/// and for how long for the agent alone, in place of what the queue says.
struct DirectRoutingBackupRoutes: Sendable {
    let directory: Directory

    static let path = "/api/v2/routing/users/{userId}/directroutingbackup/settings"
    static let ownPath = "/api/v2/routing/directroutingbackup/settings/me"
    private static let model = "AgentDirectRoutingBackupSettings"

    func get(_ call: Call<Principal>) async throws -> Response { try .json(shown(try user(call))) }
    func set(_ call: Call<Principal>) async throws -> Response { try await save(call, of: try user(call)) }
    func reset(_ call: Call<Principal>) async throws -> Response { try await delete(of: try user(call)) }

    func getOwn(_ call: Call<Principal>) async throws -> Response { try .json(shown(try own(call))) }
    func setOwn(_ call: Call<Principal>) async throws -> Response { try await save(call, of: try own(call)) }
    func resetOwn(_ call: Call<Principal>) async throws -> Response { try await delete(of: try own(call)) }

    private func shown(_ user: String) throws(APIError) -> JSONValue {
        guard let settings = directory.find(.directRoutingBackup, user) else {
            throw .notFound("directRoutingBackupSettings", id: user)
        }
        return settings.body.filled(with: ["backedUpUsers": []])
    }

    /// A person as backup is refused rather than kept without effect: what waits, waits in a queue.
    private func save(_ call: Call<Principal>, of user: String) async throws -> Response {
        let body = try ModelTable.shared.checked(try await call.decodeBody(JSONValue.self), as: Self.model)
        if let person = body["userId"]?.string {
            throw APIError.invalidValue("userId", person, allowed: "nobody; queueId names the backup")
        }
        guard let queue = body["queueId"]?.string else { throw APIError.missing("queueId") }
        guard directory.find(.queue, queue.lowercased()) != nil else { throw APIError.invalidValue("queueId", queue) }
        try await directory.save(.directRoutingBackup, id: user, name: nil, body: body)
        return try .json(shown(user))
    }

    private func delete(of user: String) async throws -> Response {
        if directory.find(.directRoutingBackup, user) != nil {
            try await directory.delete(.directRoutingBackup, user)
        }
        return .empty()
    }

    private func own(_ call: Call<Principal>) throws(APIError) -> String {
        try call.caller.requiredUser().description
    }

    private func user(_ call: Call<Principal>) throws(APIError) -> String {
        let id = try call.parameter("userId")
        guard let user = directory.find(.user, id.lowercased()) else { throw .notFound("user", id: id) }
        return user.id
    }
}

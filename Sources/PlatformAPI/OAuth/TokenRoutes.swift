import ContactCenter
import Engine
import HTTPTypes
import Hummingbird

/// What is known about the caller's token, and its end (`/api/v2/tokens`, reference A.4).
struct TokenRoutes: Sendable {
    let engine: Engine
    let tokens: Tokens
    /// They end with the tokens that they were made with.
    let channels: NotificationChannels

    private struct Info: Encodable {
        struct Client: Encodable {
            var id: String
            var name: String
            var authorizedGrantType: String
            var scope: [String]
            var state = "active"
            var organization: EntityReference
        }

        var organization: EntityReference
        var homeOrganization: EntityReference
        var authorizedScope: [String]
        var userId: String?
        var OAuthClient: Client
    }

    func me(_ call: Call<Principal>) async throws -> Response {
        let caller = try call.caller
        let entity = engine.directory.list(.organization).first
        let organization = EntityReference(id: entity?.id ?? "", name: entity?.name)
        let client = engine.directory.oauthClient(caller.client)
        return try .json(
            Info(
                organization: organization, homeOrganization: organization, authorizedScope: client?.scope ?? [],
                userId: caller.user?.description,
                OAuthClient: .init(
                    id: caller.client, name: client?.name ?? "", authorizedGrantType: client?.grantType ?? "CODE",
                    scope: client?.scope ?? [], organization: organization)))
    }

    /// Ends this token; a person is signed out with it, so that nothing is routed to an empty chair.
    func deleteMe(_ call: Call<Principal>) async throws -> Response {
        let caller = try call.caller
        try await tokens.revoke(accessHash: caller.tokenHash)
        guard let user = caller.user else { return .empty(.ok) }
        try await channels.revoke(user)
        try await engine.agents.signOut(user)
        return .empty(.ok)
    }

    /// Ends all tokens of a person.
    func deleteUser(_ call: Call<Principal>) async throws -> Response {
        let user = try call.parameter("userId", as: { UserID($0) })
        guard engine.directory.find(.user, user.description) != nil else {
            throw APIError.notFound("user", id: user.description)
        }
        try await tokens.revokeAll(of: user)
        try await channels.revoke(user)
        try await engine.agents.signOut(user)
        return .empty(.ok)
    }
}

import ContactCenter
import Engine

/// An OAuth client as the endpoints read it from its row.
struct OAuthClient: Sendable {
    let id: String
    let name: String
    let redirectURIs: [String]
    /// A browser or app that cannot keep a secret: it must use PKCE.
    let isPublic: Bool
    let roles: [String]
    let scope: [String]
    let grantType: String
    /// Seconds that its access tokens last.
    let validitySeconds: Int64
    private let secretHash: String?

    /// What the API allows for `accessTokenValiditySeconds`, and its default of a day.
    static let validityBounds: ClosedRange<Int64> = 300...172_800
    static let validityDefault: Int64 = 86_400

    init(_ entity: Entity) {
        id = entity.id
        name = entity.name ?? ""
        redirectURIs = entity.body["registeredRedirectUri"]?.array?.compactMap(\.string) ?? []
        isPublic = entity.body["isPublic"]?.bool ?? false
        roles = entity.body["roles"]?.array?.compactMap(\.string) ?? []
        scope = entity.body["scope"]?.array?.compactMap(\.string) ?? []
        grantType = entity.body["authorizedGrantType"]?.string ?? "CODE"
        let validity = entity.body["accessTokenValiditySeconds"]?.integer ?? Self.validityDefault
        validitySeconds = min(max(validity, Self.validityBounds.lowerBound), Self.validityBounds.upperBound)
        secretHash = entity.body["secretHash"]?.string
    }

    func accepts(secret: String) -> Bool {
        guard let secretHash, !secret.isEmpty else { return false }
        return Secrets.areEqual(Secrets.hash(secret), secretHash)
    }
}

extension Directory {
    /// The OAuth client with an id.
    func oauthClient(_ id: String) -> OAuthClient? { find(.oauthClient, id).map(OAuthClient.init) }

    /// The person who signs in with an e-mail address, unless deactivated.
    func activeUser(email: String) -> Entity? {
        let email = email.lowercased()
        return list(.user).first { $0.body["email"]?.string == email && $0.isActive }
    }

    /// What a person may do; `nil` when there is no such active person.
    func permissions(of user: UserID) -> PermissionSet? {
        guard let entity = find(.user, user.description), entity.isActive else { return nil }
        return PermissionSet(roles: entity.roles)
    }
}

extension Entity {
    /// Whether a person is neither inactive nor deleted.
    var isActive: Bool { (body["state"]?.string ?? "active") == "active" }
    /// The names of a person's roles.
    var roles: [String] { body["roles"]?.array?.compactMap(\.string) ?? [] }
}

import ContactCenter
import Engine
import Foundation

/// The identity provider of a deployment: what its integration says.
struct SignInProvider: Sendable, Hashable {
    var integration: String
    var discoveryURI: String
    var clientID: String
    /// Absent for a client that has none and relies on PKCE alone.
    var clientSecret: String?

    /// `nil` when the integration is not there, switched off, or incomplete.
    init?(integration id: String, in directory: Directory) {
        guard let entity = directory.find(.integration, id.lowercased()),
            entity.body["intendedState"]?.string == "ENABLED",
            entity.body["integrationType"]?["id"]?.string == IntegrationRoutes.messengerSignIn
        else { return nil }
        let current = entity.body[IntegrationRoutes.currentMember]
        let references = (current?["credentials"]?.object ?? [:]).values.compactMap { $0["id"]?.string }
        let fields = references.sorted().lazy.compactMap { directory.find(.credential, $0) }
            .compactMap { $0.body[CredentialRoutes.fieldsMember] }.first
        guard let uri = current?["properties"]?["discoveryUri"]?.string,
            let client = current?["properties"]?["clientId"]?.string ?? fields?["clientId"]?.string
        else { return nil }
        integration = entity.id
        discoveryURI = uri
        clientID = client
        clientSecret = fields?["clientSecret"]?.string
    }
}

extension DeploymentSettings {
    /// Where customers of this deployment sign in; `nil` where they do not.
    func signInProvider(in directory: Directory) -> SignInProvider? {
        let settings = configuration?.body["authenticationSettings"]
        guard settings?["enabled"]?.bool == true, let id = settings?["integrationId"]?.string else { return nil }
        return SignInProvider(integration: id, in: directory)
    }

    /// Whether a conversation goes on when its customer signs in.
    var allowsSessionUpgrade: Bool {
        configuration?.body["authenticationSettings"]?["allowSessionUpgrade"]?.bool == true
    }
}

/// What a provider's addresses may be. We send client secrets there and believe what comes back, so the way must be
/// encrypted, or end on this machine.
enum SignInRules {
    private static let bytesMax = 2_048
    private static let ownHosts: Set<String> = ["127.0.0.1", "localhost", "[::1]", "::1"]

    static func check(_ properties: JSONValue) throws(APIError) {
        guard let uri = properties["discoveryUri"]?.string, isAllowed(uri) else {
            throw .invalidValue(
                "properties.discoveryUri", String((properties["discoveryUri"]?.string ?? "").prefix(80)),
                allowed: "https URLs")
        }
        if let client = properties["clientId"], client.string.map({ $0.isEmpty || $0.utf8.count > 1_024 }) ?? true {
            throw .invalidValue("properties.clientId", "")
        }
    }

    static func isAllowed(_ text: String) -> Bool {
        guard text.utf8.count <= bytesMax, let url = URLComponents(string: text), let host = url.host, !host.isEmpty,
            url.user == nil
        else { return false }
        return url.scheme == "https" || url.scheme == "http" && ownHosts.contains(host.lowercased())
    }
}

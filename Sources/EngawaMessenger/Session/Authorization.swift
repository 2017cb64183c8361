import Foundation

/// How a person proves who they are: the result of a sign-in at the company's identity provider.
public enum SignIn: Sendable, Hashable {
    /// An authorization code (RFC 6749), with the verifier if the app used PKCE (RFC 7636).
    case code(String, redirectURI: String, verifier: String?)
    /// An ID token of the implicit or hybrid flow (OpenID Connect), with the nonce that the app had asked it for.
    case idToken(String, nonce: String, redirectURI: String)

    var json: JSON {
        switch self {
        case .code(let code, let redirectURI, let verifier):
            .members([
                "code": .string(code), "redirectUri": .string(redirectURI),
                "codeVerifier": verifier.map { .string($0) },
            ])
        case .idToken(let token, let nonce, let redirectURI):
            .object([
                "idToken": .string(token), "nonce": .string(nonce), "redirectUri": .string(redirectURI),
            ])
        }
    }
}

/// The tokens of an authenticated session.
struct Authorization: Sendable, Hashable, Codable {
    var jwt: String
    var refreshToken: String?
}

/// The HTTP side of authenticated sessions: exchange, refresh, revoke.
struct AuthorizationService: Sendable {
    let place: MessengerPlace
    let transport: any MessengerTransport

    func exchange(_ signIn: SignIn) async throws -> Authorization {
        let body: JSON = .object(["deploymentId": .string(place.deployment), "oauth": signIn.json])
        let answer = try await post("oauthcodegrantjwtexchange", body)
        guard let jwt = answer["jwt"]?.string else { throw MessengerError.authenticationFailed }
        return Authorization(jwt: jwt, refreshToken: answer["refreshToken"]?.string)
    }

    /// A new token for the old one; without a refresh token the person has to sign in again.
    func refresh(_ authorization: Authorization) async throws -> Authorization {
        guard let token = authorization.refreshToken else { throw MessengerError.authenticationFailed }
        let answer = try await post(
            "refresh", .object(["refreshToken": .string(token), "deploymentId": .string(place.deployment)]))
        guard let jwt = answer["jwt"]?.string else { throw MessengerError.authenticationFailed }
        return Authorization(jwt: jwt, refreshToken: answer["refreshToken"]?.string ?? token)
    }

    func revoke(_ authorization: Authorization) async throws {
        let request = HTTPRequest(
            "DELETE", url("revoke"),
            headers: place.headers.merging(["Authorization": "bearer " + authorization.jwt]) { $1 })
        let answer = try await transport.perform(request) { _ in }
        guard answer.isSuccess else { throw answer.error }
    }

    private func url(_ name: String) -> URL { place.http("/api/v2/webdeployments/token/" + name) }

    private func post(_ name: String, _ body: JSON) async throws -> JSON {
        let request = HTTPRequest("POST", url(name), headers: place.jsonHeaders, body: try body.data)
        let answer = try await transport.perform(request) { _ in }
        guard answer.isSuccess else {
            let error = answer.error
            throw error.isTransient ? error : .authenticationFailed
        }
        return try JSON.read(answer.body)
    }
}

import ContactCenter
import Engine
import HTTPTypes
import Hummingbird

/// `/api/v2/webdeployments/token/…`: how a customer who signed in at the site's identity provider gets a token for
/// authenticated sessions (reference, section B.10). No token of OAuth; what is shown is the proof.
struct SignInRoutes: Sendable {
    let engine: Engine
    let address: PublicAddress
    let tokens: SignInTokens
    let providers: IdentityProviders
    let limit: SignInRateLimit

    static let path = "/api/v2/webdeployments/token"

    private struct Exchange: Decodable {
        struct OAuth: Decodable {
            var code: String?
            var idToken: String?
            var redirectUri: String?
            var nonce: String?
            var maxAge: Int64?
            var codeVerifier: String?
            var iss: String?
        }

        var deploymentId: String?
        var oauth: OAuth?
    }

    private struct Refresh: Decodable {
        var refreshToken: String?
        var deploymentId: String?
    }

    private struct Authorization: Encodable {
        var jwt: String
        var refreshToken: String?
    }

    func exchange(_ call: Call<Principal>) async throws -> Response {
        let body = try await call.decodeBody(Exchange.self)
        guard let id = body.deploymentId else { throw APIError.missing("deploymentId") }
        guard let oauth = body.oauth else { throw APIError.missing("oauth") }
        let settings = try settings(id, call)
        try limit.take(settings.id, call)
        guard let provider = settings.signInProvider(in: engine.directory) else { throw APIError.signInOff }
        let claims = try await person(oauth, at: provider)
        let subject = Guests.subject(issuer: claims.iss, id: claims.sub)
        let guest = SignedInGuest(
            deployment: settings.id, subject: subject,
            generation: try await engine.guests.generation(of: subject, deployment: settings.id),
            profile: claims.profile)
        return try .json(
            Authorization(
                jwt: try await tokens.issue(to: guest),
                refreshToken: try await tokens.issueRefresh(to: guest, integration: provider.integration)))
    }

    /// By a code, or by an ID token. A token that came through the browser must carry the nonce that the site made:
    /// without it, anybody who got hold of the token could use it.
    private func person(_ oauth: Exchange.OAuth, at provider: SignInProvider) async throws(APIError) -> IDToken.Claims {
        let proof: String
        if let code = oauth.code {
            guard let redirect = oauth.redirectUri else { throw .missing("oauth.redirectUri") }
            proof = try await providers.idToken(
                for: .init(code: code, redirectURI: redirect, verifier: oauth.codeVerifier), at: provider)
        } else {
            guard let idToken = oauth.idToken else { throw .missing("oauth.code") }
            guard let nonce = oauth.nonce, !nonce.isEmpty else { throw .missing("oauth.nonce") }
            proof = idToken
        }
        return try await providers.person(
            proving: proof, at: provider, nonce: oauth.nonce, maxAgeSeconds: oauth.maxAge, issuer: oauth.iss)
    }

    /// Some clients send the refresh token alone, though the schema asks for the deployment.
    func refresh(_ call: Call<Principal>) async throws -> Response {
        let body = try await call.decodeBody(Refresh.self)
        guard let secret = body.refreshToken else { throw APIError.missing("refreshToken") }
        try limit.take(nil, call)
        guard let (guest, integration) = try await tokens.owner(ofRefresh: secret),
            body.deploymentId == nil || body.deploymentId.flatMap({ IntegrationID($0) }) == guest.deployment
        else { throw APIError.signInRefused("the refresh token does not hold") }
        let settings = try settings(guest.deployment.description, call)
        guard let provider = settings.signInProvider(in: engine.directory) else { throw APIError.signInOff }
        guard provider.integration == integration else {
            throw APIError.signInRefused("the deployment has another identity provider by now")
        }
        return try .json(Authorization(jwt: try await tokens.issue(to: guest)))
    }

    /// Signs the customer out on all devices.
    func revoke(_ call: Call<Principal>) async throws -> Response {
        try limit.take(nil, call)
        guard let bearer = call.request.bearerToken, let guest = try await tokens.verify(bearer) else {
            throw APIError.signInRefused("the token does not hold")
        }
        try await engine.guests.signOut(subject: guest.subject, deployment: guest.deployment)
        return .empty()
    }

    /// A deployment that is there, active and allows the page, as on the guest socket.
    private func settings(_ text: String, _ call: Call<Principal>) throws(APIError) -> DeploymentSettings {
        guard let id = IntegrationID(text), let settings = DeploymentSettings(id, in: engine.directory),
            settings.isActive
        else { throw .notFound("deployment", id: String(text.prefix(64))) }
        let own = [address.http(host: call.host), call.host ?? ""].map { WebOrigin($0).host }
        guard settings.allows(origin: call.request.headers[.origin], ownHosts: own) else {
            throw .forbidden("The deployment does not allow this origin.")
        }
        return settings
    }
}

/// How often tokens are asked for: by deployment, so that nobody turns us into a load on its identity provider, and by
/// network address, so that guessing is slow. Behind a proxy all customers have its address, so that share is wide.
struct SignInRateLimit: Sendable {
    private let deployments: RateLimit
    private let places: RateLimit

    init(_ limits: GuestLimits) {
        deployments = RateLimit(RateLimitConfiguration(requestsMax: limits.signInsPerMinute, windowSeconds: 60))
        places = RateLimit(RateLimitConfiguration(requestsMax: limits.signInsPerMinute, windowSeconds: 60))
    }

    func take(_ deployment: IntegrationID?, _ call: Call<Principal>) throws(APIError) {
        _ = try places.take(call.context.remoteAddress?.ipAddress ?? "local")
        if let deployment { _ = try deployments.take(deployment.description) }
    }
}

extension IDToken.Claims {
    /// What the provider says of the person; each part bounded, as it stands in every conversation.
    var profile: ContactIdentity.Profile {
        let short = { (text: String?) in text.map { String($0.prefix(100)) } }
        return ContactIdentity.Profile(
            nickname: short(name ?? nickname), firstName: short(givenName), lastName: short(familyName),
            email: email.map { String($0.prefix(254)) })
    }
}

extension APIError {
    /// 403: the deployment has no identity provider.
    static var signInOff: APIError {
        APIError(.forbidden, "feature.disabled", "Authenticated sessions are disabled for this deployment.")
    }
}

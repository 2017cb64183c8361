import ContactCenter
import Engine
import Foundation
import JWTKit
import Journal

/// A customer who has proven who it is.
struct SignedInGuest: Sendable, Hashable {
    var deployment: IntegrationID
    /// The hash of the provider's issuer and id.
    var subject: String
    /// How often the customer had signed out when this was issued.
    var generation: Int64
    /// What the provider says of the customer.
    var profile: ContactIdentity.Profile
}

/// What customers are given who have signed in: a token for sessions, short-lived, and one that makes new ones.
struct SignInTokens: Sendable {
    private struct Claims: JWTPayload {
        var aud: String
        var exp: ExpirationClaim
        var deployment: String
        var sub: String
        var generation: Int64
        var profile: ContactIdentity.Profile

        /// The expiry is compared with the engine's clock, by the caller.
        func verify(using _: some JWTAlgorithm) {}
    }

    /// What belongs to a refresh token beside the columns of its row.
    private struct Body: Codable {
        var integration: String
        var profile: ContactIdentity.Profile
    }

    /// Of another kind than the tokens for the history, which the same key signs.
    private static let audience = "webmessaging-sign-in"
    /// How long a token opens sessions. Those that are open go on.
    static let lifetime = Span.minutes(15)
    static let refreshLifetime = Span.hours(30 * 24)
    /// Refresh tokens of one customer on one deployment: its devices. Beyond it the oldest has to sign in again.
    static let refreshMax = 20

    let engine: Engine
    let keys: JWTKeyCollection

    // MARK: Issuing

    /// A token for sessions.
    func issue(to guest: SignedInGuest) async throws(EngineError) -> String {
        let expiresAt = engine.now() + Self.lifetime
        let claims = Claims(
            aud: Self.audience,
            exp: ExpirationClaim(value: Date(timeIntervalSince1970: Double(expiresAt.milliseconds / 1_000))),
            deployment: guest.deployment.description, sub: guest.subject, generation: guest.generation,
            profile: guest.profile)
        do { return try await keys.sign(claims) } catch { throw .unavailable(reason: "cannot sign: \(error)") }
    }

    /// A token that makes new ones for as long as the customer does not sign out and the provider stays the same.
    func issueRefresh(to guest: SignedInGuest, integration: String) async throws(EngineError) -> String {
        let secret = Secrets.make()
        let body = Body(integration: integration, profile: guest.profile)
        let record = GuestRefreshRecord(
            hash: Secrets.hash(secret), deployment: guest.deployment, subject: guest.subject,
            expiresAt: engine.now() + Self.refreshLifetime, body: (try? JSONEncoder().encode(body)) ?? Data())
        try await journaling { () async throws(JournalError) in
            try await engine.journal.saveRefresh(record, countMax: Self.refreshMax)
        }
        return secret
    }

    // MARK: Reading

    /// Who a token for sessions is; `nil` when it is not ours, is over, or was taken back.
    func verify(_ text: String) async throws(EngineError) -> SignedInGuest? {
        guard text.utf8.count <= IDToken.bytesMax, let claims = try? await keys.verify(text, as: Claims.self),
            claims.aud == Self.audience,
            claims.exp.value.timeIntervalSince1970 > Double(engine.now().milliseconds) / 1_000,
            let deployment = IntegrationID(claims.deployment),
            try await engine.guests.generation(of: claims.sub, deployment: deployment) == claims.generation
        else { return nil }
        return SignedInGuest(
            deployment: deployment, subject: claims.sub, generation: claims.generation, profile: claims.profile)
    }

    /// Who may have a new token for a refresh token, and the integration at which they signed in.
    func owner(ofRefresh secret: String) async throws(EngineError) -> (guest: SignedInGuest, integration: String)? {
        let hash = Secrets.hash(secret)
        let record = try await journaling { () async throws(JournalError) in
            try await engine.journal.refresh(hash: hash)
        }
        guard let record, record.expiresAt > engine.now(),
            let body = try? JSONDecoder().decode(Body.self, from: record.body)
        else { return nil }
        let generation = try await engine.guests.generation(of: record.subject, deployment: record.deployment)
        let guest = SignedInGuest(
            deployment: record.deployment, subject: record.subject, generation: generation, profile: body.profile)
        return (guest, body.integration)
    }
}

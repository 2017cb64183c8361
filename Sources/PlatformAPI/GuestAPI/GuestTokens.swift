import ContactCenter
import Engine
import Foundation
import JWTKit
import Journal

/// The short-lived tokens with which a guest reads the history (reference, B.2 `getJwt` and B.8). The session's own
/// token never leaves the socket: a URL, a log or a proxy that sees one of these can read for a minute or two and no
/// more.
public struct GuestTokens: Sendable {
    /// Who may read what.
    struct Guest: Sendable, Hashable {
        var deployment: IntegrationID
        /// The hash of the session's token, or what a customer who has signed in is known by.
        var platformUser: String
        /// Whether the guest has proven who it is.
        var isAuthenticated = false
    }

    /// A token and its end.
    struct Issued: Sendable {
        var text: String
        var expiresAt: Instant
    }

    private struct Claims: JWTPayload {
        var aud: String
        var exp: ExpirationClaim
        var deployment: String
        var guest: String
        var authenticated: Bool?

        /// The expiry is compared with the engine's clock, by the caller.
        func verify(using _: some JWTAlgorithm) {}
    }

    private static let audience = "webmessaging"
    /// Resuming a session and reading its history are two rights: neither token serves for the other.
    private static let resumeAudience = "webmessaging-resume"
    /// The length of the output of HMAC-SHA-256, as RFC 7518, section 3.2 demands.
    private static let keyBytes = 32
    let keys: JWTKeyCollection
    private let now: @Sendable () -> Instant

    /// Tokens signed with the installation's own key, made when it is first needed.
    public init(engine: Engine) async throws(EngineError) {
        let fresh = Data((0..<Self.keyBytes).map { _ in UInt8.random(in: .min ... .max) })
        let key = try await journaling { () async throws(JournalError) in
            try await engine.journal.setting("guestJwtKey", orStore: fresh)
        }
        keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: key), digestAlgorithm: .sha256)
        now = engine.now
    }

    func issue(to guest: Guest, lifetime: Span) async throws(EngineError) -> Issued {
        try await sign(guest, for: Self.audience, until: now() + lifetime)
    }

    /// A token with which a client resumes its session until the session ends.
    func issueResume(to guest: Guest, until end: Instant) async throws(EngineError) -> Issued {
        try await sign(guest, for: Self.resumeAudience, until: end)
    }

    private func sign(_ guest: Guest, for audience: String, until end: Instant) async throws(EngineError) -> Issued {
        let expiresAt = Instant(milliseconds: end.milliseconds / 1_000 * 1_000)
        let claims = Claims(
            aud: audience, exp: ExpirationClaim(value: Date(timeIntervalSince1970: expiresAt.seconds)),
            deployment: guest.deployment.description, guest: guest.platformUser,
            authenticated: guest.isAuthenticated ? true : nil)
        do { return Issued(text: try await keys.sign(claims), expiresAt: expiresAt) } catch {
            throw .unavailable(reason: "cannot sign: \(error)")
        }
    }

    /// Whose token it is; `nil` when it is not ours or is over.
    func verify(_ text: String) async -> Guest? { await verify(text, for: Self.audience) }

    /// Whose resume token it is; `nil` when it is not ours or is over.
    func verifyResume(_ text: String) async -> Guest? { await verify(text, for: Self.resumeAudience) }

    private func verify(_ text: String, for audience: String) async -> Guest? {
        guard let claims = try? await keys.verify(text, as: Claims.self), claims.aud == audience,
            claims.exp.value.timeIntervalSince1970 > now().seconds,
            let deployment = IntegrationID(claims.deployment)
        else { return nil }
        return Guest(deployment: deployment, platformUser: claims.guest, isAuthenticated: claims.authenticated == true)
    }
}

extension Instant {
    fileprivate var seconds: Double { Double(milliseconds) / 1_000 }
}

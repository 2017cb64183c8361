import ContactCenter
import Engine
import Hummingbird

/// `GET /api/v2/webmessaging/messages`: what was said in a session, for the guest alone (reference, section B.8).
public struct GuestHistory: Sendable {
    private let engine: Engine
    private let tokens: GuestTokens
    private let files: FileLinks
    private let limit: RateLimit
    private let days: Int

    /// The history of an engine's guests.
    public init(engine: Engine, tokens: GuestTokens, files: FileLinks, limits: GuestLimits) {
        self.engine = engine
        self.files = files
        self.tokens = tokens
        limit = RateLimit(RateLimitConfiguration(requestsMax: limits.historyPerMinute, windowSeconds: 60))
        days = limits.historyDays
    }

    /// The newest page first, the newest message first in it. Open to all as far as the platform's own tokens go: the
    /// guest's token is checked here.
    @Sendable func list(_ call: Call<Principal>) async throws -> Response {
        guard let bearer = call.request.bearerToken, let guest = await tokens.verify(bearer) else {
            throw APIError.unauthenticated
        }
        // What was said is the customer's alone since it signed in, whatever was issued before.
        if !guest.isAuthenticated,
            try await engine.guests.wasSignedIn(platformUser: guest.platformUser, deployment: guest.deployment)
        {
            throw APIError.badCredentials
        }
        _ = try limit.take("\(guest.deployment)/\(guest.platformUser)")
        let page = try call.page()
        let session = try await engine.guests.session(
            platformUser: guest.platformUser, deployment: guest.deployment)
        // The days are for guests whom nobody knows; a customer who has signed in finds all of it again.
        let oldest =
            guest.isAuthenticated ? Instant(milliseconds: 0) : engine.now() + .hours(-24 * Int64(days))
        let (messages, total) = try await engine.guests.history(
            of: session, since: oldest, page: page.pageNumber, pageSize: page.pageSize)
        let entities = messages.map { GuestMessageWire(history: $0, $1, files: files) }
        return try .json(call.listing(entities, total: total, page: page))
    }
}

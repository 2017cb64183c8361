import ContactCenter
import HTTPTypes

/// Rates that outlive a connection: of a session, which comes back on a new one, and of a deployment.
struct GuestRates: Sendable {
    private static let windowSeconds = 60
    /// What a session says, on all its connections to this process.
    private let messages: GuestAllowances
    /// That a guest types, as agents are shown it. Clients say it every five seconds at most (reference, B.4); what a
    /// network takes from the time between two must not drop the second, or the agent's sign would go out.
    private let typing = GuestAllowances(burst: 1, perSecond: 0.25)
    private let configurations: RateLimit
    private let connections: RateLimit

    init(_ limits: GuestLimits) {
        configurations = Self.rate(limits.configuresPerMinute)
        connections = Self.rate(limits.connectionsPerMinute)
        messages = GuestAllowances(burst: limits.messagesBurst, perSecond: limits.messagesPerSecond)
    }

    /// Counts a message of a session. With it the agent's sign of typing has gone out, so the next one is shown.
    func takeMessage(of guest: GuestTokens.Guest) throws(GuestError) {
        if let seconds = messages.take(of: guest) { throw .tooFast(retryAfterSeconds: seconds) }
        typing.restore(of: guest)
    }

    /// Whether agents are shown that the guest types; they know it already when it was said a moment ago.
    func showsTyping(of guest: GuestTokens.Guest, at now: ContinuousClock.Instant = .now) -> Bool {
        typing.take(of: guest, at: now) == nil
    }

    /// Counts a configuration of a session.
    func takeConfiguration(of guest: GuestTokens.Guest) throws(GuestError) {
        do throws(APIError) {
            _ = try configurations.take("\(guest.deployment)/\(guest.platformUser)")
        } catch {
            throw .tooFast(retryAfterSeconds: error.headers[.retryAfter].flatMap { Int($0) } ?? Self.windowSeconds)
        }
    }

    /// Counts a connection to a deployment; what to answer when it is one too many.
    func refusesConnection(to deployment: IntegrationID) -> APIError? {
        do throws(APIError) {
            _ = try connections.take(deployment.description)
            return nil
        } catch { return error }
    }

    private static func rate(_ perMinute: Int) -> RateLimit {
        RateLimit(RateLimitConfiguration(requestsMax: perMinute, windowSeconds: windowSeconds))
    }
}

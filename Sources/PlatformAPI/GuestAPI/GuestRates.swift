import ContactCenter
import HTTPTypes

/// Rates that outlive a connection: of a session, which comes back on a new one, and of a deployment.
struct GuestRates: Sendable {
    private static let windowSeconds = 60
    /// What a session says, on all its connections to this process.
    private let messages: GuestAllowances
    private let configurations: RateLimit
    private let connections: RateLimit

    init(_ limits: GuestLimits) {
        configurations = Self.rate(limits.configuresPerMinute)
        connections = Self.rate(limits.connectionsPerMinute)
        messages = GuestAllowances(burst: limits.messagesBurst, perSecond: limits.messagesPerSecond)
    }

    /// Counts a message of a session.
    func takeMessage(of guest: GuestTokens.Guest) throws(GuestError) {
        if let seconds = messages.take(of: guest) { throw .tooFast(retryAfterSeconds: seconds) }
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

import HTTPTypes
import Synchronization

/// How many requests a caller may make.
public struct RateLimitConfiguration: Sendable {
    /// Requests in a window (reference, section A.7: 300 a minute and token).
    public var requestsMax: Int
    /// The window's length in seconds.
    public var windowSeconds: Int
    /// Callers that are remembered at a time. When the table is full, those whose window is over go, then the oldest:
    /// an old one starts anew, which is kinder than refusing a new one.
    public var callersMax: Int

    /// The limits, with the platform's own figures as defaults.
    public init(requestsMax: Int = 300, windowSeconds: Int = 60, callersMax: Int = 10_000) {
        self.requestsMax = requestsMax
        self.windowSeconds = windowSeconds
        self.callersMax = callersMax
    }
}

/// Counts requests by caller in fixed windows that start with the caller's first request.
public final class RateLimit: Sendable {
    /// What a caller has left, as the answer's header fields say it.
    public struct Allowance: Sendable, Equatable {
        /// Requests so far in this window, this one included.
        public let count: Int
        /// Requests that the window allows.
        public let allowed: Int
        /// Seconds until the window ends, rounded up.
        public let resetSeconds: Int

        func write(to headers: inout HTTPFields) {
            headers[.rateLimitCount] = String(count)
            headers[.rateLimitAllowed] = String(allowed)
            headers[.rateLimitReset] = String(resetSeconds)
        }
    }

    private struct Window {
        var start: ContinuousClock.Instant
        var count: Int
    }

    private let configuration: RateLimitConfiguration
    private let windows = Mutex<[String: Window]>([:])

    /// A limit with no request counted yet.
    public init(_ configuration: RateLimitConfiguration = RateLimitConfiguration()) {
        self.configuration = configuration
    }

    /// Callers that are remembered.
    var callers: Int { windows.withLock { $0.count } }

    /// Counts one request; 429 with the same header fields and `Retry-After` when the window is used up.
    public func take(_ key: String, at now: ContinuousClock.Instant = .now) throws(APIError) -> Allowance {
        let length = Duration.seconds(configuration.windowSeconds)
        let window = windows.withLock { windows in
            var window = windows[key] ?? Window(start: now, count: 0)
            if now - window.start >= length { window = Window(start: now, count: 0) }
            window.count += 1
            if windows[key] == nil { Self.makeRoom(in: &windows, before: now - length, max: configuration.callersMax) }
            windows[key] = window
            return window
        }
        let left = length - (now - window.start)
        let seconds = max(1, Int(left.components.seconds) + (left.components.attoseconds > 0 ? 1 : 0))
        let allowance = Allowance(
            count: min(window.count, configuration.requestsMax), allowed: configuration.requestsMax,
            resetSeconds: seconds)
        guard window.count <= configuration.requestsMax else {
            var error = APIError.tooManyRequests(retryAfterSeconds: seconds)
            allowance.write(to: &error.headers)
            throw error
        }
        return allowance
    }

    private static func makeRoom(
        in windows: inout [String: Window], before: ContinuousClock.Instant, max: Int
    ) {
        guard windows.count >= max else { return }
        windows = windows.filter { $0.value.start > before }
        guard windows.count >= max else { return }
        // A tenth at a time, so that a full table is not sorted for every request.
        for (key, _) in windows.sorted(by: { $0.value.start < $1.value.start }).prefix(max / 10 + 1) {
            windows[key] = nil
        }
    }
}

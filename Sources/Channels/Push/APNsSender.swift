import ContactCenter
import Foundation
import JWTKit

/// Apple's push notification service, by its provider API with tokens (HTTP/2 over TLS; what stands in for it on
/// loopback may speak HTTP/1.1).
public struct APNsSender: PushSender {
    /// What Apple gives to a team for an app.
    public struct Account: Sendable {
        public var teamID: String
        public var keyID: String
        /// The app's bundle id.
        public var topic: String
        /// The private key in PEM, as the file `AuthKey_….p8` has it.
        public var key: String
        /// `https://api.push.apple.com`, or `https://api.sandbox.push.apple.com` for builds in development.
        public var baseURL: String

        /// An account; ``baseURL`` is Apple's production.
        public init(
            teamID: String, keyID: String, topic: String, key: String,
            baseURL: String = "https://api.push.apple.com"
        ) {
            self.teamID = teamID
            self.keyID = keyID
            self.topic = topic
            self.key = key
            self.baseURL = baseURL
        }
    }

    /// Why an account cannot be used.
    public struct Unusable: Error, CustomStringConvertible {
        public var description: String
    }

    private struct Claims: JWTPayload {
        var iss: String
        var iat: Int64
        func verify(using _: some JWTAlgorithm) {}
    }

    private struct Body: Encodable {
        struct Alert: Encodable {
            var title: String
            var body: String
        }
        struct APS: Encodable {
            var alert: Alert
            var sound = "default"
            var thread: String
            enum CodingKeys: String, CodingKey {
                case alert, sound
                case thread = "thread-id"
            }
        }
        var aps: APS
        var deploymentId: String
        var messageId: String
    }

    /// Apple takes a token for an hour and wants no new one within twenty minutes.
    static let tokenMinutes: Int64 = 40
    /// Of an answer that says the credentials are wrong: until an administrator has mended them.
    static let credentialsPauseSeconds = 300

    private let account: Account
    private let base: String
    private let exchange: PushExchange
    private let keys: JWTKeyCollection
    private let kept = KeptCredential()

    /// A sender for an app.
    public init(_ account: Account, client: ChannelClient) async throws {
        guard let base = PushExchange.base(account.baseURL) else {
            throw Unusable(description: "the address of APNs is not a URL")
        }
        self.account = account
        self.base = base
        exchange = PushExchange(client: client)
        keys = JWTKeyCollection()
        do {
            await keys.add(
                ecdsa: try ES256PrivateKey(pem: account.key), kid: JWKIdentifier(string: account.keyID))
        } catch {
            throw Unusable(description: "the key of APNs is not a private key of P-256 in PEM")
        }
    }

    /// Sends one.
    public func push(_ notification: PushNotification, to deviceToken: String, at now: Instant) async -> PushOutcome {
        do {
            let token = try await token(at: now)
            let answer = try await exchange.post(
                "\(base)/3/device/\(PushExchange.pathPart(deviceToken))", headers: headers(notification, token),
                body: try Self.body(notification))
            if answer.status == 403 { await kept.forget(token) }
            return Self.outcome(answer)
        } catch {
            return .tryLater(reason: "no answer: \(type(of: error))", after: nil)
        }
    }

    private func token(at now: Instant) async throws -> String {
        try await kept.text(at: now) { [keys, account] in
            let claims = Claims(iss: account.teamID, iat: now.milliseconds / 1_000)
            return (
                try await keys.sign(claims, kid: JWKIdentifier(string: account.keyID)),
                now + .minutes(Self.tokenMinutes)
            )
        }
    }

    private func headers(_ notification: PushNotification, _ token: String) -> [(String, String)] {
        [
            ("authorization", "bearer \(token)"), ("apns-topic", account.topic), ("apns-push-type", "alert"),
            ("apns-priority", "10"), ("apns-id", notification.id), ("apns-collapse-id", notification.thread),
            ("apns-expiration", String(notification.expiresAt.milliseconds / 1_000)),
            ("content-type", "application/json"),
        ]
    }

    static func body(_ notification: PushNotification) throws -> Data {
        let alert = Body.Alert(title: notification.title, body: notification.body)
        return try JSONEncoder().encode(
            Body(
                aps: .init(alert: alert, thread: notification.thread),
                deploymentId: notification.deployment.description, messageId: notification.message.hex))
    }

    /// By Apple's table of statuses and reasons.
    static func outcome(_ answer: PushExchange.Answer) -> PushOutcome {
        let reason = answer.text("reason") ?? "answered \(answer.status)"
        switch (answer.status, reason) {
        case (200, _): return .accepted
        case (410, _), (400, "BadDeviceToken"), (400, "DeviceTokenNotForTopic"): return .gone(reason: reason)
        // A token that is over is made anew with the next attempt; a wrong key needs a person.
        case (403, "ExpiredProviderToken"): return .tryLater(reason: reason, after: nil)
        case (403, _): return .tryLater(reason: reason, after: credentialsPauseSeconds)
        case (429, _), (500..., _): return .tryLater(reason: reason, after: answer.retryAfter)
        default: return .refused(reason: reason)
        }
    }
}

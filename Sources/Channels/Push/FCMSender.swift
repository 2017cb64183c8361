import ContactCenter
import Foundation
import JWTKit

/// Firebase Cloud Messaging by its API HTTP v1, as a service account.
public struct FCMSender: PushSender {
    /// The file that Google gives for a service account, as far as it matters here.
    public struct Account: Sendable, Decodable {
        public var projectID: String
        public var privateKeyID: String
        /// In PEM.
        public var privateKey: String
        public var clientEmail: String
        /// Where an assertion becomes an access token.
        public var tokenURI: String

        enum CodingKeys: String, CodingKey {
            case projectID = "project_id"
            case privateKeyID = "private_key_id"
            case privateKey = "private_key"
            case clientEmail = "client_email"
            case tokenURI = "token_uri"
        }
    }

    private struct Claims: JWTPayload {
        var iss: String
        var scope: String
        var aud: String
        var iat: Int64
        var exp: Int64
        func verify(using _: some JWTAlgorithm) {}
    }

    private struct AccessToken: Decodable {
        var text: String
        var seconds: Int64?
        enum CodingKeys: String, CodingKey {
            case text = "access_token"
            case seconds = "expires_in"
        }
    }

    private struct NoToken: Error {}

    private struct Body: Encodable {
        struct Notification: Encodable {
            var title: String
            var body: String
        }
        struct Shown: Encodable {
            /// What is shown under the same tag is replaced.
            var tag: String
        }
        struct Android: Encodable {
            var collapse: String
            var priority = "HIGH"
            var ttl: String
            var notification: Shown
            enum CodingKeys: String, CodingKey {
                case collapse = "collapse_key"
                case priority, ttl, notification
            }
        }
        struct Message: Encodable {
            var token: String
            var notification: Notification
            var data: [String: String]
            var android: Android
        }
        var message: Message
    }

    static let scope = "https://www.googleapis.com/auth/firebase.messaging"
    /// Before its end an access token is fetched anew.
    static let marginSeconds: Int64 = 300

    private let account: Account
    private let base: String
    private let exchange: PushExchange
    private let keys: JWTKeyCollection
    private let kept = KeptCredential()

    /// A sender for a project. `baseURL` is Google's `https://fcm.googleapis.com`.
    public init(_ account: Account, baseURL: String, client: ChannelClient) async throws {
        guard let base = PushExchange.base(baseURL), PushExchange.base(account.tokenURI) != nil else {
            throw APNsSender.Unusable(description: "the address of FCM, or its token_uri, is not a URL")
        }
        self.account = account
        self.base = base
        exchange = PushExchange(client: client)
        keys = JWTKeyCollection()
        do {
            let key = try Insecure.RSA.PrivateKey(pem: account.privateKey)
            await keys.add(rsa: key, digestAlgorithm: .sha256, kid: JWKIdentifier(string: account.privateKeyID))
        } catch {
            throw APNsSender.Unusable(description: "the service account's private_key is not an RSA key in PEM")
        }
    }

    /// Sends one.
    public func push(_ notification: PushNotification, to deviceToken: String, at now: Instant) async -> PushOutcome {
        do {
            let token = try await kept.text(at: now) { try await fetchToken(at: now) }
            let project = PushExchange.pathPart(account.projectID)
            let answer = try await exchange.post(
                "\(base)/v1/projects/\(project)/messages:send",
                headers: [("authorization", "Bearer \(token)"), ("content-type", "application/json")],
                body: try Self.body(notification, to: deviceToken, at: now))
            if answer.status == 401 { await kept.forget(token) }
            return Self.outcome(answer)
        } catch is NoToken {
            return .tryLater(reason: "the service account got no access token", after: nil)
        } catch {
            return .tryLater(reason: "no answer: \(type(of: error))", after: nil)
        }
    }

    /// An assertion of who we are against a token (RFC 7523).
    private func fetchToken(at now: Instant) async throws -> (String, Instant) {
        let seconds = now.milliseconds / 1_000
        let claims = Claims(
            iss: account.clientEmail, scope: Self.scope, aud: account.tokenURI, iat: seconds, exp: seconds + 3_600)
        let assertion = try await keys.sign(claims, kid: JWKIdentifier(string: account.privateKeyID))
        let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(assertion)"
        let answer = try await exchange.post(
            account.tokenURI, headers: [("content-type", "application/x-www-form-urlencoded")], body: Data(form.utf8))
        guard answer.status == 200, let token = try? JSONDecoder().decode(AccessToken.self, from: answer.body) else {
            throw NoToken()
        }
        return (token.text, now + .seconds(max((token.seconds ?? 3_600) - Self.marginSeconds, 0)))
    }

    static func body(_ notification: PushNotification, to deviceToken: String, at now: Instant) throws -> Data {
        let left = max((notification.expiresAt - now).milliseconds / 1_000, 0)
        let message = Body.Message(
            token: deviceToken, notification: .init(title: notification.title, body: notification.body),
            data: [
                "deploymentId": notification.deployment.description, "messageId": notification.message.hex,
                "notificationId": notification.id,
            ],
            android: .init(
                collapse: notification.thread, ttl: "\(left)s", notification: .init(tag: notification.thread)))
        return try JSONEncoder().encode(Body(message: message))
    }

    /// By Google's table of errors.
    static func outcome(_ answer: PushExchange.Answer) -> PushOutcome {
        let reason = answer.text("error", "status") ?? "answered \(answer.status)"
        switch answer.status {
        case 200: return .accepted
        case 404 where answer.says("UNREGISTERED"): return .gone(reason: "UNREGISTERED")
        case 403 where answer.says("SENDER_ID_MISMATCH"): return .gone(reason: "SENDER_ID_MISMATCH")
        // Of the project, then, and not of the device: a person must mend it.
        case 401, 403, 404: return .tryLater(reason: reason, after: nil)
        case 429, 500...: return .tryLater(reason: reason, after: answer.retryAfter)
        default: return .refused(reason: reason)
        }
    }
}

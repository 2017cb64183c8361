import Channels
import ContactCenter
import Engine
import Foundation

/// Asks somebody else's server.
public typealias WebAsk = @Sendable (WebRequest) async throws -> WebAnswer

/// The identity providers that customers sign in at, with their documents remembered for a while.
///
/// Key rotation: a token that names a key which is not in the set has the set read again, but not more often than every
/// half minute for a provider; made-up key ids do not make us a load on it.
actor IdentityProviders {
    /// A code as the site got it (RFC 6749, section 4.1.3, with RFC 7636).
    struct Code: Sendable {
        var code: String
        var redirectURI: String
        var verifier: String?
    }

    private struct Known {
        var metadata: ProviderMetadata
        var keys: ProviderKeys
        var readAt: Instant
        var askedAgainAt: Instant?
    }

    /// Providers that are remembered; beyond it all are read again.
    static let knownMax = 64
    static let lifetime = Span.hours(1)
    static let askAgainPause = Span.seconds(30)
    /// What is read of a provider's document, of its keys, and of its answer to a code.
    static let documentBytesMax = 262_144
    /// What the log, and the site's developer, sees of a provider's error.
    private static let errorLengthMax = 60

    private let ask: WebAsk
    private let now: @Sendable () -> Instant
    private var known: [String: Known] = [:]

    init(ask: @escaping WebAsk, now: @escaping @Sendable () -> Instant) {
        self.ask = ask
        self.now = now
    }

    /// The person behind an ID token.
    /// - Parameter issuer: the provider that the site says it was, to be compared (RFC 9207).
    func person(
        proving text: String, at provider: SignInProvider, nonce: String?, maxAgeSeconds: Int64?, issuer: String?
    ) async throws(APIError) -> IDToken.Claims {
        let token = try Self.refusing { () throws(IDToken.Refusal) in try IDToken(text) }
        var documents = try await documents(of: provider)
        if documents.keys.key(id: token.keyID, algorithm: token.algorithm) == nil {
            documents = try await askAgain(provider, documents)
        }
        guard issuer == nil || issuer == documents.metadata.issuer else {
            throw .signInRefused(IDToken.Refusal.issuer.rawValue)
        }
        let expected = IDToken.Expectation(
            issuer: documents.metadata.issuer, clientID: provider.clientID, nonce: nonce, maxAgeSeconds: maxAgeSeconds)
        let keys = documents.keys
        let moment = now()
        do { return try await token.claims(signedBy: keys, expected, at: moment) } catch {
            throw .signInRefused(error.rawValue)
        }
    }

    /// The ID token that the provider gives for a code.
    func idToken(for code: Code, at provider: SignInProvider) async throws(APIError) -> String {
        let metadata = try await documents(of: provider).metadata
        var form = QueryItems().setting("grant_type", to: "authorization_code").setting("code", to: code.code)
            .setting("redirect_uri", to: code.redirectURI)
        if let verifier = code.verifier { form = form.setting("code_verifier", to: verifier) }
        var headers = [
            ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
        ]
        if let secret = provider.clientSecret, !metadata.takesSecretInBody {
            headers.append(("Authorization", Self.basic(provider.clientID, secret)))
        } else {
            form = form.setting("client_id", to: provider.clientID)
            if let secret = provider.clientSecret { form = form.setting("client_secret", to: secret) }
        }
        let request = WebRequest(
            url: metadata.tokenEndpoint, headers: headers, body: Data(form.text.utf8),
            answerBytesMax: Self.documentBytesMax)
        let (status, body) = try await answer(request)
        guard status < 500 else { throw .providerUnavailable }
        guard status == 200, let token = body["id_token"]?.string else {
            throw .signInRefused("the provider answered \(Self.readable(body["error"]?.string ?? String(status)))")
        }
        return token
    }

    /// RFC 6749, section 2.3.1: both parts are form-encoded before they go into the header.
    private static func basic(_ client: String, _ secret: String) -> String {
        let parts = [client, secret].map { String(QueryItems().setting("x", to: $0).text.dropFirst(2)) }
        return "Basic " + Data(parts.joined(separator: ":").utf8).base64EncodedString()
    }

    private static func readable(_ text: String) -> String {
        let plain = text.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7F }
        return String(plain.prefix(errorLengthMax).map(Character.init))
    }

    // MARK: Documents

    private func documents(of provider: SignInProvider) async throws(APIError) -> Known {
        if let known = known[provider.discoveryURI], now() - known.readAt < Self.lifetime { return known }
        guard let metadata = ProviderMetadata(try await document(provider.discoveryURI)) else {
            throw .providerUnavailable
        }
        let read = Known(metadata: metadata, keys: try await keys(metadata), readAt: now())
        if known.count >= Self.knownMax { known.removeAll() }
        known[provider.discoveryURI] = read
        return read
    }

    private func askAgain(_ provider: SignInProvider, _ documents: Known) async throws(APIError) -> Known {
        let moment = now()
        let latest = known[provider.discoveryURI] ?? documents
        if let asked = latest.askedAgainAt, moment - asked < Self.askAgainPause { return latest }
        var fresh = latest
        fresh.askedAgainAt = moment
        known[provider.discoveryURI] = fresh
        fresh.keys = try await keys(fresh.metadata)
        known[provider.discoveryURI] = fresh
        return fresh
    }

    private func keys(_ metadata: ProviderMetadata) async throws(APIError) -> ProviderKeys {
        guard let keys = ProviderKeys(try await document(metadata.keysURI)) else { throw .providerUnavailable }
        return keys
    }

    private func document(_ url: String) async throws(APIError) -> JSONValue {
        let request = WebRequest(
            url: url, headers: [("Accept", "application/json")], answerBytesMax: Self.documentBytesMax)
        let (status, body) = try await answer(request)
        guard status == 200 else { throw .providerUnavailable }
        return body
    }

    private func answer(_ request: WebRequest) async throws(APIError) -> (Int, JSONValue) {
        let answer: WebAnswer
        do { answer = try await ask(request) } catch { throw .providerUnavailable }
        let body = answer.body.withUnsafeBytes { try? JSONReader.read($0) }
        return (answer.status, body ?? .null)
    }

    private static func refusing<Value>(
        _ work: () throws(IDToken.Refusal) -> Value
    ) throws(APIError) -> Value {
        do { return try work() } catch { throw .signInRefused(error.rawValue) }
    }
}

extension APIError {
    /// 401: what was shown is no proof of who somebody is.
    static func signInRefused(_ reason: String) -> APIError {
        APIError(
            .unauthorized, "authentication.failed", "Session authentication failed: {reason}.",
            params: ["reason": reason])
    }

    /// 503: the identity provider does not answer as it should; the same request may succeed later.
    static var providerUnavailable: APIError {
        APIError(.serviceUnavailable, "identity.provider.unavailable", "The identity provider does not answer.")
            .with(.retryAfter, "5")
    }
}

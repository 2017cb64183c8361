import ContactCenter
import Foundation
import JWTKit

/// The proof of who somebody is (OpenID Connect Core 1.0, sections 2 and 3.1.3.7).
struct IDToken: Sendable {
    /// Signatures that we take, and the keys that make them. Nothing that is unsigned, and nothing symmetric: a client
    /// secret, or a public key taken for one, would sign anybody in.
    static let algorithms = [
        "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
        "ES256": "EC", "ES384": "EC", "ES512": "EC", "EdDSA": "OKP",
    ]
    static let bytesMax = 16_384
    /// How far clocks may be apart.
    static let leewaySeconds = 30.0
    /// Bytes of a provider's id of a person (OpenID Connect Core, section 2: 255).
    static let subjectBytesMax = 255

    /// What must be so.
    struct Expectation: Sendable {
        var issuer: String
        var clientID: String
        /// Must be in the token, if given.
        var nonce: String?
        /// The person must have typed a password at most so long ago, if given.
        var maxAgeSeconds: Int64?
    }

    /// Why a token is no proof.
    enum Refusal: String, Error {
        case malformed = "the ID token is malformed"
        case algorithm = "the ID token is signed by an algorithm that is not allowed"
        case unknownKey = "the ID token is signed by a key that the provider does not have"
        case signature = "the ID token's signature is wrong"
        case issuer = "the ID token is another provider's"
        case audience = "the ID token is for another client"
        case expired = "the ID token has expired"
        case notYet = "the ID token is from the future"
        case nonce = "the ID token has another nonce"
        case age = "the sign-in is too long ago"
    }

    private struct Header: Decodable {
        var alg: String
        var kid: String?
        var crit: [String]?
    }

    struct Claims: JWTPayload {
        var iss: String
        var sub: String
        var aud: AudienceClaim
        var exp: Double
        var iat: Double?
        var nbf: Double?
        var azp: String?
        var nonce: String?
        var authTime: Double?
        var name: String?
        var nickname: String?
        var givenName: String?
        var familyName: String?
        var email: String?

        enum CodingKeys: String, CodingKey {
            case iss, sub, aud, exp, iat, nbf, azp, nonce, name, nickname, email
            case authTime = "auth_time"
            case givenName = "given_name"
            case familyName = "family_name"
        }

        /// What it says is compared by the caller, with the engine's clock.
        func verify(using _: some JWTAlgorithm) {}
    }

    let text: String
    let algorithm: String
    let keyID: String?

    /// Reads the header. Nothing of it is believed; it says which key to try.
    init(_ text: String) throws(Refusal) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.bytesMax, parts.count == 3, let bytes = Data(base64URL: parts[0]),
            let header = try? JSONDecoder().decode(Header.self, from: bytes)
        else { throw .malformed }
        // RFC 7515, section 4.1.11: an extension that must be understood and is not.
        guard Self.algorithms[header.alg] != nil, header.crit == nil else { throw .algorithm }
        self.text = text
        algorithm = header.alg
        keyID = header.kid
    }

    /// What the token says, once it is proven.
    func claims(
        signedBy keys: ProviderKeys, _ expected: Expectation, at now: Instant
    ) async throws(Refusal) -> Claims {
        guard var key = keys.key(id: keyID, algorithm: algorithm) else { throw .unknownKey }
        key.keyIdentifier = key.keyIdentifier ?? JWKIdentifier(string: "only")
        key.algorithm = JWK.Algorithm(rawValue: algorithm)
        let ring = JWTKeyCollection()
        guard (try? await ring.add(jwk: key)) != nil else { throw .unknownKey }
        let claims: Claims
        do { claims = try await ring.verify(text, as: Claims.self) } catch let error as DecodingError {
            _ = error
            throw .malformed
        } catch { throw .signature }
        try Self.check(claims, expected, seconds: Double(now.milliseconds) / 1_000)
        return claims
    }

    static func check(_ claims: Claims, _ expected: Expectation, seconds now: Double) throws(Refusal) {
        guard claims.iss == expected.issuer else { throw .issuer }
        guard !claims.sub.isEmpty, claims.sub.utf8.count <= subjectBytesMax else { throw .malformed }
        let audience = claims.aud.value
        guard audience.contains(expected.clientID), audience.count == 1 || claims.azp != nil,
            claims.azp ?? expected.clientID == expected.clientID
        else { throw .audience }
        guard now < claims.exp + leewaySeconds else { throw .expired }
        let begins = max(claims.iat ?? 0, claims.nbf ?? 0)
        guard begins <= now + leewaySeconds else { throw .notYet }
        if let nonce = expected.nonce, claims.nonce != nonce { throw .nonce }
        if let maxAge = expected.maxAgeSeconds {
            guard let at = claims.authTime, now - at <= Double(maxAge) + leewaySeconds else { throw .age }
        }
    }
}

import ContactCenter
import Foundation
import JWTKit

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3), as far as we need it.
struct ProviderMetadata: Sendable, Equatable {
    var issuer: String
    var tokenEndpoint: String
    var keysURI: String
    /// Whether the client's id and secret go into the body of a request, because the provider takes no header.
    var takesSecretInBody: Bool

    /// `nil` when something is missing, or an address is none that we may use.
    init?(_ document: JSONValue) {
        guard let issuer = document["issuer"]?.string, !issuer.isEmpty,
            let token = document["token_endpoint"]?.string, SignInRules.isAllowed(token),
            let keys = document["jwks_uri"]?.string, SignInRules.isAllowed(keys)
        else { return nil }
        self.issuer = issuer
        tokenEndpoint = token
        keysURI = keys
        let methods = (document["token_endpoint_auth_methods_supported"]?.array ?? []).compactMap(\.string)
        takesSecretInBody = !methods.isEmpty && !methods.contains("client_secret_basic")
    }
}

/// The public keys of a provider (RFC 7517). Keys that we do not know, that are for encryption or that are too weak are
/// passed over: providers publish all they have.
struct ProviderKeys: Sendable {
    /// Keys that are read of a set.
    static let keysMax = 64
    /// The smallest RSA modulus (RFC 7518, section 3.3: 2048 bits).
    static let modulusBytesMin = 256

    private let keys: [JWK]

    /// `nil` when the document is no set of keys.
    init?(_ document: JSONValue) {
        guard let entries = document["keys"]?.array else { return nil }
        keys = entries.prefix(Self.keysMax).compactMap { entry in
            guard entry["use"]?.string ?? "sig" == "sig", let bytes = try? JSONEncoder().encode(entry),
                var key = try? JSONDecoder().decode(JWK.self, from: bytes), Self.isStrong(key)
            else { return nil }
            key.privateExponent = nil
            return key
        }
    }

    private static func isStrong(_ key: JWK) -> Bool {
        guard key.keyType.rawValue == "RSA" else { return true }
        let bytes = key.modulus.flatMap { Data(base64URL: $0) }?.drop { $0 == 0 } ?? Data()
        return bytes.count >= modulusBytesMin
    }

    /// The key for a signature. Without an id there must be only one that could be meant.
    func key(id: String?, algorithm: String) -> JWK? {
        let fitting = keys.filter { key in
            key.keyType.rawValue == IDToken.algorithms[algorithm]
                && key.algorithm.map { $0.rawValue == algorithm } ?? true
        }
        guard let id else { return fitting.count == 1 ? fitting.first : nil }
        return fitting.first { $0.keyIdentifier?.string == id }
    }
}

import ContactCenter
import Foundation
import JWTKit
import Testing

@testable import PlatformAPI

/// The proof of who a customer is: which tokens are one, and which are not.
@Suite("ID tokens")
struct IDTokenTests {
    static let now = 1_800_000_000.0
    static let expected = IDToken.Expectation(issuer: "https://idp.test", clientID: "shop")

    /// A provider with one key, and whatever it signs.
    struct Provider {
        let key = ES256PrivateKey()
        let keys: ProviderKeys

        init(id: String? = "k1", use: String = "sig") throws {
            let parameters = try #require(key.parameters)
            var entry: JSONValue = [
                "kty": "EC", "crv": "P-256", "x": .string(Self.url(parameters.x)), "y": .string(Self.url(parameters.y)),
                "use": .string(use),
            ]
            if let id { entry["kid"] = .string(id) }
            // What every provider publishes beside it, and nobody may trip over.
            let others: [JSONValue] = [
                ["kty": "oct", "kid": "secret", "k": "c2VjcmV0"], ["kty": "EC", "crv": "P-1"], "no key",
                ["kty": "RSA", "kid": "weak", "n": .string(String(repeating: "A", count: 170) + "E"), "e": "AQAB"],
            ]
            keys = try #require(ProviderKeys(["keys": .array(others + [entry])]))
        }

        private static func url(_ text: String) -> String {
            text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }

        func sign(_ claims: IDToken.Claims, kid: String? = "k1") async throws -> String {
            let ring = JWTKeyCollection()
            await ring.add(ecdsa: key, kid: JWKIdentifier(string: kid ?? "k1"))
            var header = JWTHeader()
            header.kid = kid
            return try await ring.sign(claims, kid: JWKIdentifier(string: kid ?? "k1"), header: header)
        }
    }

    static func claims(_ change: (inout IDToken.Claims) -> Void = { _ in }) -> IDToken.Claims {
        var claims = IDToken.Claims(
            iss: "https://idp.test", sub: "hanako", aud: AudienceClaim(value: ["shop"]), exp: now + 600, iat: now)
        change(&claims)
        return claims
    }

    @Test("a token of the provider for this client is a proof")
    func proof() async throws {
        let provider = try Provider()
        let token = try IDToken(try await provider.sign(Self.claims { $0.name = "Hanako Sato" }))
        let claims = try await token.claims(
            signedBy: provider.keys, Self.expected, at: Instant(milliseconds: Int64(Self.now) * 1_000))
        #expect(claims.sub == "hanako")
        #expect(claims.profile.displayName == "Hanako Sato")
    }

    @Test("a key of another provider proves nothing, whatever it calls itself")
    func foreignKey() async throws {
        let token = try IDToken(try await Provider().sign(Self.claims()))
        let keys = try Provider().keys
        await #expect(throws: IDToken.Refusal.signature) {
            try await token.claims(signedBy: keys, Self.expected, at: Instant(milliseconds: Int64(Self.now) * 1_000))
        }
    }

    @Test(
        "a key that is not published, is for encryption or symmetric is unknown", arguments: ["k2", "secret", "weak"])
    func unknownKey(id: String) async throws {
        let provider = try Provider()
        let token = try IDToken(try await provider.sign(Self.claims(), kid: id))
        await #expect(throws: IDToken.Refusal.unknownKey) {
            try await token.claims(
                signedBy: provider.keys, Self.expected, at: Instant(milliseconds: Int64(Self.now) * 1_000))
        }
        #expect(try Provider(use: "enc").keys.key(id: "k1", algorithm: "ES256") == nil)
    }

    @Test("a key without an id serves while it is the only one that fits")
    func onlyKey() throws {
        let keys = try Provider(id: nil).keys
        #expect(keys.key(id: nil, algorithm: "ES256") != nil)
        #expect(keys.key(id: nil, algorithm: "RS256") == nil)
        #expect(keys.key(id: "k1", algorithm: "ES256") == nil)
    }

    @Test(
        "unsigned and symmetric tokens are refused by their header",
        arguments: [
            #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"HS256"}"#, #"{"alg":"RS256","crit":["b64"]}"#, #"{}"#,
            "[]",
        ])
    func header(header: String) {
        let text = "\(Data(header.utf8).base64URL).e30.AAAA"
        #expect(throws: IDToken.Refusal.self) { try IDToken(text) }
    }

    @Test("what is no token is refused", arguments: ["", "a", "a.b", "a.b.c", "..", "e30.e30.e30.e30"])
    func malformed(text: String) {
        #expect(throws: IDToken.Refusal.malformed) { try IDToken(text) }
        let long = "\(Data(#"{"alg":"RS256"}"#.utf8).base64URL).\(String(repeating: "A", count: 20_000)).A"
        #expect(throws: IDToken.Refusal.malformed) { try IDToken(long) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var refusal: IDToken.Refusal?
        var expected = IDTokenTests.expected
        var change: @Sendable (inout IDToken.Claims) -> Void

        init(
            _ name: String, _ refusal: IDToken.Refusal?, nonce: String? = nil, maxAge: Int64? = nil,
            _ change: @escaping @Sendable (inout IDToken.Claims) -> Void
        ) {
            testDescription = name
            self.refusal = refusal
            expected.nonce = nonce
            expected.maxAgeSeconds = maxAge
            self.change = change
        }
    }

    static let cases = [
        Case("as it should be", nil) { _ in },
        Case("another issuer", .issuer) { $0.iss = "https://idp.test/" },
        Case("another client", .audience) { $0.aud = AudienceClaim(value: ["other"]) },
        Case("several clients and no authorised party", .audience) {
            $0.aud = AudienceClaim(value: ["shop", "other"])
        },
        Case("several clients, ours authorised", nil) {
            $0.aud = AudienceClaim(value: ["shop", "other"])
            $0.azp = "shop"
        },
        Case("another authorised party", .audience) { $0.azp = "other" },
        Case("expired within the leeway", nil) { $0.exp = now - 20 },
        Case("expired", .expired) { $0.exp = now - 31 },
        Case("issued within the leeway", nil) { $0.iat = now + 20 },
        Case("issued in the future", .notYet) { $0.iat = now + 60 },
        Case("not valid yet", .notYet) { $0.nbf = now + 60 },
        Case("the nonce that was asked", nil, nonce: "n") { $0.nonce = "n" },
        Case("another nonce", .nonce, nonce: "n") { $0.nonce = "m" },
        Case("no nonce where one was asked", .nonce, nonce: "n") { _ in },
        Case("a sign-in that is fresh enough", nil, maxAge: 60) { $0.authTime = now - 50 },
        Case("a sign-in that is too old", .age, maxAge: 60) { $0.authTime = now - 100 },
        Case("a sign-in without its time", .age, maxAge: 60) { _ in },
        Case("nobody", .malformed) { $0.sub = "" },
        Case("a name beyond the limit", .malformed) { $0.sub = String(repeating: "x", count: 256) },
    ]

    @Test("each claim is held to what it must be", arguments: cases)
    func claim(_ one: Case) {
        let claims = Self.claims(one.change)
        let check = { () throws(IDToken.Refusal) in try IDToken.check(claims, one.expected, seconds: Self.now) }
        if let refusal = one.refusal {
            #expect(throws: refusal) { try check() }
        } else {
            #expect(throws: Never.self) { try check() }
        }
    }

    @Test(
        "client secrets go by encrypted ways, or stay on this machine",
        arguments: [
            ("https://idp.test/.well-known/openid-configuration", true), ("http://127.0.0.1:9/x", true),
            ("http://localhost/x", true), ("http://idp.test/x", false), ("https://user@idp.test/", false),
            ("ftp://idp.test/", false), ("https://", false), ("idp.test", false),
            ("http://localhost.evil.test/", false),
        ])
    func addresses(url: String, isAllowed: Bool) {
        #expect(SignInRules.isAllowed(url) == isAllowed)
    }

    @Test("a provider's description needs an issuer and addresses that may be used")
    func metadata() {
        let whole: JSONValue = [
            "issuer": "https://idp.test", "token_endpoint": "https://idp.test/t", "jwks_uri": "https://idp.test/k",
        ]
        #expect(ProviderMetadata(whole)?.takesSecretInBody == false)
        for name in ["issuer", "token_endpoint", "jwks_uri"] { #expect(ProviderMetadata(whole.without([name])) == nil) }
        #expect(ProviderMetadata(whole.changed(by: ["jwks_uri": "http://idp.test/k"])) == nil)
        let post = whole.changed(by: ["token_endpoint_auth_methods_supported": ["client_secret_post"]])
        #expect(ProviderMetadata(post)?.takesSecretInBody == true)
    }
}

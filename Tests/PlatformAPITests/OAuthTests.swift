import ContactCenter
import Foundation
import HTTPTypes
import Testing

@testable import PlatformAPI

@Suite("OAuth: who signs in, and with what")
struct OAuthTests {
    private let verifier = String(repeating: "engawa-", count: 8)

    private func basic(_ id: String, _ secret: String) -> HTTPFields {
        [.authorization: "Basic " + Data("\(id):\(secret)".utf8).base64EncodedString()]
    }

    private func authorizePath(_ changes: [String: String?] = [:]) -> String {
        var items: [String: String] = [
            "client_id": APIBench.desktopID, "redirect_uri": APIBench.redirect, "response_type": "code",
            "code_challenge": Secrets.challenge(of: verifier), "code_challenge_method": "S256", "state": "st&te",
        ]
        for (key, value) in changes { items[key] = value }
        var query = QueryItems()
        for (key, value) in items.sorted(by: { $0.key < $1.key }) { query = query.setting(key, to: value) }
        return "/oauth/authorize?" + query.text
    }

    private func code(_ bench: APIBench, _ path: String, email: String = "hana@example.org") async throws -> String {
        let answer = try await bench.form(path, [("email", email), ("password", APIBench.password)])
        #expect(answer.status == 302)
        let location = try #require(answer.headers[.location])
        #expect(location.hasPrefix(APIBench.redirect + "?"))
        let query = QueryItems(location.split(separator: "?")[1])
        return try #require(query["code"])
    }

    @Test("a client proves itself by header or form, and the token works without a person")
    func clientCredentials() async throws {
        try await APIBench.run { bench in
            let secret = bench.clientSecret
            let byHeader = try await bench.form(
                "/oauth/token", [("grant_type", "client_credentials")], headers: basic(APIBench.clientID, secret))
            let byForm = try await bench.form(
                "/oauth/token",
                [
                    ("grant_type", "client_credentials"), ("client_id", APIBench.clientID), ("client_secret", secret),
                ])
            for answer in [byHeader, byForm] {
                #expect(answer.status == 200)
                #expect(answer.json["token_type"] == "bearer")
                #expect(answer.json["expires_in"]?.integer == 86_400)
                #expect(answer.json["refresh_token"] == nil)
                let token = try #require(answer.json["access_token"]?.string)
                #expect(token.utf8.count == 43)
                #expect(try await bench.send(.get, "/api/v2/tokens/me", token: token).status == 200)
                #expect(try await bench.send(.head, "/api/v2/tokens/me", token: token).status == 200)
                let me = try await bench.send(.get, "/api/v2/users/me", token: token)
                #expect(me.status == 400)
                #expect(me.code == "not.a.user")
            }
        }
    }

    @Test("what is wrong with a token request is said in RFC 6749's words")
    func tokenErrors() async throws {
        try await APIBench.run { bench in
            let good = basic(APIBench.clientID, bench.clientSecret)
            let cases: [(String, [(String, String)], HTTPFields, Int, String)] = [
                ("no grant", [], good, 400, "invalid_request"),
                ("unknown grant", [("grant_type", "password")], good, 400, "unsupported_grant_type"),
                (
                    "wrong secret", [("grant_type", "client_credentials")], basic(APIBench.clientID, "x"), 401,
                    "invalid_client"
                ),
                ("unknown client", [("grant_type", "client_credentials")], basic("nobody", "x"), 401, "invalid_client"),
                ("no client", [("grant_type", "client_credentials")], [:], 401, "invalid_client"),
                (
                    "public client alone", [("grant_type", "client_credentials"), ("client_id", APIBench.desktopID)],
                    [:], 401, "invalid_client"
                ),
                (
                    "unknown code",
                    [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", APIBench.redirect)], good,
                    400, "invalid_grant"
                ),
                (
                    "unknown refresh", [("grant_type", "refresh_token"), ("refresh_token", "x")], good, 400,
                    "invalid_grant"
                ),
            ]
            for (name, items, headers, status, error) in cases {
                let answer = try await bench.form("/oauth/token", items, headers: headers)
                #expect(answer.status == status, "\(name): \(answer)")
                #expect(answer.json["error"]?.string == error, "\(name): \(answer)")
                #expect(answer.json["error_description"]?.string?.isEmpty == false, "\(name)")
            }
        }
    }

    @Test("an agent signs in by the page with PKCE; the code serves once, the refresh token rotates")
    func pkce() async throws {
        try await APIBench.run { bench in
            let code = try await code(bench, authorizePath())
            let exchange = [
                ("grant_type", "authorization_code"), ("code", code), ("client_id", APIBench.desktopID),
                ("redirect_uri", APIBench.redirect), ("code_verifier", verifier),
            ]
            let answer = try await bench.form("/oauth/token", exchange)
            #expect(answer.status == 200, "\(answer)")
            #expect(try await bench.form("/oauth/token", exchange).status == 400, "a code serves once")
            let access = try #require(answer.json["access_token"]?.string)
            let refresh = try #require(answer.json["refresh_token"]?.string)
            let me = try await bench.send(.get, "/api/v2/users/me", token: access)
            #expect(me.json["email"] == "hana@example.org")

            let renewal = [
                ("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", APIBench.desktopID),
            ]
            let renewed = try await bench.form("/oauth/token", renewal)
            #expect(renewed.status == 200, "\(renewed)")
            #expect(renewed.json["refresh_token"]?.string != refresh)
            #expect(try await bench.form("/oauth/token", renewal).status == 400, "a refresh token serves once")
            #expect(
                try await bench.send(.get, "/api/v2/users/me", token: access).status == 200,
                "requests under way go on")
            bench.clock.pass(.minutes(2))
            #expect(try await bench.send(.get, "/api/v2/users/me", token: access).status == 401)
            let newer = try #require(renewed.json["access_token"]?.string)
            #expect(try await bench.send(.get, "/api/v2/users/me", token: newer).status == 200)
        }
    }

    @Test("a wrong verifier, another redirect or another client gets nothing for the code")
    func stolenCode() async throws {
        try await APIBench.run { bench in
            let wrong: [(String, String)] = [
                ("code_verifier", String(repeating: "x", count: 50)), ("redirect_uri", "http://127.0.0.1/other"),
                ("client_id", APIBench.clientID), ("code_verifier", ""),
            ]
            for (name, value) in wrong {
                var exchange = [
                    "grant_type": "authorization_code", "code": try await code(bench, authorizePath()),
                    "client_id": APIBench.desktopID, "redirect_uri": APIBench.redirect, "code_verifier": verifier,
                ]
                exchange[name] = value
                let answer = try await bench.form("/oauth/token", exchange.map { ($0.key, $0.value) })
                #expect(answer.status == 400, "\(name): \(answer)")
                #expect(answer.json["error"] == "invalid_grant", "\(name): \(answer)")
            }
        }
    }

    @Test("a confidential client exchanges a code by its secret, as the SDKs do")
    func confidential() async throws {
        try await APIBench.run { bench in
            let path = authorizePath([
                "client_id": APIBench.clientID, "code_challenge": nil, "code_challenge_method": nil,
            ])
            let exchange = [
                ("grant_type", "authorization_code"), ("code", try await code(bench, path)),
                ("redirect_uri", APIBench.redirect),
            ]
            let answer = try await bench.form(
                "/oauth/token", exchange, headers: basic(APIBench.clientID, bench.clientSecret))
            #expect(answer.status == 200, "\(answer)")
            #expect(answer.json["refresh_token"]?.string != nil)
        }
    }

    @Test("the page says what went wrong, and never redirects to an address that is not registered")
    func page() async throws {
        try await APIBench.run { bench in
            let page = try await bench.send(.get, authorizePath())
            #expect(page.status == 200)
            #expect(page.body.contains("name=\"email\""))
            #expect(page.body.contains("lang=\"en\""))
            let policy = try #require(page.headers[.contentSecurityPolicy])
            #expect(!policy.contains("unsafe-inline"))
            #expect(policy.contains("form-action 'self' http://127.0.0.1;"))
            #expect(!page.body.contains("<style"))
            let japanese = try await bench.send(
                .get, authorizePath(), headers: [.acceptLanguage: "ja-JP,ja;q=0.9,en;q=0.8"])
            #expect(japanese.body.contains("サインイン"))

            let wrong = try await bench.form(
                authorizePath(), [("email", "\"><script>@example.org"), ("password", "wrong")])
            #expect(wrong.status == 401)
            #expect(wrong.body.contains("role=\"alert\""))
            #expect(!wrong.body.contains("<script>"))

            for path in [
                authorizePath(["redirect_uri": "http://127.0.0.1/cb/"]), authorizePath(["client_id": "nobody"]),
                authorizePath(["redirect_uri": nil]),
            ] {
                let refused = try await bench.send(.get, path)
                #expect(refused.status == 400, "\(path)")
                #expect(refused.headers[.location] == nil, "\(path)")
            }
        }
    }

    @Test("what a client asks wrongly is told to it by its redirect")
    func redirectErrors() async throws {
        try await APIBench.run { bench in
            let cases: [(String, String?, String)] = [
                ("response_type", "token", "unsupported_response_type"), ("code_challenge", nil, "invalid_request"),
                ("code_challenge_method", "plain", "invalid_request"),
            ]
            for (name, value, error) in cases {
                let answer = try await bench.send(.get, authorizePath([name: value]))
                #expect(answer.status == 302, "\(name)")
                let query = QueryItems(answer.headers[.location]?.split(separator: "?").last ?? "")
                #expect(query["error"] == error, "\(name)")
                #expect(query["state"] == "st&te", "\(name)")
            }
        }
    }

    @Test("guessing a password is stopped, and others can still sign in")
    func guessing() async throws {
        try await APIBench.run { bench in
            for _ in 0..<SignInLimit.failuresPerPersonMax {
                let answer = try await bench.form(
                    authorizePath(), [("email", "kenji@example.org"), ("password", "guess")])
                #expect(answer.status == 401)
            }
            let stopped = try await bench.form(
                authorizePath(), [("email", "kenji@example.org"), ("password", APIBench.password)])
            #expect(stopped.status == 429)
            _ = try await code(bench, authorizePath())
        }
    }

    @Test("signing out ends the token and its refresh token, and nobody is routed to an empty chair")
    func signOut() async throws {
        try await APIBench.run { bench in
            let hana = try #require(bench.people["hana"].flatMap { UserID($0) })
            let token = try await bench.token("hana")
            try await bench.engine.agents.setRoutingStatus(of: hana, .idle)
            #expect(try await bench.send(.delete, "/api/v2/tokens/me", token: token).status == 200)
            #expect(try await bench.send(.get, "/api/v2/users/me", token: token).status == 401)
            #expect(try await bench.engine.agents.state(of: hana).systemPresence == .offline)
        }
    }

    @Test("a person who was deactivated is signed out at once")
    func deactivation() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("hana")
            let admin = try await bench.token("mio")
            let path = "/api/v2/users/\(bench.people["hana"] ?? "")"
            #expect(try await bench.json(.patch, path, token: admin, #"{"state":"inactive"}"#).status == 200)
            #expect(try await bench.send(.get, "/api/v2/users/me", token: token).status == 401)
        }
    }

    @Test("no token, a wrong one and an expired one are 401 with the API's error body")
    func unauthenticated() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("hana")
            bench.clock.pass(.hours(25))
            for bad in [nil, "x", token] {
                let answer = try await bench.send(.get, "/api/v2/users/me", token: bad)
                #expect(answer.status == 401)
                #expect(answer.code == "authentication.required" || answer.code == "bad.credentials")
                #expect(answer.json["contextId"]?.string == answer.headers[.correlationId])
                #expect(answer.json["details"]?.array == [])
                #expect(answer.json["errors"]?.array == [])
            }
        }
    }

    @Test("a permission that is missing is named")
    func permissions() async throws {
        try await APIBench.run { bench in
            let agent = try await bench.token("hana")
            let answer = try await bench.json(.post, "/api/v2/routing/queues", token: agent, #"{"name":"Mine"}"#)
            #expect(answer.status == 403)
            #expect(answer.code == "missing.any.permissions")
            #expect(answer.json["message"]?.string?.contains("routing:queue:add") == true)
            let admin = try await bench.token("mio")
            #expect(
                try await bench.json(.post, "/api/v2/routing/queues", token: admin, #"{"name":"Mine"}"#).status == 200)
        }
    }

    @Test(
        "a permission covers what its pattern covers",
        arguments: [
            (["*"], "a:b:c", true), (["a:*"], "a:b:c", true), (["a:*:c"], "a:b:c", true), (["a:*:c"], "a:b:d", false),
            (["a:b:*"], "a:b:c", true), (["a:b"], "a:b:c", false), (["a:b:c"], "a:b:c", true), ([], "a:b:c", false),
            (["a:b:c"], "a:b:cd", false),
        ])
    func patterns(_ held: [String], _ asked: String, _ expected: Bool) {
        #expect(PermissionSet(held).holds(asked) == expected)
    }
}

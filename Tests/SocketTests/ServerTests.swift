import Foundation
import Hummingbird
import Testing

@testable import PlatformAPI
@testable import TestSupport

/// A caller as the tests need it: the token's text says what it may do.
struct TestCaller: Caller {
    let rateLimitKey: String
    let permissions: Set<String>
    func holds(_ permission: String) -> Bool { permissions.contains(permission) }
}

struct TestAuthenticator: Authenticator {
    func authenticate(bearer token: String) async throws -> TestCaller? {
        guard token != "expired" else { return nil }
        return TestCaller(rateLimitKey: token, permissions: Set(token.split(separator: ",").map(String.init)))
    }
}

private struct Skill: Codable, Equatable {
    struct Level: Codable, Equatable {
        var value: Int
        var since: WireDate?
    }
    enum Kind: String, Codable { case language, product }

    var name: String
    var kind: Kind?
    var levels: [Level]?
}

private struct Secret: Error { let password = "hunter2" }

private let routes: [Route<TestCaller>] = [
    .get("/api/v2/skills", .signedIn) { call in
        let page = try call.page()
        let all = (1...7).map { Skill(name: "skill \($0)") }
        return try .json(call.listing(page.slice(all), total: all.count, page: page))
    },
    .post("/api/v2/skills", "routing:skill:add") { try await .json($0.decodeBody(Skill.self)) },
    .patch("/api/v2/skills", .anyOf("routing:skill:add", "routing:skill:edit")) { call in
        try await call.decodeBodyIfPresent(Skill.self).map { try .json($0) } ?? .empty()
    },
    .get("/api/v2/skills/mine", .anyone) { call in try .json(["key": call.caller.rateLimitKey]) },
    .get("/api/v2/skills/{skillId}", .anyone) { try .json(["id": $0.parameter("skillId")]) },
    .get("/api/v2/skills/{id}/levels/{level}", .anyone) { call in
        try .json([call.parameter("id"), String(call.parameter("level") { Int($0) })])
    },
    .post("/form", .anyone) { call in
        let form = try await call.form()
        return try .json(form.items.map { "\($0.name)=\($0.value)" })
    },
    .get("/broken", .anyone) { _ in throw Secret() },
    Route(.post, "/small", .anyone, bodyBytesMax: 10) { try await .json(["bytes": $0.body().readableBytes]) },
]

@Suite("HTTP", .timeLimit(.minutes(1)))
struct ServerTests {
    private func run(
        rateLimit: RateLimitConfiguration = RateLimitConfiguration(),
        _ test: @Sendable @escaping (TestServer) async throws -> Void
    ) async throws {
        let router = APIServer.makeRouter()
        RouteTable(authenticator: TestAuthenticator(), rateLimit: RateLimit(rateLimit)).install(routes, in: router)
        try await TestServer.run(router: router, test: test)
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var method = "POST"
        var path = "/api/v2/skills"
        var token: String? = "routing:skill:add"
        var body: String?
        let status: Int
        let code: String
        var field: String?
    }

    static let malformedMessage = "The request could not be understood by the server due to malformed syntax."

    static let refusals = [
        Refused(testDescription: "an unknown path", method: "GET", path: "/api/v2/no", status: 404, code: "not.found"),
        Refused(
            testDescription: "another method", method: "DELETE", path: "/api/v2/skills/1", status: 405,
            code: "method.not.allowed"),
        Refused(testDescription: "no token", token: nil, body: "{}", status: 401, code: "authentication.required"),
        Refused(
            testDescription: "an expired token", token: "expired", body: "{}", status: 401, code: "bad.credentials"),
        Refused(
            testDescription: "a token without the permission", token: "routing:skill:view", body: "{}", status: 403,
            code: "missing.any.permissions"),
        Refused(testDescription: "broken JSON", body: "{\"name\":", status: 400, code: "bad.request"),
        Refused(testDescription: "more than one value", body: "{\"name\":\"a\"}{}", status: 400, code: "bad.request"),
        Refused(
            testDescription: "JSON nested without end", body: String(repeating: "[", count: 100_000), status: 400,
            code: "bad.request"),
        Refused(testDescription: "no body", status: 400, code: "required.fields.missing", field: "body"),
        Refused(testDescription: "null", body: "null", status: 400, code: "required.fields.missing", field: "body"),
        Refused(
            testDescription: "a missing member", body: "{}", status: 400, code: "required.fields.missing", field: "name"
        ),
        Refused(
            testDescription: "a member that is null", body: "{\"name\":null}", status: 400,
            code: "required.fields.missing", field: "name"),
        Refused(
            testDescription: "a wrong type", body: "{\"name\":3}", status: 400, code: "invalid.value", field: "name"),
        Refused(testDescription: "a wrong type of all", body: "[]", status: 400, code: "invalid.value", field: "body"),
        Refused(
            testDescription: "a wrong type deep inside", body: #"{"name":"a","levels":[{"value":1},{"value":"x"}]}"#,
            status: 400, code: "invalid.value", field: "levels[1].value"),
        Refused(
            testDescription: "a missing member deep inside", body: #"{"name":"a","levels":[{}]}"#, status: 400,
            code: "required.fields.missing", field: "levels[0].value"),
        Refused(
            testDescription: "an unknown word of an enumeration", body: #"{"name":"a","kind":"x"}"#, status: 400,
            code: "invalid.value", field: "kind"),
        Refused(
            testDescription: "a date that is none", body: #"{"name":"a","levels":[{"value":1,"since":"soon"}]}"#,
            status: 400, code: "invalid.value", field: "levels[0].since"),
        Refused(
            testDescription: "a number that does not fit", body: #"{"name":"a","levels":[{"value":1e99}]}"#,
            status: 400, code: "bad.request"),
        Refused(
            testDescription: "a page size over the limit", method: "GET", path: "/api/v2/skills?pageSize=101",
            status: 400, code: "invalid.value", field: "pageSize"),
        Refused(
            testDescription: "page zero", method: "GET", path: "/api/v2/skills?pageNumber=0", status: 400,
            code: "invalid.value", field: "pageNumber"),
        Refused(
            testDescription: "a path parameter of the wrong form", method: "GET", path: "/api/v2/skills/1/levels/high",
            status: 400, code: "invalid.path.parameter", field: "level"),
        Refused(
            testDescription: "a defect of ours", method: "GET", path: "/broken", status: 500,
            code: "internal.server.error"),
    ]

    @Test("what is refused is answered with the API's error body", arguments: refusals)
    func refused(_ refused: Refused) async throws {
        try await run { server in
            let answer = try await RawClient.request(
                server.port, refused.method, refused.path,
                headers: refused.token.map { ["Authorization: Bearer \($0)"] } ?? [],
                body: refused.body.map { Array($0.utf8) })
            #expect(answer.status == refused.status)
            let error = try ErrorAnswer(answer)
            #expect(error.code == refused.code)
            #expect(error.status == refused.status)
            #expect(error.contextId == answer.headers["inin-correlation-id"])
            #expect(error.details.first?.fieldName == refused.field)
            if refused.code == "bad.request" { #expect(error.message == Self.malformedMessage) }
            #expect(!answer.body.contains("hunter2"))
        }
    }

    @Test("invalid UTF-8 is malformed")
    func invalidUTF8() async throws {
        try await run { server in
            let body = Array(#"{"name":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
            let answer = try await RawClient.request(
                server.port, "POST", "/api/v2/skills", headers: ["Authorization: bearer routing:skill:add"], body: body)
            #expect(answer.status == 400)
            #expect(try ErrorAnswer(answer).message == Self.malformedMessage)
        }
    }

    @Test("a body over the limit is refused, declared or chunked, without Retry-After")
    func bodyOverLimit() async throws {
        try await run { server in
            let fits = try await RawClient.request(server.port, "POST", "/small", body: Array("0123456789".utf8))
            #expect(fits.body == #"{"bytes":10}"#)
            let declared = try await RawClient.request(server.port, "POST", "/small", body: Array("01234567890".utf8))
            let chunked = try await RawClient.request(
                server.port, "POST", "/small",
                headers: ["Transfer-Encoding: chunked", "\r\n6\r\n012345\r\n6\r\n678901\r\n0"])
            for answer in [declared, chunked] {
                #expect(answer.status == 413)
                #expect(answer.headers["retry-after"] == nil)
                #expect(try ErrorAnswer(answer).code == "request.entity.too.large")
            }
        }
    }

    @Test("the correlation id is the client's when it is a UUID, and ours otherwise")
    func correlation() async throws {
        try await run { server in
            let id = "1B4E28BA-2FA1-11D2-883F-0016D3CCA427"
            let kept = try await RawClient.request(server.port, "GET", "/x", headers: ["ININ-Correlation-Id: \(id)"])
            #expect(kept.headers["inin-correlation-id"] == id.lowercased())
            let made = try await RawClient.request(server.port, "GET", "/x", headers: ["ININ-Correlation-Id: <x>"])
            #expect(UUID(uuidString: made.headers["inin-correlation-id"] ?? "") != nil)
            #expect(made.headers["cache-control"] == "no-cache, no-store, must-revalidate")
            #expect(made.headers["pragma"] == "no-cache")
            #expect(made.headers["expires"] == "0")
        }
    }

    @Test("literal parts of a path go before parameters, which are decoded; HEAD answers like GET without the body")
    func paths() async throws {
        try await run { server in
            let mine = try await RawClient.request(
                server.port, "GET", "/api/v2/skills/mine", headers: ["Authorization: BEARER me"])
            #expect(mine.body == #"{"key":"me"}"#)
            let other = try await RawClient.request(server.port, "GET", "/api/v2/skills/a%2Fb%20c")
            #expect(other.body == #"{"id":"a/b c"}"#)
            let deep = try await RawClient.request(server.port, "GET", "/api/v2/skills/mine/levels/3")
            #expect(deep.body == #"["mine","3"]"#)
            let allowed = try await RawClient.request(server.port, "DELETE", "/api/v2/skills")
            #expect(allowed.headers["allow"] == "GET, HEAD, PATCH, POST")
            let open = try await RawClient.request(server.port, "GET", "/api/v2/skills/mine")
            #expect(open.status == 401)
        }
    }

    @Test("null and nothing are no body; a form is read")
    func noBody() async throws {
        try await run { server in
            for body in [nil, "", "null", " null\n"] {
                let answer = try await RawClient.request(
                    server.port, "PATCH", "/api/v2/skills", headers: ["Authorization: Bearer routing:skill:edit"],
                    body: body.map { Array($0.utf8) })
                #expect(answer.status == 204)
            }
            let form = try await RawClient.request(
                server.port, "POST", "/form", body: Array("grant_type=a&scope=b+c%26d".utf8))
            #expect(form.body == #"["grant_type=a","scope=b c&d"]"#)
        }
    }

    @Test("a page says what is left, and its links keep the query")
    func paging() async throws {
        try await run { server in
            let answer = try await RawClient.request(
                server.port, "GET", "/api/v2/skills?name=a%20b&pageSize=3&pageNumber=3",
                headers: ["Authorization: Bearer x"])
            let uri = "/api/v2/skills?name=a%20b&pageSize=3&pageNumber="
            let expected: [String: Any] = [
                "entities": [["name": "skill 7"]], "pageSize": 3, "pageNumber": 3, "total": 7, "pageCount": 3,
                "firstUri": uri + "1", "lastUri": uri + "3", "selfUri": uri + "3", "previousUri": uri + "2",
            ]
            let body = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
            #expect((body as? NSDictionary) == (expected as NSDictionary))
        }
    }

    @Test("requests of one token are counted, refused beyond the limit, and told so")
    func rateLimit() async throws {
        try await run(rateLimit: RateLimitConfiguration(requestsMax: 2)) { server in
            func get(_ token: String) async throws -> RawClient.Answer {
                try await RawClient.request(
                    server.port, "GET", "/api/v2/skills", headers: ["Authorization: Bearer \(token)"])
            }
            let first = try await get("a")
            #expect(first.headers["inin-ratelimit-count"] == "1")
            #expect(first.headers["inin-ratelimit-allowed"] == "2")
            #expect(Int(first.headers["inin-ratelimit-reset"] ?? "").map { (1...60).contains($0) } == true)
            #expect(try await get("a").headers["inin-ratelimit-count"] == "2")
            let third = try await get("a")
            #expect(third.status == 429)
            #expect(try ErrorAnswer(third).code == "too.many.requests")
            #expect(third.headers["retry-after"] == third.headers["inin-ratelimit-reset"])
            #expect(try await get("b").status == 200)
        }
    }

    @Test("pages of other origins may use the API")
    func crossOrigin() async throws {
        try await run { server in
            let preflight = try await RawClient.request(
                server.port, "OPTIONS", "/api/v2/skills",
                headers: [
                    "Origin: https://shop.test", "Access-Control-Request-Method: PATCH",
                    "Access-Control-Request-Headers: authorization",
                ])
            #expect(preflight.status == 204)
            #expect(preflight.headers["access-control-allow-methods"] == "PATCH")
            #expect(preflight.headers["access-control-allow-headers"] == "authorization")
            let refused = try await RawClient.request(
                server.port, "GET", "/api/v2/skills", headers: ["Origin: https://shop.test"])
            #expect(refused.status == 401)
            #expect(refused.headers["access-control-allow-origin"] == "*")
        }
    }

    @Test("a client that goes on sending after it was refused is hung up on")
    func endlessBody() async throws {
        try await run { server in
            let client = try await RawClient.connect(server.port)
            try await client.send("POST /small HTTP/1.1\r\nHost: engawa.test\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await client.send("c\r\n012345678901\r\n")
            let answer = try await client.answer()
            #expect(answer.status == 413)
            #expect(answer.headers["connection"] == "close")
            #expect(await eventually { (try? await client.send("6\r\n012345\r\n")) == nil })
            #expect(await client.isEnded())
        }
    }

    @Test("beyond the connections in all a new one is closed; when one has gone, the next is served")
    func connectionsMax() async throws {
        try await TestServer.run(connectionsMax: 2) { server in
            let first = try await RawClient.connect(server.port)
            let second = try await RawClient.connect(server.port)
            for client in [first, second] {
                try await client.send("GET /x HTTP/1.1\r\nHost: engawa.test\r\n\r\n")
                #expect(try await client.answer().status == 404)
            }
            #expect(await (try RawClient.connect(server.port)).isEnded())
            try await first.close()
            #expect(
                await eventually {
                    let answer = try? await RawClient.request(server.port, "GET", "/x")
                    return answer?.status == 404
                })
        }
    }

    @Test("a connection serves request after request")
    func keepAlive() async throws {
        try await run { server in
            let client = try await RawClient.connect(server.port)
            for number in 0..<3 {
                try await client.send("GET /api/v2/skills/\(number) HTTP/1.1\r\nHost: engawa.test\r\n\r\n")
                #expect(try await client.answer().body == #"{"id":"\#(number)"}"#)
            }
        }
    }
}

import Testing

@testable import PlatformAPI
@testable import TestSupport

@Suite("Admission to a socket", .timeLimit(.minutes(1)))
struct SocketAdmissionTests {
    @Test("an endpoint sees path, parameters, query, header fields and address")
    func request() async throws {
        let (requests, continuation) = AsyncStream.makeStream(of: SocketRequest.self)
        let endpoint = ClosureEndpoint { request in
            continuation.yield(request)
            return .accept(EchoSession())
        }
        try await TestServer.run([SocketRoute("/channels/{id}", endpoint)]) { server in
            let client = try await RawClient.connect(server.port)
            try await client.send(RawClient.upgrade("/channels/a%20b?x=1%2C2&y=", headers: ["Origin: https://a.test"]))
            #expect(try await client.answer().status == 101)
            var iterator = requests.makeAsyncIterator()
            let request = try #require(await iterator.next())
            #expect(request.path == "/channels/a%20b")
            #expect(request.parameters == ["id": "a b"])
            #expect(request.query.list("x") == ["1", "2"])
            #expect(request.headers[.origin] == "https://a.test")
            #expect(request.remoteAddress == "127.0.0.1")
        }
    }

    @Test("a refusal is a plain answer with the API's error body")
    func refusal() async throws {
        let endpoint = ClosureEndpoint { _ in .refuse(.forbidden("The origin is not allowed.")) }
        try await TestServer.run([SocketRoute("/v1", endpoint)]) { server in
            let client = try await RawClient.connect(server.port)
            try await client.send(RawClient.upgrade("/v1"))
            let answer = try await client.answer()
            #expect(answer.status == 403)
            let body = try ErrorAnswer(answer)
            #expect(body.code == "not.authorized")
            #expect(body.message == "The origin is not allowed.")
            #expect(body.contextId == answer.headers["inin-correlation-id"])
            #expect(await client.isEnded())
            // The place is free again once the server has seen the client go.
            #expect(await eventually { server.sockets.count == 0 })
        }
    }

    struct Malformed: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let request: String
        let status: Int
        let code: String
    }

    static let malformedRequests = [
        Malformed(
            testDescription: "a path without an endpoint", request: RawClient.upgrade("/elsewhere"), status: 404,
            code: "not.found"),
        Malformed(
            testDescription: "another version",
            request: RawClient.upgrade("/echo").replacing("-Version: 13", with: "-Version: 8"),
            status: 426, code: "bad.request"),
        Malformed(
            testDescription: "a key of the wrong length",
            request: RawClient.upgrade("/echo").replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "c2hvcnQ="), status: 400,
            code: "bad.request"),
        Malformed(
            testDescription: "no key",
            request: RawClient.upgrade("/echo").replacing("Sec-WebSocket-Key", with: "X-Key"),
            status: 400, code: "bad.request"),
        Malformed(
            testDescription: "no Connection: upgrade",
            request: RawClient.upgrade("/echo").replacing("keep-alive, Upgrade", with: "keep-alive"), status: 400,
            code: "bad.request"),
        Malformed(
            testDescription: "a body", request: RawClient.upgrade("/echo", headers: ["Content-Length: 3"]) + "abc",
            status: 400, code: "bad.request"),
        Malformed(
            testDescription: "an unknown protocol beside the known word",
            request: RawClient.upgrade("/echo").replacing("Upgrade: websocket", with: "Upgrade: notwebsocket"),
            status: 400, code: "bad.request"),
    ]

    @Test("a malformed upgrade is answered with the API's error body", arguments: malformedRequests)
    func malformed(_ malformed: Malformed) async throws {
        try await TestServer.run { server in
            let client = try await RawClient.connect(server.port)
            try await client.send(malformed.request)
            let answer = try await client.answer()
            #expect(answer.status == malformed.status)
            #expect(try ErrorAnswer(answer).code == malformed.code)
        }
    }

    @Test("beyond the sockets in all an upgrade is refused with 503, until one has gone")
    func socketsMax() async throws {
        try await TestServer.run(configuration: SocketConfiguration(socketsMax: 2)) { server in
            let first = try await RawClient.socket(server.port)
            let second = try await RawClient.socket(server.port)
            let third = try await RawClient.connect(server.port)
            try await third.send(RawClient.upgrade("/echo"))
            let answer = try await third.answer()
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "5")
            #expect(try ErrorAnswer(answer).code == "service.unavailable")
            try await first.send(close: 1000)
            _ = await first.framesToEnd()
            #expect(try await RawClient.socket(server.port).isOpenAfterEcho())
            #expect(try await second.isOpenAfterEcho())
        }
    }

    @Test("beyond the sockets of one address an upgrade is refused with 429; the proxy's header tells the address")
    func socketsPerAddress() async throws {
        let configuration = SocketConfiguration(socketsPerAddressMax: 1, trustsForwardedFor: true)
        try await TestServer.run(configuration: configuration) { server in
            func upgrade(_ address: String) async throws -> (RawClient, RawClient.Answer) {
                let client = try await RawClient.connect(server.port)
                try await client.send(RawClient.upgrade("/echo", headers: ["X-Forwarded-For: 9.9.9.9, \(address)"]))
                return (client, try await client.answer())
            }
            let (first, accepted) = try await upgrade("192.0.2.1")
            let (_, refused) = try await upgrade("192.0.2.1")
            let (other, alsoAccepted) = try await upgrade("192.0.2.2")
            #expect(accepted.status == 101)
            #expect(refused.status == 429)
            #expect(refused.headers["retry-after"] == "30")
            #expect(alsoAccepted.status == 101)
            #expect(try await first.isOpenAfterEcho())
            #expect(try await other.isOpenAfterEcho())
        }
    }

    @Test("a client that goes while the endpoint still decides leaves nothing behind")
    func goneMeanwhile() async throws {
        let gate = Gate()
        let asked = Gate()
        let session = ObservedSession()
        let endpoint = ClosureEndpoint { _ in
            asked.open()
            await gate.wait()
            return .accept(session)
        }
        try await TestServer.run([SocketRoute("/slow", endpoint), SocketRoute("/echo", EchoEndpoint())]) { server in
            let client = try await RawClient.connect(server.port)
            try await client.send(RawClient.upgrade("/slow"))
            await asked.wait()
            try await client.close()
            gate.open()
            #expect(await eventually { server.sockets.count == 0 })
            #expect(try await RawClient.socket(server.port).isOpenAfterEcho())
        }
    }

    @Test("any bytes at all leave the server serving")
    func noise() async throws {
        try await TestServer.run { server in
            var random = SplitMix(seed: 2_026)
            for _ in 0..<150 {
                let client = try await RawClient.connect(server.port)
                var bytes = Array(RawClient.upgrade("/echo").utf8)
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
                }
                bytes += (0..<Int.random(in: 0...64, using: &random)).map { _ in .random(in: 0...255, using: &random) }
                try? await client.send(bytes)
                try? await client.close()
            }
            #expect(try await RawClient.socket(server.port).isOpenAfterEcho())
        }
    }
}

extension RawClient {
    func isOpenAfterEcho() async throws -> Bool {
        try await send(text: "there?")
        return try await frame().text == "there?"
    }
}

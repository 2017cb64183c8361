import Foundation
import Synchronization
import Testing

@testable import EngawaMessenger

private typealias Frame = ScriptedGuestServer.Frame
private typealias Script = ScriptedGuestServer.Script

@Suite("A messenger and a server that says what the test wrote down", .timeLimit(.minutes(1)))
struct ScriptedTests {
    private static let session = Frame(name: "SessionResponse", body: #"{"connected":true,"newSession":true}"#)

    private static func echo(_ request: JSON) -> Frame {
        let id = request["message"]?["metadata"]?["id"]?.string ?? ""
        let body = #"{"id":"s-\#(id)","type":"Text","direction":"Inbound","metadata":{"id":"\#(id)"},"channel":{}}"#
        return Frame(name: "StructuredMessage", body: body)
    }

    private static let plain: @Sendable (String, JSON) -> [Frame] = { action, request in
        switch action {
        case "configureSession", "configureAuthenticatedSession": [session]
        case "onMessage": [echo(request)]
        default: []
        }
    }

    private func visitor(_ server: ScriptedGuestServer, store: any SecretStore = MemorySecretStore()) throws
        -> Messenger
    {
        try .visitor(server.url, "shop", store: store)
    }

    // MARK: Connection

    @Test("a server that is busy is tried again until it is not")
    func busy() async throws {
        try await ScriptedGuestServer.run(Script(guest: Self.plain, refusals: [503, 503, 502])) { server in
            let guest = try visitor(server)
            let states = await guest.states
            await guest.connect()
            var attempts: [Int] = []
            for await state in states {
                if case .connecting(let attempt) = state { attempts.append(attempt) }
                if state == .ready { break }
            }
            #expect(attempts == [1, 2, 3, 4])
            await guest.disconnect()
        }
    }

    @Test("TLS protects both ways, and a certificate that nobody vouches for opens neither")
    func tls() async throws {
        let certificate = try await Certificate()
        defer { certificate.remove() }
        try await ScriptedGuestServer.run(Script(guest: Self.plain, tls: certificate)) { server in
            let strict = try Messenger.visitor(server.url, "shop")
            await strict.connect()
            await strict.reach { if case .waiting = $0 { true } else { false } }
            await strict.disconnect()
            #expect(server.requests.isEmpty)

            let trusting = try NIOTransport(trusting: certificate.path)
            let guest = try Messenger.visitor(server.url, "shop", transport: trusting)
            await guest.arrive()
            try await guest.register(PushDevice(deviceToken: "d1", language: "en"))
            #expect(server.calls.count == 1)
            await guest.disconnect()
        }
    }

    @Test("a server that does not answer is left")
    func silence() async throws {
        let asked = Mutex(0)
        let script = Script(guest: { action, request in
            let count = asked.withLock { count in
                count += 1
                return count
            }
            return count == 1 ? [] : Self.plain(action, request)
        })
        try await ScriptedGuestServer.run(script) { server in
            let guest = try Messenger.visitor(server.url, "shop") {
                $0.answerPatience = .milliseconds(50)
            }
            await guest.arrive()
            #expect(server.actions == ["configureSession", "configureSession"])
            await guest.disconnect()
        }
    }

    @Test("a connection that the server closes for good does not come back, one that breaks does")
    func closed() async throws {
        try await ScriptedGuestServer.run(Script(guest: Self.plain)) { server in
            let guest = try visitor(server)
            await guest.arrive()
            server.hangUp()
            await guest.reach { $0 != .ready }
            await guest.reachReady()
            server.push(Frame(name: "ConnectionClosedEvent", body: #"{"reason":"signedIn"}"#))
            await guest.reach { $0 == .closed(.signedInElsewhere) }
        }
    }

    @Test("a message that comes too soon is sent again, and none overtakes it")
    func tooSoon() async throws {
        let asked = Mutex(0)
        let script = Script(guest: { action, request in
            guard action == "onMessage" else { return Self.plain(action, request) }
            let count = asked.withLock { count in
                count += 1
                return count
            }
            guard count == 1 else { return [Self.echo(request)] }
            let body = #"{"retryAfter":1,"errorCode":4029,"errorMessage":"slow"}"#
            return [Frame(name: "TooManyRequestsErrorMessage", body: body, code: 429)]
        })
        try await ScriptedGuestServer.run(script) { server in
            let guest = try visitor(server)
            let ids = [try await guest.send("one"), try await guest.send("two")]
            await guest.arrive()
            #expect(try await guest.first(2).map(\.clientID) == ids)
            let sent = server.requests.filter { $0["action"]?.string == "onMessage" }.map { $0["tracingId"]?.string }
            #expect(sent == [ids[0], ids[0], ids[1]])
            await guest.disconnect()
        }
    }

    @Test("a session that has expired is not asked again; a new one has another token")
    func expired() async throws {
        let script = Script(guest: { action, request in
            guard action == "configureSession" else { return [] }
            return [request["token"]?.string == "old" ? Frame(name: "SessionExpiredEvent") : Self.session]
        })
        try await ScriptedGuestServer.run(script) { server in
            let store = MemorySecretStore()
            try Secrets(store: store, deployment: "shop").keep(token: "old")
            let guest = try visitor(server, store: store)
            await guest.connect()
            await guest.reach { $0 == .closed(.sessionExpired) }
            try await guest.startNew()
            await guest.reachReady()
            #expect(try Secrets(store: store, deployment: "shop").token() != "old")
            await guest.disconnect()
        }
    }

    // MARK: Files

    /// The port that URLs name; it is known when the server is there.
    private final class Address: Sendable {
        let port = Mutex(0)
    }

    private func fileScript(_ ports: Address, status: Int = 200, arrival: @escaping @Sendable (String) -> Frame?)
        -> Script
    {
        Script(
            guest: { action, request in
                let id = request["attachmentId"]?.string ?? ""
                switch action {
                case "onAttachment", "getAttachment":
                    let headers = action == "onAttachment" ? #"{"x-amz-tagging":"a=b"}"# : "{}"
                    let url = "http://127.0.0.1:\(ports.port.withLock { $0 })/files/\(id)?signature=1"
                    let body = #"{"attachmentId":"\#(id)","headers":\#(headers),"url":"\#(url)","fileSize":3}"#
                    return [Frame(name: "PresignedUrlResponse", body: body)]
                default: return Self.plain(action, request)
                }
            },
            http: { call, server in
                guard call.line.hasPrefix("PUT") else { return (404, "") }
                let id = call.line.split(separator: "/")[2].prefix { $0 != "?" }
                if let frame = arrival(String(id)) { server.push(frame) }
                return (status, "")
            })
    }

    @Test("a file goes where the server says, with its headers, and its message follows when it has arrived")
    func upload() async throws {
        let ports = Address()
        let script = fileScript(ports) { id in
            Frame(
                name: "UploadSuccessEvent",
                body: #"{"attachmentId":"\#(id)","downloadUrl":"http://x/","timestamp":"t"}"#)
        }
        try await ScriptedGuestServer.run(script) { server in
            ports.port.withLock { $0 = server.port }
            let guest = try visitor(server)
            await guest.arrive()
            let data = Data(repeating: 7, count: 150_000)
            let upload = guest.upload(OutgoingFile(name: "tea.png", type: "image/png", data: data), text: "my tea")
            var progress: [UploadProgress] = []
            for try await step in upload.progress { progress.append(step) }
            let sent = progress.compactMap { if case .sending(let bytes, 150_000) = $0 { bytes } else { nil } }
            #expect(sent == [65_536, 131_072, 150_000])
            let message = try await guest.first(1)[0]
            #expect(progress.suffix(2) == [.checking, .queued(message.clientID ?? "")])
            let put = try #require(server.calls.first)
            #expect(put.line == "PUT /files/\(upload.id)?signature=1" && put.body == data)
            #expect(put.headers["x-amz-tagging"] == "a=b" && put.headers["content-type"] == "image/png")
            let told = try #require(server.requests.last { $0["action"]?.string == "onMessage" })
            #expect(told["message"]?["content"]?.elements.first?["attachment"]?["id"] == .string(upload.id))
            #expect(try await guest.downloadURL(of: "f1").path == "/files/f1")
            await guest.disconnect()
        }
    }

    @Test("an upload that is cancelled is removed, and no message follows")
    func cancelledUpload() async throws {
        let ports = Address()
        let script = fileScript(ports) { _ in nil }
        try await ScriptedGuestServer.run(script) { server in
            ports.port.withLock { $0 = server.port }
            let guest = try visitor(server)
            await guest.arrive()
            let upload = guest.upload(OutgoingFile(name: "tea.png", type: "image/png", data: Data("png".utf8)))
            await #expect(throws: MessengerError.cancelled) {
                for try await step in upload.progress where step == .checking { upload.cancel() }
            }
            try await guest.send("never mind")
            _ = try await guest.first(1)
            #expect(server.actions.suffix(2) == ["deleteAttachment", "onMessage"])
            await guest.disconnect()
        }
    }

    // MARK: Who it is

    private static func authorized(_ good: String) -> @Sendable (String, JSON) -> [Frame] {
        { action, request in
            guard action == "configureAuthenticatedSession", request["data"]?["code"]?.string != good else {
                return plain(action, request)
            }
            return [Frame(name: "string", body: #""Unauthorized""#, code: 401)]
        }
    }

    @Test("a signed-in session renews its token, and stays signed in over a restart of the app")
    func signIn() async throws {
        let renewals = Mutex(0)
        let script = Script(
            guest: Self.authorized("jwt-2"),
            http: { call, _ in
                guard call.line.hasSuffix("/refresh") else { return (200, #"{"jwt":"jwt-0","refreshToken":"r"}"#) }
                let count = renewals.withLock { count in
                    count += 1
                    return count
                }
                return (200, #"{"jwt":"jwt-\#(count)"}"#)
            })
        try await ScriptedGuestServer.run(script) { server in
            let store = MemorySecretStore()
            let guest = try visitor(server, store: store)
            await guest.arrive()
            try await guest.signIn(.code("abc", redirectURI: "app://back", verifier: "v"))
            #expect(await guest.state == .ready)
            let exchange = try #require(server.calls.first)
            #expect(exchange.line == "POST /api/v2/webdeployments/token/oauthcodegrantjwtexchange")
            let asked = try JSON.read(exchange.body)
            #expect(asked["deploymentId"] == .string("shop"))
            #expect(asked["oauth"] == (try json(#"{"code":"abc","redirectUri":"app://back","codeVerifier":"v"}"#)))
            #expect(renewals.withLock { $0 } == 2)
            await guest.disconnect()

            let again = try visitor(server, store: store)
            #expect(await again.isSignedIn)
            await again.arrive()
            #expect(server.requests.last?["data"]?["code"] == .string("jwt-2"))
            try await again.signOut()
            await again.reach { $0 == .closed(.signedOut) }
            #expect(server.calls.last?.headers["authorization"] == "bearer jwt-2")
            #expect(try await visitor(server, store: store).isSignedIn == false)
        }
    }

    @Test("a token that is too old at each connection is renewed each time")
    func renewals() async throws {
        let needed = Mutex(0)
        let script = Script(
            guest: { action, request in
                let good = "jwt-\(needed.withLock { $0 })"
                return Self.authorized(good)(action, request)
            },
            http: { _, _ in (200, #"{"jwt":"jwt-\#(needed.withLock { $0 })","refreshToken":"r"}"#) })
        try await ScriptedGuestServer.run(script) { server in
            let guest = try visitor(server)
            try await guest.signIn(.code("abc", redirectURI: "app://back", verifier: nil))
            await guest.arrive()
            for round in 1...5 {
                needed.withLock { $0 += 1 }
                server.hangUp()
                await guest.reach { $0 != .ready }
                await guest.reachReady()
                #expect(server.calls.count == 1 + round)
            }
            await guest.disconnect()
        }
    }

    @Test("a message that is refused for an old token goes out with a new one")
    func messageRenews() async throws {
        let isOld = Mutex(true)
        let script = Script(
            guest: { action, request in
                guard action == "onMessage", isOld.withLock({ $0 }) else { return Self.plain(action, request) }
                return [Frame(name: "string", body: #""Try to authenticate again""#, code: 403)]
            },
            http: { call, _ in
                if call.line.hasSuffix("/refresh") { isOld.withLock { $0 = false } }
                return (200, #"{"jwt":"jwt","refreshToken":"r"}"#)
            })
        try await ScriptedGuestServer.run(script) { server in
            let guest = try visitor(server)
            try await guest.signIn(.code("abc", redirectURI: "app://back", verifier: nil))
            await guest.arrive()
            let id = try await guest.send("it is me")
            #expect(try await guest.first(1).map(\.clientID) == [id])
            await guest.disconnect()
        }
    }

    @Test("after three renewals that do not help the person has to sign in")
    func signInFails() async throws {
        let script = Script(
            guest: Self.authorized("none"), http: { _, _ in (200, #"{"jwt":"bad","refreshToken":"r"}"#) })
        try await ScriptedGuestServer.run(script) { server in
            let guest = try visitor(server)
            try await guest.signIn(.idToken("t", nonce: "n", redirectURI: "app://back"))
            await guest.connect()
            await guest.reach { $0 == .closed(.refused(.authenticationFailed)) }
            #expect(server.calls.filter { $0.line.hasSuffix("/refresh") }.count == 3)
            #expect(server.actions.count == 4)
        }
    }

    @Test("a server that is not there is told of")
    func nobody() async throws {
        let guest = try await withoutServer()
        await #expect(throws: MessengerError.connectionLost) { try await guest.removePushDevice() }
        await guest.connect()
        await guest.reach { if case .waiting(3, _) = $0 { true } else { false } }
        await guest.disconnect()
    }

    /// A messenger of a server that has gone.
    private func withoutServer() async throws -> Messenger {
        let url = Mutex("")
        try await ScriptedGuestServer.run(Script(guest: Self.plain)) { server in url.withLock { $0 = server.url } }
        return try .visitor(url.withLock { $0 }, "shop")
    }

    // MARK: Push

    @Test("a device that is registered again is changed, and one of another service registered anew")
    func pushAgain() async throws {
        let isThere = Mutex(true)
        let script = Script(
            guest: Self.plain,
            http: { call, _ in
                let method = call.line.prefix { $0 != " " }
                let wasThere = isThere.withLock { isThere in
                    defer { isThere = method != "DELETE" }
                    return isThere
                }
                return method == "POST" && wasThere ? (409, #"{"code":"device.already.registered"}"#) : (204, "")
            })
        try await ScriptedGuestServer.run(script) { server in
            let store = MemorySecretStore()
            let guest = try visitor(server, store: store)
            func methods(_ device: PushDevice) async throws -> [Substring] {
                let before = server.calls.count
                try await visitor(server, store: store).register(device)
                return server.calls.dropFirst(before).map { $0.line.prefix { $0 != " " } }
            }
            // Of a device that an older version registered it is not known whose it is.
            #expect(try await methods(PushDevice(deviceToken: "d1", language: "ja")) == ["POST", "DELETE", "POST"])
            #expect(try await methods(PushDevice(deviceToken: "d2", language: "ko")) == ["POST", "PATCH"])
            #expect(
                try JSON.read(try #require(server.calls.last).body) == json(#"{"deviceToken":"d2","language":"ko"}"#))
            let other = PushDevice(deviceToken: "d3", provider: .firebase, language: "ko")
            #expect(try await methods(other) == ["POST", "DELETE", "POST"])
            #expect(try JSON.read(try #require(server.calls.last).body)["notificationProvider"] == .string("FCM"))
            try await guest.removePushDevice()
            #expect(try await methods(other) == ["POST"])
        }
    }

    @Test("a device is registered, changed and removed, and the server's reasons are passed on")
    func push() async throws {
        let script = Script(
            guest: Self.plain,
            http: { call, _ in
                call.line.hasPrefix("DELETE") ? (404, #"{"code":"device.not.found"}"#) : (204, "")
            })
        try await ScriptedGuestServer.run(script) { server in
            let store = MemorySecretStore()
            try Secrets(store: store, deployment: "shop").keep(token: "ABC")
            let guest = try visitor(server, store: store)
            try await guest.register(PushDevice(deviceToken: "d1", language: "ja"))
            try await guest.updatePushDevice(language: "en-us")
            await #expect(throws: MessengerError.http(status: 404, code: "device.not.found")) {
                try await guest.removePushDevice()
            }
            let path = "/api/v2/webmessaging/deployments/shop/pushdevices/abc"
            #expect(server.calls.map(\.line) == ["POST \(path)", "PATCH \(path)", "DELETE \(path)"])
            #expect(
                try JSON.read(server.calls[0].body)
                    == json(#"{"deviceToken":"d1","notificationProvider":"APNS","language":"ja","deviceType":"ios"}"#))
            #expect(try JSON.read(server.calls[1].body) == json(#"{"language":"en-us"}"#))
        }
    }
}

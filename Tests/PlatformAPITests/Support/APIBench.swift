import Channels
import ContactCenter
import Crypto
import Engine
import Foundation
import Hummingbird
import Journal
import Logging
import NIOCore
import NIOEmbedded
import ServiceLifecycle
import Synchronization
import Testing
@testable import TestSupport

@testable import PlatformAPI

/// The API with an engine on a real database in a folder of its own, its followers at work, asked in this process.
struct APIBench {
    let engine: Engine
    let api: PlatformAPI
    let clock: TestClock
    private let ask: @Sendable (Request, APIContext) async throws -> Response
    let logger: Logger

    /// Ids of what the bench plants.
    let people: [String: String]
    let support: String
    let sales: String
    let integration: String
    let solved: String
    let clientSecret = "client-secret"

    static let clientID = "11111111-0000-4000-8000-000000000001"
    static let desktopID = "11111111-0000-4000-8000-000000000002"
    static let redirect = "http://127.0.0.1/cb"
    static let password = "matcha-and-hinoki"
    /// The same for everybody, hashed once: hashing is slow by design.
    private static let passwordHash = (try? Password.hash(password)) ?? ""

    /// Runs `body` with an API, then ends it as a shutdown does.
    static func run(
        requestsMax: Int = 100_000, agentFiles: FileLimits? = nil,
        _ body: @escaping @Sendable (APIBench) async throws -> Void
    ) async throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "api-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let journal = try await SQLJournal.open(path: place.appending(path: "engawa.db").path, logger: logger)
        let clock = TestClock()
        let client = ChannelClient()
        let engine = try await Engine(
            journal: journal, blobs: try DiskBlobStore(path: place.appending(path: "blobs").path),
            open: OpenMessagingSender(client: client), surroundings: Surroundings(now: { clock.now }), logger: logger)
        let bench = try await APIBench(
            engine, clock, requestsMax: requestsMax, agentFiles: agentFiles, logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: (engine.services() + [bench.api.readiness]).map { .init(service: $0) }, logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(bench)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            await journal.close()
            try await client.close()
            try result.get()
        }
    }

    private init(
        _ engine: Engine, _ clock: TestClock, requestsMax: Int, agentFiles: FileLimits?, logger: Logger
    ) async throws {
        self.engine = engine
        self.clock = clock
        self.logger = logger
        api = try await PlatformAPI(
            engine: engine, address: PublicAddress(baseURL: "http://engawa.test"), agentFiles: agentFiles,
            rateLimit: RateLimitConfiguration(requestsMax: requestsMax))
        let router = APIServer.makeRouter()
        api.install(in: router)
        let responder = router.buildResponder()
        ask = { try await responder.respond(to: $0, context: $1) }
        let planter = Planter(engine: engine)
        try await planter.plantFoundations(secret: clientSecret)
        solved = try await planter.plant(.wrapupCode, "Solved")
        support = try await planter.plant(
            .queue, "Support",
            [
                "acwSettings": ["wrapupPrompt": "MANDATORY"],
                "mediaSettings": ["message": ["alertingTimeoutSeconds": 30]],
            ])
        sales = try await planter.plant(.queue, "Sales")
        try await engine.directory.save(.queueWrapupCode, id: "\(support)/\(solved)", name: nil, body: [:])
        var people: [String: String] = [:]
        for (name, role) in [("hana", "agent"), ("kenji", "agent"), ("yuki", "supervisor"), ("mio", "admin")] {
            people[name] = try await planter.plant(person: name, role: role, passwordHash: Self.passwordHash)
        }
        for name in ["hana", "kenji"] {
            try await engine.directory.save(
                .queueMember, id: "\(support)/\(people[name] ?? "")", name: nil, body: ["joined": true])
        }
        self.people = people
        integration = try await planter.plant(
            .openIntegration, "Shop",
            ["outboundNotificationWebhookUrl": "http://127.0.0.1:9/", OpenIntegrationRoutes.secretMember: "s"])
        try await engine.directory.save(
            .recipient, id: integration, name: "Shop",
            body: ["messengerType": "open", "defaultQueue": ["id": .string(support)]])
    }

    // MARK: Asking

    /// Sends a request and reads the whole answer.
    func send(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, body: ByteBuffer? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var fields = headers
        if let token { fields[.authorization] = "Bearer \(token)" }
        let head = HTTPRequest(
            method: method, scheme: "http", authority: "engawa.test", path: path, headerFields: fields)
        let request = Request(head: head, body: .init(buffer: body ?? ByteBuffer()))
        let context = APIContext(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger))
        let response = try await ask(request, context)
        let writer = CollectingWriter()
        try await response.body.write(writer)
        return Answer(status: response.status.code, headers: response.headers, body: writer.text)
    }

    /// Sends JSON text.
    func json(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, _ body: String? = nil
    ) async throws -> Answer {
        try await send(
            method, path, token: token, body: body.map { ByteBuffer(string: $0) },
            headers: [.contentType: "application/json"])
    }

    /// Sends a form.
    func form(_ path: String, _ items: [(String, String)], headers: HTTPFields = [:]) async throws -> Answer {
        var query = QueryItems()
        for (name, value) in items { query = query.setting(name, to: value) }
        return try await send(.post, path, body: ByteBuffer(string: query.text), headers: headers)
    }

    // MARK: Tokens

    /// A token of a person, without the page.
    func token(_ name: String) async throws -> String {
        let client = try #require(engine.directory.oauthClient(Self.desktopID))
        let user = try #require(people[name].flatMap { UserID($0) })
        return try await api.tokens.issue(to: client, user: user, isWithoutSecret: true).accessToken
    }

    /// A token of the client itself.
    func clientToken() async throws -> String {
        let client = try #require(engine.directory.oauthClient(Self.clientID))
        return try await api.tokens.issue(to: client).accessToken
    }

    /// Waits until there is something; the followers work beside the test.
    func eventually<Value>(_ read: () async throws -> Value?) async throws -> Value {
        try #require(try await found(read), "what the test waits for did not happen")
    }
}

/// An answer, read whole.
struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: HTTPFields
    let body: String

    /// The body as JSON.
    var json: JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: Data(body.utf8))) ?? .null }
    /// The code of an error's body.
    var code: String? { json["code"]?.string }
    /// The entities of a list.
    var entities: [JSONValue] { json["entities"]?.array ?? [] }
    var description: String { "\(status) \(body)" }
}

private final class CollectingWriter: ResponseBodyWriter {
    private let bytes = Mutex<ByteBuffer>(ByteBuffer())

    func write(_ buffer: ByteBuffer) async throws { bytes.withLock { _ = $0.writeImmutableBuffer(buffer) } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
    var text: String { bytes.withLock { String(buffer: $0) } }
}

/// A clock that a test sets; it moves a little with each look, as clocks do. It starts now, because tokens of guests
/// and ids carry the time.
final class TestClock: Sendable {
    private let time = Mutex<Int64>(Instant.systemNow().milliseconds)

    var now: Instant {
        Instant(
            milliseconds: time.withLock { time in
                time += 1
                return time
            })
    }

    func pass(_ span: Span) { time.withLock { $0 += span.milliseconds } }
}

import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

@testable import PlatformAPI

/// The whole server on a free port, with the endpoints and routes of a test.
struct TestServer {
    let port: Int
    let sockets: Sockets
    private let group: ServiceGroup

    /// What SIGTERM does.
    func shutDown() async { await group.triggerGracefulShutdown() }

    static func run(
        _ routes: [SocketRoute] = [SocketRoute("/echo", EchoEndpoint())],
        configuration: SocketConfiguration = SocketConfiguration(), router: Router<APIContext>? = nil,
        connectionsMax: Int = 1_000,
        test: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let sockets = Sockets(routes, configuration: configuration)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var settings = ServerSettings(port: 0)
        settings.connectionsMax = connectionsMax
        let application = APIServer.application(
            router: router ?? APIServer.makeRouter(), sockets: sockets, settings: settings,
            logger: logger
        ) { port in continuation.yield(port) }
        let group = ServiceGroup(services: [application], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            do {
                try await test(TestServer(port: port, sockets: sockets, group: group))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

/// Sends every message back.
struct EchoEndpoint: SocketEndpoint {
    var limits = SocketLimits(frameBytesMax: 8_192, messageBytesMax: 16_384)
    func admit(_ request: SocketRequest) async -> SocketAdmission { .accept(EchoSession()) }
}

struct EchoSession: SocketSession {
    func received(_ message: ByteBuffer, on socket: Socket) async { socket.send(message) }
}

/// Decides by a closure.
struct ClosureEndpoint: SocketEndpoint {
    var limits = SocketLimits()
    let decide: @Sendable (SocketRequest) async -> SocketAdmission
    func admit(_ request: SocketRequest) async -> SocketAdmission { await decide(request) }
}

/// Tells the test what happens to it, and waits for the test when asked to.
struct ObservedSession: SocketSession {
    enum Event: Sendable, Equatable { case opened, message(String), closed }

    let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    private let sockets: AsyncStream<Socket>
    private let socketContinuation: AsyncStream<Socket>.Continuation
    var onMessage: @Sendable () async -> Void = {}

    init(onMessage: @escaping @Sendable () async -> Void = {}) {
        (events, continuation) = AsyncStream.makeStream()
        (sockets, socketContinuation) = AsyncStream.makeStream()
        self.onMessage = onMessage
    }

    func socket() async -> Socket? {
        var iterator = sockets.makeAsyncIterator()
        return await iterator.next()
    }

    /// All that happened until `closed`.
    func story() async -> [Event] {
        var story: [Event] = []
        for await event in events {
            story.append(event)
            if event == .closed { break }
        }
        return story
    }

    func opened(_ socket: Socket) async {
        continuation.yield(.opened)
        socketContinuation.yield(socket)
    }

    func received(_ message: ByteBuffer, on socket: Socket) async {
        await onMessage()
        continuation.yield(.message(String(buffer: message)))
    }

    func closed(_ socket: Socket) async { continuation.yield(.closed) }
}

/// A door that the test opens.
struct Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }
    func open() { continuation.finish() }
    func wait() async { for await _ in stream {} }
}

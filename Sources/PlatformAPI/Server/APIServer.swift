import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Where the server listens, and its limits.
public struct ServerSettings: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port; 0 takes any free one.
    public var port: Int
    /// Connections at a time, sockets and HTTP together; beyond it new ones are closed. Also bounded by
    /// the process's open files, whose soft limit is raised to the hard one.
    public var connectionsMax: Int
    /// Connections that wait to be taken. Many clients return at the same moment after a restart.
    public var backlog: Int
    /// How long an HTTP connection may be idle between requests, or slow within one.
    public var idleSeconds: Int
    /// Bytes of a request's head.
    public var headBytesMax: Int

    /// Settings; every default but the address can be taken in production.
    public init(host: String = "127.0.0.1", port: Int = 8080) {
        self.host = host
        self.port = port
        connectionsMax = 60_000
        backlog = 1_024
        idleSeconds = 65
        headBytesMax = 32 << 10
    }
}

/// One listener with everything on it: HTTP by Hummingbird, and sockets.
public enum APIServer {
    /// A router with what all requests have in common: correlation id, cache headers, cross-origin use, errors.
    public static func makeRouter() -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: CorrelationMiddleware())
        router.add(middleware: NoCacheMiddleware())
        router.add(middleware: CrossOriginMiddleware())
        router.add(middleware: ErrorMiddleware())
        return router
    }

    /// The application, a service: it serves until it is shut down gracefully, then ends requests and sockets.
    /// - Parameter onRunning: called with the bound port once the server answers.
    public static func application(
        router: Router<APIContext>, sockets: Sockets, settings: ServerSettings, logger: Logger,
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: settings.headBytesMax, maxHeaderListSize: settings.headBytesMax,
            maxHeaderFieldCount: 200)
        let http = HTTP1Channel.Configuration(
            idleTimeout: .seconds(Int64(settings.idleSeconds)), httpDecoderConfiguration: decoder)
        let connections = Connections(max: settings.connectionsMax)
        let server = HTTPServerBuilder { responder in
            ServerDoor(
                http: HTTP1Channel(responder: responder, configuration: http), sockets: sockets,
                connections: connections)
        }
        return Application(
            router: router, server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), backlog: settings.backlog),
            services: [sockets],
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? settings.port) },
            logger: logger)
    }
}

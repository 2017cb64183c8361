import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// The child channel of our listener: looks at the first bytes of a connection and makes it either one of Hummingbird's
/// HTTP channels, as it is, or a socket.
///
/// A connection that began with plain HTTP stays with it; an upgrade asked for later on it finds no socket. Browsers
/// and client libraries open a connection of their own for a socket; a reverse proxy must not reuse one (no upstream
/// keep-alive for the sockets' paths).
struct ServerDoor: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let visitor: EventLoopFuture<Visitor>
    }

    enum Visitor: Sendable {
        case http(HTTP1Channel.Value)
        /// An open socket; the event loop has all of it.
        case socket
        /// A refused socket, or one connection too many.
        case nobody
    }

    /// Bytes that one read takes from the kernel at first, which is what an idle socket goes on holding, and at most.
    private static let readBytesAtFirst = 1 << 10
    private static let readBytesMax = 16 << 10

    let http: HTTP1Channel
    let sockets: Sockets
    let connections: Connections

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            guard connections.take(channel) else {
                // Never an error from here: NIO would pass it to the listener, which would end.
                try channel.pipeline.syncOperations.addHandler(ExcessConnection())
                return Value(channel: channel, visitor: channel.eventLoop.makeSucceededFuture(.nobody))
            }
            let allocator = AdaptiveRecvByteBufferAllocator(
                minimum: Self.readBytesAtFirst, initial: Self.readBytesAtFirst, maximum: Self.readBytesMax)
            try channel.syncOptions?.setOption(.recvAllocator, value: allocator)
            // One read a turn: when a session is behind, no more than that is taken after reading was stopped.
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            let firstBytes = FirstBytes(door: self, logger: logger, eventLoop: channel.eventLoop)
            try channel.pipeline.syncOperations.addHandler(firstBytes)
            return Value(channel: channel, visitor: firstBytes.visitor)
        }
    }

    func handle(value: Value, logger: Logger) async {
        // On shutdown a connection that has not said what it wants is closed: browsers keep such in stock.
        let visitor = try? await withGracefulShutdownHandler {
            try await value.visitor.get()
        } onGracefulShutdown: {
            value.channel.pipeline.fireUserInboundEventTriggered(FirstBytes.ShutDown())
        }
        if case .http(let channel) = visitor { await http.handle(value: channel, logger: logger) }
    }
}

/// Builds both kinds of pipeline; on the event loop.
extension ServerDoor {
    func openHTTP(_ channel: any Channel, logger: Logger) -> EventLoopFuture<Visitor> {
        // Larger reads again, as uploads come this way.
        try? channel.syncOptions?.setOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator())
        try? channel.syncOptions?.setOption(.maxMessagesPerRead, value: 4)
        return http.setup(channel: channel, logger: logger).map { .http($0) }
    }

    func openSocket(_ channel: any Channel, logger: Logger) throws -> EventLoopFuture<Visitor> {
        let upgrader = SocketUpgrader(sockets: sockets, logger: logger)
        let upgrade = NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(RefusalHandler(upgrader: upgrader))
                return SocketUpgrader.Outcome.refused
            }
        }
        var configuration = NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: upgrade)
        configuration.enablePipelining = false
        configuration.enableErrorHandling = true
        return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(configuration: configuration)
            .map { $0 == .opened ? .socket : .nobody }
    }
}

import Logging
import NIOCore

/// Reads the head of a connection's first request as far as needed to tell a socket's upgrade from plain HTTP, builds
/// the pipeline for it and plays the bytes to it. It decides nothing else: the pipelines' own parsers do.
///
/// Until the socket is open it stays, to close the connection of a client that does not get there.
final class FirstBytes: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// The server shuts down.
    struct ShutDown: Sendable {}

    /// A longer head is left to Hummingbird, which has its own limits. Upgrade requests have some hundred bytes.
    private static let headBytesMax = 16 << 10
    /// How long a client may take from connecting to the end of its first head, or to its socket. Holding connections
    /// open without a request costs a client nothing, so we do not let it.
    private static let patience = TimeAmount.seconds(20)

    let visitor: EventLoopFuture<ServerDoor.Visitor>

    private let promise: EventLoopPromise<ServerDoor.Visitor>
    private let door: ServerDoor
    private let logger: Logger
    private var bytes = ByteBuffer()
    private var decided = false
    private var timer: Scheduled<Void>?

    init(door: ServerDoor, logger: Logger, eventLoop: any EventLoop) {
        self.door = door
        self.logger = logger
        promise = eventLoop.makePromise()
        visitor = promise.futureResult
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        promise.fail(ChannelError.ioOnClosedChannel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !decided else { return context.fireChannelRead(data) }
        var read = Self.unwrapInboundIn(data)
        bytes.writeBuffer(&read)
        switch FirstRequest.kind(bytes, bytesMax: Self.headBytesMax) {
        case .unknown: break
        case .http: openHTTP(context)
        case .socket: openSocket(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ShutDown: context.close(promise: nil)
        case ChannelEvent.inputClosed where !decided: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func openHTTP(_ context: ChannelHandlerContext) {
        let opened = door.openHTTP(context.channel, logger: logger)
        opened.cascade(to: promise)
        play(context)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    private func openSocket(_ context: ChannelHandlerContext) {
        do {
            let opened = try door.openSocket(context.channel, logger: logger)
            opened.cascade(to: promise)
            // A refused client keeps the timer on its back until the connection has ended.
            opened.assumeIsolated().whenSuccess { visitor in
                guard case .socket = visitor else { return }
                context.pipeline.syncOperations.removeHandler(self, promise: nil)
            }
            play(context)
        } catch {
            context.close(promise: nil)
        }
    }

    private func play(_ context: ChannelHandlerContext) {
        decided = true
        let played = bytes
        bytes = ByteBuffer()
        context.fireChannelRead(Self.wrapInboundOut(played))
        context.fireChannelReadComplete()
    }
}

/// What the first request of a connection is after.
enum FirstRequest {
    enum Kind: Equatable { case unknown, http, socket }

    static func kind(_ bytes: ByteBuffer, bytesMax: Int) -> Kind {
        let view = bytes.readableBytesView
        // Only a GET is upgraded; everything else goes on at its first bytes.
        guard view.prefix(4).elementsEqual("GET ".utf8.prefix(view.count)) else { return .http }
        guard let end = endOfHead(view) else { return view.count > bytesMax ? .http : .unknown }
        let head = String(decoding: view[..<end], as: UTF8.self).lowercased()
        for line in head.split(whereSeparator: \.isNewline).dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1)
            if halves.count == 2, halves[0] == "upgrade", halves[1].contains("websocket") { return .socket }
        }
        return .http
    }

    /// The index after the empty line; lines may end with LF alone.
    private static func endOfHead(_ view: ByteBufferView) -> Int? {
        var lineIsEmpty = false
        for index in view.indices {
            switch view[index] {
            case UInt8(ascii: "\n") where lineIsEmpty: return index + 1
            case UInt8(ascii: "\n"): lineIsEmpty = true
            case UInt8(ascii: "\r"): break
            default: lineIsEmpty = false
            }
        }
        return nil
    }
}

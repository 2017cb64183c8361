import Foundation
import NIOCore
import NIOPosix

/// One WebSocket of the load. It belongs to the one event loop of the program, and so does everything that it calls.
final class SocketClient: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    /// Each text that comes in; its bytes are valid during the call only.
    var heard: (UnsafeRawBufferPointer) -> Void = { _ in }
    /// The connection is gone.
    var closed: () -> Void = {}

    private let target: Target
    private let opened: EventLoopPromise<Void>
    private var head: ByteBuffer? = ByteBuffer()
    private var reader = FrameReader()
    private var channel: (any Channel)?
    /// What is waited for: a word in a text.
    private var expected: (word: String, promise: EventLoopPromise<String>)?

    private init(_ target: Target, _ opened: EventLoopPromise<Void>) {
        self.target = target
        self.opened = opened
    }

    /// Connects and upgrades.
    static func connect(to target: Target, on group: any EventLoopGroup) async throws -> SocketClient {
        let loop = group.any()
        let opened = loop.makePromise(of: Void.self)
        let client = SocketClient(target, opened)
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(60))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                // A socket that is cut is reset: ten thousand that linger would leave no ports for the next ones.
                _ = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(client) }
            }
        do { _ = try await bootstrap.connect(host: target.host, port: target.port).get() } catch {
            opened.fail(error)
            throw error
        }
        try await opened.futureResult.get()
        return client
    }

    /// Sends a frame; on the event loop.
    func send(_ frame: ByteBuffer) { channel?.writeAndFlush(frame, promise: nil) }

    /// Closes the connection without a word.
    func cut() { channel?.close(promise: nil) }

    /// Sends a text and waits for one that has a word in it.
    func ask(_ text: String, until word: String) async throws -> String {
        guard let channel else { throw LoadError("the socket to \(target.path) is closed") }
        let promise = channel.eventLoop.makePromise(of: String.self)
        channel.eventLoop.execute {
            self.expected = (word, promise)
            self.send(FrameWriter.frame(text))
        }
        return try await promise.futureResult.get()
    }

    // MARK: The channel

    func channelActive(context: ChannelHandlerContext) {
        channel = context.channel
        var request = "GET \(target.path) HTTP/1.1\r\nHost: \(target.host):\(target.port)\r\nUpgrade: websocket\r\n"
        request += "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        if let name = target.subprotocol { request += "Sec-WebSocket-Protocol: \(name)\r\n" }
        context.writeAndFlush(NIOAny(ByteBuffer(string: request + "\r\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Self.unwrapInboundIn(data)
        if head != nil { readHead(bytes, context) } else { readFrames(bytes) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        channel = nil
        opened.fail(LoadError("\(target.path) closed before the upgrade"))
        expected?.promise.fail(LoadError("\(target.path) closed"))
        expected = nil
        closed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func readHead(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        head?.writeImmutableBuffer(bytes)
        guard var all = head, let end = all.withUnsafeReadableBytes({ Scan.after("\r\n\r\n", in: $0) }) else { return }
        let text = all.readString(length: end) ?? ""
        head = nil
        guard text.hasPrefix("HTTP/1.1 101") else {
            opened.fail(LoadError("\(target.path): \(text.prefix(60)) \(String(buffer: all))"))
            return context.close(promise: nil)
        }
        opened.succeed()
        if all.readableBytes > 0 { readFrames(all) }
    }

    private func readFrames(_ bytes: ByteBuffer) {
        reader.read(bytes) { opcode, payload in
            switch FrameReader.Opcode(rawValue: opcode) {
            case .text: text(payload)
            case .ping: send(FrameWriter.frame(Array(payload), opcode: .pong))
            case .close: cut()
            case .pong, nil: break
            }
        }
    }

    private func text(_ payload: UnsafeRawBufferPointer) {
        guard let (word, promise) = expected else { return heard(payload) }
        let text = String(decoding: payload, as: UTF8.self)
        guard text.contains(word) else { return heard(payload) }
        expected = nil
        promise.succeed(text)
    }
}

/// Where a socket goes.
struct Target: Sendable {
    var host: String
    var port: Int
    var path: String
    var subprotocol: String?

    init(_ url: String, subprotocol: String? = nil) throws {
        guard let parts = URLComponents(string: url), let host = parts.host else {
            throw LoadError("not an address: \(url)")
        }
        self.host = host
        port = parts.port ?? 80
        path = parts.path + (parts.query.map { "?\($0)" } ?? "")
        self.subprotocol = subprotocol
    }
}

/// Why a measurement cannot go on.
struct LoadError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

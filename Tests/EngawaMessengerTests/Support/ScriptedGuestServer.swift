import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

@testable import EngawaMessenger

/// A guest socket and an HTTP server on loopback that say what a test wrote down.
final class ScriptedGuestServer: Sendable {
    struct Call: Sendable {
        var line: String
        var headers: [String: String]
        var body: Data
    }

    struct Script: Sendable {
        /// Frames that answer a request, each as class, code and body.
        var guest: @Sendable (_ action: String, _ request: JSON) -> [Frame]
        var http: @Sendable (Call, ScriptedGuestServer) -> (status: Int, body: String) = { _, _ in (200, "{}") }
        /// What the socket's upgrade is refused with, as long as there are any.
        var refusals: [Int] = []
        /// The server's certificate, for TLS.
        var tls: Certificate?
    }

    struct Frame: Sendable {
        var name: String
        var body = "{}"
        var code = 200
    }

    private let script: Script
    private let refusals: Mutex<[Int]>
    private let seen = Mutex<[Call]>([])
    private let asked = Mutex<[JSON]>([])
    private let sockets = Mutex<[any Channel]>([])
    private let listener = Mutex<(any Channel)?>(nil)

    var calls: [Call] { seen.withLock { $0 } }
    var requests: [JSON] { asked.withLock { $0 } }
    var actions: [String] { requests.compactMap { $0["action"]?.string } }
    var url: String { "\(script.tls == nil ? "http" : "https")://localhost:\(port)" }
    var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }

    /// Runs a test against a script.
    static func run(_ script: Script, _ body: (ScriptedGuestServer) async throws -> Void) async throws {
        let server = ScriptedGuestServer(script)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { server.install(in: $0) }
            .bind(host: "127.0.0.1", port: 0).get()
        server.listener.withLock { $0 = channel }
        do { try await body(server) } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }

    private init(_ script: Script) {
        self.script = script
        refusals = Mutex(script.refusals)
    }

    private func stop() async throws {
        hangUp()
        let channel = listener.withLock { $0 }
        try await channel?.close()
    }

    /// Ends all sockets without a word.
    func hangUp() {
        for socket in sockets.withLock({ Array($0) }) { socket.close(promise: nil) }
        sockets.withLock { $0 = [] }
    }

    /// Says something on all sockets.
    func push(_ frame: Frame) {
        for socket in sockets.withLock({ $0 }) { Self.write(frame, nil, to: socket) }
    }

    fileprivate func answer(_ call: Call) -> (status: Int, body: String) {
        if call.line.contains("/v1?"), let status = refusals.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            return (status, "")
        }
        seen.withLock { $0.append(call) }
        return script.http(call, self)
    }

    fileprivate func take(_ text: String, from socket: any Channel) {
        guard let request = try? json(text) else { return }
        asked.withLock { $0.append(request) }
        for frame in script.guest(request["action"]?.string ?? "", request) {
            Self.write(frame, request["tracingId"]?.string, to: socket)
        }
    }

    private static func write(_ frame: Frame, _ trace: String?, to socket: any Channel) {
        let tracing = trace.map { #","tracingId":"\#($0)""# } ?? ""
        let text =
            #"{"type":"response","class":"\#(frame.name)","code":\#(frame.code),"body":\#(frame.body)\#(tracing)}"#
        let data = WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text))
        socket.writeAndFlush(data, promise: nil)
    }

    private func install(in channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let upgrader = NIOWebSocketServerUpgrader(
                shouldUpgrade: { channel, _ in
                    let isRefused = self.refusals.withLock { !$0.isEmpty }
                    return channel.eventLoop.makeSucceededFuture(isRefused ? nil : HTTPHeaders())
                },
                upgradePipelineHandler: { channel, _ in
                    self.sockets.withLock { $0.append(channel) }
                    return channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(SocketHandler(self))
                    }
                })
            let pipeline = channel.pipeline.syncOperations
            if let tls = self.script.tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.context)) }
            try pipeline.configureHTTPServerPipeline(
                withServerUpgrade: (
                    upgraders: [upgrader],
                    completionHandler: { context in
                        context.pipeline.syncOperations.removeHandler(name: "http", promise: nil)
                    }
                ))
            try pipeline.addHandler(CallHandler(self), name: "http")
        }
    }
}

private final class SocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    private let server: ScriptedGuestServer

    init(_ server: ScriptedGuestServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text: server.take(String(buffer: frame.unmaskedData), from: context.channel)
        case .connectionClose: context.close(promise: nil)
        default: return
        }
    }
}

private final class CallHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    private let server: ScriptedGuestServer
    private var call: ScriptedGuestServer.Call?

    init(_ server: ScriptedGuestServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let pairs = head.headers.map { ($0.name.lowercased(), $0.value) }
            call = .init(line: "\(head.method) \(head.uri)", headers: Dictionary(pairs) { $1 }, body: Data())
        case .body(let buffer): call?.body.append(contentsOf: buffer.readableBytesView)
        case .end:
            guard let call else { return }
            let (status, body) = server.answer(call)
            let headers = HTTPHeaders([("Content-Length", String(body.utf8.count)), ("Connection", "close")])
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}

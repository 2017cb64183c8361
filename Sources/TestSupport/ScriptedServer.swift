import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// An HTTP server on loopback that answers requests with what a test wrote down, in order; the last answer is for all
/// that come after. Each connection takes one request.
final class ScriptedServer: Sendable {
    /// What happens to a request.
    enum Answer: Sendable {
        /// A status and a body.
        case status(Int, String = "")
        /// The connection closes without a word.
        case hangUp
        /// Nothing, until the client loses patience.
        case silence
    }

    private let script: Mutex<[Answer]>
    private let seen = Mutex<[String]>([])
    private let channel: any Channel

    var port: Int { channel.localAddress?.port ?? 0 }
    /// The first lines of the requests so far.
    var requests: [String] { seen.withLock { $0 } }

    static func start(_ script: [Answer]) async throws -> ScriptedServer {
        let holder = Holder()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(Handler(holder))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedServer(script, channel)
        holder.set(server)
        return server
    }

    private init(_ script: [Answer], _ channel: any Channel) {
        self.script = Mutex(script)
        self.channel = channel
    }

    func stop() async throws { try await channel.close() }

    private func next(_ line: String) -> Answer {
        seen.withLock { $0.append(line) }
        return script.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }

    /// The handlers are made by a channel that is there before the server is.
    private final class Holder: Sendable {
        private let box = Mutex<ScriptedServer?>(nil)
        func set(_ server: ScriptedServer) { box.withLock { $0 = server } }
        func next(_ line: String) -> Answer { box.withLock { $0 }?.next(line) ?? .hangUp }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let holder: Holder
        private var received = ""
        private var isAnswered = false

        init(_ holder: Holder) { self.holder = holder }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard !isAnswered, let end = received.range(of: "\r\n\r\n")?.upperBound else { return }
            let length = received[..<end].lowercased().split(separator: "\r\n")
                .first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
            guard received[end...].utf8.count >= length ?? 0 else { return }
            isAnswered = true
            switch holder.next(String(received.prefix { $0 != "\r\n" })) {
            case .silence: return
            case .hangUp: context.close(promise: nil)
            case .status(let status, let body):
                let head = "HTTP/1.1 \(status) Said\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
                let channel = context.channel
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head + body)))
                    .whenComplete { _ in channel.close(promise: nil) }
            }
        }
    }
}

import NIOCore
import NIOPosix
import Synchronization

/// Somebody else's web server on loopback: answers each path with the bytes that a test wrote down.
final class ForeignServer: Sendable {
    private let channel: any Channel
    private let answers: Mutex<[String: [UInt8]]>
    private let seen = Mutex<[String]>([])

    var port: Int { channel.localAddress?.port ?? 0 }
    /// The paths that were asked for.
    var paths: [String] { seen.withLock { $0 } }

    /// Runs a test with a server that answers so.
    static func run(
        _ answers: [String: [UInt8]], _ test: (ForeignServer) async throws -> Void
    ) async throws {
        let box = Mutex<ForeignServer?>(nil)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(Handler { path in box.withLock { $0 }?.answer(path) })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ForeignServer(channel, answers)
        box.withLock { $0 = server }
        let result: Result<Void, any Error>
        do { result = .success(try await test(server)) } catch { result = .failure(error) }
        try await channel.close()
        box.withLock { $0 = nil }
        try result.get()
    }

    private init(_ channel: any Channel, _ answers: [String: [UInt8]]) {
        self.channel = channel
        self.answers = Mutex(answers)
    }

    /// Answers a path from now on.
    func put(_ path: String, _ bytes: [UInt8]) { answers.withLock { $0[path] = bytes } }

    /// The bytes of an answer.
    static func http(_ fields: [String], _ body: [UInt8] = [], status: String = "200 OK") -> [UInt8] {
        let head = (["HTTP/1.1 \(status)", "Content-Length: \(body.count)", "Connection: close"] + fields)
            .joined(separator: "\r\n")
        return Array((head + "\r\n\r\n").utf8) + body
    }

    static func page(_ html: String) -> [UInt8] { http(["Content-Type: text/html; charset=utf-8"], Array(html.utf8)) }

    static func redirect(_ location: String) -> [UInt8] { http(["Location: \(location)"], status: "302 Found") }

    /// `nil` where nothing is ever said.
    private func answer(_ path: String) -> [UInt8]? {
        seen.withLock { $0.append(path) }
        if path == "/silence" { return nil }
        return answers.withLock { $0[path] } ?? Self.http([], status: "404 Not Found")
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let answer: (String) -> [UInt8]?
        private var received = ""

        init(_ answer: @escaping (String) -> [UInt8]?) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard received.hasSuffix("\r\n\r\n") else { return }
            let path = received.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            received = ""
            guard let bytes = answer(path) else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

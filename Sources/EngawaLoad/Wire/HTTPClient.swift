import Foundation
import NIOCore
import NIOPosix

/// One HTTP connection that is kept open: a request, then its answer, then the next request.
final class HTTPClient: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    /// An answer: its status and its body.
    struct Answer: Sendable {
        var status: Int
        var body: ByteBuffer
    }

    private var channel: (any Channel)?
    private var bytes = ByteBuffer()
    private var waiting: ((Result<Answer, any Error>) -> Void)?

    private init() {}

    static func connect(host: String, port: Int, on group: any EventLoopGroup) async throws -> HTTPClient {
        let client = HTTPClient()
        _ = try await ClientBootstrap(group: group.any())
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(client) }
            }
            .connect(host: host, port: port).get()
        return client
    }

    /// The bytes of a request.
    static func request(
        _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = []
    ) -> ByteBuffer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        var buffer = ByteBuffer(string: head + "\r\n")
        buffer.writeBytes(body)
        return buffer
    }

    /// Sends a request; on the event loop. The answer comes on it, too.
    func send(_ request: ByteBuffer, _ answered: @escaping (Result<Answer, any Error>) -> Void) {
        guard let channel else { return answered(.failure(LoadError("the HTTP connection is closed"))) }
        waiting = answered
        channel.writeAndFlush(request, promise: nil)
    }

    /// Sends a request and waits for the answer.
    func ask(_ request: ByteBuffer) async throws -> Answer {
        guard let channel else { throw LoadError("the HTTP connection is closed") }
        let promise = channel.eventLoop.makePromise(of: Answer.self)
        channel.eventLoop.execute { self.send(request) { promise.completeWith($0) } }
        return try await promise.futureResult.get()
    }

    func cut() { channel?.close(promise: nil) }

    func handlerAdded(context: ChannelHandlerContext) { channel = context.channel }

    func channelInactive(context: ChannelHandlerContext) {
        channel = nil
        finish(.failure(LoadError("the server closed the connection")))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let read = Self.unwrapInboundIn(data)
        if bytes.readableBytes == 0 { bytes = read } else { bytes.writeImmutableBuffer(read) }
        if let answer = bytes.withUnsafeReadableBytes(Self.answer),
            let body = bytes.getSlice(at: bytes.readerIndex + answer.head, length: answer.size)
        {
            bytes = ByteBuffer()
            finish(.success(Answer(status: answer.status, body: body)))
        }
    }

    private func finish(_ result: Result<Answer, any Error>) {
        let answered = waiting
        waiting = nil
        answered?(result)
    }

    /// The status, the bytes of the head and those of the body, when the whole answer is there. Our server always says
    /// how long a body is.
    private static func answer(_ bytes: UnsafeRawBufferPointer) -> (status: Int, head: Int, size: Int)? {
        guard let head = Scan.after("\r\n\r\n", in: bytes) else { return nil }
        let lines = UnsafeRawBufferPointer(rebasing: bytes[..<head])
        let at = Scan.after("Content-Length: ", in: lines) ?? Scan.after("content-length: ", in: lines)
        let size = at.map { Scan.number(at: $0, in: lines) } ?? 0
        return bytes.count >= head + size ? (Scan.number(at: 9, in: lines), head, size) : nil
    }
}

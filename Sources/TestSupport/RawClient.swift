import NIOCore
import NIOPosix

/// A TCP client that speaks HTTP and WebSocket byte by byte, independent of the code under test.
actor RawClient {
    struct Frame: Equatable {
        var final = true
        var opcode: UInt8
        var payload: [UInt8]

        var text: String { String(decoding: payload, as: UTF8.self) }
        var closeCode: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
        var closeReason: String { String(decoding: payload.dropFirst(2), as: UTF8.self) }
    }

    struct Answer {
        var status: Int
        var headers: [String: String]
        var body = ""
    }

    struct Ended: Error {}

    private let channel: any Channel
    private var chunks: AsyncStream<ByteBuffer>.Iterator
    private var received = ByteBuffer()

    static func connect(_ port: Int) async throws -> RawClient {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawClient(channel: channel, chunks: stream.makeAsyncIterator())
    }

    private init(channel: any Channel, chunks: sending AsyncStream<ByteBuffer>.Iterator) {
        self.channel = channel
        self.chunks = chunks
    }

    deinit { channel.close(promise: nil) }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get() }
    func send(_ text: String) async throws { try await send(Array(text.utf8)) }
    func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }
    func resumeReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
        channel.read()
    }
    func close() async throws { try await channel.close().get() }

    private func more() async throws {
        var iterator = chunks
        guard var chunk = await iterator.next(isolation: self) else { throw Ended() }
        chunks = iterator
        received.discardReadBytes()
        received.writeBuffer(&chunk)
    }

    private func bytes(_ count: Int) async throws -> [UInt8] {
        while received.readableBytes < count { try await more() }
        return received.readBytes(length: count) ?? []
    }

    /// One HTTP answer with the body that its length declares.
    func answer() async throws -> Answer {
        var head = ""
        while !head.hasSuffix("\r\n\r\n") { head += String(decoding: try await bytes(1), as: UTF8.self) }
        var lines = head.split(separator: "\r\n").map(String.init)
        let status = Int(lines.removeFirst().split(separator: " ")[1]) ?? 0
        var headers: [String: String] = [:]
        for line in lines {
            let halves = line.split(separator: ":", maxSplits: 1)
            headers[halves[0].lowercased()] = String(halves[1].drop { $0 == " " })
        }
        var answer = Answer(status: status, headers: headers)
        if status != 101, let length = headers["content-length"].flatMap(Int.init) {
            answer.body = String(decoding: try await bytes(length), as: UTF8.self)
        }
        return answer
    }

    func frame() async throws -> Frame {
        let head = try await bytes(2)
        var length = Int(head[1] & 0x7F)
        if length >= 126 {
            length = try await bytes(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
        }
        return Frame(final: head[0] & 0x80 != 0, opcode: head[0] & 0x0F, payload: try await bytes(length))
    }

    /// Everything until the connection ends.
    func framesToEnd() async -> [Frame] {
        var frames: [Frame] = []
        while let frame = try? await frame() { frames.append(frame) }
        return frames
    }

    /// Whether the server has ended the connection, with nothing more sent.
    func isEnded() async -> Bool {
        do {
            _ = try await bytes(1)
            return false
        } catch {
            return true
        }
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let continuation: AsyncStream<ByteBuffer>.Continuation

        init(_ continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(Self.unwrapInboundIn(data))
        }
        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

extension RawClient {
    /// A client's frame: masked with a fixed key, or not at all.
    static func frame(
        _ payload: [UInt8], opcode: UInt8 = 1, final: Bool = true, reserved: UInt8 = 0, masked: Bool = true
    ) -> [UInt8] {
        var bytes: [UInt8] = [(final ? 0x80 : 0) | reserved | opcode]
        let mask: UInt8 = masked ? 0x80 : 0
        switch payload.count {
        case ...125: bytes.append(mask | UInt8(payload.count))
        case ...65_535: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes.append(mask | 127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - $0 * 8)) }
        }
        guard masked else { return bytes + payload }
        let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    func send(text: String) async throws { try await send(Self.frame(Array(text.utf8))) }

    func send(close code: UInt16?, _ reason: String = "") async throws {
        let payload = code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] + Array(reason.utf8) } ?? []
        try await send(Self.frame(payload, opcode: 8))
    }

    static func upgrade(_ target: String, headers: [String] = []) -> String {
        let lines =
            [
                "GET \(target) HTTP/1.1", "Host: engawa.test", "Connection: keep-alive, Upgrade", "Upgrade: websocket",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// An open socket.
    static func socket(_ port: Int, _ target: String = "/echo") async throws -> RawClient {
        let client = try await connect(port)
        try await client.send(upgrade(target))
        let answer = try await client.answer()
        guard answer.status == 101 else { throw Ended() }
        return client
    }

    /// One request on a connection of its own.
    static func request(
        _ port: Int, _ method: String, _ target: String, headers: [String] = [], body: [UInt8]? = nil
    ) async throws -> Answer {
        let client = try await connect(port)
        var lines = ["\(method) \(target) HTTP/1.1", "Host: engawa.test"] + headers
        if let body { lines.append("Content-Length: \(body.count)") }
        try await client.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? []))
        let answer = try await client.answer()
        try? await client.close()
        return answer
    }
}

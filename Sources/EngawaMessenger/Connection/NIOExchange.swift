#if !canImport(Darwin)
    import Foundation
    import NIOCore
    import NIOHTTP1
    import NIOPosix

    /// One HTTP/1.1 request on a connection of its own. The guest API needs few of them.
    enum NIOExchange {
        /// Bytes of an answer at most.
        static let answerBytesMax = 16 << 20
        /// Bytes of the body that go out at once; progress is told after each.
        static let chunkBytes = 64 << 10

        static func perform(
            _ request: HTTPRequest, at peer: Peer, progress: @escaping @Sendable (Int) -> Void
        ) async throws -> HTTPAnswer {
            let body = try RequestBody(request)
            let (channel, answer) = try await connect(peer)
            return try await withTaskCancellationHandler {
                do {
                    try await send(request, body, at: peer, on: channel, progress: progress)
                    return try await answer.get()
                } catch {
                    channel.close(promise: nil)
                    if case .storage = error as? MessengerError { throw error }
                    // A server that refuses early has answered before it stopped to read.
                    if let early = try? await answer.get() { return early }
                    throw Task.isCancelled ? MessengerError.cancelled : MessengerError.connectionLost
                }
            } onCancel: {
                channel.close(promise: nil)
            }
        }

        private static func connect(_ peer: Peer) async throws -> (any Channel, EventLoopFuture<HTTPAnswer>) {
            do {
                return try await peer.bootstrap.connect(host: peer.host, port: peer.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let promise = channel.eventLoop.makePromise(of: HTTPAnswer.self)
                        try peer.secure(channel)
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(
                            IdleStateHandler(allTimeout: .seconds(NIOTransport.idleSecondsMax)))
                        try pipeline.addHTTPClientHandlers()
                        try pipeline.addHandler(AnswerReader(promise))
                        return (channel, promise.futureResult)
                    }
                }
            } catch { throw MessengerError.connectionLost }
        }

        private static func send(
            _ request: HTTPRequest, _ body: RequestBody, at peer: Peer, on channel: any Channel,
            progress: @Sendable (Int) -> Void
        ) async throws {
            var headers = request.headers
            headers["Connection"] = "close"
            var body = body
            if let bytes = body.bytes { headers["Content-Length"] = String(bytes) }
            let head = peer.head(HTTPMethod(rawValue: request.method), headers)
            try await channel.writeAndFlush(HTTPClientRequestPart.head(head)).get()
            var sent = 0
            while let chunk = try body.next(chunkBytes) {
                let buffer = channel.allocator.buffer(bytes: chunk)
                try await channel.writeAndFlush(HTTPClientRequestPart.body(.byteBuffer(buffer))).get()
                sent += chunk.count
                progress(sent)
            }
            try await channel.writeAndFlush(HTTPClientRequestPart.end(nil)).get()
        }
    }

    /// The body of a request, from memory or from a file, of which one piece at a time is in memory.
    private struct RequestBody {
        /// `nil` without a body.
        let bytes: Int?
        private var left: Int
        private var data = Data()
        private var file: FileHandle?

        init(_ request: HTTPRequest) throws {
            if let url = request.file {
                bytes = try OutgoingFile.bytes(of: url)
                file = try? FileHandle(forReadingFrom: url)
                if file == nil { throw MessengerError.storage("\(url.lastPathComponent) cannot be opened") }
            } else {
                data = request.body ?? Data()
                bytes = request.body?.count
            }
            left = bytes ?? 0
        }

        /// The next piece. A file that has changed is not what was announced: one that has grown ends where it did, one
        /// that has shrunk is refused.
        mutating func next(_ max: Int) throws -> Data? {
            guard left > 0 else { return nil }
            let size = min(max, left)
            let chunk = try file.map { try $0.read(upToCount: size) ?? Data() } ?? data.prefix(size)
            if chunk.isEmpty { throw MessengerError.storage("the file has changed") }
            if file == nil { data = data.dropFirst(size) }
            left -= chunk.count
            return chunk
        }
    }

    /// Collects an answer and closes the connection.
    private final class AnswerReader: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart
        private var promise: EventLoopPromise<HTTPAnswer>?
        private var answer: HTTPAnswer?

        init(_ promise: EventLoopPromise<HTTPAnswer>) { self.promise = promise }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                let pairs = head.headers.map { ($0.name.lowercased(), $0.value) }
                answer = HTTPAnswer(
                    status: Int(head.status.code), headers: Dictionary(pairs) { $1 })
            case .body(let buffer):
                answer?.body.append(contentsOf: buffer.readableBytesView)
                if answer?.body.count ?? 0 > NIOExchange.answerBytesMax { context.close(promise: nil) }
            case .end:
                if let answer { promise.take()?.succeed(answer) }
                context.close(promise: nil)
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
            context.fireUserInboundEventTriggered(event)
        }

        /// Also of a connection that never came to be.
        func handlerRemoved(context: ChannelHandlerContext) { promise.take()?.fail(MessengerError.connectionLost) }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
#endif

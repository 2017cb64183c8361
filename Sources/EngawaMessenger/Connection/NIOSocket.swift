#if !canImport(Darwin)
    import Foundation
    import NIOCore
    import NIOHTTP1
    import NIOPosix
    import NIOWebSocket

    /// A WebSocket on SwiftNIO.
    struct NIOSocket: MessengerSocket {
        /// Bytes of a message of the server at most.
        static let messageBytesMax = 1 << 20
        /// Messages that wait for their reader at most; beyond that the connection ends, and is resumed without a gap.
        static let waitingMax = 4_096

        let texts: AsyncStream<String>
        private let channel: any Channel

        private enum Opening: Sendable {
            case opened
            case refused(EventLoopFuture<Int>)
        }

        static func open(_ peer: Peer, headers: [String: String]) async throws -> NIOSocket {
            let (texts, continuation) = AsyncStream.makeStream(
                of: String.self, bufferingPolicy: .bufferingOldest(waitingMax))
            let (channel, opening) = try await connect(peer, headers, continuation)
            do {
                switch try await opening.get() {
                case .opened: return NIOSocket(texts: texts, channel: channel)
                case .refused(let status): throw MessengerError.upgradeRefused(status: try await status.get())
                }
            } catch {
                channel.close(promise: nil)
                throw error as? MessengerError ?? MessengerError.connectionLost
            }
        }

        private static func connect(
            _ peer: Peer, _ headers: [String: String], _ texts: AsyncStream<String>.Continuation
        ) async throws -> (any Channel, EventLoopFuture<Opening>) {
            do {
                return try await peer.bootstrap.connect(host: peer.host, port: peer.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try peer.secure(channel)
                        return (channel, try upgrade(channel, peer.head(.GET, headers), texts))
                    }
                }
            } catch { throw MessengerError.connectionLost }
        }

        private static func upgrade(
            _ channel: any Channel, _ head: HTTPRequestHead, _ texts: AsyncStream<String>.Continuation
        ) throws -> EventLoopFuture<Opening> {
            let upgrader = NIOTypedWebSocketClientUpgrader<Opening>(maxFrameSize: messageBytesMax) { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1_024,
                            maxAccumulatedFrameSize: messageBytesMax))
                    try pipeline.addHandler(FrameReader(texts))
                    return Opening.opened
                }
            }
            let configuration = NIOTypedHTTPClientUpgradeConfiguration<Opening>(
                upgradeRequestHead: head, upgraders: [upgrader]
            ) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let status = channel.eventLoop.makePromise(of: Int.self)
                    try channel.pipeline.syncOperations.addHandler(StatusReader(status))
                    return Opening.refused(status.futureResult)
                }
            }
            return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                configuration: .init(upgradeConfiguration: configuration))
        }

        func send(_ text: String) async throws {
            let frame = WebSocketFrame(
                fin: true, opcode: .text, maskKey: .random(), data: channel.allocator.buffer(string: text))
            do { try await channel.writeAndFlush(frame).get() } catch { throw MessengerError.connectionLost }
        }

        func close() {
            var code = channel.allocator.buffer(capacity: 2)
            code.write(webSocketErrorCode: .normalClosure)
            let frame = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: code)
            let channel = channel
            channel.writeAndFlush(frame).whenComplete { _ in channel.close(promise: nil) }
        }
    }

    /// Hands the texts on, answers pings, and ends with the connection.
    private final class FrameReader: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        typealias OutboundOut = WebSocketFrame
        private let texts: AsyncStream<String>.Continuation

        init(_ texts: AsyncStream<String>.Continuation) { self.texts = texts }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            switch frame.opcode {
            case .text:
                let result = texts.yield(String(buffer: frame.unmaskedData))
                if case .dropped = result { context.close(promise: nil) }
            case .ping:
                let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData)
                context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
            case .connectionClose:
                let close = WebSocketFrame(
                    fin: true, opcode: .connectionClose, maskKey: .random(), data: frame.unmaskedData)
                context.writeAndFlush(wrapOutboundOut(close), promise: nil)
                context.close(promise: nil)
            default: return
            }
        }

        func channelInactive(context: ChannelHandlerContext) { texts.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    /// The status of an answer that is no upgrade.
    private final class StatusReader: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart
        private var status: EventLoopPromise<Int>?

        init(_ status: EventLoopPromise<Int>) { self.status = status }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            status.take()?.succeed(Int(head.status.code))
        }

        func handlerRemoved(context: ChannelHandlerContext) { status.take()?.fail(MessengerError.connectionLost) }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
#endif

import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing

@testable import PlatformAPI
@testable import TestSupport

@Suite("Pings, in virtual time")
struct SocketPingTests {
    private let channel = EmbeddedChannel()
    private let ping: [UInt8] = [0x89, 0]

    /// A socket whose wheel turns once in a minute of the embedded event loop.
    private func open() throws {
        let sockets = Sockets([], configuration: SocketConfiguration(pingInterval: .seconds(60)))
        let handler = sockets.makeHandler(
            session: EchoSession(), limits: SocketLimits(), eventLoop: channel.embeddedEventLoop)
        try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(WebSocketFrameDecoder()), handler])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func nextMinute() throws -> [UInt8]? {
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        return try channel.readOutbound(as: ByteBuffer.self).map { Array($0.readableBytesView) }
    }

    private func hear(_ frame: [UInt8]) throws { try channel.writeInbound(ByteBuffer(bytes: frame)) }

    @Test("a silent client is pinged after a minute of silence, and closed with 1011 after one more")
    func silent() throws {
        try open()
        #expect(try nextMinute() == nil)
        #expect(try nextMinute() == ping)
        #expect(try nextMinute()?.prefix(4) == [0x88, 19, 0x03, 0xF3])
        channel.embeddedEventLoop.advanceTime(by: .seconds(6))
        #expect(!channel.isActive)
    }

    @Test("a client that answers, or says anything, stays")
    func answering() throws {
        try open()
        _ = try nextMinute()
        for _ in 0..<5 {
            #expect(try nextMinute() == ping)
            try hear(RawClient.frame([], opcode: 10))
            #expect(try nextMinute() == nil)
        }
        #expect(try nextMinute() == ping)
        try hear(RawClient.frame([1], opcode: 9))
        channel.embeddedEventLoop.run()
        #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: [0x8A, 1, 1]))
        #expect(try nextMinute() == nil)
        #expect(channel.isActive)
        _ = try channel.finish()
    }
}

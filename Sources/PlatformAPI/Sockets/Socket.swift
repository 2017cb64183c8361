import NIOCore

/// One open WebSocket. Its methods may be called from anywhere; what is sent arrives in the order of the calls.
public final class Socket: Sendable {
    /// The socket's number, unique in this process.
    public let id: UInt64

    init(id: UInt64) { self.id = id }

    /// Sends a text message. Many that arrive together leave in one write. Returns `false`, and sends nothing, when the
    /// socket is closing or closed; a reader that lets more than ``SocketConfiguration/waitingBytesMax`` wait is closed.
    @discardableResult
    public func send(_ message: ByteBuffer) -> Bool { false }

    /// Closes after what has been sent before. The reason is at most 123 bytes of UTF-8; the rest is cut off.
    public func close(code: UInt16 = 1000, reason: String = "") {}
}

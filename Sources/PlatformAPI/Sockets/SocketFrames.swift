import NIOCore
import NIOWebSocket

/// Writes a server's frames: never masked, never fragmented. All that leaves together goes into one buffer, so that
/// many small messages cost one write. (NIOWebSocket's encoder writes header and payload of each frame apart.)
enum SocketFrames {
    static func encoded(_ batch: [Outgoing], allocator: ByteBufferAllocator) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: batch.reduce(0) { $0 + $1.cost })
        for item in batch { write(item, to: &buffer) }
        return buffer
    }

    private static func write(_ item: Outgoing, to buffer: inout ByteBuffer) {
        switch item {
        case .text(let payload):
            writeHeader(.text, length: payload.readableBytes, to: &buffer)
            buffer.writeImmutableBuffer(payload)
        case .ping:
            writeHeader(.ping, length: 0, to: &buffer)
        case .pong(let payload):
            writeHeader(.pong, length: payload.readableBytes, to: &buffer)
            buffer.writeImmutableBuffer(payload)
        case .close(nil, _):
            writeHeader(.connectionClose, length: 0, to: &buffer)
        case .close(let code?, let reason):
            let reason = SocketClose.fitted(reason)
            writeHeader(.connectionClose, length: 2 + reason.count, to: &buffer)
            buffer.writeInteger(code)
            buffer.writeBytes(reason)
        }
    }

    private static func writeHeader(_ opcode: WebSocketOpcode, length: Int, to buffer: inout ByteBuffer) {
        let final: UInt8 = 0x80
        buffer.writeInteger(final | UInt8(webSocketOpcode: opcode))
        switch length {
        case ...125:
            buffer.writeInteger(UInt8(length))
        case ...Int(UInt16.max):
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(length))
        default:
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(length))
        }
    }
}

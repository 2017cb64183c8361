import NIOCore

/// Takes the frames of a WebSocket's server out of the bytes that come in, where they lie: no frame is copied unless it
/// is split over two reads.
struct FrameReader {
    /// A frame's opcode, as far as a client has to know it.
    enum Opcode: UInt8 { case text = 1, close = 8, ping = 9, pong = 10 }

    private var rest = ByteBuffer()

    /// Hands over each frame that is whole, with its payload; keeps what is left.
    mutating func read(_ bytes: ByteBuffer, _ heard: (UInt8, UnsafeRawBufferPointer) -> Void) {
        if rest.readableBytes == 0 {
            rest = bytes
        } else {
            rest.writeImmutableBuffer(bytes)
        }
        let used = rest.withUnsafeReadableBytes { Self.frames(in: $0, heard) }
        rest.moveReaderIndex(forwardBy: used)
        if rest.readableBytes == 0 { rest = ByteBuffer() } else { rest.discardReadBytes() }
    }

    /// How many bytes the whole frames take.
    private static func frames(
        in bytes: UnsafeRawBufferPointer, _ heard: (UInt8, UnsafeRawBufferPointer) -> Void
    ) -> Int {
        var at = 0
        while bytes.count - at >= 2 {
            var size = Int(bytes[at + 1] & 0x7F)
            var head = 2
            if size == 126 {
                guard bytes.count - at >= 4 else { break }
                size = Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: at + 2, as: UInt16.self)))
                head = 4
            } else if size == 127 {
                guard bytes.count - at >= 10 else { break }
                size = Int(UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: at + 2, as: UInt64.self)))
                head = 10
            }
            guard bytes.count - at >= head + size else { break }
            let payload = UnsafeRawBufferPointer(rebasing: bytes[(at + head)..<(at + head + size)])
            heard(bytes[at] & 0x0F, payload)
            at += head + size
        }
        return at
    }
}

/// A client's frames. The mask is four zeros, which every server must take and which costs the client nothing.
enum FrameWriter {
    static func frame(_ payload: String) -> ByteBuffer { frame(Array(payload.utf8), opcode: FrameReader.Opcode.text) }

    static func frame(_ payload: [UInt8], opcode: FrameReader.Opcode) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: payload.count + 14)
        buffer.writeInteger(0x80 | opcode.rawValue)
        switch payload.count {
        case ...125: buffer.writeInteger(0x80 | UInt8(payload.count))
        case ...0xFFFF:
            buffer.writeInteger(UInt8(0xFE))
            buffer.writeInteger(UInt16(payload.count))
        default:
            buffer.writeInteger(UInt8(0xFF))
            buffer.writeInteger(UInt64(payload.count))
        }
        buffer.writeInteger(UInt32(0))
        buffer.writeBytes(payload)
        return buffer
    }
}

import CZlib
import NIOCore

/// Unpacks deflate and gzip piece by piece, always into the same memory, so that nothing grows with what comes out.
final class Inflater {
    enum Form: Int32 {
        // Bits of window as zlib has them: less than none means no frame, 16 more gzip's.
        case deflate = -15
        case gzip = 31
    }

    // zlib keeps the address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private let isReady: Bool
    /// Bytes of the stream that were read.
    private(set) var consumed = 0
    private var outputCount = 0

    private static let bufferBytes = 256 << 10

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        buffer = .allocate(capacity: Self.bufferBytes)
        buffer.initialize(repeating: 0)
        let size = Int32(MemoryLayout<z_stream>.size)
        isReady = inflateInit2_(stream, Form.deflate.rawValue, ZLIB_VERSION, size) == Z_OK
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    /// What came out last.
    var output: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: buffer[..<outputCount]) }

    /// Begins a stream.
    func begin(_ form: Form) {
        consumed = 0
        inflateReset2(stream, form.rawValue)
    }

    /// Goes on in the stream where the last step ended, until the memory is full.
    /// - Parameter packed: the whole stream, and what follows it.
    /// - Returns: whether there may be more. A stream that is none, or over too early, ends where that shows.
    func step(_ packed: ByteBuffer) -> Bool {
        guard isReady else { return false }
        return packed.withUnsafeReadableBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[consumed...]).bindMemory(to: UInt8.self)
            stream.pointee.next_in = UnsafeMutablePointer(mutating: rest.baseAddress)
            stream.pointee.avail_in = UInt32(rest.count)
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(buffer.count)
            let result = inflate(stream, Z_NO_FLUSH)
            consumed += rest.count - Int(stream.pointee.avail_in)
            outputCount = buffer.count - Int(stream.pointee.avail_out)
            return result == Z_OK
        }
    }
}

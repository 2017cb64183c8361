import Crypto
import Foundation
import NIOCore
import NIOPosix

/// The bytes of an upload on their way: a file that nobody else finds, with its digest growing beside it, so that
/// memory holds one piece at a time whatever the size.
final class UploadSpool {
    /// What came.
    struct Content {
        /// The file's bytes, mapped and not read.
        var bytes: Data
        /// MD5 in hexadecimal digits.
        var md5: String
    }

    private let place = FileManager.default.temporaryDirectory.appendingPathComponent("engawa-upload-\(UUID())")
    private let file: Int32
    private var digest = Insecure.MD5()
    private(set) var bytesCount = 0

    init() throws {
        file = open(place.path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw APIError.unavailable(retryAfterSeconds: 60) }
    }

    deinit {
        close(file)
        unlink(place.path)
    }

    /// Adds a piece.
    func append(_ piece: ByteBuffer) async throws {
        piece.withUnsafeReadableBytes { digest.update(bufferPointer: $0) }
        bytesCount += piece.readableBytes
        let file = file
        try await NIOThreadPool.singleton.runIfActive {
            try piece.withUnsafeReadableBytes { try Self.write($0, to: file) }
        }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Foundation.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            // The disk is full.
            guard count > 0 else { throw APIError.unavailable(retryAfterSeconds: 60) }
            rest = rest.dropFirst(count)
        }
    }

    /// What came, when all has come.
    func content() throws -> Content {
        let bytes = try Data(contentsOf: place, options: .alwaysMapped)
        return Content(bytes: bytes, md5: digest.finalize().map { String(format: "%02x", $0) }.joined())
    }
}

import Crypto
import Foundation

/// MD5 as clients announce it, to tell a file that broke on its way; not against anybody who means harm.
struct FileChecksum: Sendable, Hashable {
    /// In lower-case hexadecimal digits.
    let digits: String

    /// Reads hexadecimal digits, as some clients write it, or Base64, as the header `Content-MD5` has it; `nil` when it
    /// is neither.
    init?(_ text: String) {
        if text.utf8.count == 32, text.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) {
            digits = text.lowercased()
        } else if let bytes = Data(base64Encoded: text), bytes.count == 16 {
            digits = Self.hexadecimal(bytes)
        } else {
            return nil
        }
    }

    init(of bytes: Data) { digits = Self.hexadecimal(Insecure.MD5.hash(data: bytes)) }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String(format: "%02x", $0) }.joined()
    }
}

import Foundation

/// What Foundation's decoder lets pass and RFC 8259 does not: a comma before a closing bracket. Clients that send it
/// are told, as by other servers of this API; what is accepted once can never be refused again.
enum JSONCheck {
    /// Whether a comma outside of strings is followed by a closing bracket.
    static func hasTrailingComma(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var isString = false
        var isEscaped = false
        var isAfterComma = false
        for byte in bytes {
            if isString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isString = false
                }
                continue
            }
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if isAfterComma { return true }
            case UInt8(ascii: "\""): isString = true
            default: break
            }
            isAfterComma = byte == UInt8(ascii: ",")
        }
        return false
    }
}

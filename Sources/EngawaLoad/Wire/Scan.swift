import Foundation

/// Looks for the few bytes of a frame that a measurement needs; to parse each frame would cost the client more than the
/// server takes to write it.
enum Scan {
    /// Where the bytes behind the first `needle` begin.
    static func after(_ needle: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress else { return nil }
        let size = needle.utf8CodeUnitCount
        var at = 0
        while bytes.count - at >= size, let found = memchr(start + at, Int32(needle.utf8Start[0]), bytes.count - at) {
            at = UnsafeRawPointer(found) - start
            if bytes.count - at >= size, memcmp(found, needle.utf8Start, size) == 0 { return at + size }
            at += 1
        }
        return nil
    }

    /// Where the bytes behind the last `needle` begin.
    static func afterLast(_ needle: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress else { return nil }
        let size = needle.utf8CodeUnitCount
        var at = bytes.count - size
        while at >= 0 {
            if bytes[at] == needle.utf8Start[0], memcmp(start + at, needle.utf8Start, size) == 0 { return at + size }
            at -= 1
        }
        return nil
    }

    static func contains(_ needle: StaticString, in bytes: UnsafeRawBufferPointer) -> Bool {
        after(needle, in: bytes) != nil
    }

    /// The decimal number at a place.
    static func number(at start: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        var value = 0
        var at = start
        while at < bytes.count, case let digit = Int(bytes[at]) - 48, (0...9).contains(digit) {
            value = value * 10 + digit
            at += 1
        }
        return value
    }

    /// Sixteen bytes of hexadecimal text, with dashes or without, as one number of 128 bits.
    static func id(at start: Int, in bytes: UnsafeRawBufferPointer) -> UInt128? {
        var value: UInt128 = 0
        var digits = 0
        var at = start
        while digits < 32 {
            guard at < bytes.count else { return nil }
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt128(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt128(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "-"): continue
            default: return nil
            }
            digits += 1
        }
        return value
    }
}

import Foundation
import NIOCore

/// Looking for bytes and numbers in a file that may lie about where they are: outside there is nothing.
extension ByteBuffer {
    /// A number with its low byte first; `nil` outside the file.
    func little<Number: FixedWidthInteger>(at offset: Int, as: Number.Type = Number.self) -> Number? {
        offset < 0 ? nil : getInteger(at: offset, endianness: .little)
    }

    /// A number with its high byte first; `nil` outside the file.
    func big<Number: FixedWidthInteger>(at offset: Int, as: Number.Type = Number.self) -> Number? {
        offset < 0 ? nil : getInteger(at: offset, endianness: .big)
    }

    /// The first place of a byte from another place on.
    func place(of byte: UInt8, from offset: Int) -> Int? {
        guard offset < readableBytes else { return nil }
        return withUnsafeReadableBytes { bytes in
            guard let start = bytes.baseAddress,
                let found = memchr(start + offset, Int32(byte), bytes.count - offset)
            else { return nil }
            return start.distance(to: UnsafeRawPointer(found))
        }
    }

    /// Whether a word of small letters stands at a place, in whatever letters.
    func stands(_ word: [UInt8], at offset: Int) -> Bool {
        guard offset >= 0, offset + word.count <= readableBytes else { return false }
        return withUnsafeReadableBytes { bytes in
            word.indices.allSatisfy { index in
                let byte = bytes[offset + index]
                return (0x41...0x5A ~= byte ? byte | 0x20 : byte) == word[index]
            }
        }
    }

    /// Whether a byte is anywhere where a condition holds.
    func holds(_ byte: UInt8, where isIt: (Int) -> Bool) -> Bool {
        var at = 0
        while let found = place(of: byte, from: at) {
            if isIt(found) { return true }
            at = found + 1
        }
        return false
    }

    /// Whether bytes are anywhere.
    func holds(_ bytes: [UInt8]) -> Bool {
        holds(bytes[0]) { at in
            withUnsafeReadableBytes { $0.dropFirst(at).prefix(bytes.count).elementsEqual(bytes) }
        }
    }
}

extension UInt8 {
    /// A letter, digit, sign or blank of ASCII.
    var isText: Bool { 0x20...0x7E ~= self || 0x09...0x0D ~= self }
}

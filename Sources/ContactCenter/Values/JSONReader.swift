import Foundation

/// Reads the text of a JSON value (RFC 8259), in one pass over the bytes.
///
/// Every message of a guest comes as such a text, and a general decoder takes ten times as long for it. Strict: what
/// the standard does not allow is refused, commas before a bracket and numbers out of range included. Of two members
/// with one name the last counts.
public struct JSONReader {
    /// What is wrong, and at which byte.
    public struct Malformed: Error, Hashable, Sendable {
        public let offset: Int
    }

    /// Brackets inside brackets; deeper is refused before the stack ends.
    public static let depthMax = 256

    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Reads a text in UTF-8 that holds one value and nothing else.
    public static func read(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> JSONValue {
        var reader = JSONReader(bytes.bindMemory(to: UInt8.self))
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.at == reader.bytes.count else { throw reader.malformed }
        return value
    }

    /// Reads a text in UTF-8 that holds one value and nothing else.
    public static func read(_ data: Data) throws(Malformed) -> JSONValue {
        let result = data.withUnsafeBytes { bytes in Result { () throws(Malformed) in try read(bytes) } }
        return try result.get()
    }

    private var malformed: Malformed { Malformed(offset: at) }

    private mutating func value(depth: Int) throws(Malformed) -> JSONValue {
        skipSpace()
        guard at < bytes.count, depth <= Self.depthMax else { throw malformed }
        switch bytes[at] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(Malformed) -> JSONValue {
        var members: [String: JSONValue] = [:]
        at += 1
        if takes("}") { return .object(members) }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw malformed }
            let name = try string()
            guard takes(":") else { throw malformed }
            members[name] = try value(depth: depth + 1)
            if takes("}") { return .object(members) }
            guard takes(",") else { throw malformed }
        }
    }

    private mutating func array(depth: Int) throws(Malformed) -> JSONValue {
        var elements: [JSONValue] = []
        at += 1
        if takes("]") { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            if takes("]") { return .array(elements) }
            guard takes(",") else { throw malformed }
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(Malformed) -> JSONValue {
        let isThere = text.withUTF8Buffer { bytes[at...].starts(with: $0) }
        guard isThere else { throw malformed }
        at += text.utf8CodeUnitCount
        return value
    }

    // MARK: Strings

    private mutating func string() throws(Malformed) -> String {
        at += 1
        let start = at
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                defer { at += 1 }
                return String(decoding: bytes[start..<at], as: UTF8.self)
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw malformed
            default: at += 1
            }
        }
        throw malformed
    }

    /// The rest of a string in which something is escaped.
    private mutating func escapedString(from start: Int) throws(Malformed) -> String {
        var text = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                at += 1
                try escape(into: &text)
            case 0..<0x20: throw malformed
            default:
                text.append(byte)
                at += 1
            }
        }
        throw malformed
    }

    private mutating func escape(into text: inout [UInt8]) throws(Malformed) {
        guard at < bytes.count else { throw malformed }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try escapedScalar()).utf8))
        default: throw malformed
        }
    }

    /// A half of a surrogate pair alone is no character: it is refused.
    private mutating func escapedScalar() throws(Malformed) -> Unicode.Scalar {
        let first = try hex()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
            bytes[at + 1] == UInt8(ascii: "u")
        else { throw malformed }
        at += 2
        let second = try hex()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw malformed }
        return scalar
    }

    private mutating func hex() throws(Malformed) -> UInt32 {
        guard at + 4 <= bytes.count else { throw malformed }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Unicode.Scalar(bytes[at]).hexDigit else { throw malformed }
            code = code << 4 | digit
            at += 1
        }
        return code
    }

    // MARK: Numbers

    /// A number that is whole is a whole number, however it is written.
    private mutating func number() throws(Malformed) -> JSONValue {
        let start = at
        _ = takesByte("-")
        let isZeroFirst = at < bytes.count && bytes[at] == UInt8(ascii: "0")
        let digits = takeDigits()
        guard digits > 0, !isZeroFirst || digits == 1 else { throw malformed }
        if takesByte("."), takeDigits() == 0 { throw malformed }
        if takesByte("e") || takesByte("E") {
            if !takesByte("+") { _ = takesByte("-") }
            guard takeDigits() > 0 else { throw malformed }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if let whole = Int64(text) { return .integer(whole) }
        guard let number = Double(text), number.isFinite else { throw malformed }
        return Int64(exactly: number).map(JSONValue.integer) ?? .number(number)
    }

    private mutating func takeDigits() -> Int {
        let start = at
        while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) { at += 1 }
        return at - start
    }

    // MARK: Bytes

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    /// Whether this comes next, after spaces; then it is passed.
    private mutating func takes(_ scalar: Unicode.Scalar) -> Bool {
        skipSpace()
        return takesByte(scalar)
    }

    private mutating func takesByte(_ scalar: Unicode.Scalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: scalar) else { return false }
        at += 1
        return true
    }
}

extension Unicode.Scalar {
    fileprivate var hexDigit: UInt32? {
        switch self {
        case "0"..."9": value - 0x30
        case "a"..."f": value - 0x61 + 10
        case "A"..."F": value - 0x41 + 10
        default: nil
        }
    }
}

extension JSONValue {
    /// Appends a text as a JSON string, with its quotation marks.
    public static func quote(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            for byte in utf8 {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                    bytes.append(UInt8(ascii: "\\"))
                    bytes.append(byte)
                case 0..<0x20: bytes.append(contentsOf: escape(byte).utf8)
                default: bytes.append(byte)
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8) -> String {
        switch byte {
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0x09: "\\t"
        default: "\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
        }
    }
}

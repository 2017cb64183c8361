import ContactCenter
import NIOCore

/// Writes JSON byte by byte, for what is sent with every message: Foundation's encoder takes some ten times as long.
/// The same form as ``APIJSON``: compact, nothing for `nil`, no escaped slashes, dates with milliseconds and `Z`.
///
/// Names of members are literals of ours and are written as they stand.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    /// What was written.
    var buffer: ByteBuffer { ByteBuffer(bytes: bytes) }

    // MARK: Values

    mutating func object(_ members: (inout JSONWriter) -> Void) {
        open("{")
        members(&self)
        close("}")
    }

    mutating func array<Elements: Sequence>(
        _ elements: Elements, _ element: (inout JSONWriter, Elements.Element) -> Void
    ) {
        open("[")
        for each in elements { element(&self, each) }
        close("]")
    }

    mutating func string(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { escaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func integer(_ value: some BinaryInteger) { literal(String(value)) }

    mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

    mutating func date(_ value: WireDate) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        value.write(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A value of a type that is written seldom, by Foundation's encoder.
    mutating func encoded(_ value: some Encodable) {
        separate()
        bytes.append(contentsOf: (try? APIJSON.encoder.encode(value)) ?? .init("null".utf8))
    }

    /// JSON that was written before.
    mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    // MARK: Members

    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func member(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        self.name(name)
        string(value)
    }

    mutating func member(_ name: StaticString, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        self.name(name)
        integer(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool?) {
        guard let value else { return }
        self.name(name)
        bool(value)
    }

    mutating func member(_ name: StaticString, _ value: WireDate?) {
        guard let value else { return }
        self.name(name)
        date(value)
    }

    mutating func member(_ name: StaticString, _ value: [String: String]?) {
        guard let value else { return }
        self.name(name)
        open("{")
        for (key, text) in value {
            string(key)
            bytes.append(UInt8(ascii: ":"))
            needsComma = false
            string(text)
        }
        close("}")
    }

    mutating func member(_ name: StaticString, encoded value: (some Encodable)?) {
        guard let value else { return }
        self.name(name)
        encoded(value)
    }

    mutating func member(_ name: StaticString, _ value: (some JSONWritable)?) {
        guard let value else { return }
        self.name(name)
        value.write(to: &self)
    }

    mutating func member(_ name: StaticString, _ values: [some JSONWritable]) {
        self.name(name)
        array(values) { $1.write(to: &$0) }
    }

    mutating func member(_ name: StaticString, strings values: [String]?) {
        guard let values else { return }
        self.name(name)
        array(values) { $0.string($1) }
    }

    mutating func member(_ name: StaticString, object members: (inout JSONWriter) -> Void) {
        self.name(name)
        object(members)
    }

    // MARK: Bytes

    private mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for (index, byte) in text.enumerated() {
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            escape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: [
                UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0"), digits[Int(byte >> 4)],
                digits[Int(byte & 0xF)],
            ])
        }
    }
}

/// What knows how to write itself without an encoder. A type that is `Encodable` too must say the same in both ways, by
/// test.
protocol JSONWritable {
    func write(to json: inout JSONWriter)
}

extension WireDate {
    /// Writes the text of the wire without making strings.
    func write(to bytes: inout [UInt8]) {
        let day = instant.milliseconds.flooredQuotient(by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: day)
        let time = instant.milliseconds - day * 86_400_000
        func digits(_ number: Int64, _ count: Int, then separator: Unicode.Scalar) {
            var divisor: Int64 = count == 4 ? 1_000 : count == 3 ? 100 : 10
            while divisor > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
                divisor /= 10
            }
            bytes.append(UInt8(ascii: separator))
        }
        digits(date.year, 4, then: "-")
        digits(date.month, 2, then: "-")
        digits(date.day, 2, then: "T")
        digits(time / 3_600_000, 2, then: ":")
        digits(time / 60_000 % 60, 2, then: ":")
        digits(time / 1_000 % 60, 2, then: ".")
        digits(time % 1_000, 3, then: "Z")
    }
}

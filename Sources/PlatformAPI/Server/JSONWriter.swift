import ContactCenter
import Foundation
import NIOCore

/// Writes JSON byte by byte, for what is sent with every message: Foundation's encoder takes some ten times as long.
/// The same form as ``APIJSON``: compact, nothing for `nil`, no escaped slashes, dates with milliseconds and `Z`.
///
/// Names of members are literals of ours and are written as they stand.
///
/// It owns its memory, which an array's checks at each of the many small appends would make several times as slow.
struct JSONWriter: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0
    private var needsComma = false

    /// - Parameter capacity: bytes that are expected; more are made room for.
    init(capacity: Int = 512) {
        self.capacity = max(capacity, 64)
        memory = .allocate(capacity: self.capacity)
    }

    deinit { memory.deallocate() }

    /// What was written.
    var bytes: [UInt8] { Array(written) }

    /// What was written.
    var buffer: ByteBuffer { ByteBuffer(bytes: written) }

    private var written: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: memory, count: count) }

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
        quoted(value)
    }

    mutating func integer(_ value: some BinaryInteger) { literal(String(value)) }

    mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

    mutating func date(_ value: WireDate) {
        separate()
        append(UInt8(ascii: "\""))
        makeRoom(WireDate.lengthMax)
        count += value.write(to: memory + count)
        append(UInt8(ascii: "\""))
    }

    /// A value of a type that is written seldom, by Foundation's encoder.
    mutating func encoded(_ value: some Encodable) { raw((try? APIJSON.encoder.encode(value)) ?? Data("null".utf8)) }

    /// JSON that was written before.
    mutating func raw(_ json: Data) {
        separate()
        json.withUnsafeBytes { append($0.bindMemory(to: UInt8.self)) }
    }

    /// JSON that was written before.
    mutating func raw(_ json: [UInt8]) {
        separate()
        json.withUnsafeBufferPointer { append($0) }
    }

    // MARK: Members

    mutating func name(_ name: StaticString) {
        separate()
        append(UInt8(ascii: "\""))
        name.withUTF8Buffer { append($0) }
        append(UInt8(ascii: "\""))
        append(UInt8(ascii: ":"))
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
            append(UInt8(ascii: ":"))
            quoted(text)
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
        append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func literal(_ text: String) {
        separate()
        var text = text
        text.withUTF8 { append($0) }
    }

    private mutating func separate() {
        if needsComma { append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func quoted(_ value: String) {
        append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { escaped($0) }
        append(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            append(UnsafeBufferPointer(rebasing: text[start..<index]))
            escape(byte)
            start = index + 1
        }
        append(UnsafeBufferPointer(rebasing: text[start...]))
    }

    private mutating func escape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        default:
            let code = "u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
            for digit in code.utf8 { append(digit) }
        }
    }

    private mutating func append(_ byte: UInt8) {
        makeRoom(1)
        memory[count] = byte
        count += 1
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        makeRoom(bytes.count)
        (memory + count).update(from: start, count: bytes.count)
        count += bytes.count
    }

    private mutating func makeRoom(_ more: Int) {
        if capacity - count < more { grow(by: more) }
    }

    private mutating func grow(by more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: memory, count: count)
        memory.deallocate()
        memory = larger
    }
}

/// What knows how to write itself without an encoder. A type that is `Encodable` too must say the same in both ways, by
/// test.
protocol JSONWritable {
    func write(to json: inout JSONWriter)
}

extension WireDate {
    /// Bytes of the text at most.
    static let lengthMax = 24

    /// Writes the text of the wire without making strings; answers with its length.
    func write(to memory: UnsafeMutablePointer<UInt8>) -> Int {
        let day = instant.milliseconds.flooredQuotient(by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: day)
        let time = instant.milliseconds - day * 86_400_000
        var at = 0
        func digits(_ number: Int64, _ count: Int, then separator: Unicode.Scalar) {
            var rest = number
            for place in stride(from: at + count - 1, through: at, by: -1) {
                memory[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            memory[at + count] = UInt8(ascii: separator)
            at += count + 1
        }
        digits(date.year, 4, then: "-")
        digits(date.month, 2, then: "-")
        digits(date.day, 2, then: "T")
        digits(time / 3_600_000, 2, then: ":")
        digits(time / 60_000 % 60, 2, then: ":")
        digits(time / 1_000 % 60, 2, then: ".")
        digits(time % 1_000, 3, then: "Z")
        return at
    }
}

/// Reads back JSON that this program has stored, straight into the fields that it is of.
///
/// A start reads every open conversation, and a general decoder takes ten times as long for it. What this reader does
/// not expect (a space, an escape, a null, a name that its caller does not know) is not wrong but unfamiliar: the
/// general decoder has the last word on it, so nothing depends on this reader knowing a field.
struct StoredReader {
    /// Something that the general decoder has to look at.
    struct Unfamiliar: Error {}

    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes.bindMemory(to: UInt8.self) }

    /// Whether everything was read.
    var isAtEnd: Bool { at == bytes.count }

    // MARK: Objects and lists

    /// Begins an object; `name` gives its members.
    mutating func object() throws(Unfamiliar) { try pass("{") }

    /// The name of an object's next member, whose value must be read before the next call; `nil` at its end.
    mutating func name() throws(Unfamiliar) -> String? {
        guard at < bytes.count else { throw Unfamiliar() }
        if passes("}") { return nil }
        // No value ends with a brace that opens.
        if bytes[at - 1] != UInt8(ascii: "{") { try pass(",") }
        let name = try text()
        try pass(":")
        return name
    }

    /// A list of what `element` reads.
    mutating func list<Element>(
        _ element: (inout Self) throws(Unfamiliar) -> Element
    ) throws(Unfamiliar) -> [Element] {
        var elements: [Element] = []
        try pass("[")
        while !passes("]") {
            if !elements.isEmpty { try pass(",") }
            elements.append(try element(&self))
        }
        return elements
    }

    // MARK: Values

    /// A text without escapes.
    mutating func text() throws(Unfamiliar) -> String {
        let text = try raw()
        guard let text = String(validating: text, as: UTF8.self) else { throw Unfamiliar() }
        return text
    }

    /// A word of an enumeration.
    mutating func word<Word: RawRepresentable>() throws(Unfamiliar) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try text()) else { throw Unfamiliar() }
        return word
    }

    mutating func id<Entity>() throws(Unfamiliar) -> Identifier<Entity> {
        guard let id = Identifier<Entity>(utf8: UnsafeBufferPointer(rebasing: try raw())) else { throw Unfamiliar() }
        return id
    }

    /// A whole number.
    mutating func integer() throws(Unfamiliar) -> Int64 {
        let isNegative = passes("-")
        let start = at
        // Counted below zero, where there is one number more than above.
        var number: Int64 = 0
        while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) {
            let (tens, isTooFar) = number.multipliedReportingOverflow(by: 10)
            let (next, isOneTooFar) = tens.subtractingReportingOverflow(Int64(bytes[at] - UInt8(ascii: "0")))
            guard !isTooFar, !isOneTooFar else { throw Unfamiliar() }
            number = next
            at += 1
        }
        // Behind it a member or an end, no fraction.
        guard at > start, at < bytes.count, ",}]".utf8.contains(bytes[at]) else { throw Unfamiliar() }
        guard !isNegative else { return number }
        guard number != .min else { throw Unfamiliar() }
        return -number
    }

    mutating func count() throws(Unfamiliar) -> Int { Int(try integer()) }
    mutating func instant() throws(Unfamiliar) -> Instant { Instant(milliseconds: try integer()) }
    mutating func span() throws(Unfamiliar) -> Span { Span(milliseconds: try integer()) }

    mutating func flag() throws(Unfamiliar) -> Bool {
        if passes("t") {
            for letter in ["r", "u", "e"] as [Unicode.Scalar] { try pass(letter) }
            return true
        }
        for letter in ["f", "a", "l", "s", "e"] as [Unicode.Scalar] { try pass(letter) }
        return false
    }

    // MARK: Bytes

    private mutating func raw() throws(Unfamiliar) -> Slice<UnsafeBufferPointer<UInt8>> {
        try pass("\"")
        let start = at
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                defer { at += 1 }
                return bytes[start..<at]
            case UInt8(ascii: "\\"), 0..<0x20: throw Unfamiliar()
            default: at += 1
            }
        }
        throw Unfamiliar()
    }

    private mutating func pass(_ scalar: Unicode.Scalar) throws(Unfamiliar) {
        guard passes(scalar) else { throw Unfamiliar() }
    }

    private mutating func passes(_ scalar: Unicode.Scalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: scalar) else { return false }
        at += 1
        return true
    }
}

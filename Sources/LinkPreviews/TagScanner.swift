/// Finds the tags of a page in one pass, each byte looked at a fixed number of times, however the page is made.
struct TagScanner {
    /// A beginning tag.
    struct Tag {
        /// In lower case.
        var name: String
        /// The first of each name; names in lower case, values as they stand.
        var attributes: [String: String]
    }

    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next tag; comments are passed over, and what scripts and styles hold, too.
    mutating func next() -> Tag? {
        while let start = find("<", from: at) {
            at = start + 1
            if starts("!--") {
                guard let end = find("-->", from: at) else { break }
                at = end + 3
            } else if let first = current, Self.isLetter(first) {
                guard let tag = readTag() else { break }
                if ["script", "style", "noscript", "svg", "template"].contains(tag.name) { _ = text(until: tag.name) }
                return tag
            }
        }
        at = bytes.count
        return nil
    }

    /// What stands before an element's end; `nil`, and the end of the page, when it has none.
    mutating func text(until name: String) -> String? {
        guard let end = find("</" + name, from: at) else {
            at = bytes.count
            return nil
        }
        defer { at = end }
        return String(decoding: bytes[at..<end], as: UTF8.self)
    }

    private mutating func readTag() -> Tag? {
        let name = word { Self.isSpace($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") }
        var attributes: [String: String] = [:]
        while let byte = current {
            if byte == UInt8(ascii: ">") {
                at += 1
                return Tag(name: name.lowercased(), attributes: attributes)
            }
            guard !Self.isSpace(byte), byte != UInt8(ascii: "/") else {
                at += 1
                continue
            }
            let (name, value) = readAttribute()
            if attributes[name] == nil { attributes[name] = value }
        }
        return nil
    }

    private mutating func readAttribute() -> (name: String, value: String) {
        let start = at
        // A sign that no name begins with is passed over, so that each call moves on.
        at += 1
        _ = word { Self.isSpace($0) || [UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "/")].contains($0) }
        let name = String(decoding: bytes[start..<at], as: UTF8.self).lowercased()
        skipSpace()
        guard current == UInt8(ascii: "=") else { return (name, "") }
        at += 1
        skipSpace()
        guard let quote = current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            return (name, word { Self.isSpace($0) || $0 == UInt8(ascii: ">") })
        }
        at += 1
        let value = word { $0 == quote }
        at = min(at + 1, bytes.count)
        return (name, value)
    }

    private var current: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let byte = current, Self.isSpace(byte) { at += 1 }
    }

    /// What stands before the first byte that ends it.
    private mutating func word(until isEnd: (UInt8) -> Bool) -> String {
        let start = at
        while let byte = current, !isEnd(byte) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private func starts(_ text: String) -> Bool { bytes[at...].starts(with: text.utf8) }

    /// Where a text of ASCII begins, in any case.
    private func find(_ text: String, from start: Int) -> Int? {
        let wanted = Array(text.utf8)
        guard bytes.count - start >= wanted.count else { return nil }
        return (start...(bytes.count - wanted.count)).first { place in
            wanted.indices.allSatisfy { Self.lowercased(bytes[place + $0]) == wanted[$0] }
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }
    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(lowercased(byte)) }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

/// Swift source with the content of comments and string literals blanked out, line by line as before, so that rules see
/// code and nothing else. It knows nested comments, raw and multi-line strings and interpolation.
struct SwiftCode: Sendable {
    /// The source as it was.
    let source: String
    /// The code; blanked characters are spaces.
    let text: String

    init(_ source: String) {
        self.source = source
        var blanker = Blanker(Array(source.utf8))
        blanker.run()
        text = String(decoding: blanker.output, as: UTF8.self)
    }

    /// The lines of the code.
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

private struct Blanker {
    private let input: [UInt8]
    private(set) var output: [UInt8] = []
    private var at = 0

    init(_ input: [UInt8]) { self.input = input }

    mutating func run() {
        while at < input.count { code(until: nil) }
    }

    /// Copies code; with an end given, until the parenthesis closes that an interpolation opened.
    private mutating func code(until end: UInt8?) {
        var depth = 0
        while at < input.count {
            let byte = input[at]
            if starts("//") {
                blank(while: { $0 != UInt8(ascii: "\n") })
            } else if starts("/*") {
                comment()
            } else if byte == UInt8(ascii: "\"") || startsRawString {
                string()
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") {
                    if depth == 0, end != nil { return }
                    depth -= 1
                }
                copy()
            }
        }
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                blank(2)
            } else if starts("*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && at < input.count
    }

    private mutating func string() {
        let pounds = input[at...].prefix { $0 == UInt8(ascii: "#") }.count
        copy(pounds)
        let quotes = starts("\"\"\"") ? 3 : 1
        copy(quotes)
        let marks = [UInt8](repeating: UInt8(ascii: "#"), count: pounds)
        let end = [UInt8](repeating: UInt8(ascii: "\""), count: quotes) + marks
        let escape = [UInt8(ascii: "\\")] + marks
        while at < input.count {
            if starts(end) { return copy(end.count) }
            if starts(escape + [UInt8(ascii: "(")]) {
                blank(escape.count)
                copy()
                code(until: UInt8(ascii: ")"))
            } else if starts(escape) {
                blank(escape.count + 1)
            } else if quotes == 1, input[at] == UInt8(ascii: "\n") {
                return  // Not a string after all: a regex literal, say. The line ends it.
            } else {
                blank(1)
            }
        }
    }

    private var startsRawString: Bool {
        guard input[at] == UInt8(ascii: "#") else { return false }
        return input[at...].first { $0 != UInt8(ascii: "#") } == UInt8(ascii: "\"")
    }

    private func starts(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { at < input.count && input[at] == $0[0] && starts(Array($0)) }
    }

    private func starts(_ bytes: [UInt8]) -> Bool {
        at + bytes.count <= input.count && input[at] == bytes[0]
            && input[at..<at + bytes.count].elementsEqual(bytes)
    }

    private mutating func copy(_ count: Int = 1) {
        output += input[at..<min(at + count, input.count)]
        at += count
    }

    private mutating func blank(_ count: Int) {
        for byte in input[at..<min(at + count, input.count)] {
            output.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
        }
        at += count
    }

    private mutating func blank(while holds: (UInt8) -> Bool) {
        while at < input.count, holds(input[at]) { blank(1) }
    }
}

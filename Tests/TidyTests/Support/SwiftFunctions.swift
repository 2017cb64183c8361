/// A function, initialiser or computed property as far as its size goes.
struct SwiftFunction {
    let name: String
    /// Where it begins, counted from 1.
    let line: Int
    let lineCount: Int
    let parameterCount: Int
    let isInitializer: Bool
}

extension SwiftCode {
    /// The functions of the file. It reads tokens and braces, not the grammar: enough to count.
    var functions: [SwiftFunction] {
        let characters = Array(text.utf8)
        var found: [SwiftFunction] = []
        var line = 1
        var at = 0
        while at < characters.count {
            if characters[at] == UInt8(ascii: "\n") { line += 1 }
            if let keyword = keyword(in: characters, at: at), let function = function(keyword, characters, at, line) {
                found.append(function)
                at += keyword.utf8.count
            } else {
                at += 1
            }
        }
        return found
    }

    private func keyword(in characters: [UInt8], at: Int) -> String? {
        guard "fisv".utf8.contains(characters[at]) else { return nil }
        guard at == 0 || !characters[at - 1].isPartOfName && characters[at - 1] != UInt8(ascii: ".") else { return nil }
        return ["func", "init", "subscript", "var"].first { word in
            let end = at + word.utf8.count
            guard end < characters.count, characters[at..<end].elementsEqual(word.utf8) else { return false }
            return !characters[end].isPartOfName
        }
    }

    private func function(_ keyword: String, _ text: [UInt8], _ start: Int, _ line: Int) -> SwiftFunction? {
        let head = start + keyword.utf8.count
        let name = String(
            decoding: text[head...].drop { $0 == UInt8(ascii: " ") }.prefix { $0.isPartOfName }, as: UTF8.self)
        var at = head
        var parameters = 0
        if keyword != "var" {
            guard let open = text[head...].firstIndex(of: UInt8(ascii: "(")),
                let close = closing(text, open, "(", ")")
            else { return nil }
            parameters = count(text[(open + 1)..<close])
            at = close + 1
        }
        guard let body = bodyStart(text, at, isVariable: keyword == "var"), let end = closing(text, body, "{", "}")
        else { return nil }
        let lines = text[start...end].count { $0 == UInt8(ascii: "\n") } + 1
        return SwiftFunction(
            name: keyword == "init" ? "init" : name, line: line, lineCount: lines, parameterCount: parameters,
            isInitializer: keyword == "init")
    }

    /// The brace that opens the body; none for a requirement of a protocol or a stored property.
    private func bodyStart(_ text: [UInt8], _ from: Int, isVariable: Bool) -> Int? {
        for index in from..<text.count {
            switch text[index] {
            case UInt8(ascii: "{"): return index
            case UInt8(ascii: "}"), UInt8(ascii: "="): return nil
            case UInt8(ascii: "\n"):
                let next = text[index...].first { !$0.isBlank }
                let goesOn = next == UInt8(ascii: "{") || next == UInt8(ascii: "-")
                let word = String(decoding: text[index...].drop(while: \.isBlank).prefix(6), as: UTF8.self)
                let clause = ["where ", "throws", "async ", "rethro"].contains { word.hasPrefix($0) }
                if isVariable || !(goesOn || clause) { return nil }
            default: continue
            }
        }
        return nil
    }

    private func closing(_ text: [UInt8], _ open: Int, _ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Int? {
        var depth = 0
        for index in open..<text.count {
            if text[index] == UInt8(ascii: left) { depth += 1 }
            if text[index] == UInt8(ascii: right) {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    /// The parameters in a list: its commas outside of any bracket, and one; a comma at the end counts for nothing.
    private func count(_ list: ArraySlice<UInt8>) -> Int {
        var depth = 0
        var commas = 0
        for (index, byte) in zip(list.indices, list) {
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ">") where list[index - 1] != UInt8(ascii: "-"): depth -= 1
            case UInt8(ascii: ",") where depth == 0: commas += 1
            default: continue
            }
        }
        guard let last = list.last(where: { !$0.isBlank }) else { return 0 }
        return last == UInt8(ascii: ",") ? commas : commas + 1
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\n") }
    fileprivate var isPartOfName: Bool {
        self == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) || self > 127
    }
}

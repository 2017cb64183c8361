import Foundation
import Testing

/// Files that nobody needs: a Swift file none of whose names stands in another, a file of `web` that no other names.
enum DeadFiles {
    /// Dead Swift files among all files of Sources.
    static func swift(_ files: [SourceFile]) -> [Finding] {
        let codes = files.map(\.code.text)
        let words = codes.map(words(in:))
        return zip(files, codes).enumerated().compactMap { index, pair in
            let (file, code) = pair
            let names = names(in: code)
            guard file.name != "main.swift", !code.contains("@main"), !names.isEmpty else { return nil }
            let isNamed = words.enumerated().contains { $0.offset != index && !$0.element.isDisjoint(with: names) }
            guard !isNamed else { return nil }
            let message =
                "no other file of Sources names \(names.sorted().prefix(4).joined(separator: ", ")): remove it"
            return Finding(path: file.path, line: nil, message: message)
        }
    }

    /// Dead files of `web` among all of them, given the texts that may name them.
    static func web(_ paths: [String], named texts: [SourceFile]) -> [Finding] {
        paths.compactMap { path in
            let name = String(path.split(separator: "/").last ?? "")
            // The server answers a folder with its index, and everything else begins there.
            if name == "index.html" { return nil }
            let isNamed = texts.contains { text in
                text.path != path && (text.text.contains(name) || isBuilt(name, in: text.text))
            }
            return isNamed ? nil : Finding(path: path, line: nil, message: "no other file refers to it: remove it")
        }
    }

    /// Whether a text makes the name from a piece: `styles/${sheet}.css` with `"panel"`, `${language}.json` with `en:`.
    private static func isBuilt(_ name: String, in text: String) -> Bool {
        let parts = name.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, text.contains("}.\(parts[1])") else { return false }
        return text.contains("\"\(parts[0])\"") || text.contains("\(parts[0]):")
    }

    private static func words(in code: String) -> Set<String> {
        Set(code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
    }

    /// What a file brings: its types and functions at the top, and what its extensions add. An extension that adds
    /// nothing by name, a conformance for instance, counts as its type.
    private static func names(in code: String) -> Set<String> {
        let keywords: Set<Substring> = [
            "struct", "class", "enum", "actor", "protocol", "typealias", "func", "case", "var", "let",
        ]
        var found: Set<String> = []
        var depth = 0
        for line in code.split(separator: "\n") {
            let words = depth < 2 ? line.split(separator: " ") : []
            if !words.contains("private"), !words.contains("fileprivate"),
                let at = words.firstIndex(where: keywords.contains), at + 1 < words.count
            {
                found.insert(name(words[at + 1]))
            }
            if depth == 0, words.first == "extension", words.count > 2, words[1].hasSuffix(":") {
                found.insert(name(words[1]))
            }
            depth += line.utf8.count { $0 == UInt8(ascii: "{") } - line.utf8.count { $0 == UInt8(ascii: "}") }
        }
        return found
    }

    /// The identifier at the beginning of a word, as `find` of `find(_`.
    private static func name(_ word: Substring) -> String {
        String(word.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }
}

@Suite("Dead files: what nobody names is not kept")
struct DeadFileTests {
    @Test("every Swift file of Sources is named by another")
    func swift() throws {
        let files = try Repository.files(under: ["Sources"], ending: [".swift"])
        #expect(DeadFiles.swift(files).report == "")
    }

    @Test("every file of web is named by another")
    func web() throws {
        let all = try Repository.files(under: ["web"], ending: [".js", ".mjs", ".css", ".html", ".json", ".svg"])
        let texts = try all + Repository.files(under: ["Sources"], ending: [".swift"])
        #expect(DeadFiles.web(all.map(\.path), named: texts).report == "")
    }

    @Test("a Swift file whose names stand nowhere else is found, one whose member is called is not")
    func swiftFires() {
        let room = SourceFile(path: "Sources/A/Room.swift", text: "public struct Room {\n    var door: Int\n}\n")
        let attic = SourceFile(path: "Sources/A/Attic.swift", text: "extension Room {\n    func sweep() {}\n}\n")
        let idle = SourceFile(path: "Sources/A/Main.swift", text: "@main struct Main { let room = Room() }\n")
        let busy = SourceFile(path: "Sources/A/Main.swift", text: "@main struct Main { let r = Room().sweep() }\n")
        #expect(DeadFiles.swift([room, attic, idle]).map(\.path) == ["Sources/A/Attic.swift"])
        #expect(DeadFiles.swift([room, attic, busy]).report == "")
    }

    @Test("a name in a comment or a text keeps nothing alive")
    func comments() {
        let room = SourceFile(path: "Sources/A/Room.swift", text: "struct Room {}\n")
        let main = SourceFile(
            path: "Sources/A/Main.swift", text: "// Room\n@main struct Main { let text = \"Room\" }\n")
        #expect(DeadFiles.swift([room, main]).map(\.path) == ["Sources/A/Room.swift"])
    }

    @Test("a file of web that nothing refers to is found")
    func webFires() {
        let page = SourceFile(path: "web/desktop/index.html", text: "<script src=\"desktop.js\">")
        let paths = ["web/desktop/index.html", "web/desktop/desktop.js", "web/lib/old.js"]
        #expect(DeadFiles.web(paths, named: [page]).map(\.path) == ["web/lib/old.js"])
    }
}

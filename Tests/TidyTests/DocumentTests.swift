import Foundation
import Testing

/// Documents that say what is no longer so are worse than none: their paths, links and commands are looked up.
enum Documents {
    /// Places of the repository that a document may name in code style, by their first component.
    private static let roots = ["Sources/", "Tests/", "web/", "docs/", "scripts/", ".ci/"]

    /// What is wrong in a document; `exists` and `targets` stand for the repository.
    static func findings(in file: SourceFile, targets: Set<String>, exists: (String) -> Bool) -> [Finding] {
        var isBlock = false
        return file.lines.enumerated().flatMap { index, line in
            if line.drop(while: { $0 == " " }).hasPrefix("```") { isBlock.toggle() }
            let spans = isBlock ? [line] : line.matches(of: /`([^`]+)`/).map(\.1)
            let missing =
                spans.flatMap { paths($0) + rootFiles($0) }.filter { !exists($0) }
                + links(line, from: file.path).filter { !exists($0) }
            let commands = spans.flatMap(commands).filter { !targets.contains($0) }
            return missing.map { Finding(path: file.path, line: index + 1, message: "\($0) does not exist") }
                + commands.map {
                    Finding(path: file.path, line: index + 1, message: "make \($0) is not in the Makefile")
                }
        }
    }

    /// The targets of a Makefile.
    static func targets(of makefile: String) -> Set<String> {
        Set(makefile.matches(of: /(?m)^([a-z][a-z-]*):/).map { String($0.1) })
    }

    private static func paths(_ span: Substring) -> [String] {
        span.split { " ,;()'\"".contains($0) }.compactMap { word in
            guard roots.contains(where: word.hasPrefix), !isPattern(word) else { return nil }
            return trimmed(word)
        }
    }

    /// A document or file of the root, by itself in code style.
    private static func rootFiles(_ span: Substring) -> [String] {
        span.wholeMatch(of: /[A-Z]+\.md|Package\.swift|Makefile|LICENSE/) == nil || isPattern(span)
            ? [] : [String(span)]
    }

    private static func links(_ line: Substring, from path: String) -> [String] {
        line.matches(of: /\]\(([^)#\s]+)[^)]*\)/).map(\.1).filter { !$0.contains(":") && !$0.hasPrefix("/") }.map {
            link in
            let folder = path.split(separator: "/").dropLast()
            var parts = Array(folder)
            for part in link.split(separator: "/") {
                if part == ".." { parts = parts.dropLast() } else if part != "." { parts.append(part) }
            }
            return parts.joined(separator: "/")
        }
    }

    private static func commands(_ span: Substring) -> [String] {
        span.matches(of: /(?:^|[\s;&|])make ([a-z][a-z-]*)/).map { String($0.1) }
    }

    private static func isPattern(_ word: Substring) -> Bool {
        word.contains { "…*<>{}$".contains($0) } || word.contains("NNNN")
    }

    private static func trimmed(_ word: Substring) -> String {
        var word = word
        while let last = word.last, ".:/".contains(last) { word.removeLast() }
        return String(word)
    }
}

@Suite("Documents: what they name is there")
struct DocumentTests {
    @Test("every path, link and make command of the documents exists")
    func everything() throws {
        let targets = Documents.targets(of: try Repository.file("Makefile").text)
        let documents = try Repository.documents()
        #expect(documents.count > 5)
        let findings = documents.flatMap {
            Documents.findings(in: $0, targets: targets, exists: Repository.contains)
        }
        #expect(findings.report == "")
    }

    @Test("the map of the house fits in a head")
    func architecture() throws {
        #expect(try Repository.file("ARCHITECTURE.md").lines.count <= 400)
        #expect(try Repository.file("README.md").lines.count <= 100)
    }

    @Test(
        "a missing thing is found",
        arguments: [
            "See `Sources/Attic/Attic.swift`.", "See [the attic](../Attic.md).", "Type `make attic`.",
            "```\nmake attic\n```",
            "```\ncat docs/attic.md\n```", "As `ATTIC.md` says.",
        ])
    func fires(text: String) {
        let file = SourceFile(path: "docs/a.md", text: text)
        #expect(Documents.findings(in: file, targets: ["test"]) { _ in false }.count == 1)
    }

    @Test(
        "a pattern, a place outside and a known thing are not",
        arguments: [
            "`docs/decisions/NNNN-title.md`", "`Sources/<target>/Conversations/`", "`make test`",
            "[Swift](https://swift.org)",
            "make sure of it", "`Sources/Engine/`",
        ])
    func silent(text: String) {
        let file = SourceFile(path: "docs/a.md", text: text)
        #expect(Documents.findings(in: file, targets: ["test"]) { $0 == "Sources/Engine" }.report == "")
    }
}

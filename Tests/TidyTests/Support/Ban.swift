import Foundation

/// Something that is not written here, and what to write instead.
struct Ban: Sendable {
    let name: String
    /// A regular expression over one line of code.
    let pattern: String
    let instead: String
    /// Endings of the files that it holds for.
    var endings = [".swift"]
    /// Beginnings of the paths that it holds for.
    var folders = ["Sources/"]
    /// A comment that makes it right when it stands above, or on the line, and says why.
    var excuse: String?

    /// Where a file breaks it.
    func findings(in file: SourceFile) -> [Finding] {
        guard folders.contains(where: file.path.hasPrefix), endings.contains(where: file.path.hasSuffix),
            let expression = try? NSRegularExpression(pattern: pattern)
        else { return [] }
        let code = code(of: file)
        // Most files hold nothing of it: one look at the whole is quicker than one at each line.
        let whole = code.joined(separator: "\n")
        guard expression.firstMatch(in: whole, range: NSRange(whole.startIndex..., in: whole)) != nil else { return [] }
        let source = file.lines
        return code.enumerated().compactMap { index, line in
            let text = String(line)
            let range = NSRange(text.startIndex..., in: text)
            guard expression.firstMatch(in: text, range: range) != nil, !isExcused(index, source) else { return nil }
            return Finding(path: file.path, line: index + 1, message: "\(name): \(instead)")
        }
    }

    private func code(of file: SourceFile) -> [Substring] {
        if excuse == nil, pattern.contains("TODO") { return file.lines }
        guard file.path.hasSuffix(".swift") else { return file.lines.map(Self.withoutLineComment) }
        return file.code.lines
    }

    private static func withoutLineComment(_ line: Substring) -> Substring {
        let text = line.drop { $0 == " " }
        return text.hasPrefix("//") || text.hasPrefix("*") || text.hasPrefix("#") ? "" : line
    }

    /// The comment may stand on the line itself, or among the comment lines right above it.
    private func isExcused(_ index: Int, _ lines: [Substring]) -> Bool {
        guard let excuse else { return false }
        if lines[index].contains(excuse) { return true }
        let above = lines[..<index].reversed().prefix { $0.drop { $0 == " " }.hasPrefix("//") }
        return above.contains { $0.contains(excuse) }
    }
}

extension Ban {
    /// The list of the house.
    static let all: [Ban] = swift + pure + tests + everywhere + web

    private static let swift = [
        Ban(
            name: "print", pattern: #"(?<![.\w])(debugP|p)rint\("#,
            instead: "a Logger for what happens; a command writes its answer to FileHandle.standardOutput"),
        Ban(
            name: "bare Task", pattern: #"(?<![.\w])Task(\.detached|\.immediate)?\s*(<[^>]*>)?\s*(\([^)]*\)\s*)?\{"#,
            instead: "a Service of the ServiceGroup, or a task group; else say above `// Owner:` who ends it",
            excuse: "// Owner:"),
        Ban(
            name: "try!", pattern: #"\btry!"#,
            instead: "throw, or handle it; a constant is built by a tested initialiser"),
        Ban(name: "as!", pattern: #"\bas!"#, instead: "`as?` and an error that says what came"),
        Ban(
            name: "crash", pattern: #"\b(fatalError|preconditionFailure|assertionFailure)\("#,
            instead: "a typed error; where it cannot happen, say above `// Invariant:` why", excuse: "// Invariant:"),
        Ban(
            name: "empty name",
            pattern: #"\b(struct|class|enum|actor|protocol|typealias)\s+\w*(Manager|Helper|Utils?)\b"#,
            instead: "the noun of the field that it is", folders: ["Sources/", "Tests/"]),
    ]

    private static let pure = [
        Ban(
            name: "clock",
            pattern: #"\b(Date\(\)|Date\.now|Date\(timeIntervalSinceNow|\w*Clock\(\)|DispatchTime\.now)"#,
            instead: "`now` comes in as an argument", folders: Arrows.pure.map { "Sources/\($0)/" }),
        Ban(
            name: "chance", pattern: #"\bUUID\(\)|\.random(Element)?\(|SystemRandomNumberGenerator|\.shuffled?\(\)"#,
            instead: "ids come from the IdentifierSource, chance from a seeded generator, as arguments",
            folders: Arrows.pure.map { "Sources/\($0)/" }),
    ]

    private static let tests = [
        Ban(
            name: "Foundation's Process", pattern: #"(?<![.\w])Process\(\)"#,
            instead: "`Child`: waiting for the end of a Process can last for ever",
            folders: ["Sources/TestSupport/", "Tests/"]),
        Ban(
            name: "busy wait", pattern: #"\bTask\.yield\(\)"#,
            instead:
                "`eventually` or `found`, which leave the processor to others; else say above `// Bounded:` by what",
            folders: ["Tests/"], excuse: "// Bounded:"),
    ]

    private static let everywhere = [
        Ban(
            name: "open end", pattern: #"\b(TODO|FIXME)\b(?!.*#\d+)"#,
            instead: "do it, or file an issue and write its number: #12",
            endings: [".swift", ".js", ".mjs", ".css", ".html", ".py", ".sh"],
            folders: ["Sources/", "web/", "scripts/", "Tests/system/", "Tests/web/"])
    ]

    private static let web = [
        Ban(
            name: "markup from text", pattern: #"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write)\b"#,
            instead: "the escaping `html` tag, or textContent", endings: [".js", ".mjs", ".html"], folders: ["web/"]),
        Ban(
            name: "code from text", pattern: #"\beval\(|\bnew Function\("#,
            instead: "a function", endings: [".js", ".mjs", ".html"], folders: ["web/"]),
        Ban(
            name: "inline script or style", pattern: #"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\son\w+="|\sstyle=""#,
            instead: "a file of its own: the content security policy refuses inline ones", endings: [".html"],
            folders: ["web/"]),
    ]
}

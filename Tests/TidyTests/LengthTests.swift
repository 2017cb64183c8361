import Testing

/// How long things may be. The aim is half of it: what tells a good house from a bad one is the tail.
enum Lengths {
    static let fileLinesMax = 400
    static let testLinesMax = 700
    static let elementLinesMax = 150
    static let functionLinesMax = 70
    static let parametersMax = 5
    /// Functions whose parameters a library's protocol dictates.
    static let dictated: Set = ["startSpan"]
    static let columnsMax = 120

    /// What is too long in a file of any language.
    static func findings(in file: SourceFile) -> [Finding] {
        files(file) + columns(file) + (file.path.hasSuffix(".swift") ? functions(file) : [])
    }

    private static func files(_ file: SourceFile) -> [Finding] {
        let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
        let limit = limit(of: file.path)
        guard count > limit else { return [] }
        return [Finding(path: file.path, line: nil, message: "\(count) lines of at most \(limit): a file is one noun")]
    }

    private static func limit(of path: String) -> Int {
        if path.hasPrefix("Tests/") { return testLinesMax }
        return path.hasPrefix("web/elements/") || path.contains("/elements/") && path.hasPrefix("web/")
            ? elementLinesMax : fileLinesMax
    }

    private static func columns(_ file: SourceFile) -> [Finding] {
        file.lines.enumerated().compactMap { index, line in
            guard line.count > columnsMax else { return nil }
            let message = "\(line.count) columns of at most \(columnsMax): break the line"
            return Finding(path: file.path, line: index + 1, message: message)
        }
    }

    private static func functions(_ file: SourceFile) -> [Finding] {
        file.code.functions.flatMap { function in
            var messages: [String] = []
            if function.lineCount > functionLinesMax {
                messages.append(
                    "\(function.name) has \(function.lineCount) lines of at most \(functionLinesMax): split it")
            }
            // A value's initialiser may name all its members.
            if function.parameterCount > parametersMax, !function.isInitializer, !dictated.contains(function.name) {
                messages.append(
                    "\(function.name) takes \(function.parameterCount) parameters of at most \(parametersMax): "
                        + "make them a struct")
            }
            return messages.map { Finding(path: file.path, line: function.line, message: $0) }
        }
    }
}

@Suite("Lengths: nothing grows without being noticed")
struct LengthTests {
    @Test("files, functions, parameters and lines keep their limits")
    func everything() throws {
        let swift = try Repository.files(under: ["Sources", "Tests"], ending: [".swift"])
        let others = try Repository.files(
            under: ["web", "Tests", "scripts"], ending: [".js", ".mjs", ".css", ".html", ".py", ".sh"])
        let package = try Repository.file("Package.swift")
        #expect((swift + others + [package]).flatMap(Lengths.findings).report == "")
    }

    private func lines(_ count: Int) -> String { String(repeating: "x\n", count: count) }

    @Test("a file one line over its limit is found, at the limit it is not")
    func fileLength() {
        for (path, limit) in [("Sources/A/A.swift", 400), ("Tests/A/A.swift", 700), ("web/elements/a-b.js", 150)] {
            #expect(Lengths.findings(in: SourceFile(path: path, text: lines(limit))).isEmpty)
            #expect(Lengths.findings(in: SourceFile(path: path, text: lines(limit + 1))).count == 1)
        }
    }

    @Test("a long function is found, wherever its braces stand")
    func functionLength() {
        let long = "    func long(\n        a: Int\n    ) -> [Int]\n    where T: Equatable {\n\(lines(68))    }\n"
        #expect(Lengths.findings(in: SourceFile(path: "Sources/A/A.swift", text: "struct A {\n\(long)}")).count == 1)
        let property = "var long: Int {\n\(lines(69))}\n"
        #expect(Lengths.findings(in: SourceFile(path: "Sources/A/A.swift", text: property)).count == 1)
        let two = "func a() {\n\(lines(40))}\nfunc b() {\n\(lines(40))}\n"
        #expect(Lengths.findings(in: SourceFile(path: "Sources/A/A.swift", text: two)).isEmpty)
    }

    @Test("six parameters are found, five with generic types and closures are not")
    func parameters() {
        let six = "func a(b: Int, c: Int, d: Int, e: Int, f: Int, g: Int) {}"
        #expect(Lengths.findings(in: SourceFile(path: "Sources/A/A.swift", text: six)).count == 1)
        let five = "func a(b: [String: Int], c: (Int, Int) -> Void, d: Result<Int, any Error>, e: Int = 1, f: Int,) {}"
        #expect(Lengths.findings(in: SourceFile(path: "Sources/A/A.swift", text: five)).isEmpty)
    }

    @Test("a line of 121 columns is found, also one of Japanese")
    func columns() {
        for letter in ["x", "縁"] {
            let text = String(repeating: letter, count: 121)
            #expect(Lengths.findings(in: SourceFile(path: "web/a.js", text: text)).count == 1)
            #expect(Lengths.findings(in: SourceFile(path: "web/a.js", text: String(text.dropLast()))).isEmpty)
        }
    }
}

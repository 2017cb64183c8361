import Testing

@Suite("Bans: what is not written here, and what to write instead")
struct BanTests {
    @Test("the house keeps its bans", arguments: Ban.all.map(\.name))
    func everything(name: String) throws {
        let files = try Repository.files(
            under: ["Sources", "Tests", "web", "scripts"],
            ending: [".swift", ".js", ".mjs", ".css", ".html", ".py", ".sh"])
        let bans = Ban.all.filter { $0.name == name }
        #expect(files.flatMap { file in bans.flatMap { $0.findings(in: file) } }.report == "")
    }

    @Test(
        "each ban fires",
        arguments: [
            ("print", "Sources/Engine/A.swift", "print(1)"),
            ("bare Task", "Sources/Engine/A.swift", "Task { await run() }"),
            ("bare Task", "Sources/Engine/A.swift", "let task = Task.detached(priority: .low) { run() }"),
            ("bare Task", "Sources/Engine/A.swift", "let task = Task<Void, Never> { run() }"),
            ("try!", "Sources/Engine/A.swift", "let a = try! b()"),
            ("as!", "Sources/Engine/A.swift", "let a = b as! C"),
            ("crash", "Sources/Engine/A.swift", "fatalError(\"no\")"),
            ("crash", "Sources/Engine/A.swift", "// Invariant: one line above too many\n\npreconditionFailure()"),
            ("empty name", "Sources/Engine/A.swift", "public final class QueueManager {}"),
            ("empty name", "Tests/Engine/A.swift", "enum TestUtils {}"),
            ("clock", "Sources/Routing/A.swift", "let now = Date()"),
            ("clock", "Sources/ContactCenter/A.swift", "let now = ContinuousClock().now"),
            ("chance", "Sources/ContactCenter/A.swift", "let id = UUID()"),
            ("chance", "Sources/Routing/A.swift", "let agent = agents.randomElement()"),
            ("Foundation's Process", "Tests/EngineTests/A.swift", "let child = Process()"),
            ("busy wait", "Tests/EngineTests/A.swift", "while !isDone { await Task.yield() }"),
            ("open end", "Sources/Engine/A.swift", "// TODO: later"),
            ("open end", "web/lib/a.js", "/* FIXME */"),
            ("markup from text", "web/lib/a.js", "node.innerHTML = text"),
            ("code from text", "web/lib/a.js", "eval(text)"),
            ("inline script or style", "web/desktop/index.html", "<script>go()</script>"),
            ("inline script or style", "web/desktop/index.html", "<p style=\"color: red\">"),
        ])
    func fires(name: String, path: String, text: String) {
        let file = SourceFile(path: path, text: text)
        #expect(Ban.all.filter { !$0.findings(in: file).isEmpty }.map(\.name) == [name])
    }

    @Test("each ban has a sample")
    func complete() {
        // The samples above are data of a macro, so this list repeats their names.
        let sampled: Set = [
            "print", "bare Task", "try!", "as!", "crash", "empty name", "clock", "chance", "Foundation's Process",
            "busy wait", "open end", "markup from text", "code from text", "inline script or style",
        ]
        #expect(Set(Ban.all.map(\.name)) == sampled)
    }

    @Test(
        "what only looks like it is let be",
        arguments: [
            ("Sources/Engine/A.swift", "// print(1), and why not\nlet text = \"try! as! \\(a.print())\""),
            ("Sources/Engine/A.swift", "// Owner: the socket; it ends with `close`.\nTask { await run() }"),
            ("Sources/Engine/A.swift", "while !Task.isCancelled { try await Task.sleep(for: pause) }"),
            ("Sources/Engine/A.swift", "// Invariant: the list is never empty.\nfatalError()"),
            ("Sources/Engine/A.swift", "let now = Date()"),
            ("Sources/Engine/A.swift", "// TODO(#12): the second engine"),
            ("Sources/Routing/A.swift", "#\"\"\"\n UUID() \"\"\" Date()\n\"\"\"#"),
            ("web/lib/a.js", "// never innerHTML"),
            ("web/demo/index.html", "<script src=\"/messenger.js\" defer></script>"),
        ])
    func silent(path: String, text: String) {
        let file = SourceFile(path: path, text: text)
        #expect(Ban.all.flatMap { $0.findings(in: file) }.report == "")
    }
}

import Foundation
import Hummingbird
import Testing

@testable import PlatformAPI
@testable import TestSupport

@Suite("Files for browsers", .timeLimit(.minutes(1)))
struct StaticFileTests {
    /// A folder with pages, a file beside it that must stay unseen, and a server for it.
    private func run(_ test: @Sendable @escaping (TestServer, URL) async throws -> Void) async throws {
        let base = FileManager.default.temporaryDirectory.appending(path: "engawa-files-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: base) }
        let files = [
            "web/desktop/index.html": "<title>{{deploymentId}}</title>", "web/desktop/lib/a.js": "export const a = 1",
            "web/desktop/.hidden": "no", "web/messenger/messenger.js": "engawa()\n",
            "web/demo/index.html": "<script data-deployment-id=\"{{deploymentId}}\"></script>", "secret.txt": "secret",
        ]
        for (path, text) in files {
            let url = base.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        try FileManager.default.createSymbolicLink(
            at: base.appending(path: "web/desktop/link.txt"), withDestinationURL: base.appending(path: "secret.txt"))
        let router = APIServer.makeRouter()
        StaticFiles(root: base.appending(path: "web").path(), linked: ["desktop/lib/main.js"]).install(
            [
                .init("/desktop/", folder: "desktop"),
                .init("/framing/", folder: "desktop", framing: .holdsFrames),
                .init("/framed/", folder: "desktop", framing: .isFramed),
                .init("/messenger.js", folder: "messenger/messenger.js", isShared: true),
                .init("/demo/", folder: "demo", replacements: ["index.html": ["{{deploymentId}}": "d-1"]]),
            ], in: router)
        try await TestServer.run(router: router) { try await test($0, base) }
    }

    @Test("a page is in no frame unless it is meant to be, and there it is a stranger")
    func framing() async throws {
        try await run { server, _ in
            let usual = try await RawClient.request(server.port, "GET", "/desktop/").headers
            #expect(usual["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
            #expect(usual["content-security-policy"]?.contains("frame-src") == false)
            #expect(usual["x-frame-options"] == "DENY")
            let holding = try await RawClient.request(server.port, "GET", "/framing/").headers
            #expect(holding["content-security-policy"]?.hasSuffix("; frame-src 'self'") == true)
            #expect(holding["x-frame-options"] == "DENY")
            let framed = try await RawClient.request(server.port, "GET", "/framed/").headers
            #expect(framed["content-security-policy"]?.contains("frame-ancestors 'self'") == true)
            #expect(framed["content-security-policy"]?.hasSuffix("; sandbox allow-scripts") == true)
            #expect(framed["x-frame-options"] == "SAMEORIGIN")
        }
    }

    @Test("a folder's page, its files and a single file are served with types and security headers")
    func served() async throws {
        try await run { server, _ in
            let page = try await RawClient.request(server.port, "GET", "/desktop/")
            #expect(page.status == 200)
            #expect(page.body == "<title>{{deploymentId}}</title>")
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.headers["cache-control"] == "no-cache")
            #expect(page.headers["x-content-type-options"] == "nosniff")
            let policy = page.headers["content-security-policy"] ?? ""
            #expect(policy.contains("script-src 'self';") && policy.contains("connect-src 'self' ws: wss:"))
            #expect(!policy.contains("unsafe"))
            let script = try await RawClient.request(server.port, "GET", "/desktop/lib/a.js")
            #expect(script.headers["content-type"] == "text/javascript; charset=utf-8")
            let messenger = try await RawClient.request(server.port, "GET", "/messenger.js")
            #expect(messenger.body == "engawa()\n")
            #expect(messenger.headers["access-control-allow-origin"] == "*")
            #expect(messenger.headers["cross-origin-resource-policy"] == "cross-origin")
            let demo = try await RawClient.request(server.port, "GET", "/demo/")
            #expect(demo.body == "<script data-deployment-id=\"d-1\"></script>")
            let redirect = try await RawClient.request(server.port, "GET", "/desktop")
            #expect(redirect.status == 301)
            #expect(redirect.headers["location"] == "/desktop/")
        }
    }

    @Test("a known version is answered with 304, a changed file with the new one")
    func revalidation() async throws {
        try await run { server, base in
            let tag = try await RawClient.request(server.port, "GET", "/desktop/").headers["etag"] ?? ""
            let known = try await RawClient.request(
                server.port, "GET", "/desktop/", headers: ["If-None-Match: \"x\", \(tag)"])
            #expect(known.status == 304)
            #expect(known.body.isEmpty)
            let file = base.appending(path: "web/desktop/index.html")
            try Data("new".utf8).write(to: file)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path())
            let changed = try await RawClient.request(
                server.port, "GET", "/desktop/", headers: ["If-None-Match: \(tag)"])
            #expect(changed.body == "new")
        }
    }

    @Test("a client that takes gzip gets it, another does not, and both know the version by the same tag")
    func compression() async throws {
        try await run { server, base in
            let text = String(repeating: "export const veranda = 1;\n", count: 200)
            try Data(text.utf8).write(to: base.appending(path: "web/desktop/lib/long.js"))
            let plain = try await RawClient.request(server.port, "GET", "/desktop/lib/long.js")
            #expect(plain.body == text)
            #expect(plain.headers["content-encoding"] == nil)
            #expect(plain.headers["vary"] == "Accept-Encoding")
            for (accepted, encoding) in [("br, gzip", "gzip"), ("gzip;q=0", nil), ("br", nil)] {
                let answer = try await RawClient.request(
                    server.port, "GET", "/desktop/lib/long.js", headers: ["Accept-Encoding: \(accepted)"])
                #expect(answer.headers["content-encoding"] == encoding)
                #expect(answer.headers["etag"] == plain.headers["etag"])
            }
        }
    }

    @Test("a style sheet comes with the ones that it imports, also after one of them has changed")
    func imports() async throws {
        try await run { server, base in
            func write(_ name: String, _ text: String) throws {
                try Data(text.utf8).write(to: base.appending(path: "web/desktop/lib/\(name)"))
            }
            try write("all.css", "@import \"a.css\";\n@import \"../secret.txt\";\n@import \"none.css\";\nb {}")
            try write("a.css", "a {\n  /* why */\n}\n")
            let sheet = try await RawClient.request(server.port, "GET", "/desktop/lib/all.css")
            #expect(sheet.body == "a {\n}\n@import \"../secret.txt\";\n@import \"none.css\";\nb {}\n")
            try write("a.css", "c {}")
            let part = base.appending(path: "web/desktop/lib/a.css")
            let later = Date.now.addingTimeInterval(60)
            try FileManager.default.setAttributes([.modificationDate: later], ofItemAtPath: part.path())
            let changed = try await RawClient.request(server.port, "GET", "/desktop/lib/all.css")
            #expect(changed.body.hasPrefix("c {}\n"))
        }
    }

    @Test("comments and indentation stay at home, code does not change")
    func comments() {
        let script = """
            /**
             * Why, with a // and a "quote".
             */
            import a from "./a.js"; // stays
              // goes
              /** @type {string} */ let b = /** @type {any} */ (c) + "/** no */";
            const url = `https://here/**`;
            /** One line. */
            b();
            """
        let code = """
            import a from "./a.js"; // stays
            let b = (c) + "/** no */";
            const url = `https://here/**`;
            b();

            """
        #expect(FileTransfer.lean(script) == code)
    }

    @Test("a linked module comes with all that it imports, as it is when that cannot be, and again after a change")
    func links() async throws {
        try await run { server, base in
            func write(_ name: String, _ text: String) throws {
                try Data(text.utf8).write(to: base.appending(path: "web/desktop/lib/\(name)"))
            }
            try write("a.js", "export const a = 1;\n")
            try write("main.js", "import { a } from \"./a.js\";\n  use(a);\n")
            let script = try await RawClient.request(server.port, "GET", "/desktop/lib/main.js")
            let linked = "const m0 = (() => {\nconst a = 1;\nreturn { a };\n})();\n"
            #expect(script.body == linked + "(() => {\nconst { a } = m0;\nuse(a);\n})();\n")
            #expect(script.headers["content-type"] == "text/javascript; charset=utf-8")
            try write("a.js", "export default 1;\n")
            let part = base.appending(path: "web/desktop/lib/a.js")
            try FileManager.default.setAttributes(
                [.modificationDate: Date.now.addingTimeInterval(60)], ofItemAtPath: part.path())
            let alone = try await RawClient.request(server.port, "GET", "/desktop/lib/main.js")
            #expect(alone.body == "import { a } from \"./a.js\";\nuse(a);\n")
        }
    }

    @Test(
        "nothing outside the folder, hidden or missing is served",
        arguments: [
            "/desktop/../secret.txt", "/desktop/../../secret.txt", "/desktop/%2e%2e/%2e%2e/secret.txt",
            "/desktop/..%2f..%2fsecret.txt", "/desktop/..%5csecret.txt", "/desktop/.hidden", "/desktop/link.txt",
            "/desktop/lib", "/desktop/lib/", "/desktop/nothing.js", "/desktop/%00", "/desktop/%ff", "/messenger.js/x",
        ])
    func outside(path: String) async throws {
        try await run { server, _ in
            let answer = try await RawClient.request(server.port, "GET", path)
            #expect(answer.status == 404)
            #expect(try ErrorAnswer(answer).code == "not.found")
        }
    }
}

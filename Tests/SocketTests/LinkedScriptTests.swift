import Foundation
import Testing

@testable import PlatformAPI

@Suite("One script from many modules")
struct LinkedScriptTests {
    /// Links `web/main.js` of some files.
    private func link(_ files: [String: String]) throws -> Result<String, LinkedScript.Refusal> {
        let base = FileManager.default.temporaryDirectory.appending(path: "engawa-linked-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: base) }
        for (name, text) in files {
            let file = base.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let root = base.appending(path: "web")
        do throws(LinkedScript.Refusal) {
            return .success(try LinkedScript.link(root.appending(path: "main.js"), below: root).text)
        } catch { return .failure(error) }
    }

    @Test("each module stands once, after those that it imports, and keeps its names to itself")
    func order() throws {
        let text = try link([
            "web/main.js": """
            /** Why. */
            import { one as first, Two } from "./lib/a.js";
            import "./b.js";
            export { Two as Second } from "./lib/a.js";
            import {
              three,
            } from "./b.js";

            export async function start() {
              return [first, three];
            }

            """,
            "web/lib/a.js": "export const one = 1;\nexport class Two {}\nfunction hidden() {}\n",
            "web/b.js": "import { one } from \"./lib/a.js\";\nexport function three() {\n  return one;\n}\n",
        ]).get()
        #expect(
            text == """
                const m0 = (() => {
                const one = 1;
                class Two {}
                function hidden() {}
                return { one, Two };
                })();
                const m1 = (() => {
                const { one } = m0;
                function three() {
                return one;
                }
                return { three };
                })();
                const m2 = (() => {
                const { one: first, Two } = m0;
                const { Two: Second } = m0;
                const { three } = m1;
                async function start() {
                return [first, three];
                }
                return { Second, start };
                })();
                export const { Second, start } = m2;

                """)
    }

    @Test(
        "a form that it does not know is refused, never guessed",
        arguments: [
            "export default 1;\n", "export let a = 1;\n", "export { a };\n", "export * from \"./a.js\";\n",
            "import * as a from \"./a.js\";\n", "import a from \"./a.js\";\n", "import { a b } from \"./a.js\";\n",
            "import { missing } from \"./a.js\";\n", "import(\"./a.js\");\n", "use(import.meta.url);\n", "await a();\n",
            "import { a } from './a.js';\n", "import { a } from \"./a.js\"\n",
        ])
    func forms(text: String) throws {
        guard case .failure(.form) = try link(["web/main.js": text, "web/a.js": "export const a = 1;\n"]) else {
            Issue.record("linked: \(text)")
            return
        }
    }

    @Test("modules that import each other, are missing, or lie outside the folder are refused")
    func places() throws {
        let importing = { (name: String) in "import \"\(name)\";\n" }
        #expect(
            try link(["web/main.js": importing("./a.js"), "web/a.js": importing("./main.js")])
                == .failure(.cycle("main.js")))
        #expect(try link(["web/main.js": importing("./a.js")]) == .failure(.missing("a.js")))
        #expect(try link(["web/main.js": importing("../a.js"), "a.js": ""]) == .failure(.missing("a.js")))
    }

    @Test("the messenger is one script")
    func messenger() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../web").standardized
        let script = try LinkedScript.link(root.appending(path: "messenger/app.js"), below: root)
        #expect(script.text.hasSuffix("export const { start } = m\(script.parts.count - 1);\n"))
        #expect(script.parts.count > 40)
    }
}

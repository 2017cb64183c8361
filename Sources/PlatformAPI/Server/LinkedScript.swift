import Foundation

/// One script made of a module and everything that it imports, for a page that should ask once and not fifty times.
///
/// Each module becomes a function that is called in the order in which a browser would evaluate them, and answers what
/// it exports; names of one module are never seen by another. The forms of `import` and `export` that our modules are
/// written in are known, at the beginning of a line; on any other form the script is not linked, and a browser that
/// gets the module as it is follows the imports itself (`docs/decisions/0028-one-script-for-the-messenger.md`).
struct LinkedScript {
    /// Why a module is served as it is.
    enum Refusal: Error, Equatable {
        /// A form that is not known, as `export default`.
        case form(String)
        /// Modules that import each other have no order in which each could be called.
        case cycle(String)
        /// A file that is not there, or not below the root.
        case missing(String)
        case tooMany
    }

    /// What a module of ours may reach at most; all of the messenger's are some fifty.
    static let modulesMax = 200

    /// The modules in their order, the entry last.
    private var modules: [URL] = []
    private var exports: [[String]] = []
    private var bodies: [String] = []
    /// Modules whose imports are being read.
    private var isOpen: Set<URL> = []
    private let root: URL

    /// Reads the module and all that it imports below `root`.
    static func link(_ entry: URL, below root: URL) throws(Refusal) -> (text: String, parts: [URL]) {
        var script = LinkedScript(root: root.resolvingSymlinksInPath().standardizedFileURL)
        let number = try script.add(entry)
        let exports = script.exports[number]
        let last = exports.isEmpty ? "" : "export const { \(exports.joined(separator: ", ")) } = m\(number);\n"
        return (script.bodies.joined() + last, script.modules)
    }

    private init(root: URL) { self.root = root }

    /// The number of the module, whose body stands after those of its imports.
    private mutating func add(_ module: URL) throws(Refusal) -> Int {
        let file = module.resolvingSymlinksInPath().standardizedFileURL
        if let known = modules.firstIndex(of: file) { return known }
        guard isOpen.insert(file).inserted else { throw .cycle(file.lastPathComponent) }
        guard isOpen.count + modules.count <= Self.modulesMax else { throw .tooMany }
        guard file.pathComponents.starts(with: root.pathComponents),
            var text = try? String(contentsOf: file, encoding: .utf8)
        else { throw .missing(file.lastPathComponent) }
        var exported: [String] = []
        try replaceImports(in: &text, of: file, exported: &exported)
        text.replace(Self.declaration) { match in
            exported.append(String(match.2))
            return "\(match.1) \(match.2)"
        }
        if let form = text.firstMatch(of: Self.unknownStatement) { throw .form(String(form.0)) }
        text = FileTransfer.lean(text)
        if let form = text.firstMatch(of: Self.ofModules) { throw .form(String(form.0)) }
        isOpen.remove(file)
        modules.append(file)
        exports.append(exported)
        let number = modules.count - 1
        let answer = exported.isEmpty ? "" : "return { \(exported.joined(separator: ", ")) };\n"
        bodies.append((exported.isEmpty ? "" : "const m\(number) = ") + "(() => {\n\(text)\(answer)})();\n")
        return number
    }

    /// `import` and `export … from` become constants, in their order: whoever is imported is called before.
    private mutating func replaceImports(
        in text: inout String, of file: URL, exported: inout [String]
    ) throws(Refusal) {
        while let match = text.firstMatch(of: Self.reference) {
            let number = try add(file.deletingLastPathComponent().appending(path: String(match.address)))
            var constant = ""
            if let names = match.names {
                let pairs = try Self.pairs(names)
                constant = "const { \(pairs.map { $0.0 == $0.1 ? $0.0 : "\($0.0): \($0.1)" }.joined(separator: ", "))"
                constant += " } = m\(number);\n"
                guard pairs.allSatisfy({ exports[number].contains($0.0) }) else { throw .form(String(match.0)) }
                if match.keyword == "export" { exported += pairs.map(\.1) }
            }
            text.replaceSubrange(match.range, with: constant)
        }
    }

    /// `a, b as c` as (a, a), (b, c).
    private static func pairs(_ names: Substring) throws(Refusal) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for name in names.split(separator: ",") {
            let words = name.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.isEmpty { continue }
            guard words.count == 1 || (words.count == 3 && words[1] == "as") else { throw .form(String(name)) }
            pairs.append((words[0], words.last ?? words[0]))
        }
        return pairs
    }

    private typealias Reference = Regex<(Substring, keyword: Substring, names: Substring?, address: Substring)>

    /// `import "./a.js";`, `import { a, b as c } from "./a.js";`, `export { a } from "./a.js";`.
    private static var reference: Reference {
        /(?m)^(?<keyword>import|export) (?:\{(?<names>[^}]*)\} from )?"(?<address>\.[^"\n]+)";\n/
    }

    private static var declaration: Regex<(Substring, Substring, Substring)> {
        /(?m)^export ((?:async )?function|class|const) (\w+)/
    }

    /// What stands at the top of a module and means nothing in a function.
    private static var unknownStatement: Regex<Substring> { /(?m)^(?:import|export|await)\b[^\n]*/ }

    /// What would mean the linked script instead of the module, looked for where comments are gone.
    private static var ofModules: Regex<Substring> { /\bimport(?:\(|\.meta)/ }
}

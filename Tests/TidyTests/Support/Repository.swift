import Foundation

/// The files of this repository, read as text.
enum Repository {
    /// The folder that holds Package.swift.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Everything of `web` that is ours: libraries that set-up brings are not.
    private static let foreign = ["web/vendor"]

    /// The files under folders whose names end so, in order of their paths. A name like "Makefile" is an ending too.
    static func files(under folders: [String], ending endings: [String]) throws -> [SourceFile] {
        try folders.flatMap(paths(under:)).filter { path in
            endings.contains { path.hasSuffix($0) } && !foreign.contains { path.hasPrefix($0 + "/") }
        }.sorted().map(file)
    }

    /// The Swift files as code, by path: made once for all rules.
    static let codes: [String: SwiftCode] = {
        let files = (try? Repository.files(under: ["Sources", "Tests"], ending: [".swift"])) ?? []
        return Dictionary(uniqueKeysWithValues: files.map { ($0.path, SwiftCode($0.text)) })
    }()

    /// One file by its path from the root.
    static func file(_ path: String) throws -> SourceFile {
        SourceFile(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }

    /// Whether a file or folder is there.
    static func contains(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// The documents: those of the root and everything under docs.
    static func documents() throws -> [SourceFile] {
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path)
        return try names.filter { $0.hasSuffix(".md") }.sorted().map(file) + files(under: ["docs"], ending: [".md"])
    }

    private static func paths(under folder: String) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: root.appending(path: folder).path) else { return [] }
        var found: [String] = []
        while let path = walk.nextObject() as? String {
            let name = path.split(separator: "/").last ?? ""
            if name.hasPrefix(".") || name == "node_modules" || name == "__pycache__" {
                walk.skipDescendants()
            } else if walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
                found.append(folder + "/" + path)
            }
        }
        return found
    }
}

/// A text file at a path.
struct SourceFile: Sendable {
    let path: String
    let text: String

    /// The text as code.
    var code: SwiftCode {
        if let known = Repository.codes[path], known.source == text { return known }
        return SwiftCode(text)
    }

    /// The lines without their ends.
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// The last component of the path.
    var name: String { String(path.split(separator: "/").last ?? "") }
    /// The target that a Swift file belongs to, such as `Journal` for `Sources/Journal/Interface/Journal.swift`.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : nil
    }
}

/// What is wrong at a place, and what to write instead.
struct Finding: CustomStringConvertible, Hashable {
    let path: String
    /// Counted from 1; absent when the whole file is meant.
    let line: Int?
    let message: String

    var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(message)" }
}

extension [Finding] {
    /// All findings as one text that a person can walk through; empty when the house is tidy.
    var report: String { map(\.description).joined(separator: "\n") }
}

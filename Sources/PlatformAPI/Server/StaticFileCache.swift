import Crypto
import Foundation
import NIOCore
import Synchronization

/// A file as it is served.
struct StaticFile: Sendable {
    let bytes: ByteBuffer
    /// The same as gzip; `nil` when that is no smaller.
    let compressed: ByteBuffer?
    /// Weak, because both forms have it.
    let eTag: String
    let contentType: String
    fileprivate let modified: Date
    /// Files that stand in this one.
    fileprivate let parts: [URL]

    fileprivate init(_ data: Data, contentType: String, modified: Date, parts: [URL]) {
        self.parts = parts
        bytes = ByteBuffer(bytes: data)
        compressed =
            FileTransfer.gains(contentType) ? FileTransfer.compressed(data).map { ByteBuffer(bytes: $0) } : nil
        eTag =
            "W/\""
            + SHA256.hash(data: data).prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined() + "\""
        self.contentType = contentType
        self.modified = modified
    }
}

/// Files that were served before, by path; read again when they change. Blocking; called on NIO's threads for files.
final class StaticFileCache: Sendable {
    /// The browser side has far fewer and smaller files; what is beyond is read each time.
    private static let filesMax = 500
    private static let fileBytesMax = 4 << 20

    private let linked: Set<String>
    private let cache = Mutex<[String: StaticFile]>([:])

    init(linked: Set<String>) { self.linked = linked }

    /// The file at a path below the root; 404 when there is none, or when a link leads out of the root.
    func file(_ path: String, below root: URL, replacing texts: [String: String]) throws -> StaticFile {
        let real = root.appending(path: path).resolvingSymlinksInPath().standardizedFileURL
        let inside = real.pathComponents.starts(with: root.resolvingSymlinksInPath().standardizedFileURL.pathComponents)
        let values = try? real.resourceValues(forKeys: [.isRegularFileKey, .contentModificationDateKey, .fileSizeKey])
        guard inside, values?.isRegularFile == true, let modified = values?.contentModificationDate,
            let bytes = values?.fileSize, bytes <= Self.fileBytesMax
        else { throw APIError.notFound }
        let known = cache.withLock { $0[path] }
        if let known, known.modified == Self.latest(modified, known.parts) { return known }
        guard var data = try? Data(contentsOf: real) else { throw APIError.notFound }
        var parts: [URL] = []
        if !texts.isEmpty {
            let text = texts.reduce(String(decoding: data, as: UTF8.self)) { $0.replacing($1.key, with: $1.value) }
            data = Data(text.utf8)
        }
        if let script = linked.contains(path) ? try? LinkedScript.link(real, below: root) : nil {
            data = Data(script.text.utf8)
            parts = script.parts
        } else if real.pathExtension == "js" || real.pathExtension == "css" {
            var text = String(decoding: data, as: UTF8.self)
            if real.pathExtension == "css" { (text, parts) = Self.joined(text, in: real.deletingLastPathComponent()) }
            data = Data(FileTransfer.lean(text).utf8)
        }
        let file = StaticFile(
            data, contentType: ContentType.of(real.pathExtension), modified: Self.latest(modified, parts), parts: parts)
        cache.withLock { if $0.count < Self.filesMax { $0[path] = file } }
        return file
    }

    /// A style sheet with the ones of its folder that it imports in their places: one request instead of one for each,
    /// and sheets that a script constructs may not import.
    private static func joined(_ sheet: String, in folder: URL) -> (text: String, parts: [URL]) {
        var parts: [URL] = []
        let text = sheet.replacing(/(?m)^@import "([a-z-]+\.css)";$/) { match in
            let part = folder.appending(path: String(match.1))
            guard let text = try? String(contentsOf: part, encoding: .utf8) else { return String(match.0) }
            parts.append(part)
            return text
        }
        return (text, parts)
    }

    private static func latest(_ modified: Date, _ parts: [URL]) -> Date {
        parts.reduce(modified) { latest, part in
            let values = try? URL(filePath: part.path()).resourceValues(forKeys: [.contentModificationDateKey])
            return max(latest, values?.contentModificationDate ?? latest)
        }
    }
}

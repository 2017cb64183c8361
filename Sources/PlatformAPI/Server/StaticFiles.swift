import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOPosix
import Synchronization

/// Serves the browser side from a folder: types, ETags, security headers; no listing, no way out of the folder.
public struct StaticFiles: Sendable {
    /// A path of the server and the folder or file that is served there.
    public struct Mount: Sendable {
        let path: String
        let folder: String
        let isShared: Bool
        let replacements: [String: [String: String]]

        /// A folder, or one file when `path` does not end in `/`.
        /// - Parameters:
        ///   - path: as `/desktop/` or `/messenger.js`.
        ///   - folder: relative to the root, as `desktop` or `messenger/messenger.js`.
        ///   - isShared: whether pages of other origins may load it, as the messenger is.
        ///   - replacements: for a file's name, the texts to replace in it, as
        ///     `["index.html": ["{{deploymentId}}": "…"]]`.
        public init(
            _ path: String, folder: String, isShared: Bool = false, replacements: [String: [String: String]] = [:]
        ) {
            self.path = path
            self.folder = folder
            self.isShared = isShared
            self.replacements = replacements
        }
    }

    private let root: URL
    private let files = StaticFileCache()

    /// Files below a folder, as `web`.
    public init(root: String) { self.root = URL(filePath: root, directoryHint: .isDirectory).standardizedFileURL }

    /// Adds routes for the mounts. A folder's path without its slash is redirected to the one with it.
    public func install(_ mounts: [Mount], in router: Router<APIContext>) {
        for mount in mounts {
            let answer: @Sendable (Request, APIContext) async throws -> Response = { request, _ in
                try await self.answer(request, mount)
            }
            let isFolder = mount.path.hasSuffix("/")
            let paths = isFolder ? [String(mount.path.dropLast()), mount.path + "**"] : [mount.path]
            for path in paths {
                router.on(RouterPath(path), method: .get, use: answer)
                router.on(RouterPath(path), method: .head) { try await answer($0, $1).createHeadResponse() }
            }
        }
    }

    private func answer(_ request: Request, _ mount: Mount) async throws -> Response {
        let path = request.uri.path
        if mount.path.hasSuffix("/"), path + "/" == mount.path {
            return Response(status: .movedPermanently, headers: [.location: mount.path])
        }
        let rest = mount.path.hasSuffix("/") ? Self.relativePath(path.dropFirst(mount.path.count)) : ""
        guard let rest else { throw APIError.notFound }
        let name = rest.isEmpty && mount.path.hasSuffix("/") ? "index.html" : rest
        let relative = name.isEmpty ? mount.folder : mount.folder + "/" + name
        let file = try await NIOThreadPool.singleton.runIfActive {
            try files.file(relative, below: root, replacing: mount.replacements[name] ?? [:])
        }
        return Self.response(file, to: request, isShared: mount.isShared)
    }

    /// The path below the mount; `nil` for one that tries to leave it, or that names a hidden file.
    static func relativePath(_ path: some StringProtocol) -> String? {
        var parts: [String] = []
        for part in path.split(separator: "/") {
            guard let part = String(part).removingPercentEncoding, !part.hasPrefix("."),
                !part.contains(where: { $0 == "/" || $0 == "\\" || $0 == "\0" })
            else { return nil }
            parts.append(part)
        }
        if path.hasSuffix("/"), !parts.isEmpty { parts.append("index.html") }
        return parts.joined(separator: "/")
    }

    private static func response(_ file: StaticFile, to request: Request, isShared: Bool) -> Response {
        var headers: HTTPFields = [
            .eTag: file.eTag, .vary: "Accept-Encoding",
            // Asked for each time, answered with 304: a new version of the product is seen at once.
            .cacheControl: "no-cache",
            .contentSecurityPolicy: contentSecurityPolicy,
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "same-origin",
            .frameOptions: "DENY",
            .crossOriginResourcePolicy: isShared ? "cross-origin" : "same-origin",
        ]
        if isShared { headers[.accessControlAllowOrigin] = "*" }
        let known = request.headers[.ifNoneMatch]?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        if let known, known.contains(where: { $0 == "*" || $0 == file.eTag || "W/" + $0 == file.eTag }) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = file.contentType
        if let compressed = file.compressed, FileTransfer.isAccepted(request.headers[.acceptEncoding]) {
            headers[.contentEncoding] = "gzip"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: compressed))
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.bytes))
    }

    /// Scripts and styles from us only, never inline, so that a message that got into a page as markup could do
    /// nothing. Pictures may come from the platforms that customers write on. Pages are never shown inside another's.
    public static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob: https:",
        "media-src 'self' data: blob: https:", "font-src 'self'", "connect-src 'self' ws: wss:", "manifest-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")
}

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

    private let cache = Mutex<[String: StaticFile]>([:])

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
        if real.pathExtension == "js" || real.pathExtension == "css" {
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

/// Content types by a file's extension.
enum ContentType {
    static func of(_ fileExtension: String) -> String {
        known[fileExtension.lowercased()] ?? "application/octet-stream"
    }

    private static let known = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "json": "application/json; charset=utf-8",
        "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
        "ico": "image/x-icon", "woff2": "font/woff2", "mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/wav",
    ]
}

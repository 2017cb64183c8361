import Foundation
import HTTPTypes
import Hummingbird
import NIOPosix

/// Serves the browser side from a folder: types, ETags, security headers; no listing, no way out of the folder.
public struct StaticFiles: Sendable {
    /// A path of the server and the folder or file that is served there.
    public struct Mount: Sendable {
        let path: String
        let folder: String
        let isShared: Bool
        let framing: Framing
        let replacements: [String: [String: String]]

        /// Whether frames are in a page, or the page in one.
        public enum Framing: Sendable {
            case none
            /// The page may show pages of ours in frames.
            case holdsFrames
            /// Only pages of ours may show it in a frame, and even there it is a stranger: a sandbox with an origin of
            /// its own, without our storage and our tokens.
            case isFramed
        }

        /// A folder, or one file when `path` does not end in `/`.
        /// - Parameters:
        ///   - path: as `/desktop/` or `/messenger.js`.
        ///   - folder: relative to the root, as `desktop` or `messenger/messenger.js`.
        ///   - isShared: whether pages of other origins may load it, as the messenger is.
        ///   - framing: whether frames are in its pages, or they in frames.
        ///   - replacements: for a file's name, the texts to replace in it, as
        ///     `["index.html": ["{{deploymentId}}": "…"]]`.
        public init(
            _ path: String, folder: String, isShared: Bool = false, framing: Framing = .none,
            replacements: [String: [String: String]] = [:]
        ) {
            self.path = path
            self.folder = folder
            self.isShared = isShared
            self.framing = framing
            self.replacements = replacements
        }
    }

    private let root: URL
    private let files: StaticFileCache

    /// Files below a folder, as `web`.
    /// - Parameters:
    ///   - root: the folder.
    ///   - linked: modules, relative to the root, that come as one script with everything that they import.
    public init(root: String, linked: Set<String> = []) {
        self.root = URL(filePath: root, directoryHint: .isDirectory).standardizedFileURL
        files = StaticFileCache(linked: linked)
    }

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
        let relative = [mount.folder, name].filter { !$0.isEmpty }.joined(separator: "/")
        let file = try await NIOThreadPool.singleton.runIfActive {
            try files.file(relative, below: root, replacing: mount.replacements[name] ?? [:])
        }
        return Self.response(file, to: request, mount)
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

    private static func response(_ file: StaticFile, to request: Request, _ mount: Mount) -> Response {
        let isShared = mount.isShared
        var headers: HTTPFields = [
            .eTag: file.eTag, .vary: "Accept-Encoding",
            // Asked for each time, answered with 304: a new version of the product is seen at once.
            .cacheControl: "no-cache",
            .contentSecurityPolicy: mount.framing.contentSecurityPolicy,
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "same-origin",
            .frameOptions: mount.framing == .isFramed ? "SAMEORIGIN" : "DENY",
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

extension StaticFiles.Mount.Framing {
    /// The policy of a page: that of all, but for frames.
    var contentSecurityPolicy: String {
        let usual = StaticFiles.contentSecurityPolicy
        switch self {
        case .none: return usual
        case .holdsFrames: return usual + "; frame-src 'self'"
        case .isFramed:
            return usual.replacing("frame-ancestors 'none'", with: "frame-ancestors 'self'") + "; sandbox allow-scripts"
        }
    }
}

import ContactCenter
import Foundation
import NIOCore

/// Whether a file is taken: by its name, type and size before its bytes come, and by all of them when they have.
/// Guests' files and agents' are judged here and nowhere else, because whoever opens a file does not ask who sent it.
struct FileJudgement: Sendable {
    let limits: FileLimits
    /// Types that the channel carries, whole or with a star; `nil` when it says nothing.
    private let supported: [String]?

    /// - Parameter supported: the direction of an integration's `supportedContent.mediaTypes.allow`.
    init(_ limits: FileLimits, supported: JSONValue? = nil) {
        self.limits = limits
        self.supported = supported?.array?.compactMap { $0["type"]?.string?.lowercased() }
    }

    /// Types of which a client may offer files.
    var types: [String] {
        let own = limits.types.map { $0.lowercased() }
        guard let supported else { return own }
        var seen = Set<String>()
        let both =
            own.filter { type in supported.contains { Self.matches(type, $0) } }
            + supported.filter { type in own.contains { Self.matches(type, $0) } }
        return both.filter { seen.insert($0).inserted }
    }

    // MARK: What it says it is

    /// A name is one part of a path with an extension, and no reader may see another than a file system does.
    func check(name: String) throws(FileRefusal) {
        guard name.count <= limits.nameLengthMax else { throw .nameTooLong(lengthMax: limits.nameLengthMax) }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let hasExtension = parts.last?.isEmpty == false && parts.dropLast().contains { !$0.isEmpty }
        guard hasExtension else { throw .name }
        guard name.unicodeScalars.allSatisfy(Self.isPlain), name.trimmingCharacters(in: .whitespaces) == name else {
            throw .name
        }
        // Every extension counts: some systems hide the last one, some servers look at any.
        let isBlocked = parts.dropFirst().contains { part in
            limits.blockedExtensions.contains("." + part.lowercased().trimmingCharacters(in: .whitespaces))
        }
        guard !isBlocked else { throw .type }
    }

    /// - Parameter type: without parameters, as ``plain(_:)`` makes it.
    func check(type: String) throws(FileRefusal) {
        guard limits.types.contains(where: { Self.matches(type, $0.lowercased()) }),
            supported?.contains(where: { Self.matches(type, $0) }) != false,
            Self.isWellFormed(type), !Self.active.contains(type)
        else { throw .type }
    }

    func check(bytesCount: Int64) throws(FileRefusal) {
        guard bytesCount != 0 else { throw .empty }
        guard bytesCount > 0, bytesCount <= Int64(limits.bytesMax) else {
            throw .tooLarge(bytesMax: Int64(limits.bytesMax))
        }
    }

    // MARK: What it is

    /// Holds the whole file to what it says, and asks the scanner about it if there is one. What cannot be scanned is
    /// not taken.
    func judge(_ bytes: Data, as type: String) async throws(FileRefusal) {
        try check(bytesCount: Int64(bytes.count))
        let file = ByteBuffer(bytes: bytes)
        guard FileContent.isAcceptable(file, as: type), await Unpacking.isBounded(file, limits) else { throw .content }
        guard let scanner = limits.scanner else { return }
        let verdict: VirusScanner.Verdict
        do { verdict = try await scanner.scan(bytes) } catch { throw .unscanned(reason: error.reason) }
        if case .infected(let virus) = verdict { throw .infected(virus: virus) }
    }

    // MARK: Names and types

    /// Neither separator, nor control, nor what turns the direction of writing.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2028, 0x2029, 0x2066...0x2069: false
        default: !"/\\:*?\"<>|".unicodeScalars.contains(scalar)
        }
    }

    /// A media type without its parameters.
    static func plain(_ type: String) -> String {
        type.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
    }

    private static func isWellFormed(_ type: String) -> Bool {
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && type.utf8.count <= 127
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isOfType) }
    }

    private static func isOfType(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-+._".utf8.contains(byte)
        }
    }

    /// `image/*` and `*/*` stand for many; an extension with a dot, as some configurations have, for none.
    static func matches(_ type: String, _ pattern: String) -> Bool {
        if pattern == "*/*" || pattern == "*" { return true }
        if pattern.hasSuffix("/*") { return type.hasPrefix(pattern.dropLast()) }
        return type == pattern
    }

    /// Types that a browser would run.
    private static let active: Set<String> = [
        "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "text/javascript",
        "application/javascript", "application/x-javascript", "text/ecmascript", "application/ecmascript",
        "application/x-httpd-php", "application/x-sh", "application/x-msdownload", "application/x-msdos-program",
        "application/java-archive", "application/x-shockwave-flash", "application/hta", "text/x-php", "text/xsl",
    ]
}

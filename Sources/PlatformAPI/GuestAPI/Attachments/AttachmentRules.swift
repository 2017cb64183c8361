import ContactCenter
import Engine
import Foundation

/// Which files the guests of a deployment may send: `messenger.fileUpload.modes` of its configuration, narrowed by the
/// deployment's supported content and by our own limits (reference, B.7, B.11 and B.12).
struct AttachmentRules: Sendable {
    /// A media type, whole or with a star.
    struct FileType: JSONWritable {
        var type: String

        func write(to json: inout JSONWriter) { json.object { $0.member("type", type) } }
    }

    private struct Mode {
        var types: [String]
        var kilobytesMax: Int64
    }

    let limits: GuestLimits
    private let modes: [Mode]
    private let supported: [String]?

    /// Without a deployment nothing is allowed.
    init(_ settings: DeploymentSettings?, limits: GuestLimits) {
        self.limits = limits
        let upload = settings?.configuration?.body["messenger"]?["fileUpload"]
        let most = Int64(limits.fileBytesMax >> 10)
        if upload?["enableAttachments"]?.bool == false {
            modes = []
        } else {
            modes = (upload?["modes"]?.array ?? []).map { mode in
                Mode(
                    types: (mode["fileTypes"]?.array ?? []).compactMap { $0.string?.lowercased() },
                    kilobytesMax: min(max(mode["maxFileSizeKB"]?.integer ?? most, 0), most))
            }
        }
        let inbound = settings?.deployment.body["supportedContent"]?["mediaTypes"]?["allow"]?["inbound"]?.array
        supported = inbound?.compactMap { $0["type"]?.string?.lowercased() }
    }

    /// Whether any file is allowed.
    var isOn: Bool { modes.contains { !$0.types.isEmpty && $0.kilobytesMax > 0 } }

    /// What a client may offer to choose from.
    var fileTypes: [FileType] {
        var seen = Set<String>()
        return modes.flatMap(\.types).filter { seen.insert($0).inserted }.map(FileType.init)
    }

    /// The largest size of any type.
    var kilobytesMax: Int64 { modes.map(\.kilobytesMax).max() ?? 0 }

    /// Holds an announced file to the rules.
    func check(name: String, type: String, bytes: Int64) throws(GuestError) {
        guard isOn else { throw .attachmentsOff }
        try check(name: name)
        guard bytes != 0 else { throw .fileEmpty }
        let type = Self.plain(type)
        let fitting = modes.filter { mode in mode.types.contains { Self.matches(type, $0) } }
        guard !fitting.isEmpty, supported?.contains(where: { Self.matches(type, $0) }) != false,
            Self.isWellFormed(type), !Self.active.contains(type)
        else { throw .fileType }
        let most = fitting.map(\.kilobytesMax).max() ?? 0
        guard bytes > 0, bytes <= most << 10 else { throw .fileSize(kilobytesMax: most) }
    }

    /// A name is one part of a path with an extension, and no reader may see another than a file system does.
    private func check(name: String) throws(GuestError) {
        guard name.count <= limits.fileNameLengthMax else {
            throw .fileNameTooLong(lengthMax: limits.fileNameLengthMax)
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let hasExtension = parts.last?.isEmpty == false && parts.dropLast().contains { !$0.isEmpty }
        guard hasExtension else { throw .fileName }
        guard name.unicodeScalars.allSatisfy(Self.isPlain), name.trimmingCharacters(in: .whitespaces) == name else {
            throw .fileName
        }
        // Every extension counts: some systems hide the last one, some servers look at any.
        let isBlocked = parts.dropFirst().contains { part in
            limits.blockedExtensions.contains("." + part.lowercased().trimmingCharacters(in: .whitespaces))
        }
        guard !isBlocked else { throw .fileType }
    }

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
    private static func matches(_ type: String, _ pattern: String) -> Bool {
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

import Foundation

/// An address that a preview may be made of: `http` or `https`, a host by name, no credentials.
///
/// Read by hand and strictly, because what one reader of URLs takes for the host another takes for a password. What is
/// asked for is written anew from the parts that were judged.
public struct LinkAddress: Sendable, Hashable {
    /// Longer ones are no links that people send.
    static let bytesMax = 2_048

    public let isSecure: Bool
    /// In lower case, without a dot at the end; never a number.
    public let host: String
    public let port: Int
    /// With the query, without the fragment; begins with `/`.
    public let path: String

    /// `nil` for anything else: other schemes, credentials, numbers for a host in any notation, controls.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x5C }),
            let match = text.wholeMatch(of: /(?i:(https?)):\/\/([^\/?#]+)([^#]*)(?:#.*)?/)
        else { return nil }
        let scheme = match.1.lowercased()
        let authority = match.2.lowercased()
        guard let parts = authority.wholeMatch(of: /([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([0-9]{1,5}))?/) else {
            return nil
        }
        let standard = scheme == "https" ? 443 : 80
        guard let port = parts.2.map({ Int($0) }) ?? standard, (1...65_535).contains(port) else { return nil }
        let last = parts.1.split(separator: ".").last ?? ""
        guard parts.1.utf8.count <= 253, !last.allSatisfy(\.isNumber), !last.hasPrefix("0x") else { return nil }
        isSecure = scheme == "https"
        host = String(parts.1)
        self.port = port
        path = (match.3.hasPrefix("/") ? "" : "/") + Self.escaped(match.3)
    }

    /// The address as it is asked for.
    public var url: String {
        let isStandard = port == (isSecure ? 443 : 80)
        return (isSecure ? "https://" : "http://") + host + (isStandard ? "" : ":\(port)") + path
    }

    /// Where a page's own link leads; `nil` when that is no address of ours.
    func resolving(_ reference: String) -> LinkAddress? {
        // Browsers take it for a slash, other readers for a letter.
        guard !reference.contains("\\") else { return nil }
        let escaped = Self.escaped(Substring(reference.trimmingCharacters(in: .whitespacesAndNewlines)))
        guard escaped.utf8.count <= Self.bytesMax, let base = URL(string: url),
            let found = URL(string: escaped, relativeTo: base)
        else { return nil }
        return LinkAddress(found.absoluteString)
    }

    /// What is not ASCII as the bytes of its UTF-8, as browsers send it.
    private static func escaped(_ text: Substring) -> String {
        text.utf8.reduce(into: "") { escaped, byte in
            if byte < 0x80 {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                escaped += "%" + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}

/// The hosts of which previews are made: `shop.example`, `*.shop.example` for those below it, and for demonstrations
/// `http://localhost:8080`.
public struct LinkAllowList: Sendable, Hashable {
    /// What is beyond is not looked at.
    public static let entriesMax = 100

    /// What stands in a configuration and is no host.
    public struct Unreadable: Error, CustomStringConvertible {
        public let entry: String
        public var description: String { "\(entry) is no host for link previews; write shop.example or *.shop.example" }
    }

    private struct Entry: Sendable, Hashable {
        var isSecure: Bool
        var host: String
        var port: Int
        var isBelow: Bool
    }

    private var entries: [Entry] = []
    /// As they were written.
    public private(set) var texts: [String] = []

    /// No host at all.
    public init() {}

    /// Reads a server's own configuration, in which a mistake must be seen.
    public init(serverHosts: [String]) throws(Unreadable) {
        for text in serverHosts.prefix(Self.entriesMax) {
            guard let entry = Self.entry(text, allowsPlain: true) else { throw Unreadable(entry: text) }
            add(entry, text)
        }
    }

    /// With the hosts of a deployment: `https` at its own port only, and what is no host is left out.
    public func adding(deploymentHosts: [String]) -> LinkAllowList {
        var list = self
        for text in deploymentHosts.prefix(Self.entriesMax) {
            if let entry = Self.entry(text, allowsPlain: false) { list.add(entry, text) }
        }
        return list
    }

    public var isEmpty: Bool { entries.isEmpty }

    public func contains(_ address: LinkAddress) -> Bool {
        entries.contains { entry in
            guard entry.isSecure == address.isSecure, entry.port == address.port else { return false }
            return entry.isBelow ? address.host.hasSuffix("." + entry.host) : address.host == entry.host
        }
    }

    private mutating func add(_ entry: Entry, _ text: String) {
        guard !entries.contains(entry) else { return }
        entries.append(entry)
        texts.append(text)
    }

    private static func entry(_ text: String, allowsPlain: Bool) -> Entry? {
        let isPlain = text.hasPrefix("http://")
        let rest = isPlain ? text.dropFirst("http://".count) : Substring(text)
        let isBelow = rest.hasPrefix("*.")
        guard allowsPlain || !rest.contains(":"), !isPlain || allowsPlain, !rest.contains("/"),
            let address = LinkAddress((isPlain ? "http://" : "https://") + (isBelow ? rest.dropFirst(2) : rest)),
            // Everything below `com` is not a list.
            !isBelow || address.host.contains(".")
        else { return nil }
        return Entry(isSecure: !isPlain, host: address.host, port: address.port, isBelow: isBelow)
    }
}

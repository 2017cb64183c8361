/// The host of an `Origin` or of an entry of a list of allowed domains. Clients write `https://shop.example:8443`, and
/// some the bare host (reference, Traps, Guest socket).
struct WebOrigin: Equatable {
    let host: String

    init(_ text: some StringProtocol) {
        var rest = text.lowercased()[...]
        if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
        rest = rest.prefix { $0 != "/" }
        if rest.hasPrefix("[") {
            host = String(rest.prefix { $0 != "]" }) + "]"
        } else {
            host = String(rest.prefix { $0 != ":" })
        }
    }

    /// Whether an entry of the allowed domains stands for this host: the same, or `*.shop.example` for what is below.
    func matches(allowed entry: String) -> Bool {
        let allowed = WebOrigin(entry).host
        if allowed.hasPrefix("*.") { return host.hasSuffix(allowed.dropFirst()) }
        return host == allowed
    }
}

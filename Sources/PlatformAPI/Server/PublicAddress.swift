/// Under which address clients reach us: the one that was configured (behind a proxy there must be one), else the host
/// that the client itself used.
public struct PublicAddress: Sendable {
    /// The configured address without a slash at the end, as `https://chat.example.org`.
    private let baseURL: String?

    /// - Parameter baseURL: the configured address; `nil` answers each client with the host that it asked.
    public init(baseURL: String? = nil) {
        self.baseURL = baseURL.map { String($0.reversed().drop { $0 == "/" }.reversed()) }
    }

    /// The address for HTTP.
    func http(host: String?) -> String { baseURL ?? "http://\(host ?? "127.0.0.1")" }

    /// The address for WebSockets.
    func socket(host: String?) -> String {
        let address = http(host: host)
        return address.hasPrefix("https://") ? "wss://" + address.dropFirst(8) : "ws://" + address.dropFirst(7)
    }

    /// The host of the address, without scheme and port.
    func host(asked host: String?) -> String { WebOrigin(http(host: host)).host }
}

/// The host of an `Origin` or of an entry of a list of allowed domains. Clients write `https://shop.example:8443`, and some
/// the bare host (reference, Traps, Guest socket).
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

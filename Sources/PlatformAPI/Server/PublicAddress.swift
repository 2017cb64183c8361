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
}

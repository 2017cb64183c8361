/// Where clients reach this server, as it must be written into answers: upload links, sockets, deployments' settings.
public struct PublicAddress: Sendable, Hashable {
    /// `https://chat.example.org`, without a slash at the end.
    public let base: String

    /// An address from the configured URL; a slash at its end is taken off.
    public init(_ url: String) { base = url.hasSuffix("/") ? String(url.dropLast()) : url }

    /// The same place for WebSockets: `wss://…`, or `ws://…` for plain HTTP.
    public var socketBase: String {
        if base.hasPrefix("https://") { return "wss://" + base.dropFirst("https://".count) }
        if base.hasPrefix("http://") { return "ws://" + base.dropFirst("http://".count) }
        return base
    }
}

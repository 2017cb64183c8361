/// The limits of all sockets together and the times that hold for each.
public struct SocketConfiguration: Sendable {
    /// Open sockets at most; beyond it an upgrade is refused with 503.
    public var socketsMax: Int
    /// Open sockets of one address at most; beyond it an upgrade is refused with 429. Loopback addresses are not
    /// counted: there it is the reverse proxy that connects, not a client.
    public var socketsPerAddressMax: Int
    /// Whether the last element of `X-Forwarded-For` is the client's address. Only behind a proxy that sets it, as
    /// everybody else could choose an address.
    public var trustsForwardedFor: Bool
    /// A socket that was silent this long is pinged; silent as long again, it is closed. Below the minute after which
    /// proxies give up on a connection.
    public var pingInterval: Duration
    /// Bytes that may wait for a slow reader. Beyond it the socket is closed with 1008: clients resume from what they
    /// have, which is cheaper than to hold everything for each.
    public var waitingBytesMax: Int
    /// How long a client may take to answer our close frame before the connection is cut.
    public var closeTime: Duration
    /// How long calls in progress may take when the server shuts down.
    public var drainTime: Duration

    /// A configuration; every default can be taken in production.
    public init(
        socketsMax: Int = 50_000, socketsPerAddressMax: Int = 1_000, trustsForwardedFor: Bool = false,
        pingInterval: Duration = .seconds(25), waitingBytesMax: Int = 1 << 20, closeTime: Duration = .seconds(5),
        drainTime: Duration = .seconds(5)
    ) {
        self.socketsMax = socketsMax
        self.socketsPerAddressMax = socketsPerAddressMax
        self.trustsForwardedFor = trustsForwardedFor
        self.pingInterval = pingInterval
        self.waitingBytesMax = waitingBytesMax
        self.closeTime = closeTime
        self.drainTime = drainTime
    }
}

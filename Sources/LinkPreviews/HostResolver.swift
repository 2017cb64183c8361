import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Finds the addresses of a host, and tells which of them are the world's and not ours.
public struct HostResolver: Sendable {
    /// How long a look-up may take.
    static let timeMax = TimeAmount.milliseconds(1_500)
    /// Threads of their own: a name server that does not answer must not hold up files.
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 2)
        pool.start()
        return pool
    }()

    /// The addresses of a name.
    let addresses: @Sendable (String) async throws -> [SocketAddress]

    /// Answers by a function, as tests do.
    init(addresses: @escaping @Sendable (String) async throws -> [SocketAddress]) { self.addresses = addresses }

    /// The system's resolver.
    public static let system = HostResolver { host in
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: [SocketAddress].self)
        let timer = loop.scheduleTask(in: timeMax) { promise.fail(PageFetch.Refusal.unresolved) }
        threads.runIfActive(eventLoop: loop) { try lookUp(host) }.cascade(to: promise)
        defer { timer.cancel() }
        return try await promise.futureResult.get()
    }

    /// The one address to connect to. Where any of a name's addresses is ours the name is refused: whoever gives both
    /// wants us to take the wrong one.
    func publicAddress(of host: String, allowsLoopback: Bool) async throws(PageFetch.Refusal) -> SocketAddress {
        let found: [SocketAddress]
        do { found = try await addresses(host) } catch { throw .unresolved }
        guard
            found.allSatisfy({ AddressRange.isPublic($0) || (allowsLoopback && AddressRange.isLoopback($0)) })
        else { throw .privateAddress }
        guard let first = found.first(where: { $0.protocol == .inet }) ?? found.first else { throw .unresolved }
        return first
    }

    private static func lookUp(_ host: String) throws -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = numericCast(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0, let list else { throw PageFetch.Refusal.unresolved }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0.pointee.ai_next }).compactMap { entry in
            guard let address = entry.pointee.ai_addr else { return nil }
            switch entry.pointee.ai_family {
            case AF_INET:
                return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee) }
            case AF_INET6:
                return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee) }
            default: return nil
            }
        }
    }
}

/// Which addresses lie in the open Internet (IANA's registries of special-purpose addresses, RFC 6890).
enum AddressRange {
    static func isPublic(_ address: SocketAddress) -> Bool {
        guard let bytes = bytes(of: address) else { return false }
        return bytes.count == 4 ? isPublic4(bytes) : isPublic6(bytes)
    }

    static func isLoopback(_ address: SocketAddress) -> Bool {
        guard let bytes = bytes(of: address) else { return false }
        return bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    private static func isPublic4(_ bytes: [UInt8]) -> Bool {
        let value = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return !special4.contains { value >> (32 - $0.bits) == $0.start >> (32 - $0.bits) }
    }

    /// Only what is given out as global unicast, without what carries or stands for other addresses. That leaves out
    /// IPv4 in IPv6's clothes (`::ffff:0:0/96`, `64:ff9b::/96`), too.
    private static func isPublic6(_ bytes: [UInt8]) -> Bool {
        guard bytes[0] & 0xE0 == 0x20 else { return false }
        let head = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return !special6.contains { head >> (32 - $0.bits) == $0.start >> (32 - $0.bits) }
    }

    private static let special4: [(start: UInt32, bits: UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
        (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16), (0xC612_0000, 15),
        (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]

    /// Protocol assignments with Teredo, documentation, 6to4.
    private static let special6: [(start: UInt32, bits: UInt32)] = [
        (0x2001_0000, 23), (0x2001_0DB8, 32), (0x2002_0000, 16), (0x3FFF_0000, 20),
    ]

    private static func bytes(of address: SocketAddress) -> [UInt8]? {
        switch address {
        case .v4(let address): withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address): withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
        case .unixDomainSocket: nil
        }
    }
}

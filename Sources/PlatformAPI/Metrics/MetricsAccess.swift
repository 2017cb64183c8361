import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Who may read `/metrics`. The numbers tell how busy a business is and how its queues are called, so by default nobody
/// does who could come from outside.
public struct MetricsAccess: Sendable {
    /// Addresses in IPv4 and IPv6, whole or with a prefix length.
    private let allowed: [AddressRange]
    /// SHA-256 of the bearer token that reads from anywhere.
    private let tokenHash: String?

    /// Reads what was configured.
    ///
    /// - Parameters:
    ///   - addresses: `loopback`, addresses and ranges as `10.0.0.0/8`, separated by commas; `nil` for the default.
    ///   - token: a bearer token that reads from anywhere.
    ///   - isPublic: whether clients reach this server by another address than loopback. Then a proxy is on the way,
    ///     maybe on this machine, and a connection from loopback says nothing: the default allows nobody.
    public init(addresses: String?, token: String?, isPublic: Bool) throws(APIError) {
        tokenHash = token.flatMap { $0.isEmpty ? nil : Secrets.hash($0) }
        let text = addresses ?? (isPublic || tokenHash != nil ? "" : "loopback")
        var allowed: [AddressRange] = []
        for word in text.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) where !word.isEmpty {
            guard word != "loopback" else {
                allowed += [AddressRange("127.0.0.0/8"), AddressRange("::1")].compactMap { $0 }
                continue
            }
            guard let range = AddressRange(word) else { throw .invalidValue("metricsAllow", word) }
            allowed.append(range)
        }
        self.allowed = allowed
    }

    /// Nobody.
    public static let nobody = MetricsAccess()

    private init() {
        allowed = []
        tokenHash = nil
    }

    /// 401 for a wrong token where there is one, 403 for whoever may not read.
    func check(_ headers: HTTPFields, from address: SocketAddress?) throws(APIError) {
        if let tokenHash, let token = Self.bearer(headers) {
            guard Secrets.hash(token) == tokenHash else { throw .badCredentials }
            return
        }
        // Whoever was sent on by a proxy does not come from the address of the proxy.
        let isForwarded = Self.forwarding.contains { headers[$0] != nil }
        if !isForwarded, let bytes = address.flatMap(AddressRange.bytes),
            allowed.contains(where: { $0.contains(bytes) })
        {
            return
        }
        if tokenHash != nil { throw .unauthenticated }
        throw .forbidden("The metrics are not open to this address; see metricsAllow and metricsToken.")
    }

    private static func bearer(_ headers: HTTPFields) -> String? {
        guard let value = headers[.authorization], value.lowercased().hasPrefix("bearer ") else { return nil }
        return value.dropFirst(7).trimmingCharacters(in: .whitespaces)
    }

    private static let forwarding = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"].compactMap {
        HTTPField.Name($0)
    }
}

/// Addresses that share their first bits.
struct AddressRange: Sendable {
    private let bytes: [UInt8]
    private let bitsCount: Int

    /// Reads an address, or an address and the bits that count, as `192.168.0.0/16`.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2,
            let bytes = (try? SocketAddress(ipAddress: String(first), port: 0)).flatMap(Self.bytes)
        else { return nil }
        let bits = parts.count == 2 ? Int(parts[1]) : bytes.count * 8
        guard let bits, (0...bytes.count * 8).contains(bits) else { return nil }
        self.bytes = bytes
        bitsCount = bits
    }

    func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        for bit in 0..<bitsCount {
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            if (address[bit / 8] ^ bytes[bit / 8]) & mask != 0 { return false }
        }
        return true
    }

    /// The bytes of an address; IPv4 that came through an IPv6 socket as IPv4.
    static func bytes(_ address: SocketAddress) -> [UInt8]? {
        switch address {
        case .v4(let address): return withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            return isMapped ? Array(bytes.suffix(4)) : bytes
        case .unixDomainSocket: return nil
        }
    }
}

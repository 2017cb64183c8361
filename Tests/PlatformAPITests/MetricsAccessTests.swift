import HTTPTypes
import NIOCore
import Testing

@testable import PlatformAPI

@Suite("Metrics: who may read them")
struct MetricsAccessTests {
    private static let token: HTTPFields = [.authorization: "bearer hunter2"]
    private static let wrongToken: HTTPFields = [.authorization: "Bearer hunter3"]
    private static let forwarded: HTTPFields = [.forwardedFor: "127.0.0.1"]

    private struct Setting {
        var addresses: String?
        var token: String?
        var isPublic = false
    }

    private static func status(_ setting: Setting, _ headers: HTTPFields, _ address: String) throws -> Int {
        let access = try MetricsAccess(
            addresses: setting.addresses, token: setting.token, isPublic: setting.isPublic)
        do {
            try access.check(headers, from: try SocketAddress(ipAddress: address, port: 1))
            return 200
        } catch let error as APIError {
            return error.status.code
        }
    }

    @Test("by default this machine reads, unless a proxy may be on the way")
    func byDefault() throws {
        #expect(try Self.status(Setting(), [:], "127.0.0.1") == 200)
        #expect(try Self.status(Setting(), [:], "::1") == 200)
        #expect(try Self.status(Setting(), [:], "::ffff:127.0.0.1") == 200)
        #expect(try Self.status(Setting(), [:], "10.0.0.1") == 403)
        #expect(try Self.status(Setting(), Self.forwarded, "127.0.0.1") == 403)
        #expect(try Self.status(Setting(isPublic: true), [:], "127.0.0.1") == 403)
    }

    @Test("addresses that were named read, others do not")
    func addresses() throws {
        let setting = Setting(addresses: "10.0.0.0/9, fd00::/8,192.0.2.7", isPublic: true)
        for (address, status) in [
            ("10.127.255.255", 200), ("10.128.0.0", 403), ("fd12::1", 200), ("fe80::1", 403), ("192.0.2.7", 200),
            ("192.0.2.8", 403), ("127.0.0.1", 403),
        ] {
            #expect(try Self.status(setting, [:], address) == status, "\(address)")
        }
        #expect(try Self.status(setting, Self.forwarded, "10.0.0.1") == 403)
    }

    @Test("a token reads from anywhere, and then nothing else does by default")
    func bearer() throws {
        let setting = Setting(token: "hunter2")
        #expect(try Self.status(setting, Self.token, "203.0.113.9") == 200)
        #expect(try Self.status(setting, Self.wrongToken, "127.0.0.1") == 401)
        #expect(try Self.status(setting, [:], "127.0.0.1") == 401)
        #expect(try Self.status(Setting(addresses: "loopback", token: "hunter2"), [:], "127.0.0.1") == 200)
        #expect(try Self.status(Setting(), Self.token, "203.0.113.9") == 403)
    }

    @Test(
        "an address that is none is refused at the start", arguments: ["10.0.0.0/33", "everybody", "10.0.0", "1/2/3"])
    func malformed(addresses: String) {
        #expect(throws: APIError.self) {
            _ = try MetricsAccess(addresses: addresses, token: nil, isPublic: true)
        }
    }
}

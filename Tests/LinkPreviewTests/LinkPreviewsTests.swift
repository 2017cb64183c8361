import Foundation
import NIOCore
import Synchronization
import Testing

@testable import LinkPreviews

@Suite("Previews from foreign servers", .timeLimit(.minutes(1)))
struct LinkPreviewsTests {
    private typealias Server = ForeignServer

    /// Previews of `shop.example` and its like, which only these know, at loopback.
    private static func previews(
        _ port: Int, names: [String: [String]] = [:], allowsLoopback: Bool = true,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws -> LinkPreviews {
        let hosts = ["shop.example", "*.shop.example", "inside.example"].map { "http://\($0):\(port)" }
        return LinkPreviews(
            serverHosts: try LinkAllowList(serverHosts: hosts),
            allowsLoopback: allowsLoopback,
            resolver: HostResolver { host in
                try (names[host] ?? ["127.0.0.1"]).map { try SocketAddress(ipAddress: $0, port: port) }
            }, now: now)
    }

    private static func preview(_ previews: LinkPreviews, _ url: String) async throws -> LinkPreview? {
        await previews.preview(of: try #require(LinkAddress(url)), in: previews.serverHosts)
    }

    private static let page = Server.page(
        """
        <title>Plain</title><meta property="og:title" content="Gyokuro"><meta name="description" content="Shaded tea.">
        <meta property="og:image" content="/tea.png"><meta property="og:site_name" content="Amadare">
        """)

    @Test("a page tells its name, description and picture, at the address that was judged")
    func page() async throws {
        try await Server.run(["/tea": Self.page]) { server in
            let found = try await Self.preview(Self.previews(server.port), "http://shop.example:\(server.port)/tea")
            #expect(found?.title == "Gyokuro")
            #expect(found?.description == "Shaded tea.")
            #expect(found?.siteName == "Amadare")
            #expect(found?.image?.url == "http://shop.example:\(server.port)/tea.png")
        }
    }

    @Test(
        "a name that leads inside is not asked, whatever else it leads to",
        arguments: [
            ["127.0.0.1"], ["::1"], ["10.0.0.7"], ["169.254.169.254"], ["192.168.0.1"], ["fd00::1"],
            ["::ffff:127.0.0.1"],
            ["8.8.8.8", "127.0.0.1"], ["0.0.0.0"], [],
        ])
    func inside(addresses: [String]) async throws {
        try await Server.run(["/tea": Self.page]) { server in
            let previews = try Self.previews(server.port, names: ["shop.example": addresses], allowsLoopback: false)
            #expect(try await Self.preview(previews, "http://shop.example:\(server.port)/tea") == nil)
            #expect(server.paths == [])
        }
    }

    @Test("loopback is for demonstrations, and opens no other address")
    func loopback() async throws {
        try await Server.run(["/tea": Self.page]) { server in
            for address in ["10.0.0.7", "169.254.169.254", "0.0.0.0", "::ffff:127.0.0.1"] {
                let previews = try Self.previews(server.port, names: ["shop.example": [address]])
                #expect(try await Self.preview(previews, "http://shop.example:\(server.port)/tea") == nil)
            }
            #expect(server.paths == [])
        }
    }

    @Test(
        "a redirect is judged like the first address",
        arguments: [
            "http://169.254.169.254/latest/meta-data/", "https://evil.example/", "http://inside.example:PORT/secret",
            "http://2130706433:PORT/secret", "http://[::1]:PORT/secret", "http://[::ffff:127.0.0.1]:PORT/secret",
            "http://user:pass@shop.example:PORT/secret", "http://shop.example:1/secret",
            "https://shop.example:PORT/secret",
            "file:///etc/passwd", "//evil.example/secret", "\\\\evil.example\\secret", "http://localhost:PORT/secret",
            "",
        ])
    func redirects(location: String) async throws {
        try await Server.run(["/secret": Self.page]) { server in
            server.put("/start", Server.redirect(location.replacing("PORT", with: String(server.port))))
            let previews = try Self.previews(server.port, names: ["inside.example": ["10.0.0.7"]])
            #expect(try await Self.preview(previews, "http://shop.example:\(server.port)/start") == nil)
            #expect(server.paths == ["/start"])
        }
    }

    @Test("three redirects are followed, four are not")
    func chain() async throws {
        try await Server.run([
            "/1": Server.redirect("/2"), "/4": Self.page,
        ]) { server in
            server.put("/2", Server.redirect("http://www.shop.example:\(server.port)/3"))
            server.put("/3", Server.redirect("4"))
            server.put("/0", Server.redirect("/1"))
            let previews = try Self.previews(server.port)
            let found = try await Self.preview(previews, "http://shop.example:\(server.port)/1")
            #expect(found?.url == "http://www.shop.example:\(server.port)/4")
            #expect(try await Self.preview(previews, "http://shop.example:\(server.port)/0") == nil)
        }
    }

    @Test("each hop asks the name server once, and goes where that answer was judged to lead")
    func rebinding() async throws {
        try await Server.run(["/tea": Self.page]) { server in
            let asked = Mutex(0)
            let previews = LinkPreviews(
                serverHosts: try LinkAllowList(serverHosts: ["http://shop.example:\(server.port)"]),
                allowsLoopback: true,
                resolver: HostResolver { _ in
                    let count = asked.withLock { count in
                        count += 1
                        return count
                    }
                    return [try SocketAddress(ipAddress: count == 1 ? "127.0.0.1" : "10.0.0.7", port: 1)]
                }, now: { .now })
            #expect(try await Self.preview(previews, "http://shop.example:\(server.port)/tea")?.title == "Gyokuro")
            #expect(asked.withLock { $0 } == 1)
        }
    }

    @Test("what is no page, is coded, or says nothing has no preview")
    func others() async throws {
        let html = Array("<title>x</title>".utf8)
        try await Server.run([
            "/pdf": Server.http(["Content-Type: application/pdf"], html), "/untyped": Server.http([], html),
            "/gzip": Server.http(["Content-Type: text/html", "Content-Encoding: gzip"], html),
            "/empty": Server.page(""), "/nameless": Server.page("<title> </title><p>x"),
            "/error": Server.http(["Content-Type: text/html"], html, status: "500 No"),
            "/broken": Array("HTTP/9 what\r\n\r\n".utf8),
        ]) { server in
            let previews = try Self.previews(server.port)
            for path in ["pdf", "untyped", "gzip", "empty", "nameless", "error", "broken", "none"] {
                #expect(
                    try await Self.preview(previews, "http://shop.example:\(server.port)/\(path)") == nil, "\(path)")
            }
        }
    }

    @Test("of a long page the beginning is read, of a long picture nothing")
    func long() async throws {
        let many = [UInt8](repeating: 0x20, count: PageFetch.bytesMax)
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        try await Server.run([
            "/long": Server.http(["Content-Type: text/html"], Array("<title>Long</title>".utf8) + many),
            "/long.png": Server.http(["Content-Type: image/png"], png + many),
            "/small.png": Server.http(["Content-Type: text/html"], png),
            "/page.png": Server.http(["Content-Type: image/png"], Array("<svg onload=x>".utf8)),
        ]) { server in
            let previews = try Self.previews(server.port)
            let base = "http://shop.example:\(server.port)"
            #expect(try await Self.preview(previews, base + "/long")?.title == "Long")
            func image(_ path: String) async throws -> String? {
                let address = try #require(LinkAddress(base + path))
                return await previews.image(at: address, in: previews.serverHosts)?.mediaType
            }
            #expect(try await image("/long.png") == nil)
            #expect(try await image("/small.png") == "image/png")
            #expect(try await image("/page.png") == nil)
        }
    }

    @Test("a server that is silent is given up")
    func silence() async throws {
        try await Server.run([:]) { server in
            var fetch = PageFetch(
                resolver: HostResolver { _ in [try SocketAddress(ipAddress: "127.0.0.1", port: 1)] },
                allowsLoopback: true)
            fetch.timeMax = .milliseconds(50)
            let list = try LinkAllowList(serverHosts: ["http://shop.example:\(server.port)"])
            let address = try #require(LinkAddress("http://shop.example:\(server.port)/silence"))
            let request = PageFetch.Request(accept: "*/*", takesBeginning: false, isAcceptable: { _ in true })
            await #expect(throws: PageFetch.Refusal.failed) { _ = try await fetch.fetch(address, in: list, request) }
        }
    }

    @Test("what was found, or not, is kept for a while, and asked for once by many")
    func cache() async throws {
        try await Server.run(["/tea": Self.page]) { server in
            let clock = Mutex(ContinuousClock.now)
            let previews = try Self.previews(server.port, now: { clock.withLock { $0 } })
            let base = "http://shop.example:\(server.port)"
            let titles = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<20 { group.addTask { try await Self.preview(previews, base + "/tea")?.title } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(titles == Array(repeating: "Gyokuro", count: 20))
            #expect(try await Self.preview(previews, base + "/none") == nil)
            #expect(try await Self.preview(previews, base + "/none") == nil)
            #expect(server.paths == ["/tea", "/none"])
            clock.withLock { $0 += LinkPreviews.failureLifetime }
            _ = try await Self.preview(previews, base + "/none")
            _ = try await Self.preview(previews, base + "/tea")
            #expect(server.paths == ["/tea", "/none", "/none"])
            clock.withLock { $0 += LinkPreviews.lifetime }
            _ = try await Self.preview(previews, base + "/tea")
            #expect(server.paths.count == 4)
        }
    }

    @Test("a host outside the list is never asked, nor its picture shown")
    func outside() async throws {
        try await Server.run([
            "/tea": Server.page("<title>x</title><meta property='og:image' content='http://evil.example/p.png'>")
        ]) { server in
            let previews = try Self.previews(server.port)
            #expect(try await Self.preview(previews, "http://other.example:\(server.port)/tea") == nil)
            #expect(server.paths == [])
            let found = try await Self.preview(previews, "http://shop.example:\(server.port)/tea")
            #expect(found?.title == "x" && found?.image == nil)
        }
    }
}

import NIOCore
import Testing

@testable import LinkPreviews

@Suite("Addresses that a preview may be made of")
struct LinkAddressTests {
    @Test(
        "an address is read and written anew",
        arguments: [
            ("https://Shop.Example", "https://shop.example/"),
            ("HTTPS://shop.example:443/a?b#c", "https://shop.example/a?b"),
            ("http://localhost:8080/x", "http://localhost:8080/x"),
            ("https://shop.example?q=1", "https://shop.example/?q=1"),
            ("https://shop.example/お茶", "https://shop.example/%E3%81%8A%E8%8C%B6"),
            ("https://xn--v9jg.example:8443/", "https://xn--v9jg.example:8443/"),
            ("https://shop.example/@me:80", "https://shop.example/@me:80"),
        ])
    func read(text: String, url: String) { #expect(LinkAddress(text)?.url == url) }

    @Test(
        "what could be read in two ways is not read at all",
        arguments: [
            // Credentials, and what looks like them.
            "https://shop.example@evil.example/", "https://user:pass@shop.example/",
            "https://shop.example:443@evil.example/",
            "https://shop.example%40evil.example/", "https://shop.example\\@evil.example/",
            // Numbers for a host, in each notation that a resolver takes.
            "https://127.0.0.1/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/",
            "https://0x7f.0.0.0x1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
            "https://169.254.169.254/latest/meta-data/", "https://%31%32%37.0.0.1/", "https://①②⑦.⓪.⓪.①/",
            // Ports.
            "https://shop.example:0/", "https://shop.example:65536/", "https://shop.example:/",
            "https://shop.example:80:443/",
            "https://shop.example:+443/", "https://shop.example:４４３/",
            // Hosts that are none, and other schemes.
            "https://", "https:///a", "https://shop..example/", "https://.shop.example/", "https://shop.example./",
            "https://shop_.example/", "https://shop。example/", "https:shop.example", "//shop.example/", "shop.example",
            "ftp://shop.example/", "file:///etc/passwd", "javascript:alert(1)", "gopher://shop.example/",
            "data:text/html,x", "https://shop.example/\r\nHost: evil", "https://shop.example/ x",
            "https://shop.example/\u{7F}",
        ])
    func refused(text: String) { #expect(LinkAddress(text) == nil) }

    @Test("an address has its bound")
    func bound() {
        #expect(LinkAddress("https://shop.example/" + String(repeating: "a", count: 2_000)) != nil)
        #expect(LinkAddress("https://shop.example/" + String(repeating: "a", count: 2_048)) == nil)
    }

    @Test("a list knows a host, or those below it, by scheme and port")
    func list() throws {
        let list = try LinkAllowList(serverHosts: [
            "shop.example", "*.news.example", "http://localhost:8080", "tea.example:8443",
        ])
        for url in [
            "https://shop.example/a", "https://www.news.example", "https://a.b.news.example", "http://localhost:8080/",
            "https://tea.example:8443/",
        ] { #expect(try list.contains(#require(LinkAddress(url))), "\(url)") }
        for url in [
            "http://shop.example/", "https://shop.example:8443/", "https://www.shop.example/", "https://news.example/",
            "https://evilnews.example/", "https://shop.example.evil.example/", "https://localhost:8080/",
            "http://localhost:8081/", "https://tea.example/",
        ] { #expect(try !list.contains(#require(LinkAddress(url))), "\(url)") }
        #expect(!LinkAllowList().contains(try #require(LinkAddress("https://shop.example/"))))
    }

    @Test(
        "what is no host stops a server, and is left out of a deployment",
        arguments: [
            "*", "*.com", "*.*.example", "shop.example/x", "https://shop.example", "127.0.0.1", "a b", "user@x.example",
            "",
        ])
    func unreadable(entry: String) {
        #expect(throws: LinkAllowList.Unreadable.self) { try LinkAllowList(serverHosts: [entry]) }
        #expect(LinkAllowList().adding(deploymentHosts: [entry]).isEmpty)
    }

    @Test("a deployment adds hosts with HTTPS at its own port only")
    func deployment() throws {
        let list = LinkAllowList().adding(
            deploymentHosts: ["shop.example", "http://localhost:8080", "tea.example:8443", "*.news.example"])
        #expect(list.texts == ["shop.example", "*.news.example"])
    }

    @Test(
        "only the open Internet is public",
        arguments: [
            ("8.8.8.8", true), ("1.1.1.1", true), ("172.15.255.255", true), ("172.32.0.1", true),
            ("223.255.255.255", true),
            ("100.63.255.255", true), ("2606:4700::1111", true), ("2400:cb00::1", true),
            ("0.0.0.0", false), ("10.1.2.3", false), ("100.64.0.1", false), ("127.0.0.1", false),
            ("127.255.0.9", false),
            ("169.254.169.254", false), ("172.16.0.1", false), ("172.31.255.255", false), ("192.0.0.8", false),
            ("192.0.2.1", false), ("192.88.99.1", false), ("192.168.1.1", false), ("198.18.0.1", false),
            ("198.51.100.1", false), ("203.0.113.7", false), ("224.0.0.1", false), ("240.0.0.1", false),
            ("255.255.255.255", false), ("::", false), ("::1", false), ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", false), ("64:ff9b::7f00:1", false), ("fc00::1", false), ("fd00:ec2::254", false),
            ("fe80::1", false), ("ff02::1", false), ("2001::1", false), ("2001:db8::1", false),
            ("2002:7f00:1::", false),
            ("3fff::1", false), ("::127.0.0.1", false),
        ])
    func ranges(ip: String, isPublic: Bool) throws {
        #expect(try AddressRange.isPublic(SocketAddress(ipAddress: ip, port: 443)) == isPublic)
    }
}

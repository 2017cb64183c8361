import ContactCenter
import Engine
import Foundation
import Journal
import Synchronization
import Testing

@testable import PlatformAPI

@Suite("Links to files")
struct FileLinkTests {
    private final class Clock: Sendable {
        private let seconds = Mutex<Int64>(1_700_000_000)
        var now: Instant { Instant(milliseconds: seconds.withLock { $0 } * 1_000) }
        func pass(_ count: Int64) { seconds.withLock { $0 += count } }
    }

    private let clock = Clock()
    private let signer = SignedLinks(key: Data(repeating: 7, count: 32))
    private let id = Identifier<MediaRecord>(high: 1, low: 2)

    private func links(seconds: Int64) -> FileLinks {
        FileLinks(
            signer: signer, address: PublicAddress(baseURL: "https://chat.example"), seconds: seconds,
            now: { [clock] in clock.now })
    }

    /// What is left of a link, by its own parts.
    private func left(_ url: String?, _ links: FileLinks) -> Int64? {
        let parts = (url ?? "").split(separator: "/").map(String.init)
        guard parts.count == 6, let id = Identifier<MediaRecord>(parts[3]) else { return nil }
        return links.secondsLeft(of: id, expires: parts[4], signature: parts[5])
    }

    @Test("are good for most of their time, and not a second longer", arguments: [1, 2, 60, 3_600, 86_400] as [Int64])
    func time(seconds: Int64) throws {
        let links = links(seconds: seconds)
        let url = links.url(of: id)
        let whole = try #require(left(url, links))
        #expect(whole <= seconds && whole >= seconds - seconds / 8)
        clock.pass(whole - 1)
        #expect(left(url, links) == 1)
        clock.pass(1)
        #expect(left(url, links) == nil)
    }

    @Test("are the same for a while, so that a browser keeps the picture")
    func same() {
        let links = links(seconds: 800)
        clock.pass(100 - 1_700_000_000 % 100)
        let url = links.url(of: id)
        clock.pass(99)
        #expect(links.url(of: id) == url)
        clock.pass(1)
        #expect(links.url(of: id) != url)
    }

    @Test("stand in a message when it is shown, and not when it is stored")
    func messages() throws {
        let links = links(seconds: 60)
        let stored = NormalizedMessage(
            type: .text,
            content: [
                .attachment(Attachment(id: "a", url: FileLinks.reference(to: id), filename: "a.png")),
                .attachment(Attachment(id: "b", url: "https://elsewhere.example/downloads/x/y")),
                .text(FormattedText(body: "see there")),
            ])
        let shown = try #require(links.shown(stored).content)
        guard case .attachment(let ours) = shown[0] else {
            Issue.record("the file is gone")
            return
        }
        #expect(left(ours.url, links) != nil)
        #expect((ours.id, ours.filename) == ("a", "a.png"))
        #expect(Array(shown.dropFirst()) == Array(stored.content?.dropFirst() ?? []))
        let plain = NormalizedMessage(type: .text, text: "media:\(id)")
        #expect(links.shown(plain) == plain)
    }

    @Test("of before still name their file, if they were ours")
    func before() {
        let links = links(seconds: 60)
        let signature = signer.signature(.download, id)
        let old = links.shown(Attachment(url: "http://10.0.0.1:8080/downloads/\(id)/\(signature)"))
        #expect(left(old.url, links) != nil)
        for url in [
            "http://10.0.0.1/downloads/\(id)/\(signature.dropLast())", "http://10.0.0.1/downloads/\(id)",
            "http://10.0.0.1/uploads/\(id)/\(signer.signature(.upload, id))", "downloads", "media:x", "",
        ] {
            #expect(links.shown(Attachment(url: url)).url == url)
        }
    }
}

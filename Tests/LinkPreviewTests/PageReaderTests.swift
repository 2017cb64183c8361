import Foundation
import Testing

@testable import LinkPreviews

@Suite("What a page says of itself")
struct PageReaderTests {
    private func read(_ html: String) throws -> LinkPreview? {
        let address = try #require(LinkAddress("https://shop.example/a/b"))
        return PageReader(Data(html.utf8), contentType: "text/html").preview(of: address)
    }

    @Test(
        "titles are found however they are written",
        arguments: [
            ("<TITLE lang=en>A &amp; B</TITLE>", "A & B"), ("<title>\n  Two\n lines </title>", "Two lines"),
            ("<meta content='Single' property='og:title'>", "Single"),
            ("<meta property=og:title content=Bare>", "Bare"),
            ("<meta name=\"twitter:title\" content=\"Bird\"/><title>x</title>", "Bird"),
            ("<meta property='og:title' content=''><title>Rest</title>", "Rest"),
            ("<meta property='og:title' content='A > B'>", "A > B"),
            ("<!-- <title>No</title> --><title>Yes</title>", "Yes"),
            ("<script>var a = '<title>No</title>'</script><title>Yes</title>", "Yes"),
            ("<title>&#x48;&#105;&unknown;&#0;&#x110000;</title>", "Hi&unknown;\u{FFFD}\u{FFFD}"),
            ("<title>\u{202E}txt.exe\u{200B}</title>", "txt.exe"),
            ("<title>&lt;b&gt;bold&lt;/b&gt;</title>", "<b>bold</b>"),
            ("<meta property='og:title' content='First'><meta property='og:title' content='Second'>", "First"),
            ("<title>Open", nil), ("", nil), ("<meta <meta <title><", nil),
        ])
    func titles(html: String, title: String?) throws { #expect(try read(html)?.title == title) }

    @Test(
        "pages are read by the encoding that they or their servers name",
        arguments: [
            ("text/html; charset=shift_jis", "", [0x89, 0x4A, 0x82, 0xBE, 0x82, 0xEA]),
            ("text/html", "<meta charset=euc-jp>", [0xB1, 0xAB, 0xA4, 0xC0, 0xA4, 0xEC]),
            (
                "text/html", "<meta http-equiv=Content-Type content='text/html; charset=Shift_JIS'>",
                [0x89, 0x4A, 0x82, 0xBE, 0x82, 0xEA]
            ),
            ("text/html", "", [0xE9, 0x9B, 0xA8, 0xE3, 0x81, 0xA0, 0xE3, 0x82, 0x8C]),
            ("text/html; charset=nobody", "", [0xE9, 0x9B, 0xA8, 0xE3, 0x81, 0xA0, 0xE3, 0x82, 0x8C]),
        ] as [(String, String, [UInt8])])
    func encodings(type: String, head: String, title: [UInt8]) throws {
        let page = Data((head + "<title>").utf8) + Data(title) + Data("</title>".utf8)
        let address = try #require(LinkAddress("https://shop.example/"))
        #expect(PageReader(page, contentType: type).preview(of: address)?.title == "雨だれ")
    }

    @Test("texts are cut, pictures are resolved, and only addresses of ours are pictures")
    func rest() throws {
        let (title, words) = (String(repeating: "a", count: 400), String(repeating: "b", count: 900))
        let long = try read("<title>\(title)</title><meta name=description content='\(words)'>")
        #expect(long?.title.count == PageReader.titleMax)
        #expect(long?.description?.count == PageReader.descriptionMax)
        func image(_ source: String) throws -> String? {
            try read("<title>x</title><meta property='og:image' content='\(source)'>")?.image?.url
        }
        #expect(try image("c.png") == "https://shop.example/a/c.png")
        #expect(try image("//cdn.example/c.png") == "https://cdn.example/c.png")
        #expect(try image("/茶.png") == "https://shop.example/%E8%8C%B6.png")
        for source in ["javascript:x", "data:image/png;base64,AA", "https://10.0.0.1/x", "file:///x", ""] {
            #expect(try image(source) == nil || source.isEmpty, "\(source)")
        }
    }

    @Test("a page that is made to be slow is read all the same")
    func hostile() throws {
        let many = String(repeating: "<meta property='og:title'", count: 20_000)
        #expect(try read(many) == nil)
        #expect(try read(String(repeating: "<!--", count: 100_000) + "<title>x</title>") == nil)
        #expect(try read("<title>x</title>" + String(repeating: "<script>", count: 50_000))?.title == "x")
        #expect(try read(String(repeating: "<meta x=\"", count: 50_000)) == nil)
    }
}

import ContactCenter
import Testing

@Suite("Addresses of pages in journeys")
struct PageAddressTests {
    private func rules(excluded: Set<String> = [], fragment: Bool = false) -> PageAddress.Rules {
        var rules = PageAddress.Rules()
        rules.excluded = excluded
        rules.keepsFragment = fragment
        rules.searchParameters = ["q"]
        return rules
    }

    @Test("an address is taken apart, without names, fragments and what the configuration leaves out")
    func parts() throws {
        let text = "https://hana:secret@www.Shop.example:8443/tea/green?q=gyokuro%20uji&Token=x&a=1#basket"
        let page = try #require(PageAddress(text, rules(excluded: ["token"])))
        #expect(page.url == "https://www.Shop.example:8443/tea/green?q=gyokuro%20uji&a=1")
        #expect(page.hostname == "www.shop.example" && page.domain == "shop.example")
        #expect(page.pathname == "/tea/green" && page.queryString == "q=gyokuro%20uji&a=1")
        #expect(page.fragment == nil && page.searched(rules()) == "gyokuro uji")
        #expect(PageAddress(text, rules(fragment: true))?.fragment == "basket")
        #expect(PageAddress("http://shop.example", rules())?.pathname == "/")
    }

    @Test(
        "what is no address of the web is none",
        arguments: ["", "/tea", "javascript:alert(1)", "file:///etc/passwd", "https://", "about:blank", "data:,x"])
    func none(text: String) {
        #expect(PageAddress(text, rules()) == nil)
        #expect(PageAddress("https://a.example/" + String(repeating: "a", count: 2_048), rules()) == nil)
    }

    @Test("a campaign is read from the usual parameters, and no value is long")
    func campaign() throws {
        let query = "utm_source=letter&utm_medium=email&utm_campaign=%E6%98%A5+sale&gclid=abc&utm_term="
        let page = try #require(PageAddress("https://a.example/?\(query)", rules()))
        #expect(
            page.campaign == [
                "source": "letter", "medium": "email", "name": "春 sale", "clickId": "abc", "network": "google",
            ])
        let long = try #require(
            PageAddress("https://a.example/?utm_source=" + String(repeating: "%E6%98%A5", count: 200), rules()))
        #expect(try #require(long.campaign["source"]).utf8.count <= PageAddress.valueBytesMax)
        #expect(PageAddress("https://a.example/", rules())?.campaign == [:])
    }

    @Test(
        "where somebody came from is told apart",
        arguments: [
            ("https://www.google.co.jp/", "search"), ("https://t.co/x", "social"),
            ("https://m.facebook.com/", "social"), ("https://mail.example/", "email"),
            ("https://www.shop.example/two", "internal"),
            ("https://not.co/", "unknown"), ("https://news.example/", "unknown"),
        ])
    func medium(referrer: String, medium: String) throws {
        let page = try #require(PageAddress("https://shop.example/", rules()))
        #expect(try #require(PageAddress(referrer, rules())).medium(for: page) == medium)
    }

    @Test("who comes by an advertisement that is paid for, comes by it wherever it stood")
    func paid() throws {
        let page = try #require(PageAddress("https://shop.example/?utm_medium=CPC", rules()))
        #expect(try #require(PageAddress("https://www.google.com/", rules())).medium(for: page) == "paid")
    }
}

import Testing

@testable import PlatformAPI

@Suite("What a guest reads")
struct GuestLanguageTests {
    @Test(
        "is what the browser asks for, by weight, three at most",
        arguments: [
            (nil, []), ("", []), ("ja", ["ja"]), ("ja,en-US;q=0.9,en;q=0.8", ["ja", "en-US", "en"]),
            ("en;q=0.5, ja ; q=0.9", ["ja", "en"]), ("de,fr,es,it", ["de", "fr", "es"]), ("*,ja;q=0,en", ["en"]),
            ("<script>,en", ["en"]), (";;,,q=1", []),
        ] as [(String?, [String])])
    func tags(header: String?, expected: [String]) { #expect(GuestLanguages.tags(of: header) == expected) }
}

import Testing

@testable import ContactCenter

@Suite("The words of a message, as search sees them")
struct SearchTextTests {
    @Test(
        "words, single characters and pairs",
        arguments: [
            ("Hello, World", ["hello", "world"]), ("返品", ["返", "品", "返品"]), ("返", ["返"]),
            ("配送はいつ?", ["配", "送", "は", "い", "つ", "配送", "送は", "はい", "いつ"]),
            ("iPhone15を返品", ["iphone15", "を", "返", "品", "を返", "返品"]),
            ("ジョン・スミス", ["ジ", "ョ", "ン", "ジョ", "ョン", "ス", "ミ", "スミ", "ミス"]),
            ("한국", ["한", "국", "한국"]), ("๑๒ กา", ["๑๒", "ก", "า", "กา"]),
            ("👍🏽 ok 👍", ["👍", "🏽", "ok"]), ("don't", ["don", "t"]), ("a_b-c/d.e", ["a", "b", "c", "d", "e"]),
            ("", []), ("…!?「」", []), ("x x X", ["x"]),
        ])
    func tokens(text: String, tokens: [String]) {
        #expect(SearchText(text).tokens == tokens)
    }

    @Test(
        "width, case, accents and composition make no difference; the marks of kana do",
        arguments: [
            ("ＡＢＣ１２３", "abc123"), ("ｶﾞﾗｽ", "ガラス"), ("Café", "cafe"), ("Cafe\u{301}", "cafe"),
            ("か\u{3099}", "が"), ("ΣΊΣΥΦΟΣ", "σισυφοσ"), ("①", "1"), ("  a \n\t b\u{3000}c ", "a b c"), ("㍿", "株式会社"),
        ])
    func normalized(text: String, plain: String) {
        #expect(SearchText(text).normalized == plain)
    }

    @Test(
        "a text of plain characters alone is seen as the same text among others",
        arguments: [
            "Hello, World", "  a\tB\r\nc  ", "x_1-2.3 A1b", "\u{1F}a\u{0}b", "\u{B}\u{C}q", "返品したいです。２個、Ｏａｋ！",
            "「ガラス」・ヴァイオリン　ーゔ",
            String(repeating: "Ab ", count: 90),
        ])
    func plain(text: String) {
        #expect(SearchText(text + " ý").normalized == SearchText(text).normalized + " y")
        #expect(SearchText(text + " ý").tokens == SearchText(text).tokens + ["y"])
    }

    @Test(
        "the syntax of engines does not survive in tokens",
        arguments: [
            "\" OR * NEAR(a b, 2)", "a AND NOT b", "col:term ^x {y}", "a:* & !b | (c)", "'; DROP TABLE message; --",
            "\u{0}a\u{7F}", "a\\'b", "<->", "%_", "a\"\"b",
        ])
    func hostile(text: String) throws {
        let marks = Set("\"'*():^{}&|!<>-%_\\; \u{0}")
        for token in SearchText(text).tokens { #expect(!token.contains(where: marks.contains), "\(token)") }
        for token in SearchQuery(text)?.tokens ?? [] { #expect(!token.contains(where: marks.contains), "\(token)") }
    }

    @Test("long words, long texts and long queries are cut or refused")
    func bounds() {
        let word = String(repeating: "a", count: 1_000)
        #expect(SearchText(word).tokens == [String(repeating: "a", count: SearchText.wordLengthMax)])
        #expect(SearchQuery(String(word.prefix(SearchQuery.charactersMax)))?.matches(SearchText(word)) == true)
        #expect(SearchQuery(String(repeating: "a", count: SearchQuery.charactersMax + 1)) == nil)
        let many = (0..<10_000).map { "w\($0)" }.joined(separator: " ")
        #expect(SearchText(many).tokens.count <= SearchText.tokensMax)
        #expect((SearchQuery((0..<60).map { "w\($0)" }.joined(separator: " "))?.tokens.count ?? 0) <= 16)
    }

    @Test(
        "what a query finds",
        arguments: [
            ("返品", "返品したいです", true), ("返品", "返して、品を", false), ("返 品", "返して、品を", true), ("品", "返品", true),
            ("hello", "Hello there", true), ("there hello", "Hello there", true),
            ("\"hello there\"", "Hello there", true),
            ("\"there hello\"", "Hello there", false), ("「返品 したい」", "返品したい", false), ("CAFÉ", "café", true),
            ("ｶﾞﾗｽ", "ガラスの机", true), ("👍", "thanks 👍", true), ("cat", "concatenate", false),
            ("foo-bar", "foo bar", false),
        ])
    func matching(query: String, text: String, isFound: Bool) throws {
        let query = try #require(SearchQuery(query))
        let text = SearchText(text)
        // What an index does, and what is looked at afterwards.
        let isCandidate = Set(query.tokens).isSubset(of: text.tokens)
        #expect((isCandidate && query.matches(text)) == isFound)
    }

    @Test("every part of a text finds the text", arguments: ["返品したいです", "東京タワーへ行く", "さようなら"])
    func parts(text: String) throws {
        let whole = SearchText(text)
        let characters = Array(text)
        for start in characters.indices {
            for end in start..<characters.count {
                let query = try #require(SearchQuery(String(characters[start...end])))
                #expect(Set(query.tokens).isSubset(of: whole.tokens) && query.matches(whole), "\(query)")
            }
        }
    }

    @Test("nothing to look for is no query", arguments: ["", "  ", "\"\"", "?!", "「」", "***"])
    func nothing(text: String) {
        #expect(SearchQuery(text) == nil)
    }

    @Test("places of terms are found in the text as it was written")
    func places() throws {
        let text = "My CAFÉ: ｶﾞﾗｽ"
        let found = try #require(SearchQuery("ガラス cafe")).ranges(in: text).map { String(text[$0]) }
        #expect(found == ["CAFÉ", "ｶﾞﾗｽ"])
    }

    @Test("titles, labels and file names are part of a message; addresses and ids are not")
    func parts() {
        let body: JSONValue = [
            "type": "Structured", "text": "Look",
            "content": [
                ["contentType": "Attachment", "attachment": ["filename": "bill.pdf", "url": "http://x/secret"]],
                ["contentType": "Card", "card": ["title": "Table", "actions": [["text": "Buy", "payload": "p-1"]]]],
            ],
        ]
        #expect(NormalizedMessage.searchableText(of: body) == "Look\nbill.pdf\nBuy\nTable")
    }
}

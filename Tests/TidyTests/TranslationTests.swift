import Foundation
import Testing

/// The words of the screens: both languages say the same things with the same values.
enum Translations {
    /// A word by its key: its placeholders, and its plural forms when it has some.
    struct Word: Equatable {
        let placeholders: Set<String>
        let forms: Set<String>
        let isEmpty: Bool
    }

    /// The words of one file; nothing when it is not an object of texts and plural forms.
    static func words(in text: String) throws -> [String: Word] {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        var words: [String: Word] = [:]
        collect(object, at: "", into: &words)
        return words
    }

    /// What differs between the two languages.
    static func findings(_ path: String, english: [String: Word], japanese: [String: Word]) -> [Finding] {
        Set(english.keys).union(japanese.keys).sorted().compactMap { key in
            complaint(english[key], japanese[key]).map { Finding(path: path, line: nil, message: "\(key) \($0)") }
        }
    }

    private static func complaint(_ english: Word?, _ japanese: Word?) -> String? {
        guard let english else { return "is missing in English" }
        guard let japanese else { return "is missing in Japanese" }
        if english.isEmpty || japanese.isEmpty { return "is empty" }
        if english.forms.isEmpty != japanese.forms.isEmpty { return "has plural forms in one language only" }
        if !english.forms.isEmpty, english.forms != ["one", "other"] {
            return "needs the forms one and other in English"
        }
        if !japanese.forms.isEmpty, japanese.forms != ["other"] {
            return "needs the form other in Japanese, and no more"
        }
        let difference = english.placeholders.symmetricDifference(japanese.placeholders).sorted()
        return difference.isEmpty ? nil : "has {\(difference.joined(separator: "}, {"))} in one language only"
    }

    private static func collect(_ value: Any, at key: String, into words: inout [String: Word]) {
        if let text = value as? String {
            words[key] = Word(placeholders: placeholders(text), forms: [], isEmpty: text.isEmpty)
        } else if let forms = value as? [String: String], forms["other"] != nil {
            let placeholders = forms.values.reduce(into: Set<String>()) { $0.formUnion(Self.placeholders($1)) }
            words[key] = Word(
                placeholders: placeholders, forms: Set(forms.keys), isEmpty: forms.values.contains(where: \.isEmpty))
        } else if let group = value as? [String: Any] {
            for (name, value) in group { collect(value, at: key.isEmpty ? name : "\(key).\(name)", into: &words) }
        }
    }

    private static func placeholders(_ text: String) -> Set<String> {
        Set(text.matches(of: /\{(\w+)\}/).map { String($0.1) })
    }
}

@Suite("Translations: English and Japanese say the same")
struct TranslationTests {
    @Test("every pair of files has the same keys with the same placeholders")
    func everything() throws {
        let english = try Repository.files(under: ["web"], ending: ["/en.json"])
        let japanese = try Repository.files(under: ["web"], ending: ["/ja.json"])
        let folders = [english, japanese].map { $0.map { $0.path.dropLast(7) } }
        #expect(folders[0] == folders[1])
        #expect(!folders[0].isEmpty)
        for (english, japanese) in zip(english, japanese) {
            let findings = Translations.findings(
                english.path, english: try Translations.words(in: english.text),
                japanese: try Translations.words(in: japanese.text))
            #expect(findings.report == "")
        }
    }

    @Test(
        "a difference is found",
        arguments: [
            (#"{"a": "x"}"#, #"{}"#), (#"{}"#, #"{"a": "x"}"#), (#"{"a": "x {name}"}"#, #"{"a": "x {nom}"}"#),
            (#"{"a": ""}"#, #"{"a": "x"}"#), (#"{"a": {"one": "x", "other": "y"}}"#, #"{"a": "y"}"#),
            (#"{"a": {"other": "y"}}"#, #"{"a": {"other": "y"}}"#), (#"{"a": {"b": "x"}}"#, #"{"a": {"c": "x"}}"#),
        ])
    func fires(english: String, japanese: String) throws {
        let findings = Translations.findings(
            "web/i18n/en.json", english: try Translations.words(in: english),
            japanese: try Translations.words(in: japanese))
        #expect(!findings.isEmpty)
    }

    @Test("the same in two languages is fine, with plural forms and groups")
    func silent() throws {
        let english = #"{"a": {"b": "Hold"}, "c": {"one": "{count} hour", "other": "{count} hours"}}"#
        let japanese = #"{"a": {"b": "保留"}, "c": {"other": "{count} 時間"}}"#
        let findings = Translations.findings(
            "web/i18n/en.json", english: try Translations.words(in: english),
            japanese: try Translations.words(in: japanese))
        #expect(findings.report == "")
    }
}

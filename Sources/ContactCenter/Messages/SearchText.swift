import Foundation

/// A text as search sees it, and the tokens under which it is found.
///
/// Width, case, accents and composition make no difference. Scripts with spaces give their words; scripts without (Han,
/// kana, Hangul, Thai and their neighbours) give each character and each pair of neighbours, so that a word of two
/// characters is found wherever it stands; an emoji is a token of its own. Tokens hold letters, digits, marks and
/// emoji only: no engine's query syntax can hide in them.
public struct SearchText: Sendable, Hashable {
    /// Characters of a text that are looked at; what comes after is not found.
    public static let charactersMax = 8_192
    /// Tokens of one text.
    public static let tokensMax = 2_048
    /// Characters of a word that count; longer ones are told apart by the text itself.
    public static let wordLengthMax = 64

    /// The text without the differences that search ignores; spaces are single.
    public let normalized: String

    public init(_ text: String) {
        normalized =
            Self.normalizedPlain(text)
            ?? Self.fold(String(text.prefix(Self.charactersMax))).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
    }

    /// The same for a text of characters that need none of Unicode's tables; `nil` for others.
    private static func normalizedPlain(_ text: String) -> String? {
        guard text.utf8.count <= charactersMax else { return nil }
        var normalized = String.UnicodeScalarView()
        var isAfterSpace = true
        for scalar in text.unicodeScalars {
            guard let plain = scalar.plain else { return nil }
            let isSpace = plain == " "
            if isSpace, isAfterSpace { continue }
            normalized.append(plain)
            isAfterSpace = isSpace
        }
        if isAfterSpace, !normalized.isEmpty { normalized.removeLast() }
        return String(normalized)
    }

    /// Accents of Latin, Greek and Cyrillic go; the marks of kana, which make other syllables, stay. A sigma at the end
    /// of a word is a sigma.
    static func fold(_ text: String) -> String {
        let plain = text.decomposedStringWithCompatibilityMapping.unicodeScalars
            .filter { !(0x300...0x36F).contains($0.value) }
        return String(String.UnicodeScalarView(plain)).lowercased().replacing("ς", with: "σ")
            .precomposedStringWithCanonicalMapping
    }

    /// What the text is found under, each once.
    public var tokens: [String] { Self.tokens(of: normalized, isQuery: false) }
    /// What a text that contains this one has among its tokens.
    var queryTokens: [String] { Self.tokens(of: normalized, isQuery: true) }

    private enum Script { case spaced, unspaced, emoji, none }

    private static func tokens(of text: String, isQuery: Bool) -> [String] {
        var found: [String] = []
        var known: Set<String> = []
        func add(_ token: String) {
            guard found.count < tokensMax, known.insert(token).inserted else { return }
            found.append(token)
        }
        var run = String.UnicodeScalarView()
        var script = Script.none
        func end() {
            switch script {
            case .spaced:
                let word = String(run)
                add(word.utf8.count <= wordLengthMax ? word : String(word.prefix(wordLengthMax)))
            case .unspaced:
                let characters = Array(run)
                if !isQuery || characters.count == 1 { for one in characters { add(String(one)) } }
                for (one, next) in zip(characters, characters.dropFirst()) {
                    add(String(String.UnicodeScalarView([one, next])))
                }
            case .emoji, .none: break
            }
            run.removeAll()
        }
        for scalar in text.unicodeScalars {
            let next = self.script(of: scalar)
            if next != script {
                end()
                script = next
            }
            switch next {
            case .spaced, .unspaced: run.append(scalar)
            case .emoji: add(String(scalar))
            case .none: break
            }
        }
        end()
        return found
    }

    private static func script(of scalar: Unicode.Scalar) -> Script {
        if scalar.isASCII { return scalar.isASCIIWord ? .spaced : .none }
        if unspaced.contains(where: { $0.contains(scalar.value) }) { return .unspaced }
        let properties = scalar.properties
        if properties.isEmojiPresentation { return .emoji }
        if properties.isAlphabetic || properties.numericType != nil { return .spaced }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark: return scalar.value == 0xFE0F ? .none : .spaced
        default: return .none
        }
    }

    /// Scripts that put no space between words: Thai to Lao, Myanmar, Khmer, Hangul, kana, Han. The middle dot of kana
    /// (U+30FB) parts names.
    private static let unspaced: [ClosedRange<UInt32>] = [
        0xE01...0xE3A, 0xE40...0xE4E, 0xE81...0xECE, 0x1000...0x109F, 0x1780...0x17D3, 0x1100...0x11FF,
        0x3005...0x3007, 0x3041...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF,
        0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x323AF,
    ]
}

extension Unicode.Scalar {
    /// What search makes of it, for ASCII, its wide forms, kana and the common Han: what most messages are of.
    fileprivate var plain: Unicode.Scalar? {
        switch value {
        case 0x09...0x0D, 0x20, 0x3000: " "
        case 0x41...0x5A: Unicode.Scalar(value + 0x20)
        case 0..<0x80: self
        case 0xFF21...0xFF3A: Unicode.Scalar(value - 0xFEE0 + 0x20)
        case 0xFF01...0xFF5E: Unicode.Scalar(value - 0xFEE0)
        case 0x3001...0x3002, 0x300C...0x300D, 0x3041...0x3096, 0x30A1...0x30FC, 0x4E00...0x9FFF: self
        default: nil
        }
    }

    fileprivate var isASCIIWord: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }
}

/// What somebody looks for: terms that a text must all contain. Quotation marks hold words together.
public struct SearchQuery: Sendable, Hashable {
    /// Characters of a query.
    public static let charactersMax = 256
    /// Tokens that an index is asked for; the text itself decides about the rest.
    static let tokensMax = 16

    /// The terms, normalised; never empty.
    public let terms: [String]
    /// What an index is asked for; never empty.
    public let tokens: [String]

    /// A query of words and quoted phrases, or of one phrase; `nil` if there is nothing in it that could be found, or
    /// it is too long.
    public init?(_ text: String, isPhrase: Bool = false) {
        guard text.count <= Self.charactersMax else { return nil }
        let parts = isPhrase ? [text] : Self.parts(of: text)
        let found = parts.map(SearchText.init).filter { !$0.queryTokens.isEmpty }
        guard !found.isEmpty else { return nil }
        terms = found.map(\.normalized)
        var tokens: [String] = []
        for token in found.flatMap(\.queryTokens) where !tokens.contains(token) && tokens.count < Self.tokensMax {
            tokens.append(token)
        }
        self.tokens = tokens
    }

    /// Whether a text contains every term; what an index finds is a little more than that.
    public func matches(_ text: SearchText) -> Bool { terms.allSatisfy { text.normalized.contains($0) } }

    /// Where the terms stand in a text as it was written: the first place of each, first to last.
    public func ranges(in text: String) -> [Range<String.Index>] {
        var folded: [Character] = []
        var origins: [String.Index] = []
        for index in text.indices.prefix(SearchText.charactersMax) {
            let isSpace = text[index].isWhitespace
            if isSpace, folded.last == " " { continue }
            for character in isSpace ? " " : SearchText.fold(String(text[index])) {
                folded.append(character)
                origins.append(index)
            }
        }
        return terms.compactMap { term in
            let wanted = Array(term)
            guard let found = folded.firstRange(of: wanted), let last = found.last else { return nil }
            return origins[found.lowerBound]..<text.index(after: origins[last])
        }.sorted { $0.lowerBound < $1.lowerBound }
    }

    private static func parts(of text: String) -> [String] {
        let marks: Set<Character> = ["\"", "“", "”", "„", "「", "」", "＂"]
        return text.split(omittingEmptySubsequences: false, whereSeparator: marks.contains).enumerated()
            .flatMap { number, part in
                number % 2 == 1 ? [String(part)] : part.split(whereSeparator: \.isWhitespace).map(String.init)
            }
    }
}

extension NormalizedMessage {
    /// The same without its stored form, for a message that is only text; `nil` for others.
    public var searchableTextOnly: String? { content == nil || content == [] ? text ?? "" : nil }

    /// All that a person could have read in the message: its text, and titles, labels and file names of its parts.
    public static func searchableText(of body: JSONValue) -> String {
        var texts: [String] = []
        if let text = body["text"]?.string { texts.append(text) }
        for part in body["content"]?.array ?? [] { collect(part, into: &texts, depth: 0) }
        return texts.joined(separator: "\n")
    }

    /// The names under which the content types of the API keep what is shown (reference, section E.2).
    private static let shown: Set<String> = [
        "text", "title", "subtitle", "description", "header", "footer", "body", "label", "filename", "message",
    ]
    /// Deeper than any content type is.
    private static let depthMax = 12

    private static func collect(_ value: JSONValue, into texts: inout [String], depth: Int) {
        guard depth < depthMax else { return }
        switch value {
        case .array(let elements): for one in elements { collect(one, into: &texts, depth: depth + 1) }
        case .object(let members):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                if let text = member.string {
                    if shown.contains(name), texts.last != text { texts.append(text) }
                } else {
                    collect(member, into: &texts, depth: depth + 1)
                }
            }
        default: break
        }
    }
}

/// What somebody who waits is told: a text of the queue, in the customer's language, with the numbers put in.
///
/// `{position}` is the place in line, `{wait}` the estimated wait in words. A line with a number that is not known is
/// left out; a text without lines is not told.
public struct InQueueText: Hashable, Sendable {
    /// What is put in.
    public struct Values: Hashable, Sendable {
        /// From 1.
        public var position: Int?
        public var wait: Span?

        /// Values; what is left out is not known.
        public init(position: Int? = nil, wait: Span? = nil) {
            self.position = position
            self.wait = wait
        }
    }

    /// Bytes of UTF-8 of one text: what every platform takes in one message.
    public static let bytesMax = 2_000
    /// Languages of one set of texts.
    public static let languagesMax = 50

    /// What is put in where `{it}` stands.
    public static let placeholders = ["position", "wait"]

    /// The first word in braces that is none of ``placeholders``, which a customer would read as it stands.
    public static func unknownPlaceholder(in text: String) -> String? {
        text.matches(of: /\{\s*(\w+)\s*\}/)
            .first { !placeholders.map { "{\($0)}" }.contains(String($0.output.0)) }
            .map { String($0.output.0) }
    }

    /// The text for a customer, or `nil` if nothing is to be told.
    /// - Parameters:
    ///   - texts: by language tag, in any case.
    ///   - languages: tags of what the customer reads, best first.
    public static func text(
        of texts: InQueueSettings.Texts, in languages: [String], with values: Values
    ) -> String? {
        guard let (tag, text) = choose(texts, languages) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
            filled(String(line), values, tag)
        }
        let told = lines.joined(separator: "\n").trimmingWhitespace()
        return told.isEmpty ? nil : told
    }

    /// The very language, the same one of another country, then English, then whatever there is.
    private static func choose(_ texts: InQueueSettings.Texts, _ languages: [String]) -> (tag: String, text: String)? {
        let sorted = texts.sorted { $0.key < $1.key }
        for wanted in languages + ["en"] {
            let exact = sorted.first { $0.key.lowercased() == wanted.lowercased() }
            let near = sorted.first { primary($0.key) == primary(wanted) }
            if let found = exact ?? near { return (found.key, found.value) }
        }
        return sorted.first.map { ($0.key, $0.value) }
    }

    private static func primary(_ tag: String) -> String {
        String(tag.lowercased().prefix { $0 != "-" && $0 != "_" })
    }

    private static func filled(_ line: String, _ values: Values, _ tag: String) -> String? {
        var line = line
        if line.contains("{position}") {
            guard let position = values.position else { return nil }
            line = line.replacing("{position}", with: String(position))
        }
        if line.contains("{wait}") {
            guard let wait = values.wait else { return nil }
            line = line.replacing("{wait}", with: words(for: wait, primary(tag)))
        }
        return line
    }

    /// Minutes, rounded up, and hours from two on: nobody believes seconds of an estimate.
    private static func words(for wait: Span, _ language: String) -> String {
        let minutes = max(1, (wait.milliseconds + 59_999) / 60_000)
        let hours = (minutes + 30) / 60
        switch (language, minutes) {
        case ("ja", ..<120): return "\(minutes)分"
        case ("ja", _): return "\(hours)時間"
        case (_, 1): return "1 minute"
        case (_, ..<120): return "\(minutes) minutes"
        default: return "\(hours) hours"
        }
    }
}

extension String {
    fileprivate func trimmingWhitespace() -> String {
        let head = drop(while: \.isWhitespace)
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }
}

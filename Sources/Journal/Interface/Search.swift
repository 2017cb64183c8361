import ContactCenter

/// A message for the index of search.
public struct SearchEntry: Sendable {
    public var position: Position
    /// What it is found under (`SearchText.tokens`): words without spaces or quotation marks in them.
    public var tokens: [String]

    public init(position: Position, tokens: [String]) {
        self.position = position
        self.tokens = tokens
    }
}

/// Messages that an index found, newest first.
public struct SearchPage: Sendable {
    public var messages: [MessageRecord]
    /// Where to go on; `nil` when there are none before.
    public var next: Position?

    public init(messages: [MessageRecord], next: Position?) {
        self.messages = messages
        self.next = next
    }
}

extension Journal {
    // A journal without search.
    public var isSearchable: Bool { false }
    public func indexForSearch(_ entries: [SearchEntry], through position: Position) async throws(JournalError) {}
    public func searchPosition() async throws(JournalError) -> Position { .start }
    public func searchMessages(
        _ tokens: [String], before: Position?, limit: Int
    ) async throws(JournalError) -> SearchPage { SearchPage(messages: [], next: nil) }
    public func clearSearch() async throws(JournalError) {}
}

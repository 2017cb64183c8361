import ContactCenter

/// A log whose past can be asked for, a page at a time.
public protocol RecordedLog: Sendable {
    /// The last position before an instant: the log is in the order of time but for moments.
    func position(before instant: Instant) async throws(JournalError) -> Position
    /// The next page of what happened after a position but for messages and what became of them; empty at the end.
    func events(after position: Position, through last: Position) async throws(JournalError) -> [RecordedEvent]
    /// The next page of changes of the configuration, in the order in which they were made; after the last stream that
    /// was seen.
    func configurationEvents(after stream: StreamID?) async throws(JournalError) -> [RecordedEvent]
    /// How streams began; those that are not there are left out.
    func firstEvents(of streams: [StreamID]) async throws(JournalError) -> [RecordedEvent]
    /// The last event of a type in each stream up to a position, where there is one.
    func lastEvents(
        of streams: [StreamID], type: String, through position: Position
    ) async throws(JournalError) -> [RecordedEvent]
    /// The rows of configuration as they are now.
    func configuration() async throws(JournalError) -> [ConfigurationRecord]
}

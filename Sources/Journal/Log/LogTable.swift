import ContactCenter

/// The log as it stands in the table.
package struct LogTable: Sendable {
    package typealias List =
        @Sendable (_ after: Position, _ limit: Int) async throws(JournalError) -> [RecordedEvent]

    /// The durable events behind a position, in order, at most so many.
    package let list: List

    package init(_ list: @escaping List) { self.list = list }
}

extension LogTable {
    /// The table of a database.
    init(of engine: any SQLEngine) {
        self.init { (position, limit) async throws(JournalError) -> [RecordedEvent] in
            do throws(SQLFailure) {
                return try await engine.read { session throws(SQLFailure) in
                    try EventStore(session: session).list(after: position, limit: limit)
                }
            } catch {
                throw .unavailable(reason: error.reason)
            }
        }
    }
}

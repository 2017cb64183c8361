import ContactCenter
import Logging

/// A database with one writer and several readers, each on a thread of its own: callers never block the threads of
/// Swift concurrency.
protocol SQLEngine: Sendable {
    /// What differs in the SQL of this engine.
    var dialect: SQLDialect { get }
    /// Runs `body` on a reader; it sees every commit that has returned.
    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(SQLFailure) -> Answer
    /// Runs `body` on the writer, after what was handed in before. It must leave no transaction open.
    func onWriter(_ body: @escaping @Sendable (any SQLSession) -> Void)
    /// Hears what other processes say, from now until `close`; nothing where there are none.
    func listen(logger: Logger, _ heard: @escaping @Sendable (Heard) -> Void) throws(SQLFailure)
    /// Waits for what runs and lets go of the database.
    func close() async
}

extension SQLEngine {
    func listen(logger: Logger, _ heard: @escaping @Sendable (Heard) -> Void) throws(SQLFailure) {}

    /// Runs `body` on a reader with all its queries seeing one state.
    func readSnapshot<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(SQLFailure) -> Answer {
        try await read { [dialect] session throws(SQLFailure) in
            try session.execute(dialect.beginSnapshot, [])
            let result = Result { () throws(SQLFailure) in try body(session) }
            // Nothing was written: ending a snapshot cannot lose anything.
            try session.execute("ROLLBACK", [])
            return try result.get()
        }
    }

    /// Runs `body` on the writer and waits for its answer.
    func write<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(SQLFailure) -> Answer {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Answer, SQLFailure>, Never>) in
            onWriter { session in
                continuation.resume(returning: Result { () throws(SQLFailure) in try body(session) })
            }
        }
        return try result.get()
    }
}

import ContactCenter
import Foundation
import Logging
import Synchronization

/// PostgreSQL: one connection that writes and a few that read, each on a thread of its own.
///
/// Several processes may use the database at once; what orders their commits is the lock of the log.
final class PostgresEngine: SQLEngine {
    /// Readers at once. A node's reads are short, and each connection costs the server a process.
    static let readersMax = 4

    let dialect = SQLDialect.postgres
    let url: PostgresURL
    private let writer: PostgresThread
    private let readers: PostgresReaders
    private let listener = Mutex<PostgresListener?>(nil)

    /// An engine on a database that answers.
    init(url: PostgresURL) async throws(SQLFailure) {
        self.url = url
        writer = PostgresThread(url: url, role: .writer)
        readers = PostgresReaders((0..<Self.readersMax).map { _ in PostgresThread(url: url, role: .reader) })
        do throws(SQLFailure) {
            try await write { session throws(SQLFailure) in _ = try session.execute("SELECT 1", []) }
        } catch {
            await close()
            throw error
        }
    }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws(SQLFailure) -> Answer
    ) async throws(SQLFailure) -> Answer {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Answer, SQLFailure>, Never>) in
            readers.run { session in
                continuation.resume(returning: Result { () throws(SQLFailure) in try body(session) })
            }
        }
        return try result.get()
    }

    func onWriter(_ body: @escaping @Sendable (any SQLSession) -> Void) { writer.run(body) }

    func listen(logger: Logger, _ heard: @escaping @Sendable (Heard) -> Void) throws(SQLFailure) {
        let made = try PostgresListener(url: url, logger: logger, heard: heard)
        listener.withLock { $0 = made }
    }

    func close() async {
        await listener.withLock { $0 }?.close()
        await readers.close()
        await writer.close()
    }
}

/// A connection and the thread that alone uses it: libpq blocks, and the threads of Swift concurrency must not.
final class PostgresThread: Sendable {
    /// What stays on the thread.
    private final class Held: @unchecked Sendable {
        let session: PostgresSession
        init(_ session: PostgresSession) { self.session = session }
    }

    private let queue: DispatchQueue
    private let held: Held

    init(url: PostgresURL, role: PostgresConnection.Role) {
        queue = DispatchQueue(label: "journal.postgres.\(role)")
        held = Held(PostgresSession(url: url, role: role))
    }

    /// Runs `body` on the thread, after what was handed in before.
    func run(_ body: @escaping @Sendable (PostgresSession) -> Void) {
        queue.async { [held] in body(held.session) }
    }

    /// Ends the connection after what was handed in before.
    func close() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            run { session in
                session.close()
                continuation.resume()
            }
        }
    }
}

/// The connections that read: each takes what has waited longest. How much may wait is bounded by the journal.
private final class PostgresReaders: Sendable {
    typealias Work = @Sendable (PostgresSession) -> Void

    private struct State {
        var idle: [PostgresThread]
        var waiting: [Work] = []
    }

    private let threads: [PostgresThread]
    private let state: Mutex<State>

    init(_ threads: [PostgresThread]) {
        self.threads = threads
        state = Mutex(State(idle: threads))
    }

    func run(_ work: @escaping Work) {
        let thread = state.withLock { state -> PostgresThread? in
            if state.idle.isEmpty { state.waiting.append(work) }
            return state.idle.popLast()
        }
        if let thread { run(work, on: thread) }
    }

    private func run(_ work: @escaping Work, on thread: PostgresThread) {
        thread.run { [self] session in
            var next: Work? = work
            while let work = next {
                work(session)
                next = state.withLock { state in
                    if state.waiting.isEmpty { state.idle.append(thread) }
                    return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
                }
            }
        }
    }

    func close() async { for thread in threads { await thread.close() } }
}

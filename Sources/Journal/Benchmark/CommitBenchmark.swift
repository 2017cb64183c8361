import ContactCenter
import Foundation
import Logging

/// Measures the commit path alone: messages from many conversations at once into a fresh database, and the same rows
/// written by a bare loop over prepared statements in groups of the same size, on the same disk.
public struct CommitBenchmark: Sendable {
    /// What was measured.
    public struct Figures: Sendable {
        /// Messages per second through `SQLJournal.commit`; each is two rows.
        public var journalPerSecond: Double
        /// Messages per second of the bare loop.
        public var barePerSecond: Double
        /// Waiting time of a commit in milliseconds: half and 99 of 100 are below.
        public var medianMilliseconds: Double
        public var p99Milliseconds: Double
        /// The journal's share of the bare loop's speed; the goal is 0.6 or more.
        public var share: Double { journalPerSecond / barePerSecond }
    }

    /// How many messages are written by each.
    public var messages: Int
    /// How many conversations write at once; also the size of the bare loop's groups.
    public var writers: Int
    /// Bytes of a message's body; its event's body is a tenth.
    public var bodyBytes: Int

    public init(messages: Int, writers: Int, bodyBytes: Int = 300) {
        self.messages = messages
        self.writers = writers
        self.bodyBytes = bodyBytes
    }

    /// Runs both in a folder that must be empty; the caller removes it.
    public func run(in folder: String) async throws -> Figures {
        let bare = try await runBare(path: folder + "/bare.db")
        let (seconds, waits) = try await runJournal(path: folder + "/journal.db")
        let sorted = waits.sorted()
        return Figures(
            journalPerSecond: Double(messages) / seconds, barePerSecond: bare,
            medianMilliseconds: sorted[sorted.count / 2] * 1_000,
            p99Milliseconds: sorted[sorted.count * 99 / 100] * 1_000)
    }

    private func runJournal(path: String) async throws -> (seconds: Double, waits: [Double]) {
        let journal = try await SQLJournal.open(path: path, logger: Logger(label: "benchmark"))
        let start = ContinuousClock.now
        let waits = try await withThrowingTaskGroup(of: [Double].self) { group in
            for writer in 0..<writers {
                group.addTask { try await write(conversation: writer, to: journal) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let seconds = (ContinuousClock.now - start).seconds
        await journal.close()
        return (seconds, waits)
    }

    private func write(conversation: Int, to journal: SQLJournal) async throws -> [Double] {
        var waits: [Double] = []
        for version in 0..<(messages / writers) {
            let draft = draft(number: version * writers + conversation)
            let start = ContinuousClock.now
            let commit = Commit(
                stream: StreamID(.conversation, draft.conversation), expectedVersion: Int64(version),
                events: [event(of: draft)])
            guard case .committed = try await journal.commit(commit) else {
                throw JournalError.unavailable(reason: "a fresh message was refused as a duplicate")
            }
            waits.append((ContinuousClock.now - start).seconds)
        }
        return waits
    }

    private func runBare(path: String) async throws -> Double {
        let changed = try await SQLJournal.migrate(.sqlite(path: path))
        guard changed.from == 0 else { throw JournalError.unavailable(reason: "\(path) is not empty") }
        let drafts = (0..<(messages / writers * writers)).map { event(of: draft(number: $0)) }
        let loop = BareLoop(path: path, groupSize: writers)
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Double, SQLFailure>, Never>) in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { () throws(SQLFailure) in try loop.run(drafts) })
            }
        }
        return try Double(drafts.count) / result.get()
    }

    private func draft(number: Int) -> MessageDraft {
        let writer = UInt64(number % writers)
        return MessageDraft(
            id: Identifier(high: UInt64(number), low: UInt64(number) &* 0x9E37_79B9_7F4A_7C15),
            identity: Identifier(high: writer, low: 1), conversation: Identifier(high: writer, low: 2),
            communication: Identifier(high: writer, low: 3), integration: Identifier(high: 0, low: 4),
            externalID: "wamid.\(UInt64(number) &* 0x9E37_79B9_7F4A_7C15).\(number)", isInbound: true,
            status: .received, at: Instant(milliseconds: 1_700_000_000_000 + Int64(number)),
            body: Data(repeating: 0x61, count: bodyBytes))
    }

    private func event(of draft: MessageDraft) -> EventDraft {
        EventDraft(
            type: "messageReceived", at: draft.at, body: Data(repeating: 0x62, count: bodyBytes / 10), message: draft)
    }
}

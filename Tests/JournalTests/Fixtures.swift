import Testing
import ContactCenter
import Foundation
import Logging

@testable import Journal

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "journal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/journal.db" }
}

/// An id that reads as its number in a failure.
func key<Entity>(_ number: Int, _: Entity.Type = Entity.self) -> Identifier<Entity> {
    Identifier(high: 0, low: UInt64(number))
}

func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }

/// A journal on a real database for the length of a test.
func withJournal(
    on engine: TestedEngine = .sqlite, _ body: (SQLJournal) async throws -> Void
) async throws {
    try await withDatabase(on: engine) { location async throws in
        try await withJournal(in: location, body)
    }
}

private func withJournal(in location: DatabaseLocation, _ body: (SQLJournal) async throws -> Void) async throws {
    let journal = try await SQLJournal.open(location, logger: quiet)
    do {
        try await body(journal)
    } catch {
        await journal.close()
        throw error
    }
    await journal.close()
}

extension EventDraft {
    static func note(_ text: String = "noted", at milliseconds: Int64 = 0) -> EventDraft {
        EventDraft(type: "noted", at: Instant(milliseconds: milliseconds), body: Data("{\"text\":\"\(text)\"}".utf8))
    }

    static func message(_ draft: MessageDraft) -> EventDraft {
        EventDraft(type: "messageReceived", at: draft.at, body: Data("{}".utf8), message: draft)
    }
}

extension MessageDraft {
    /// Message `number` of a customer; `external` is the platform's id.
    static func sample(
        _ number: Int, in conversation: Int = 1, of identity: Int = 1, external: String? = nil,
        status: MessageStatus = .received
    ) -> MessageDraft {
        MessageDraft(
            id: key(number), identity: key(identity), conversation: key(conversation), communication: key(1),
            integration: key(1), externalID: external, isInbound: true, status: status,
            at: Instant(milliseconds: Int64(number)), body: Data("{\"text\":\"message \(number)\"}".utf8))
    }
}

extension Commit {
    /// Notes on a conversation.
    static func notes(_ count: Int = 1, on conversation: Int, after version: Int64) -> Commit {
        Commit(
            stream: StreamID(.conversation, key(conversation, Conversation.self)), expectedVersion: version,
            events: (0..<count).map { .note("\($0)") })
    }

    /// One message as the next event of its conversation.
    static func message(_ draft: MessageDraft, after version: Int64) -> Commit {
        Commit(
            stream: StreamID(.conversation, draft.conversation), expectedVersion: version, events: [.message(draft)])
    }
}

extension CommitOutcome {
    var positions: [Int64]? {
        if case .committed(let positions) = self { positions.map(\.value) } else { nil }
    }
    var original: MessageRecord? {
        if case .duplicate(let record) = self { record } else { nil }
    }
}

/// What a commit that must fail failed with.
func refusal(_ body: () async throws(JournalError) -> CommitOutcome) async -> JournalError? {
    do throws(JournalError) {
        let outcome = try await body()
        Issue.record("committed: \(outcome)")
        return nil
    } catch { return error }
}

extension CommitOutcome {
    /// For commits that only fill the log.
    func ignore() {}
}

/// Errors only: tests provoke the rest.
var quiet: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .error
    return logger
}

/// For tests in which commits fail on purpose.
var silent: Logger {
    var logger = quiet
    logger.logLevel = .critical
    return logger
}

import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("The write-ahead log of SQLite")
struct CheckpointTests {
    @Test("the log is copied beside the writer and starts again instead of growing; nothing is lost by it")
    func logIsBounded() async throws {
        let folder = try TemporaryFolder()
        let journal = try await SQLJournal.open(path: folder.database, logger: quiet)
        // Each commit is about 260 pages, so this is five times what one round of the log holds.
        let body = Data(count: 1_000_000)
        let commits = Int(Checkpointer.pagesMin) * 5 / 260
        for version in 0..<commits {
            let stream = StreamID(.conversation, key(1, Conversation.self))
            let event = EventDraft(type: "large", at: at(0), body: body)
            try await journal.commit(
                Commit(stream: stream, expectedVersion: Int64(version), events: [event])
            ).ignore()
        }
        let size = try FileManager.default.attributesOfItem(atPath: folder.database + "-wal")[.size] as? Int
        #expect(try #require(size) < Int(Checkpointer.pagesMin) * 4_096 * 3)
        await journal.close()
        #expect(!FileManager.default.fileExists(atPath: folder.database + "-wal"))

        let again = try await SQLJournal.open(path: folder.database, logger: quiet)
        let stream = try #require(await again.stream(StreamID(.conversation, key(1, Conversation.self))))
        #expect(stream.events.count == commits && stream.events.allSatisfy { $0.body == body })
        await again.close()
    }
}

import ContactCenter
import Journal
import Testing

@Suite("Files of guests")
struct GuestAttachmentTests {
    private func file(_ name: String, _ number: Int, expiresAt: Int64 = 10) -> GuestAttachmentRecord {
        var record = GuestAttachmentRecord(
            deployment: key(90), platformUser: "hana", attachment: name, media: key(number))
        record.name = "猫.png"
        record.mediaType = "image/png"
        record.bytesCount = 5
        record.expiresAt = at(expiresAt)
        return record
    }

    private func media(_ record: GuestAttachmentRecord) -> MediaRecord {
        MediaRecord(
            id: record.media, conversation: nil, communication: nil, identity: nil, name: record.name,
            mediaType: record.mediaType, bytesCount: record.bytesCount, digest: String(repeating: "0", count: 64),
            status: "valid", createdAt: at(1))
    }

    private func claim(_ journal: SQLJournal) async throws {
        #expect(try await journal.claimBlob(String(repeating: "0", count: 64), until: at(5)))
    }

    @Test("a file is announced, stored once and sent, and then it stays", arguments: TestedEngine.allCases)
    func way(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            let file = file("a", 1)
            try await claim(journal)
            #expect(try await journal.announce(file, unsentMax: 2))
            #expect(try await journal.attachment("a", of: "hana", deployment: key(90)) == file)
            #expect(try await journal.attachment("a", of: "kenji", deployment: key(90)) == nil)
            #expect(try await journal.sendAttachment(media: key(1)) == false)
            #expect(try await journal.store(media(file), until: at(20)))
            #expect(try await journal.store(media(file), until: at(20)) == false)
            #expect(try await journal.announce(file, unsentMax: 2) == false, "its bytes are there")
            try await journal.failAttachment(media: key(1))
            #expect(try await journal.attachment(media: key(1))?.state == .stored)
            #expect(try await journal.sendAttachment(media: key(1)))
            #expect(try await journal.sendAttachment(media: key(1)), "a message may be repeated")
            try await journal.expireAttachments(by: at(1_000), forgottenBy: at(1_000), bytesUntil: at(1_000))
            #expect(try await journal.removeAttachment(media: key(1), bytesUntil: at(30)) == false)
            #expect(try await journal.attachment(media: key(1))?.state == .sent)
            #expect(try await journal.media(key(1)) == media(file))
        }
    }

    @Test("a file without bytes may be announced anew, and a session has so many", arguments: TestedEngine.allCases)
    func announcements(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            #expect(try await journal.announce(file("a", 1), unsentMax: 2))
            #expect(try await journal.announce(file("a", 2), unsentMax: 2))
            #expect(try await journal.attachment(media: key(1)) == nil, "the older link is void")
            #expect(try await journal.announce(file("b", 3), unsentMax: 2))
            #expect(try await journal.announce(file("c", 4), unsentMax: 2) == false)
            try await journal.failAttachment(media: key(3))
            #expect(try await journal.announce(file("c", 4), unsentMax: 2))
        }
    }

    @Test("what was not sent in time expires, and is forgotten later", arguments: TestedEngine.allCases)
    func expiry(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await claim(journal)
            for (name, number) in [("waiting", 1), ("stored", 2), ("later", 3)] {
                #expect(try await journal.announce(file(name, number), unsentMax: 9))
            }
            #expect(try await journal.store(media(file("stored", 2)), until: at(20)))
            #expect(try await journal.store(media(file("later", 3)), until: at(99)))
            try await journal.expireAttachments(by: at(20), forgottenBy: at(0), bytesUntil: at(30))
            #expect(try await journal.attachment(media: key(1))?.state == .expired)
            #expect(try await journal.attachment(media: key(2))?.state == .expired)
            #expect(try await journal.attachment(media: key(3))?.state == .stored)
            #expect(try await journal.media(key(2)) == nil)
            #expect(try await journal.media(key(3)) != nil)
            try await journal.expireAttachments(by: at(20), forgottenBy: at(20), bytesUntil: at(30))
            #expect(try await journal.attachment(media: key(2)) == nil)
            #expect(try await journal.removeAttachment(media: key(3), bytesUntil: at(30)))
            #expect(try await journal.media(key(3)) == nil)
        }
    }
}

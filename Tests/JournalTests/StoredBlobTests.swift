import ContactCenter
import Foundation
import Testing

@testable import Journal

/// What the collector may take, and never takes. `at` counts seconds.
@Suite("Which blobs the store has")
struct StoredBlobTests {
    private let digest = String(repeating: "a", count: 64)
    private let other = String(repeating: "b", count: 64)

    private func media(_ number: Int, _ digest: String?, unsentUntil: Int64? = nil) -> MediaRecord {
        var media = MediaRecord(
            id: key(number), conversation: key(2), communication: nil, identity: nil, name: "a.png",
            mediaType: "image/png", bytesCount: 5, digest: digest, status: digest == nil ? "uploading" : "valid",
            createdAt: at(1))
        media.unsentUntil = unsentUntil.map(at)
        return media
    }

    private func condemned(_ journal: SQLJournal, by now: Int64, abandonedBy: Int64 = 0) async throws -> Set<String> {
        Set(try await journal.condemnBlobs(by: at(now), abandonedBy: at(abandonedBy), limit: 10))
    }

    @Test("bytes that came and got no row go when their claim is over", arguments: TestedEngine.allCases)
    func claims(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            #expect(try await journal.claimBlob(digest, until: at(10)))
            #expect(try await journal.claimBlob(digest, until: at(5)), "a shorter claim takes nothing away")
            #expect(try await condemned(journal, by: 9) == [])
            #expect(try await condemned(journal, by: 10) == [digest])
            #expect(try await condemned(journal, by: 10) == [], "once")
            #expect(try await journal.claimBlob(digest, until: at(99)) == false)
            #expect(try await journal.saveMedia(media(1, digest)) == false)
            try await journal.forgetBlob(digest)
            #expect(try await journal.saveMedia(media(1, digest)) == false, "its bytes are gone")
            #expect(try await journal.claimBlob(digest, until: at(99)))
            #expect(try await journal.saveMedia(media(1, digest)))
        }
    }

    @Test("bytes stay while any file has them, whoever else lets them go", arguments: TestedEngine.allCases)
    func shared(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            #expect(try await journal.claimBlob(digest, until: at(10)))
            #expect(try await journal.saveMedia(media(1, digest, unsentUntil: 20)))
            #expect(try await journal.claimBlob(digest, until: at(11)))
            #expect(try await journal.saveMedia(media(2, digest, unsentUntil: 90)))
            #expect(try await condemned(journal, by: 15) == [])
            #expect(try await journal.expireMedia(by: at(20), bytesUntil: at(30)) == 1)
            #expect(try await journal.media(key(1)) == nil)
            #expect(try await condemned(journal, by: 30) == [], "the other file has them")
            #expect(try await journal.keepMedia(key(2)))
            #expect(try await journal.expireMedia(by: at(900), bytesUntil: at(900)) == 0, "it was sent")
            #expect(try await condemned(journal, by: 900) == [])
            #expect(try await journal.media(key(2))?.unsentUntil == nil)
        }
    }

    @Test("a claim holds the bytes while the last file that had them goes", arguments: TestedEngine.allCases)
    func claimedAgain(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            #expect(try await journal.claimBlob(digest, until: at(10)))
            #expect(try await journal.saveMedia(media(1, digest, unsentUntil: 5)))
            #expect(try await journal.claimBlob(digest, until: at(14)))
            #expect(try await journal.expireMedia(by: at(5), bytesUntil: at(15)) == 1)
            #expect(try await condemned(journal, by: 14) == [])
            #expect(try await journal.saveMedia(media(2, digest)))
            #expect(try await condemned(journal, by: 100) == [])
        }
    }

    @Test("a removal that did not end is taken up again, and no sooner", arguments: TestedEngine.allCases)
    func abandoned(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            for one in [digest, other] { #expect(try await journal.claimBlob(one, until: at(10))) }
            #expect(try await journal.condemnBlobs(by: at(10), abandonedBy: at(0), limit: 1).count == 1)
            #expect(try await condemned(journal, by: 20).count == 1, "the rest")
            #expect(try await condemned(journal, by: 30, abandonedBy: 10) == [])
            #expect(try await condemned(journal, by: 30, abandonedBy: 11).count == 1)
            #expect(try await condemned(journal, by: 40, abandonedBy: 31) == [digest, other])
            try await journal.forgetBlob(digest)
            #expect(try await condemned(journal, by: 50, abandonedBy: 50) == [other])
        }
    }

    @Test("an agent's file without bytes goes, too, and cannot be sent", arguments: TestedEngine.allCases)
    func withoutBytes(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            #expect(try await journal.saveMedia(media(1, nil, unsentUntil: 5)))
            #expect(try await journal.keepMedia(key(1)) == false)
            #expect(try await journal.expireMedia(by: at(5), bytesUntil: at(6)) == 1)
            #expect(try await journal.keepMedia(key(1)) == false)
            #expect(try await condemned(journal, by: 100) == [])
        }
    }

    @Test("files that come while others go are never without bytes", arguments: TestedEngine.allCases)
    func atOnce(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for round in 0..<40 {
                    group.addTask {
                        guard try await journal.claimBlob(digest, until: at(10)) else { return }
                        if try await journal.saveMedia(media(round + 1, digest, unsentUntil: 1)) {
                            _ = try await journal.expireMedia(by: at(1), bytesUntil: at(10))
                        }
                    }
                    group.addTask {
                        for one in try await condemned(journal, by: 10) {
                            let holder = try await journal.media(key(99))
                            #expect(holder == nil)
                            try await journal.forgetBlob(one)
                        }
                    }
                }
                try await group.waitForAll()
            }
            // Whoever has a row now has bytes that nobody will take.
            while try await !journal.claimBlob(digest, until: at(10)) {
                _ = try await condemned(journal, by: 10, abandonedBy: 11)
                try await journal.forgetBlob(digest)
            }
            #expect(try await journal.saveMedia(media(99, digest)))
            #expect(try await condemned(journal, by: 1_000, abandonedBy: 1_000) == [])
        }
    }

    @Test("an upload ends once, and what a second one brought goes", arguments: TestedEngine.allCases)
    func settled(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            #expect(try await journal.settleMedia(media(1, nil), bytesUntil: at(5)) == false, "nothing was begun")
            #expect(try await journal.saveMedia(media(1, nil, unsentUntil: 90)))
            #expect(try await journal.settleMedia(media(1, digest), bytesUntil: at(5)) == false, "not claimed")
            #expect(try await journal.media(key(1))?.status == "uploading")
            for each in [digest, other] { #expect(try await journal.claimBlob(each, until: at(10))) }
            #expect(try await journal.settleMedia(media(1, digest), bytesUntil: at(5)))
            #expect(try await journal.settleMedia(media(1, other), bytesUntil: at(20)) == false)
            var refused = media(1, nil)
            refused.status = "invalid"
            #expect(try await journal.settleMedia(refused, bytesUntil: at(20)) == false, "it was taken")
            let kept = try await journal.media(key(1))
            #expect(kept?.digest == digest && kept?.status == "valid" && kept?.unsentUntil == at(90))
            #expect(try await condemned(journal, by: 19) == [])
            #expect(try await condemned(journal, by: 20) == [other])
        }
    }

    @Test("what was refused can neither be sent nor be taken any more", arguments: TestedEngine.allCases)
    func refused(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            #expect(try await journal.saveMedia(media(1, nil)))
            var refused = media(1, nil)
            refused.status = "invalid"
            #expect(try await journal.settleMedia(refused, bytesUntil: at(5)))
            #expect(try await journal.claimBlob(digest, until: at(10)))
            #expect(try await journal.settleMedia(media(1, digest), bytesUntil: at(10)) == false)
            #expect(try await journal.keepMedia(key(1)) == false)
            #expect(try await condemned(journal, by: 10) == [digest])
        }
    }
}

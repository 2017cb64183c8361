import ContactCenter
import Crypto
import Engine
import Foundation
import Journal

/// The bytes of files, on their way into the blob store and out of it. The journal has a row for each blob from before
/// its bytes come until after they have gone, so that a process may end at any moment and nothing is lost or left.
struct FileBytes: Sendable {
    let engine: Engine
    let keeping: FileKeeping

    /// Bytes that are in the store, and until when they stay without a file's row.
    struct Stored: Sendable {
        var digest: String
        var until: Instant
    }

    /// How often the same bytes, which are just being removed, are waited for.
    private static let attemptsMax = 20
    private static let pause = Duration.milliseconds(250)
    /// Blobs that are removed in one go.
    private static let removedMax = 100
    /// After so long a removal that did not end is another process's to finish: longer than any call to a store takes.
    private static let abandonedTime = Span.minutes(10)

    /// Stores bytes. A row for the file must follow before they may be removed again: ``checkTime(of:)``.
    func put(_ bytes: Data) async throws -> Stored {
        let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
        for _ in 0..<Self.attemptsMax {
            let until = engine.now() + keeping.grace
            if try await journaling({ () async throws(JournalError) in
                try await engine.journal.claimBlob(digest, until: until)
            }) {
                return Stored(digest: try await engine.blobs.put(bytes), until: until)
            }
            try await engine.surroundings.sleep(Self.pause)
        }
        throw APIError.unavailable(retryAfterSeconds: 60)
    }

    /// Refuses bytes that took so long that they may be gone.
    func checkTime(of stored: Stored) throws(APIError) {
        guard engine.now() < stored.until else { throw .unavailable(retryAfterSeconds: 60) }
    }

    /// Removes the files that were not sent in time, then the bytes that no file has; answers how many blobs could not
    /// be removed now. They are tried again.
    func collect() async throws -> Int {
        let now = engine.now()
        let bytesUntil = now + keeping.grace
        while try await journaling({ () async throws(JournalError) in
            try await engine.journal.expireMedia(by: now, bytesUntil: bytesUntil)
        }) > 0 { try Task.checkCancellation() }
        // Where no other process is, one that did not end its removals was ours, before a crash.
        let abandonedBy =
            engine.journal.isShared
            ? Instant(milliseconds: now.milliseconds - Self.abandonedTime.milliseconds) : now
        var failed = 0
        while true {
            try Task.checkCancellation()
            let condemned = try await journaling { () async throws(JournalError) in
                try await engine.journal.condemnBlobs(by: now, abandonedBy: abandonedBy, limit: Self.removedMax)
            }
            for digest in condemned where !(await remove(digest)) { failed += 1 }
            if condemned.count < Self.removedMax { return failed }
        }
    }

    /// First the bytes, then the row: whoever ends between them is followed by one who finds no bytes, and a row.
    private func remove(_ digest: String) async -> Bool {
        do {
            try await engine.blobs.remove(digest)
            try await engine.journal.forgetBlob(digest)
            return true
        } catch { return false }
    }
}

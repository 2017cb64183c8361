import ContactCenter

/// The stored_blob table: a row for each blob in the store. `look_at`: when to look whether a file has it, or nothing
/// when one does; `removing_at`: since when its bytes are being removed.
struct StoredBlobStore {
    let session: any SQLSession

    // Bytes are about to come. An earlier claim that lasts longer stands.
    static let claim: SQL = """
        INSERT INTO stored_blob (digest, look_at) VALUES ($1, $2)
        ON CONFLICT (digest) DO UPDATE SET look_at = CASE
            WHEN stored_blob.look_at > excluded.look_at THEN stored_blob.look_at ELSE excluded.look_at END
        WHERE stored_blob.removing_at IS NULL
        """

    // A file has it. Locks the row against the collector, which then sees that there is nothing to look at.
    static let refer: SQL = """
        UPDATE stored_blob SET look_at = NULL WHERE digest = $1 AND removing_at IS NULL
        """

    // A file that had it is gone; there may be others.
    static let release: SQL = """
        UPDATE stored_blob SET look_at = $1 WHERE digest = $2 AND removing_at IS NULL
        """

    // Due, and a file has them.
    static let keep: SQL = """
        UPDATE stored_blob SET look_at = NULL
        WHERE look_at <= $1 AND look_at IS NOT NULL AND removing_at IS NULL
            AND EXISTS (SELECT 1 FROM media WHERE media.digest = stored_blob.digest)
        """

    // Due, and no file has them.
    static let condemn: SQL = """
        UPDATE stored_blob SET removing_at = $1
        WHERE look_at <= $1 AND look_at IS NOT NULL AND removing_at IS NULL AND digest IN (
            SELECT digest FROM stored_blob
            WHERE look_at <= $1 AND look_at IS NOT NULL AND removing_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM media WHERE media.digest = stored_blob.digest)
            ORDER BY look_at LIMIT $2)
        RETURNING digest
        """

    // Whoever began to remove them is gone.
    static let resume: SQL = """
        UPDATE stored_blob SET removing_at = $1
        WHERE removing_at < $2 AND removing_at IS NOT NULL AND digest IN (
            SELECT digest FROM stored_blob WHERE removing_at < $2 AND removing_at IS NOT NULL
            ORDER BY removing_at LIMIT $3)
        RETURNING digest
        """

    // The bytes are gone.
    static let forget: SQL = "DELETE FROM stored_blob WHERE digest = $1 AND removing_at IS NOT NULL"

    func claim(_ digest: String, until: Instant) throws(SQLFailure) -> Bool {
        try session.execute(Self.claim, [.text(digest), .at(until)]) > 0
    }

    func refer(_ digest: String) throws(SQLFailure) -> Bool { try session.execute(Self.refer, [.text(digest)]) > 0 }

    func release(_ digest: String?, lookAt: Instant) throws(SQLFailure) {
        guard let digest else { return }
        try session.execute(Self.release, [.at(lookAt), .text(digest)])
    }

    func condemn(by now: Instant, abandonedBy: Instant, limit: Int) throws(SQLFailure) -> [String] {
        let left = try session.query(
            Self.resume, [.at(now), .at(abandonedBy), .integer(Int64(limit))]
        ) { $0.text(0) }
        try session.execute(Self.keep, [.at(now)])
        return left + (try session.query(Self.condemn, [.at(now), .integer(Int64(limit))]) { $0.text(0) })
    }
}

extension SQLJournal {
    public func claimBlob(_ digest: String, until: Instant) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in
            try StoredBlobStore(session: session).claim(digest, until: until)
        }
    }

    public func condemnBlobs(
        by now: Instant, abandonedBy: Instant, limit: Int
    ) async throws(JournalError) -> [String] {
        try await writer.work { session throws(SQLFailure) in
            try StoredBlobStore(session: session).condemn(by: now, abandonedBy: abandonedBy, limit: limit)
        }
    }

    public func forgetBlob(_ digest: String) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            _ = try session.execute(StoredBlobStore.forget, [.text(digest)])
        }
    }

    public func settleMedia(_ media: MediaRecord, bytesUntil: Instant) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in
            try MediaStore(session: session).settle(media, bytesUntil: bytesUntil)
        }
    }

    public func keepMedia(_ id: Identifier<MediaRecord>) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in
            try session.execute(MediaStore.keep, [.id(id)]) > 0
        }
    }

    public func expireMedia(by now: Instant, bytesUntil: Instant) async throws(JournalError) -> Int {
        try await writer.work { session throws(SQLFailure) in
            try MediaStore(session: session).expire(by: now, bytesUntil: bytesUntil)
        }
    }
}

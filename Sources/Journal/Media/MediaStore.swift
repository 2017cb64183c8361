import ContactCenter

/// The media table: what is known of a file; its bytes are in the blob store.
struct MediaStore {
    let session: any SQLSession

    // A file, new or replaced.
    static let save: SQL = """
        INSERT INTO media (
            id, conversation, communication, identity, name, media_type, bytes_count, digest, status, created_at,
            unsent_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (id) DO UPDATE SET
            conversation = excluded.conversation, communication = excluded.communication,
            identity = excluded.identity, name = excluded.name, media_type = excluded.media_type,
            bytes_count = excluded.bytes_count, digest = excluded.digest, status = excluded.status,
            created_at = excluded.created_at, unsent_until = excluded.unsent_until
        """

    // One file.
    static let find: SQL = """
        SELECT id, conversation, communication, identity, name, media_type, bytes_count, digest, status, created_at,
            unsent_until
        FROM media WHERE id = $1
        """

    // An upload ends, once.
    static let settle: SQL = """
        UPDATE media SET name = $1, media_type = $2, bytes_count = $3, digest = $4, status = $5
        WHERE id = $6 AND status = 'uploading'
        """

    // A file becomes a part of a message.
    static let keep: SQL = "UPDATE media SET unsent_until = NULL WHERE id = $1 AND status = 'valid'"

    // One that is deleted.
    static let delete: SQL = "DELETE FROM media WHERE id = $1 RETURNING digest"

    // Those that were not sent in time.
    static let deleteUnsent: SQL = """
        DELETE FROM media WHERE id IN (
            SELECT id FROM media WHERE unsent_until <= $1 AND unsent_until IS NOT NULL
            ORDER BY unsent_until LIMIT $2)
        RETURNING digest
        """

    /// Rows that one transaction deletes.
    private static let deletedMax = 500

    func save(_ media: MediaRecord) throws(SQLFailure) -> Bool {
        // First, because it keeps the collector from the bytes until this transaction ends.
        if let digest = media.digest, try !StoredBlobStore(session: session).refer(digest) { return false }
        try session.execute(
            Self.save,
            [
                .id(media.id), .id(media.conversation), .id(media.communication), .id(media.identity),
                .text(media.name), .text(media.mediaType), .integer(media.bytesCount), .text(media.digest),
                .text(media.status), .at(media.createdAt), .at(media.unsentUntil),
            ])
        return true
    }

    func settle(_ media: MediaRecord, bytesUntil: Instant) throws(SQLFailure) -> Bool {
        // First, as above.
        let blobs = StoredBlobStore(session: session)
        if let digest = media.digest, try !blobs.refer(digest) { return false }
        let count = try session.execute(
            Self.settle,
            [
                .text(media.name), .text(media.mediaType), .integer(media.bytesCount), .text(media.digest),
                .text(media.status), .id(media.id),
            ])
        if count == 0 { try blobs.release(media.digest, lookAt: bytesUntil) }
        return count > 0
    }

    func delete(_ id: Identifier<MediaRecord>, bytesUntil: Instant) throws(SQLFailure) {
        let digests = try session.query(Self.delete, [.id(id)]) { $0.optionalText(0) }
        for digest in digests { try StoredBlobStore(session: session).release(digest, lookAt: bytesUntil) }
    }

    func expire(by now: Instant, bytesUntil: Instant) throws(SQLFailure) -> Int {
        let digests = try session.query(Self.deleteUnsent, [.at(now), .integer(Self.deletedMax)]) { $0.optionalText(0) }
        for digest in digests { try StoredBlobStore(session: session).release(digest, lookAt: bytesUntil) }
        return digests.count
    }

    func find(_ id: Identifier<MediaRecord>) throws(SQLFailure) -> MediaRecord? {
        try session.first(Self.find, [.id(id)]) { row throws(SQLFailure) in
            var media = MediaRecord(
                id: try row.id(0), conversation: try row.optionalID(1), communication: try row.optionalID(2),
                identity: try row.optionalID(3), name: row.text(4), mediaType: row.text(5),
                bytesCount: row.integer(6), digest: row.optionalText(7), status: row.text(8),
                createdAt: row.instant(9))
            media.unsentUntil = row.optionalInstant(10)
            return media
        }
    }
}

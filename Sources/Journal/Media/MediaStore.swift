import ContactCenter

/// The media table: what is known of a file; its bytes are in the blob store.
struct MediaStore {
    let session: any SQLSession

    // A file, new or replaced.
    static let save: SQL = """
        INSERT INTO media (
            id, conversation, communication, identity, name, media_type, bytes_count, digest, status, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (id) DO UPDATE SET
            conversation = excluded.conversation, communication = excluded.communication,
            identity = excluded.identity, name = excluded.name, media_type = excluded.media_type,
            bytes_count = excluded.bytes_count, digest = excluded.digest, status = excluded.status,
            created_at = excluded.created_at
        """

    // One file.
    static let find: SQL = """
        SELECT id, conversation, communication, identity, name, media_type, bytes_count, digest, status, created_at
        FROM media WHERE id = $1
        """

    func save(_ media: MediaRecord) throws(SQLFailure) {
        try session.execute(
            Self.save,
            [
                .id(media.id), .id(media.conversation), .id(media.communication), .id(media.identity),
                .text(media.name), .text(media.mediaType), .integer(media.bytesCount), .text(media.digest),
                .text(media.status), .at(media.createdAt),
            ])
    }

    func find(_ id: Identifier<MediaRecord>) throws(SQLFailure) -> MediaRecord? {
        try session.first(Self.find, [.id(id)]) { row throws(SQLFailure) in
            MediaRecord(
                id: try row.id(0), conversation: try row.optionalID(1), communication: try row.optionalID(2),
                identity: try row.optionalID(3), name: row.text(4), mediaType: row.text(5),
                bytesCount: row.integer(6), digest: row.optionalText(7), status: row.text(8),
                createdAt: row.instant(9))
        }
    }
}

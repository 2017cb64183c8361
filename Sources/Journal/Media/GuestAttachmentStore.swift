import ContactCenter

/// The guest_attachment table: files that guests have announced, uploaded or sent.
struct GuestAttachmentStore {
    let session: any SQLSession

    private static let columns =
        "deployment, platform_user, attachment, media, name, media_type, bytes_count, md5, state, expires_at"

    // A file announced, anew if no bytes have come.
    static let announce = SQL(
        """
        INSERT INTO guest_attachment (\(columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (deployment, platform_user, attachment) DO UPDATE SET
            media = excluded.media, name = excluded.name, media_type = excluded.media_type,
            bytes_count = excluded.bytes_count, md5 = excluded.md5, state = excluded.state,
            expires_at = excluded.expires_at
        WHERE guest_attachment.state IN ('waiting', 'failed', 'expired')
        """)

    // How many files a session has not sent.
    static let countUnsent: SQL = """
        SELECT count(*) FROM guest_attachment
        WHERE deployment = $1 AND platform_user = $2 AND state IN ('waiting', 'stored')
        """

    // One file of a session.
    static let find = SQL(
        """
        SELECT \(columns) FROM guest_attachment WHERE deployment = $1 AND platform_user = $2 AND attachment = $3
        """)

    // One file by our id.
    static let findByMedia = SQL("SELECT \(columns) FROM guest_attachment WHERE media = $1")

    // The bytes have come.
    static let markStored: SQL = """
        UPDATE guest_attachment SET state = 'stored', expires_at = $1 WHERE media = $2 AND state = 'waiting'
        """

    // The bytes were refused.
    static let markFailed: SQL = """
        UPDATE guest_attachment SET state = 'failed' WHERE media = $1 AND state = 'waiting'
        """

    // The bytes have gone while they came.
    static let markLost: SQL = """
        UPDATE guest_attachment SET state = 'failed' WHERE media = $1 AND state = 'stored'
        """

    // It is a part of a message; once more for a message that is repeated.
    static let markSent: SQL = """
        UPDATE guest_attachment SET state = 'sent', expires_at = NULL WHERE media = $1 AND state IN ('stored', 'sent')
        """

    // One that was not sent goes.
    static let delete: SQL = """
        DELETE FROM guest_attachment WHERE media = $1 AND state <> 'sent'
        """

    // What was not sent in time.
    static let markExpired: SQL = """
        UPDATE guest_attachment SET state = 'expired'
        WHERE expires_at <= $1 AND expires_at IS NOT NULL AND state IN ('waiting', 'stored') RETURNING media
        """

    // What expired long ago.
    static let deleteExpired: SQL = """
        DELETE FROM guest_attachment WHERE expires_at <= $1 AND expires_at IS NOT NULL AND state <> 'stored'
        """

    func announce(_ record: GuestAttachmentRecord, unsentMax: Int) throws(SQLFailure) -> Bool {
        let counted: [SQLValue] = [.id(record.deployment), .text(record.platformUser)]
        let count = try session.first(Self.countUnsent, counted) { $0.integer(0) } ?? 0
        guard count < Int64(unsentMax) else { return false }
        return try session.execute(
            Self.announce,
            counted + [
                .text(record.attachment), .id(record.media), .text(record.name), .text(record.mediaType),
                .integer(record.bytesCount), .text(record.md5), .text(record.state.rawValue), .at(record.expiresAt),
            ]) > 0
    }

    func find(_ id: String, of user: String, deployment: IntegrationID) throws(SQLFailure) -> GuestAttachmentRecord? {
        try session.first(Self.find, [.id(deployment), .text(user), .text(id)]) { row throws(SQLFailure) in
            try Self.record(row)
        }
    }

    func find(media: Identifier<MediaRecord>) throws(SQLFailure) -> GuestAttachmentRecord? {
        try session.first(Self.findByMedia, [.id(media)]) { row throws(SQLFailure) in try Self.record(row) }
    }

    func store(_ media: MediaRecord, until expiresAt: Instant) throws(SQLFailure) -> Bool {
        guard try session.execute(Self.markStored, [.at(expiresAt), .id(media.id)]) > 0 else { return false }
        let isSaved = try MediaStore(session: session).save(media)
        if !isSaved { try session.execute(Self.markLost, [.id(media.id)]) }
        return isSaved
    }

    func remove(media: Identifier<MediaRecord>, bytesUntil: Instant) throws(SQLFailure) -> Bool {
        guard try session.execute(Self.delete, [.id(media)]) > 0 else { return false }
        try MediaStore(session: session).delete(media, bytesUntil: bytesUntil)
        return true
    }

    func expire(by now: Instant, forgottenBy: Instant, bytesUntil: Instant) throws(SQLFailure) {
        let expired = try session.query(Self.markExpired, [.at(now)]) {
            row throws(SQLFailure) -> Identifier<MediaRecord> in try row.id(0)
        }
        for media in expired { try MediaStore(session: session).delete(media, bytesUntil: bytesUntil) }
        try session.execute(Self.deleteExpired, [.at(forgottenBy)])
    }

    private static func record(_ row: any SQLRow) throws(SQLFailure) -> GuestAttachmentRecord {
        var record = GuestAttachmentRecord(
            deployment: try row.id(0), platformUser: row.text(1), attachment: row.text(2), media: try row.id(3))
        record.name = row.text(4)
        record.mediaType = row.text(5)
        record.bytesCount = row.integer(6)
        record.md5 = row.optionalText(7)
        record.state = GuestAttachmentRecord.State(rawValue: row.text(8)) ?? .failed
        record.expiresAt = row.optionalInstant(9)
        return record
    }
}

extension SQLJournal {
    public func announce(_ attachment: GuestAttachmentRecord, unsentMax: Int) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in
            try GuestAttachmentStore(session: session).announce(attachment, unsentMax: unsentMax)
        }
    }

    public func attachment(
        _ id: String, of platformUser: String, deployment: IntegrationID
    ) async throws(JournalError) -> GuestAttachmentRecord? {
        try await read { session throws(SQLFailure) in
            try GuestAttachmentStore(session: session).find(id, of: platformUser, deployment: deployment)
        }
    }

    public func attachment(media: Identifier<MediaRecord>) async throws(JournalError) -> GuestAttachmentRecord? {
        try await read { session throws(SQLFailure) in try GuestAttachmentStore(session: session).find(media: media) }
    }

    public func store(_ media: MediaRecord, until expiresAt: Instant) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in
            try GuestAttachmentStore(session: session).store(media, until: expiresAt)
        }
    }

    public func failAttachment(media: Identifier<MediaRecord>) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            _ = try session.execute(GuestAttachmentStore.markFailed, [.id(media)])
        }
    }

    public func sendAttachment(media: Identifier<MediaRecord>) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in
            try session.execute(GuestAttachmentStore.markSent, [.id(media)]) > 0
        }
    }

    public func removeAttachment(
        media: Identifier<MediaRecord>, bytesUntil: Instant
    ) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in
            try GuestAttachmentStore(session: session).remove(media: media, bytesUntil: bytesUntil)
        }
    }

    public func expireAttachments(
        by now: Instant, forgottenBy: Instant, bytesUntil: Instant
    ) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            try GuestAttachmentStore(session: session).expire(
                by: now, forgottenBy: forgottenBy, bytesUntil: bytesUntil)
        }
    }
}

import ContactCenter

/// The guest_session table: sessions of web messaging by the hash of their token.
struct GuestSessionStore {
    let session: any SQLSession

    // A session, new or replaced.
    static let save: SQL = """
        INSERT INTO guest_session (token_hash, deployment, identity, started_at, is_read_only, cleared_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (token_hash) DO UPDATE SET
            deployment = excluded.deployment, identity = excluded.identity, started_at = excluded.started_at,
            is_read_only = excluded.is_read_only, cleared_at = excluded.cleared_at
        """

    // One session.
    static let find: SQL = """
        SELECT token_hash, deployment, identity, started_at, is_read_only, cleared_at
        FROM guest_session WHERE token_hash = $1
        """

    static func saving(_ guest: GuestSessionRecord) -> Step {
        Step(
            save,
            [
                .text(guest.tokenHash), .id(guest.deployment), .id(guest.identity), .at(guest.startedAt),
                .flag(guest.isReadOnly), .at(guest.clearedAt),
            ])
    }

    func find(tokenHash: String) throws(SQLFailure) -> GuestSessionRecord? {
        try session.first(Self.find, [.text(tokenHash)]) { row throws(SQLFailure) in
            GuestSessionRecord(
                tokenHash: row.text(0), deployment: try row.id(1), identity: try row.id(2),
                startedAt: row.instant(3), isReadOnly: row.flag(4), clearedAt: row.optionalInstant(5))
        }
    }
}

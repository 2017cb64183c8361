import ContactCenter

/// The token table: credentials of the API by their hash.
struct TokenStore {
    let session: any SQLSession

    private static let columns = "hash, kind, expires_at, client, user_id, body"

    // A token, new or replaced.
    static let save: SQL = """
        INSERT INTO token (hash, kind, expires_at, client, user_id, body) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (hash) DO UPDATE SET
            kind = excluded.kind, expires_at = excluded.expires_at, client = excluded.client,
            user_id = excluded.user_id, body = excluded.body
        """

    // One token.
    static let find = SQL(
        """
        SELECT \(columns) FROM token WHERE hash = $1
        """)

    // A token that is used up: one caller gets the row.
    static let take = SQL(
        """
        DELETE FROM token WHERE hash = $1 RETURNING \(columns)
        """)

    // All tokens of a person who signs out or is shut out.
    static let deleteOfUser: SQL = """
        DELETE FROM token WHERE user_id = $1
        """

    // What nobody can use any more.
    static let deleteExpired: SQL = """
        DELETE FROM token WHERE expires_at < $1
        """

    func save(_ token: TokenRecord) throws(SQLFailure) {
        try session.execute(
            Self.save,
            [
                .text(token.hash), .text(token.kind), .at(token.expiresAt), .text(token.client), .id(token.user),
                .data(token.body),
            ])
    }

    func find(hash: String) throws(SQLFailure) -> TokenRecord? {
        try session.first(Self.find, [.text(hash)]) { row throws(SQLFailure) in try Self.record(row) }
    }

    func take(hash: String) throws(SQLFailure) -> TokenRecord? {
        try session.first(Self.take, [.text(hash)]) { row throws(SQLFailure) in try Self.record(row) }
    }

    func delete(user: UserID) throws(SQLFailure) {
        try session.execute(Self.deleteOfUser, [.id(user)])
    }

    func delete(expiredBy instant: Instant) throws(SQLFailure) -> Int {
        try session.execute(Self.deleteExpired, [.at(instant)])
    }

    private static func record(_ row: any SQLRow) throws(SQLFailure) -> TokenRecord {
        TokenRecord(
            hash: row.text(0), kind: row.text(1), expiresAt: row.instant(2), client: row.text(3),
            user: try row.optionalID(4), body: row.data(5))
    }
}

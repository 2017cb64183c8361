import ContactCenter

/// The lease table: who may do what nobody else may do at the same time.
struct LeaseStore {
    let session: any SQLSession
    let dialect: SQLDialect

    // A lease that is free, expired or one's own. One's own that has not expired keeps its token. `now` is asked in the
    // statement, so that only the database's clock counts.
    private static func take(_ dialect: SQLDialect) -> SQL {
        SQL(
            """
            INSERT INTO lease (name, owner, token, expires_at) VALUES ($1, $2, 1, \(dialect.now) + $3)
            ON CONFLICT (name) DO UPDATE SET
                token = CASE
                    WHEN lease.owner = excluded.owner AND lease.expires_at > \(dialect.now) THEN lease.token
                    ELSE lease.token + 1 END,
                owner = excluded.owner, expires_at = excluded.expires_at
            WHERE lease.owner = excluded.owner OR lease.expires_at <= \(dialect.now)
            """)
    }

    // Leases that nobody has wanted for long: each process that ever was has had one of its own.
    private static func forget(_ dialect: SQLDialect) -> SQL {
        SQL("DELETE FROM lease WHERE expires_at < \(dialect.now) - $1")
    }

    // Whether a fence is still that of the lease's holder.
    static let confirm: SQL = """
        SELECT 1 FROM lease WHERE name = $1 AND token = $2
        """

    // The end of a lease. With the next token: what its holder decided and has not written yet is refused. It ends now
    // and not long ago, or it would be forgotten at once and its next holder would get a token that was given before.
    static func release(_ dialect: SQLDialect) -> SQL {
        SQL("UPDATE lease SET expires_at = \(dialect.now), token = token + 1 WHERE name = $1 AND token = $2")
    }

    // One lease.
    static let find: SQL = """
        SELECT name, owner, token, expires_at FROM lease WHERE name = $1
        """

    private static func listHeld(_ dialect: SQLDialect) -> SQL {
        SQL("SELECT name, owner, token, expires_at FROM lease WHERE expires_at > \(dialect.now) ORDER BY name")
    }

    /// How long a lease that has expired is remembered. A process that slept longer and comes back finds no lease.
    static let memory = Span.hours(24 * 30)

    /// Takes a lease or refuses because somebody else has it.
    static func taking(_ taking: LeaseTaking, _ dialect: SQLDialect) -> [Step] {
        [
            Step(
                take(dialect),
                [.text(taking.name), .text(taking.owner), .integer(taking.span.milliseconds)], orRefuse: .leaseHeld),
            Step(forget(dialect), [.integer(memory.milliseconds)]),
        ]
    }

    /// Refuses unless the fence is the holder's.
    static func confirmation(of fence: Fence) -> Step {
        Step(confirm, [.text(fence.lease), .integer(fence.token)], orRefuse: .fenced)
    }

    func release(_ fence: Fence) throws(SQLFailure) {
        try session.execute(Self.release(dialect), [.text(fence.lease), .integer(fence.token)])
    }

    func find(_ name: String) throws(SQLFailure) -> LeaseRecord? {
        try session.first(Self.find, [.text(name)], Self.record)
    }

    func listHeld() throws(SQLFailure) -> [LeaseRecord] {
        try session.query(Self.listHeld(dialect), [], Self.record)
    }

    private static func record(_ row: any SQLRow) -> LeaseRecord {
        LeaseRecord(name: row.text(0), owner: row.text(1), token: row.integer(2), expiresAt: row.instant(3))
    }
}

/// What a commit that takes a lease asks for. A commit, because who may decide changes in the order of the log: a
/// fenced commit is wholly before or wholly after.
struct LeaseTaking: Sendable {
    var name: String
    var owner: String
    var span: Span
}

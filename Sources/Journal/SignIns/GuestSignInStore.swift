import ContactCenter

/// The tables guest_subject, guest_sign_in and guest_refresh: customers who sign in to the messenger.
struct GuestSignInStore {
    let session: any SQLSession

    // One customer.
    static let findSubject: SQL = """
        SELECT platform_user, generation FROM guest_subject WHERE deployment = $1 AND subject = $2
        """

    // Whether a token was signed in, or its conversation is somebody's by now.
    static let findToken: SQL = """
        SELECT 1 FROM guest_sign_in WHERE deployment = $1 AND token_hash = $2
        UNION ALL SELECT 1 FROM guest_subject WHERE deployment = $1 AND platform_user = $2
        """

    // A token that was signed in, for the first time or again.
    static let saveToken: SQL = """
        INSERT INTO guest_sign_in (deployment, token_hash, subject, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (deployment, token_hash) DO UPDATE SET
            subject = excluded.subject, expires_at = excluded.expires_at
        """

    // Whether a platform user has ever written.
    static let findIdentity: SQL = "SELECT 1 FROM identity WHERE integration = $1 AND platform_user = $2"

    // A conversation becomes a customer's, unless the customer took one over before.
    static let takeOver: SQL = """
        INSERT INTO guest_subject (deployment, subject, platform_user, generation) VALUES ($1, $2, $3, 0)
        ON CONFLICT (deployment, subject) DO UPDATE SET platform_user = excluded.platform_user
        WHERE guest_subject.platform_user IS NULL
        """

    // What was issued before does not hold any more.
    static let signOut: SQL = """
        INSERT INTO guest_subject (deployment, subject, generation) VALUES ($1, $2, 1)
        ON CONFLICT (deployment, subject) DO UPDATE SET generation = guest_subject.generation + 1
        """

    // A new refresh token.
    static let saveRefresh: SQL = """
        INSERT INTO guest_refresh (hash, deployment, subject, expires_at, body) VALUES ($1, $2, $3, $4, $5)
        """

    // The refresh tokens of a customer beyond the newest few.
    static let trimRefresh: SQL = """
        DELETE FROM guest_refresh WHERE deployment = $1 AND subject = $2 AND hash NOT IN (
            SELECT hash FROM guest_refresh WHERE deployment = $1 AND subject = $2
            ORDER BY expires_at DESC, hash LIMIT $3)
        """

    // One refresh token.
    static let findRefresh: SQL = """
        SELECT hash, deployment, subject, expires_at, body FROM guest_refresh WHERE hash = $1
        """

    // All refresh tokens of a customer.
    static let deleteRefresh: SQL = "DELETE FROM guest_refresh WHERE deployment = $1 AND subject = $2"

    // What the devices of a guest were still to be told.
    static let deleteDeliveries: SQL = """
        DELETE FROM push_delivery WHERE device IN (
            SELECT id FROM push_device WHERE deployment = $1 AND platform_user = $2)
        """

    // The devices of a guest.
    static let deleteDevices: SQL = "DELETE FROM push_device WHERE deployment = $1 AND platform_user = $2"

    // Whose tokens were a guest's, for devices to come.
    static let deleteDeviceSessions: SQL = "DELETE FROM push_session WHERE deployment = $1 AND platform_user = $2"

    // Refresh tokens that are over.
    static let deleteExpiredRefresh: SQL = "DELETE FROM guest_refresh WHERE expires_at <= $1"

    // Tokens of sessions that are over.
    static let deleteExpiredTokens: SQL = "DELETE FROM guest_sign_in WHERE expires_at <= $1"

    func subject(_ subject: String, deployment: IntegrationID) throws(SQLFailure) -> GuestSubjectRecord? {
        try session.first(Self.findSubject, [.id(deployment), .text(subject)]) {
            GuestSubjectRecord(
                deployment: deployment, subject: subject, platformUser: $0.optionalText(0), generation: $0.integer(1))
        }
    }

    func isKnown(tokenHash: String, deployment: IntegrationID) throws(SQLFailure) -> Bool {
        try session.first(Self.findToken, [.id(deployment), .text(tokenHash)]) { $0.integer(0) } != nil
    }

    func signIn(_ record: GuestSignInRecord) throws(SQLFailure) -> GuestSignInOutcome {
        let isFirst = try !isKnown(tokenHash: record.tokenHash, deployment: record.deployment)
        try session.execute(
            Self.saveToken,
            [.id(record.deployment), .text(record.tokenHash), .text(record.subject), .at(record.expiresAt)])
        if isFirst, try takesOver(record) {
            let values: [SQLValue] = [.id(record.deployment), .text(record.subject), .text(record.tokenHash)]
            if try session.execute(Self.takeOver, values) > 0 {
                return GuestSignInOutcome(platformUser: record.tokenHash, isFirst: true, tookOver: true)
            }
        }
        let known = try subject(record.subject, deployment: record.deployment)?.platformUser
        return GuestSignInOutcome(platformUser: known ?? record.platformUser, isFirst: isFirst, tookOver: false)
    }

    /// Only a conversation that exists is taken over, and only by a customer who has none.
    private func takesOver(_ record: GuestSignInRecord) throws(SQLFailure) -> Bool {
        guard record.takesOver, try hasWritten(record.tokenHash, record.deployment) else { return false }
        return try !hasWritten(record.platformUser, record.deployment)
    }

    private func hasWritten(_ user: String, _ deployment: IntegrationID) throws(SQLFailure) -> Bool {
        try session.first(Self.findIdentity, [.id(deployment), .text(user)]) { $0.integer(0) } != nil
    }

    func signOut(
        _ subject: String, known platformUser: String, deployment: IntegrationID
    ) throws(SQLFailure) -> GuestSubjectRecord {
        try session.execute(Self.signOut, [.id(deployment), .text(subject)])
        try session.execute(Self.deleteRefresh, [.id(deployment), .text(subject)])
        guard let record = try self.subject(subject, deployment: deployment) else {
            throw SQLFailure(reason: "a customer who signed out is not there")
        }
        let guest: [SQLValue] = [.id(deployment), .text(record.platformUser ?? platformUser)]
        for statement in [Self.deleteDeliveries, Self.deleteDevices, Self.deleteDeviceSessions] {
            try session.execute(statement, guest)
        }
        return record
    }

    func save(_ record: GuestRefreshRecord, countMax: Int) throws(SQLFailure) {
        try session.execute(
            Self.saveRefresh,
            [
                .text(record.hash), .id(record.deployment), .text(record.subject), .at(record.expiresAt),
                .data(record.body),
            ])
        try session.execute(
            Self.trimRefresh, [.id(record.deployment), .text(record.subject), .integer(Int64(countMax))])
    }

    func refresh(hash: String) throws(SQLFailure) -> GuestRefreshRecord? {
        try session.first(Self.findRefresh, [.text(hash)]) { row throws(SQLFailure) in
            GuestRefreshRecord(
                hash: row.text(0), deployment: try row.id(1), subject: row.text(2), expiresAt: row.instant(3),
                body: row.data(4))
        }
    }

    func remove(expiredBy instant: Instant) throws(SQLFailure) {
        try session.execute(Self.deleteExpiredRefresh, [.at(instant)])
        try session.execute(Self.deleteExpiredTokens, [.at(instant)])
    }
}

extension SQLJournal {
    public func guestSubject(
        _ subject: String, deployment: IntegrationID
    ) async throws(JournalError) -> GuestSubjectRecord? {
        try await read { session throws(SQLFailure) in
            try GuestSignInStore(session: session).subject(subject, deployment: deployment)
        }
    }

    public func signIn(_ record: GuestSignInRecord) async throws(JournalError) -> GuestSignInOutcome {
        try await writer.work { session throws(SQLFailure) in try GuestSignInStore(session: session).signIn(record) }
    }

    public func wasSignedIn(tokenHash: String, deployment: IntegrationID) async throws(JournalError) -> Bool {
        try await read { session throws(SQLFailure) in
            try GuestSignInStore(session: session).isKnown(tokenHash: tokenHash, deployment: deployment)
        }
    }

    public func signOut(
        _ subject: String, known platformUser: String, deployment: IntegrationID
    ) async throws(JournalError) -> GuestSubjectRecord {
        try await writer.work { session throws(SQLFailure) in
            try GuestSignInStore(session: session).signOut(subject, known: platformUser, deployment: deployment)
        }
    }

    public func saveRefresh(_ record: GuestRefreshRecord, countMax: Int) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            try GuestSignInStore(session: session).save(record, countMax: countMax)
        }
    }

    public func refresh(hash: String) async throws(JournalError) -> GuestRefreshRecord? {
        try await read { session throws(SQLFailure) in try GuestSignInStore(session: session).refresh(hash: hash) }
    }

    public func removeSignIns(expiredBy instant: Instant) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            try GuestSignInStore(session: session).remove(expiredBy: instant)
        }
    }
}

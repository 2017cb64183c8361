import ContactCenter
import Engine
import Foundation
import Journal
import Synchronization

/// The credentials of the platform API: access tokens, refresh tokens, authorization codes. Each is 256 random bits;
/// the journal has their SHA-256 only, so that a stolen database signs nobody in.
public final class Tokens: Authenticator, Sendable {
    /// What belongs to a token beside the columns of its row.
    struct Body: Codable, Sendable {
        var redirectURI: String?
        var challenge: String?
        /// The refresh token that came with an access token, and the other way round.
        var partnerHash: String?
        /// Whether PKCE stood for the client's secret; then refreshing needs none either.
        var isWithoutSecret: Bool?
    }

    /// What a token request is answered with.
    struct Issued: Sendable {
        var accessToken: String
        var refreshToken: String?
        var expiresInSeconds: Int64
    }

    /// What a token is for, and how long.
    private struct Grant: Sendable {
        var kind: String
        var lifetime: Span
        var client: String
        var user: UserID?
    }

    private struct Known: Sendable {
        var client: String
        var user: UserID?
        var expiresAt: Instant
        var checkedAt: Instant
    }

    /// How long an authorization code waits to be exchanged, and an unused refresh token lives.
    static let codeLifetime = Span.minutes(5)
    static let refreshLifetime = Span.hours(30 * 24)
    /// How long the access token before a refresh goes on working, for requests that are under way.
    static let overlap = Span.minutes(1)
    /// How long the memory is believed: other processes revoke, too, and the signal that says so may be lost.
    private static let trust = Span.seconds(30)
    /// Tokens that are remembered; beyond it all are forgotten and read again, which costs a query each.
    private static let knownMax = 20_000

    private let journal: any Journal
    private let directory: Directory
    private let signals: Signals
    private let now: @Sendable () -> Instant
    private let known = Mutex<[String: Known]>([:])

    /// The tokens of a journal, with the people and clients of a directory.
    public init(
        journal: any Journal, directory: Directory, signals: Signals, now: @escaping @Sendable () -> Instant
    ) {
        self.journal = journal
        self.directory = directory
        self.signals = signals
        self.now = now
        signals.receive { [weak self] signal in self?.take(signal) }
    }

    // MARK: Reading

    /// The owner of an access token; `nil` when it is unknown, expired, revoked, or its owner is gone.
    public func authenticate(bearer token: String) async throws -> Principal? {
        let hash = Secrets.hash(token)
        guard let entry = try await entry(hash), entry.expiresAt > now(),
            let client = directory.oauthClient(entry.client)
        else { return nil }
        guard let user = entry.user else {
            return Principal(
                user: nil, client: client.id, permissions: PermissionSet(roles: client.roles), tokenHash: hash)
        }
        return directory.permissions(of: user).map {
            Principal(user: user, client: client.id, permissions: $0, tokenHash: hash)
        }
    }

    private func entry(_ hash: String) async throws(EngineError) -> Known? {
        let now = now()
        if let entry = known.withLock({ $0[hash] }), now - entry.checkedAt < Self.trust { return entry }
        guard
            let record = try await journaling({ () async throws(JournalError) in
                try await self.journal.token(hash: hash)
            }),
            record.kind == "access"
        else {
            known.withLock { $0[hash] = nil }
            return nil
        }
        let entry = Known(client: record.client, user: record.user, expiresAt: record.expiresAt, checkedAt: now)
        remember(hash, entry)
        return entry
    }

    private func remember(_ hash: String, _ entry: Known) {
        known.withLock { known in
            if known.count >= Self.knownMax { known.removeAll() }
            known[hash] = entry
        }
    }

    // MARK: Issuing

    /// A token for a client itself.
    func issue(to client: OAuthClient) async throws(EngineError) -> Issued {
        try await issue(to: client, user: nil, isWithoutSecret: false)
    }

    /// An authorization code for a person.
    func issueCode(
        client: OAuthClient, user: UserID, redirectURI: String, challenge: String?
    ) async throws(EngineError) -> String {
        let code = Secrets.make()
        try await save(
            code, Grant(kind: "code", lifetime: Self.codeLifetime, client: client.id, user: user),
            Body(redirectURI: redirectURI, challenge: challenge))
        return code
    }

    /// Takes a code or refresh token; at most one caller gets it.
    func take(_ secret: String, kind: String) async throws(EngineError) -> (TokenRecord, Body)? {
        let hash = Secrets.hash(secret)
        let found = try await journaling { () async throws(JournalError) in try await self.journal.token(hash: hash) }
        guard found?.kind == kind,
            let record = try await journaling({ () async throws(JournalError) in
                try await self.journal.takeToken(hash: hash)
            }), record.expiresAt > now()
        else { return nil }
        return (record, (try? JSONDecoder().decode(Body.self, from: record.body)) ?? Body())
    }

    /// Access and refresh token of a person.
    func issue(to client: OAuthClient, user: UserID?, isWithoutSecret: Bool) async throws(EngineError) -> Issued {
        let access = Secrets.make()
        let refresh = user == nil ? nil : Secrets.make()
        if let refresh {
            try await save(
                refresh, Grant(kind: "refresh", lifetime: Self.refreshLifetime, client: client.id, user: user),
                Body(partnerHash: Secrets.hash(access), isWithoutSecret: isWithoutSecret))
        }
        try await save(
            access,
            Grant(kind: "access", lifetime: .seconds(client.validitySeconds), client: client.id, user: user),
            Body(partnerHash: refresh.map(Secrets.hash)))
        return Issued(accessToken: access, refreshToken: refresh, expiresInSeconds: client.validitySeconds)
    }

    private func save(_ secret: String, _ grant: Grant, _ body: Body) async throws(EngineError) {
        let record = TokenRecord(
            hash: Secrets.hash(secret), kind: grant.kind, expiresAt: now() + grant.lifetime, client: grant.client,
            user: grant.user, body: (try? JSONEncoder().encode(body)) ?? Data())
        _ = try await journaling { () async throws(JournalError) in try await self.journal.saveToken(record) }
    }

    // MARK: Ending

    /// What another process says of tokens.
    private func take(_ signal: Signal) {
        switch signal {
        case .tokenRevoked(let hash): forget(hash)
        case .tokensRevoked(let user): forgetAll(of: user)
        default: break
        }
    }

    private func forget(_ hash: String) { known.withLock { $0[hash] = nil } }

    private func forgetAll(of user: UserID) {
        known.withLock { known in known = known.filter { $0.value.user != user } }
    }

    /// Removes what has expired; called now and then. Codes and tokens that nobody used would stay for ever.
    func removeExpired() async throws(EngineError) {
        let now = now()
        _ = try await journaling { () async throws(JournalError) in
            try await self.journal.deleteTokens(expiredBy: now)
        }
    }

    /// Lets the access token of a grant that was refreshed die soon.
    func retire(accessHash: String) async throws(EngineError) {
        guard
            var record = try await journaling({ () async throws(JournalError) in
                try await self.journal.token(hash: accessHash)
            })
        else { return }
        record.expiresAt = min(record.expiresAt, now() + Self.overlap)
        let final = record
        _ = try await journaling { () async throws(JournalError) in try await self.journal.saveToken(final) }
        forget(accessHash)
        await signals.send(.tokenRevoked(hash: accessHash))
    }

    /// Revokes an access token and the refresh token that came with it.
    func revoke(accessHash: String) async throws(EngineError) {
        forget(accessHash)
        let taken = try await journaling { () async throws(JournalError) in
            try await self.journal.takeToken(hash: accessHash)
        }
        await signals.send(.tokenRevoked(hash: accessHash))
        guard let taken, let partner = (try? JSONDecoder().decode(Body.self, from: taken.body))?.partnerHash
        else { return }
        _ = try await journaling { () async throws(JournalError) in try await self.journal.takeToken(hash: partner) }
    }

    /// Revokes all tokens of a person.
    func revokeAll(of user: UserID) async throws(EngineError) {
        try await journaling { () async throws(JournalError) in try await self.journal.deleteTokens(user: user) }
        forgetAll(of: user)
        await signals.send(.tokensRevoked(user))
    }
}

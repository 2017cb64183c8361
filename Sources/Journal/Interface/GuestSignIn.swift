import ContactCenter
import Foundation

/// A customer as an identity provider knows it, on one deployment.
public struct GuestSubjectRecord: Sendable, Hashable {
    public var deployment: IntegrationID
    /// The hash of the provider's issuer and its id of the customer.
    public var subject: String
    /// The platform user whose conversation the customer took over when signing in; `nil` while it has one of its own.
    public var platformUser: String?
    /// Grows with each sign-out; what was issued before does not hold any more.
    public var generation: Int64

    public init(deployment: IntegrationID, subject: String, platformUser: String?, generation: Int64) {
        self.deployment = deployment
        self.subject = subject
        self.platformUser = platformUser
        self.generation = generation
    }
}

/// A customer who signs in with the token of a session.
public struct GuestSignInRecord: Sendable, Hashable {
    public var deployment: IntegrationID
    /// The hash of the session's token: the platform user that it was until now.
    public var tokenHash: String
    public var subject: String
    /// The platform user that the customer is unless it took another over.
    public var platformUser: String
    /// Whether the token's conversation becomes the customer's if the customer has none.
    public var takesOver: Bool
    /// How long the token is remembered as one that was signed in.
    public var expiresAt: Instant

    public init(
        deployment: IntegrationID, tokenHash: String, subject: String, platformUser: String, takesOver: Bool,
        expiresAt: Instant
    ) {
        self.deployment = deployment
        self.tokenHash = tokenHash
        self.subject = subject
        self.platformUser = platformUser
        self.takesOver = takesOver
        self.expiresAt = expiresAt
    }
}

/// What became of a sign-in.
public struct GuestSignInOutcome: Sendable, Hashable {
    /// Who the customer is on the deployment from now on.
    public var platformUser: String
    /// The token was not signed in before.
    public var isFirst: Bool
    /// The token's conversation has just become the customer's.
    public var tookOver: Bool
}

/// What makes a new token of a customer who has signed in, found by its hash.
public struct GuestRefreshRecord: Sendable, Hashable {
    /// SHA-256 of the refresh token, hexadecimal.
    public var hash: String
    public var deployment: IntegrationID
    public var subject: String
    public var expiresAt: Instant
    /// What else belongs to it, as JSON.
    public var body: Data

    public init(hash: String, deployment: IntegrationID, subject: String, expiresAt: Instant, body: Data) {
        self.hash = hash
        self.deployment = deployment
        self.subject = subject
        self.expiresAt = expiresAt
        self.body = body
    }
}

/// Guests who sign in. Each call is one transaction.
public protocol GuestSignIns: Sendable {
    /// A customer who has signed out before, or took over a conversation; `nil` for all others.
    func guestSubject(_ subject: String, deployment: IntegrationID) async throws(JournalError) -> GuestSubjectRecord?
    /// Notes that a token was signed in, and answers whose conversation the customer has now.
    func signIn(_ record: GuestSignInRecord) async throws(JournalError) -> GuestSignInOutcome
    /// Whether a token was signed in, or its conversation was taken over.
    func wasSignedIn(tokenHash: String, deployment: IntegrationID) async throws(JournalError) -> Bool
    /// Takes back all that was issued to a customer, and removes the devices that are told of its messages. Answers
    /// with the customer as it is now.
    /// - Parameter platformUser: the platform user that the customer is unless it took another over.
    func signOut(
        _ subject: String, known platformUser: String, deployment: IntegrationID
    ) async throws(JournalError) -> GuestSubjectRecord
    /// Stores a refresh token. Beyond `countMax` of one customer those that end first go.
    func saveRefresh(_ record: GuestRefreshRecord, countMax: Int) async throws(JournalError)
    /// A refresh token by its hash, expired or not.
    func refresh(hash: String) async throws(JournalError) -> GuestRefreshRecord?
    /// Removes tokens that are over.
    func removeSignIns(expiredBy instant: Instant) async throws(JournalError)
}

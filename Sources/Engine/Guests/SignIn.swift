import ContactCenter
import Crypto
import Foundation
import Journal

/// Customers who sign in at the business's identity provider. The session then belongs to the customer and not to the
/// token: whoever signs in as the same customer, on whichever device, is in the same conversation.
extension Guests {
    /// How long a token is remembered as one that was signed in: the longest that a session may last (reference, B.1).
    static let signInRemembered = Span.hours(550 * 24)

    /// The hash under which a customer of an identity provider is known.
    public static func subject(issuer: String, id: String) -> String {
        SHA256.hash(data: Data("\(issuer)\n\(id)".utf8)).map { String(format: "%02x", $0) }.joined()
    }

    /// The platform user that a customer is who has never been anybody else here. The prefix keeps it apart from the
    /// hashes of tokens: no token that a guest makes up can lead to it.
    public static func platformUser(subject: String) -> String { "subject-" + subject }

    /// How often a customer has signed out; what was issued before the last time does not hold.
    public func generation(of subject: String, deployment: IntegrationID) async throws(EngineError) -> Int64 {
        try await journaling { () async throws(JournalError) in
            try await journal.guestSubject(subject, deployment: deployment)
        }?.generation ?? 0
    }

    /// Whether a token belongs to somebody who signed in; it opens nothing without a new proof.
    public func wasSignedIn(platformUser: String, deployment: IntegrationID) async throws(EngineError) -> Bool {
        try await journaling { () async throws(JournalError) in
            try await journal.wasSignedIn(tokenHash: platformUser, deployment: deployment)
        }
    }

    /// A customer who has proven who it is takes a session's token for its connection. What the token's guest has under
    /// way becomes the customer's, if the deployment allows it and the customer has nothing here yet; else it ends.
    /// - Returns: the platform user that the customer is from now on, and whether that is the guest of the token.
    public func signIn(
        token: String, subject: String, deployment: IntegrationID, takesOver: Bool
    ) async throws(EngineError) -> GuestSignInOutcome {
        let guest = Self.platformUser(token: token)
        let own = Self.platformUser(subject: subject)
        let isAlive = takesOver ? try await hasLiveSession(guest, deployment) : false
        let record = GuestSignInRecord(
            deployment: deployment, tokenHash: guest, subject: subject, platformUser: own, takesOver: isAlive,
            expiresAt: surroundings.now() + Self.signInRemembered)
        let outcome = try await journaling { () async throws(JournalError) in try await journal.signIn(record) }
        await say(.signedIn, to: guest, deployment)
        if outcome.tookOver {
            await say(.moved, to: own, deployment)
        } else if outcome.isFirst {
            try await intake.leave(integration: deployment, platformUser: guest)
        }
        return outcome
    }

    private func hasLiveSession(_ user: String, _ deployment: IntegrationID) async throws(EngineError) -> Bool {
        let session = try await session(platformUser: user, deployment: deployment)
        return session.identity != nil && !session.isExpired
    }

    /// Tells agents and the customer's own connections that the customer of a conversation that is under way signed in.
    public func announceSignIn(
        platformUser: String, deployment: IntegrationID, profile: ContactIdentity.Profile
    ) async throws(EngineError) {
        guard let identity = try await intake.identity(integration: deployment, platformUser: platformUser),
            let conversation = identity.conversation, try await conversations.find(conversation).customer != nil
        else { return }
        let event = NormalizedMessage(
            type: .event, events: [.presence(PresenceEvent(type: "SignIn"))], metadata: ["authenticated": "true"])
        var inbound = InboundMessage(
            integration: deployment, platform: .webmessaging, platformUser: platformUser, profile: profile,
            message: event)
        inbound.isAuthenticated = true
        _ = try await intake.receive(inbound)
    }

    /// Signs a customer out everywhere: nothing that was issued holds any more, and every connection is told.
    public func signOut(subject: String, deployment: IntegrationID) async throws(EngineError) {
        let own = Self.platformUser(subject: subject)
        let record = try await journaling { () async throws(JournalError) in
            try await journal.signOut(subject, known: own, deployment: deployment)
        }
        await say(.loggedOut, to: record.platformUser ?? own, deployment)
    }

    /// Tells a session's connections, here and at other processes.
    private func say(
        _ notice: Notification.SessionNotice, to platformUser: String, _ deployment: IntegrationID
    ) async {
        hub.publish(Notification(.session(notice)), on: .guest(deployment, platformUser: platformUser))
        await signals.send(.session(deployment, platformUser: platformUser, notice))
    }
}

import ContactCenter
import Crypto
import Foundation
import Journal

/// A guest's session of web messaging, as far as it concerns the guest's own socket.
public struct GuestSession: Sendable {
    /// SHA-256 of the guest's token, hexadecimal: the guest's address as a platform user.
    public var platformUser: String
    public var deployment: IntegrationID
    /// Absent until the first message.
    public var identity: ContactIdentity?
    /// Nothing was said with this token yet, or it has just begun again.
    public var isNew: Bool
    /// The business ended the conversation and the deployment wants that to be seen: no more messages until `startNew`.
    public var isReadOnly: Bool
    public var isExpired: Bool
    public var expiresAt: Instant
    /// Messages before are not shown.
    public var clearedAt: Instant?
}

/// The guests of web messaging. A session is its token: whoever has it is the guest, so only its hash is stored.
public final class Guests: Sendable {
    let journal: any Journal
    let directory: Directory
    let conversations: Conversations
    /// One answer to a conversation's survey at a time.
    let surveyLanes = Lanes<ConversationID>()
    let intake: Intake
    let hub: NotificationHub
    let signals: Signals
    let surroundings: Surroundings

    /// How long a session lasts after its last message when the configuration does not say (reference B.1: 72 hours).
    public static let durationDefault = Span.hours(72)
    /// How far back pages of history reach, in messages.
    static let historyMax = 10_000
    /// Messages that are read at a time.
    static let historyReadMax = 500

    init(
        journal: any Journal, directory: Directory, conversations: Conversations, intake: Intake, hub: NotificationHub,
        signals: Signals, surroundings: Surroundings
    ) {
        self.journal = journal
        self.directory = directory
        self.conversations = conversations
        self.intake = intake
        self.hub = hub
        self.signals = signals
        self.surroundings = surroundings
    }

    /// The hash under which a token is known.
    public static func platformUser(token: String) -> String {
        SHA256.hash(data: Data(token.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    /// The session of a token on a deployment; with `startNew` a session that is read-only begins again.
    public func session(
        token: String, deployment: IntegrationID, startNew: Bool = false
    ) async throws(EngineError) -> GuestSession {
        try await session(
            platformUser: Self.platformUser(token: token), deployment: deployment, startNew: startNew)
    }

    /// The session of a guest whose token is known by its hash. With `renews` one that has expired begins again: a
    /// customer who has signed in has no other token to begin with.
    public func session(
        platformUser user: String, deployment: IntegrationID, startNew: Bool = false, renews: Bool = false
    ) async throws(EngineError) -> GuestSession {
        let duration = directory.sessionDuration(of: deployment)
        let now = surroundings.now()
        guard
            let identity = try await intake.identity(integration: deployment, platformUser: user, fresh: true)
        else {
            return GuestSession(
                platformUser: user, deployment: deployment, identity: nil, isNew: true, isReadOnly: false,
                isExpired: false, expiresAt: now + duration, clearedAt: nil)
        }
        let record = try await journaling { () async throws(JournalError) in
            try await journal.guestSession(tokenHash: user)
        }
        let last = try await lastMessageAt(of: identity.id) ?? now
        var session = GuestSession(
            platformUser: user, deployment: deployment, identity: identity, isNew: false,
            isReadOnly: try await isReadOnly(identity), isExpired: now - last > duration, expiresAt: last + duration,
            clearedAt: record?.clearedAt)
        let renewsNow = renews && session.isExpired
        if renewsNow { session.expiresAt = now + duration }
        session.isExpired = session.isExpired && !renewsNow
        if renewsNow || startNew && session.isReadOnly { session = try await begin(session, identity, clearing: false) }
        return session
    }

    /// Whether the guest must start anew before writing again. Cheap while the conversation has work under way.
    public func isReadOnly(platformUser: String, deployment: IntegrationID) async throws(EngineError) -> Bool {
        guard directory.disconnectIsReadOnly(deployment),
            let identity = try await intake.identity(integration: deployment, platformUser: platformUser)
        else { return false }
        return try await isReadOnly(identity)
    }

    /// The guest wipes the conversation: it ends, and what was said is not shown any more.
    public func clear(_ session: GuestSession) async throws(EngineError) {
        guard let identity = session.identity else { return }
        try await intake.leave(integration: session.deployment, platformUser: session.platformUser, type: .endpoint)
        _ = try await begin(session, identity, clearing: true)
        hub.publish(
            Notification(.session(.cleared)), on: .guest(session.deployment, platformUser: session.platformUser))
        await signals.send(.session(session.deployment, platformUser: session.platformUser, .cleared))
    }

    /// Closes the session's connections to other processes; those to this one are the caller's.
    public func closeElsewhere(platformUser: String, deployment: IntegrationID) async {
        await signals.send(.session(deployment, platformUser: platformUser, .closed))
    }

    /// A page of what was said since an instant, newest first, and how much there is.
    public func history(
        of session: GuestSession, since oldest: Instant, page: Int, pageSize: Int
    ) async throws(EngineError) -> (messages: [(MessageRecord, NormalizedMessage)], total: Int) {
        guard let identity = session.identity else { return ([], 0) }
        let since = max(oldest, session.clearedAt ?? oldest)
        let total = try await journaling { () async throws(JournalError) in
            try await journal.messageCount(of: identity.id, since: since)
        }
        let (reach, overflow) = page.multipliedReportingOverflow(by: pageSize)
        guard page > 0, pageSize > 0, !overflow, reach - pageSize < min(total, Self.historyMax) else {
            return ([], total)
        }
        let records = try await newest(min(reach, total), of: identity.id).dropFirst(reach - pageSize)
        return (try records.map { (record) throws(EngineError) in (record, try record.content()) }, total)
    }

    /// The newest messages, read in as many answers as the journal needs.
    private func newest(_ count: Int, of identity: IdentityID) async throws(EngineError) -> [MessageRecord] {
        var records: [MessageRecord] = []
        while records.count < count {
            let before = records.last?.position
            let limit = min(count - records.count, Self.historyReadMax)
            let more = try await journaling { () async throws(JournalError) in
                try await journal.messages(of: identity, conversation: nil, before: before, limit: limit)
            }
            if more.isEmpty { break }
            records += more
        }
        return records
    }

    private func begin(
        _ session: GuestSession, _ identity: ContactIdentity, clearing: Bool
    ) async throws(EngineError) -> GuestSession {
        var begun = session
        begun.isNew = true
        begun.isReadOnly = false
        begun.identity?.conversation = nil
        if clearing { begun.clearedAt = surroundings.now() }
        let record = GuestSessionRecord(
            tokenHash: session.platformUser, deployment: session.deployment, identity: identity.id,
            startedAt: surroundings.now(),
            clearedAt: begun.clearedAt)
        try await intake.endThread(identity, session: record)
        return begun
    }

    private func isReadOnly(_ identity: ContactIdentity) async throws(EngineError) -> Bool {
        guard let id = identity.conversation, directory.disconnectIsReadOnly(identity.integration) else { return false }
        let conversation = try await conversations.find(id)
        return conversation.customer == nil && conversation.version > 0
    }

    private func lastMessageAt(of identity: IdentityID) async throws(EngineError) -> Instant? {
        try await journaling { () async throws(JournalError) in
            try await journal.messages(of: identity, conversation: nil, before: nil, limit: 1)
        }.first?.draft.at
    }
}

extension Directory {
    /// The configuration that a deployment shows to its guests.
    public func configuration(ofDeployment deployment: IntegrationID) -> Entity? {
        guard let entity = find(.webDeployment, deployment.description),
            let id = entity.body["configuration"]?["id"]?.string
        else { return nil }
        return find(.webDeploymentConfiguration, id)
    }

    /// How long a session of a deployment lasts after its last message.
    public func sessionDuration(of deployment: IntegrationID) -> Span {
        let app = configuration(ofDeployment: deployment)?.body["messenger"]?["apps"]?["conversations"]
        guard let seconds = app?["sessionDurationSeconds"]?.integer else { return Guests.durationDefault }
        return .seconds(seconds)
    }

    /// Whether a guest sees that the business ended the conversation, and must start a new one.
    public func disconnectIsReadOnly(_ deployment: IntegrationID) -> Bool {
        let app = configuration(ofDeployment: deployment)?.body["messenger"]?["apps"]?["conversations"]
        let setting = app?["conversationDisconnect"]
        return setting?["enabled"]?.bool == true && setting?["type"]?.string == "ReadOnly"
    }
}

import ContactCenter
import Foundation

/// An event as the journal holds it.
public struct RecordedEvent: Sendable {
    public let position: Position
    public let stream: StreamID
    public let version: Int64
    public let type: String
    public let at: Instant
    public let body: Data
    /// The message row of the event, if it has one.
    public let message: MessageRecord?
    /// The decoded event, if it was committed in this process lately.
    public let value: (any Sendable)?

    public init(
        position: Position, stream: StreamID, version: Int64, type: String, at: Instant, body: Data,
        message: MessageRecord?, value: (any Sendable)? = nil
    ) {
        self.position = position
        self.stream = stream
        self.version = version
        self.type = type
        self.at = at
        self.body = body
        self.message = message
        self.value = value
    }
}

/// A message as the journal holds it.
public struct MessageRecord: Sendable {
    /// The position of the event that brought it; the order of messages.
    public let position: Position
    public let draft: MessageDraft

    public init(position: Position, draft: MessageDraft) {
        self.position = position
        self.draft = draft
    }
}

/// A stream's last snapshot and the events after it.
public struct StreamRecord: Sendable {
    public let stream: StreamID
    public let snapshot: Data?
    public let snapshotVersion: Int64
    public let isOpen: Bool
    public let events: [RecordedEvent]

    public init(stream: StreamID, snapshot: Data?, snapshotVersion: Int64, isOpen: Bool, events: [RecordedEvent]) {
        self.stream = stream
        self.snapshot = snapshot
        self.snapshotVersion = snapshotVersion
        self.isOpen = isOpen
        self.events = events
    }
}

/// An entry of the outbox that waits to be sent.
public struct OutboxRecord: Sendable {
    public let draft: OutboxDraft
    /// Attempts made so far.
    public let attempts: Int

    public init(draft: OutboxDraft, attempts: Int) {
        self.draft = draft
        self.attempts = attempts
    }
}

/// A guest's session of web messaging, found by the hash of the token that the guest made.
public struct GuestSessionRecord: Sendable, Codable, Hashable {
    /// SHA-256 of the token, hexadecimal. The token itself is a secret and is never stored.
    public var tokenHash: String
    public var deployment: IntegrationID
    public var identity: IdentityID
    public var startedAt: Instant
    /// Set when a conversation ended in a way that leaves the session readable only, until `startNew`.
    public var isReadOnly: Bool
    /// Messages before this instant are not shown to the guest (after a Clear).
    public var clearedAt: Instant?

    public init(
        tokenHash: String, deployment: IntegrationID, identity: IdentityID, startedAt: Instant,
        isReadOnly: Bool = false,
        clearedAt: Instant? = nil
    ) {
        self.tokenHash = tokenHash
        self.deployment = deployment
        self.identity = identity
        self.startedAt = startedAt
        self.isReadOnly = isReadOnly
        self.clearedAt = clearedAt
    }
}

/// A credential of the platform API: access token, refresh token or authorization code, found by its hash.
public struct TokenRecord: Sendable, Hashable {
    /// SHA-256 of the token, hexadecimal.
    public var hash: String
    /// `access`, `refresh` or `code`.
    public var kind: String
    public var expiresAt: Instant
    public var client: String
    public var user: UserID?
    /// What else belongs to it (scopes, redirect, challenge), as JSON.
    public var body: Data

    public init(hash: String, kind: String, expiresAt: Instant, client: String, user: UserID?, body: Data) {
        self.hash = hash
        self.kind = kind
        self.expiresAt = expiresAt
        self.client = client
        self.user = user
        self.body = body
    }
}

/// A file of a message: bytes live in the blob store under their digest.
public struct MediaRecord: Sendable, Hashable {
    public var id: Identifier<MediaRecord>
    public var conversation: ConversationID?
    public var communication: CommunicationID?
    /// The guest session that uploads it, if a guest does.
    public var identity: IdentityID?
    public var name: String
    public var mediaType: String
    /// While it is uploading: as announced, 0 when nothing was.
    public var bytesCount: Int64
    /// SHA-256 of the content, hexadecimal; `nil` until uploaded.
    public var digest: String?
    /// `uploading`, `valid` or `invalid`.
    public var status: String
    public var createdAt: Instant
    /// Until when it may wait to be sent; `nil` for what is a part of a message, and for guests' files, which have a
    /// row of their own that says so.
    public var unsentUntil: Instant?

    public init(
        id: Identifier<MediaRecord>, conversation: ConversationID?, communication: CommunicationID?,
        identity: IdentityID?,
        name: String, mediaType: String, bytesCount: Int64, digest: String?, status: String, createdAt: Instant
    ) {
        self.id = id
        self.conversation = conversation
        self.communication = communication
        self.identity = identity
        self.name = name
        self.mediaType = mediaType
        self.bytesCount = bytesCount
        self.digest = digest
        self.status = status
        self.createdAt = createdAt
    }
}

/// What a client follows on its notification socket, found by the hash of the channel's id.
public struct NotificationChannelRecord: Sendable, Hashable {
    /// SHA-256 of the id, hexadecimal. Whoever knows the id may listen, so it is never stored.
    public var idHash: String
    public var user: UserID?
    public var client: String
    public var expiresAt: Instant
    /// The topics in the client's own spelling.
    public var topics: [String]

    public init(idHash: String, user: UserID?, client: String, expiresAt: Instant, topics: [String]) {
        self.idHash = idHash
        self.user = user
        self.client = client
        self.expiresAt = expiresAt
        self.topics = topics
    }
}

import ContactCenter
import Foundation

/// The stream that a commit appends to: one conversation, one agent, one kind of configuration.
public struct StreamID: Hashable, Sendable {
    /// What lives in the stream; the raw value is stored.
    public enum Kind: UInt8, Sendable {
        case conversation = 1
        case user = 2
        case configuration = 3
    }

    /// What lives in the stream.
    public let kind: Kind
    /// The entity's id, untyped.
    public let key: Identifier<StreamID>

    /// A stream of this kind.
    public init<Entity>(_ kind: Kind, _ id: Identifier<Entity>) {
        self.kind = kind
        key = id.cast()
    }
}

/// The place of an event in the one order of the journal; 0 is before the first.
public struct Position: Hashable, Comparable, Sendable, Codable {
    /// Grows with each event; gaps may exist.
    public let value: Int64
    /// A position from its stored value.
    public init(_ value: Int64) { self.value = value }
    /// Before the first event.
    public static let start = Position(0)
    /// Earlier before later.
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// An event that waits to be committed.
public struct EventDraft: Sendable {
    /// The name of the event in its stream's vocabulary, for example `messageReceived`.
    public var type: String
    /// When it happened.
    public var at: Instant
    /// The event as JSON.
    public var body: Data
    /// The message whose arrival or sending this event is; it takes the event's position as its own.
    public var message: MessageDraft?
    /// The decoded event, handed to followers in this process so that they need not decode `body`.
    public var value: (any Sendable)?

    /// An event with its JSON body.
    public init(
        type: String, at: Instant, body: Data, message: MessageDraft? = nil, value: (any Sendable)? = nil
    ) {
        self.type = type
        self.at = at
        self.body = body
        self.message = message
        self.value = value
    }
}

/// A message row that waits to be committed.
///
/// `(integration, externalID)` is unique where `externalID` is present: a second commit with the same pair changes
/// nothing and answers with the first message.
public struct MessageDraft: Sendable {
    public var id: MessageID
    public var identity: IdentityID
    public var conversation: ConversationID
    public var communication: CommunicationID
    public var integration: IntegrationID
    /// The platform's own id of the message, or the guest's `metadata.id`; the key of deduplication.
    public var externalID: String?
    public var isInbound: Bool
    public var status: MessageStatus
    public var at: Instant
    /// The `NormalizedMessage` as JSON.
    public var body: Data

    public init(
        id: MessageID, identity: IdentityID, conversation: ConversationID, communication: CommunicationID,
        integration: IntegrationID, externalID: String?, isInbound: Bool, status: MessageStatus, at: Instant, body: Data
    ) {
        self.id = id
        self.identity = identity
        self.conversation = conversation
        self.communication = communication
        self.integration = integration
        self.externalID = externalID
        self.isInbound = isInbound
        self.status = status
        self.at = at
        self.body = body
    }
}

/// The state of a stream after the events of a commit, so that loading need not replay from the first event.
public struct SnapshotDraft: Sendable {
    /// The state as JSON.
    public var body: Data
    /// Whether work is under way: open streams are what a starting server loads.
    public var isOpen: Bool
    /// The customer whose conversation this is, for the list of a customer's conversations.
    public var contact: ContactID?
    /// When the stream's subject began, for ordering that list.
    public var startedAt: Instant

    public init(body: Data, isOpen: Bool, contact: ContactID? = nil, startedAt: Instant) {
        self.body = body
        self.isOpen = isOpen
        self.contact = contact
        self.startedAt = startedAt
    }
}

/// What a commit does to a platform identity.
public enum IdentityWrite: Sendable {
    /// A new identity; fails with `JournalError.versionConflict` if (integration, platformUser) exists already.
    case insert(ContactIdentity)
    /// Replaces conversation, profile and name; fails with `.versionConflict` if the stored conversation is not
    /// `expected`.
    case update(ContactIdentity, expected: ConversationID?)
    /// Changes nothing; fails with `.versionConflict` if the stored conversation is not `expected`. For a journal that
    /// other processes write to, too.
    case confirm(IdentityID, expected: ConversationID?)
}

/// A timer that a commit sets or cancels; the key makes setting again a replacement.
public enum TimerWrite: Sendable {
    case set(TimerRecord)
    case cancel(key: String)
}

/// Something that must happen to a stream at a time, however often the server restarts before.
public struct TimerRecord: Sendable, Hashable {
    /// Unique, for example `alerting/<communication>`.
    public var key: String
    public var stream: StreamID
    public var dueAt: Instant
    /// What to do, in the engine's words, as JSON.
    public var body: Data

    public init(key: String, stream: StreamID, dueAt: Instant, body: Data) {
        self.key = key
        self.stream = stream
        self.dueAt = dueAt
        self.body = body
    }
}

/// Something to send that a commit caused.
public struct OutboxDraft: Sendable {
    public var id: Identifier<OutboxRecord>
    /// What must stay in order with one in flight: the identity of the customer.
    public var lane: IdentityID
    public var integration: IntegrationID
    public var message: MessageID?
    public var conversation: ConversationID
    public var dueAt: Instant
    /// What to send, in the engine's words, as JSON.
    public var body: Data

    public init(
        id: Identifier<OutboxRecord>, lane: IdentityID, integration: IntegrationID, message: MessageID?,
        conversation: ConversationID, dueAt: Instant, body: Data
    ) {
        self.id = id
        self.lane = lane
        self.integration = integration
        self.message = message
        self.conversation = conversation
        self.dueAt = dueAt
        self.body = body
    }
}

/// How an attempt to send ended.
public enum OutboxWrite: Sendable {
    /// Sent, or refused for good: the entry goes away.
    case finish(Identifier<OutboxRecord>)
    /// Try again later; keeps its place at the head of its lane.
    case retry(Identifier<OutboxRecord>, dueAt: Instant, attempts: Int, error: String)
    /// Needs a person; later entries of the lane wait behind it.
    case park(Identifier<OutboxRecord>, error: String)
}

/// A row of configuration with the field names of the API in its body.
public struct ConfigurationRecord: Sendable, Hashable {
    /// `queue`, `user`, `skill`, `wrapupCode`, `queueMember`, …
    public var kind: String
    /// Unique within the kind.
    public var id: String
    /// Unique within the kind, trimmed and without regard to case, where present and not deleted.
    public var name: String?
    public var version: Int64
    public var isDeleted: Bool
    public var createdAt: Instant
    public var modifiedAt: Instant
    /// The entity as a JSON object, with the API's field names.
    public var body: Data

    public init(
        kind: String, id: String, name: String?, version: Int64, isDeleted: Bool = false, createdAt: Instant,
        modifiedAt: Instant, body: Data
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.version = version
        self.isDeleted = isDeleted
        self.createdAt = createdAt
        self.modifiedAt = modifiedAt
        self.body = body
    }
}

/// Everything that becomes true together or not at all.
public struct Commit: Sendable {
    /// The stream that the events append to; `nil` for a commit without events.
    public var stream: StreamID?
    /// The stream's version before the events (0: it does not exist). The first event gets `expectedVersion + 1`.
    public var expectedVersion: Int64
    public var events: [EventDraft]
    public var snapshot: SnapshotDraft?
    public var identity: IdentityWrite?
    /// Moves a message's status; applied only if the stored status may advance to it (`MessageStatus.mayAdvance`).
    public var messageStatus: [MessageID: MessageStatus]
    public var timers: [TimerWrite]
    public var outbox: [OutboxDraft]
    public var outboxChanges: [OutboxWrite]
    /// Inserts or replaces; `version` must be the stored one plus one (1 for a new row), else `.versionConflict`;
    /// a name taken by another live row of the kind is `.nameTaken`.
    public var configuration: [ConfigurationRecord]
    /// Guest sessions to insert or replace, by token hash.
    public var sessions: [GuestSessionRecord]
    /// The right under which the commit was decided; `.fenced` when somebody else has it by now.
    public var fence: Fence?
    /// A lease that the commit takes.
    var lease: LeaseTaking?
    /// Called once with the positions of the events when the commit is durable, before any tail shows them: what is
    /// kept in memory is up to date before a follower asks for it. On the writer's thread, so it must be short.
    public var whenDurable: (@Sendable ([Position]) -> Void)?

    public init(
        stream: StreamID? = nil, expectedVersion: Int64 = 0, events: [EventDraft] = [], snapshot: SnapshotDraft? = nil,
        identity: IdentityWrite? = nil
    ) {
        self.stream = stream
        self.expectedVersion = expectedVersion
        self.events = events
        self.snapshot = snapshot
        self.identity = identity
        messageStatus = [:]
        timers = []
        outbox = []
        outboxChanges = []
        configuration = []
        sessions = []
    }
}

/// What became of a commit.
public enum CommitOutcome: Sendable {
    /// Durable; the positions of its events in order.
    case committed([Position])
    /// A message with the same integration and external id is there already; nothing of this commit was written.
    case duplicate(MessageRecord)
}

/// Why the journal did not do what was asked; nothing was written.
public enum JournalError: Error, Sendable {
    /// Another commit came first: load again and decide again.
    case versionConflict
    /// Another live row of this kind has the name.
    case nameTaken(kind: String, name: String)
    /// The lease under which the commit was decided is somebody else's by now: drop everything that was built on it.
    case fenced
    /// The database refused or is out of reach; `reason` is for the log, never for a client.
    case unavailable(reason: String)
    /// The waiting commits are over the limit: the caller answers 429.
    case overloaded
    /// The journal is closed for shutdown.
    case closed
}

extension JournalError: CustomStringConvertible {
    /// For the log, and for whoever reads it at a terminal.
    public var description: String {
        switch self {
        case .versionConflict: "somebody else changed it first"
        case .nameTaken(let kind, let name): "there is another \(kind) of the name \(name)"
        case .fenced: "another process has taken this over"
        case .unavailable(let reason): reason
        case .overloaded: "too much waits to be written"
        case .closed: "the journal is closed"
        }
    }
}

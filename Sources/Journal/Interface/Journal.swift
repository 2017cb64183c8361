import ContactCenter
import Foundation

/// The only durable truth: an ordered log of events with the rows that the same commits wrote.
///
/// A call to `commit` returns after the commit is durable (an fsync of the group it went with). Commits that are
/// handed in while an earlier group is written go together in the next one; they are applied in the order of arrival.
/// Reads run beside the writer and see every commit that has returned. A page holds at most `limit` rows and never more
/// than 1,000, whatever a caller asks for.
public protocol Journal: GuestAttachments, StoredBlobs, PushDevices, GuestSignIns, Journeys, RoutingDecisions {
    // MARK: Writing

    /// Makes a commit durable.
    func commit(_ commit: Commit) async throws(JournalError) -> CommitOutcome

    // MARK: The log

    /// The position of the last event that tails of this process show.
    func lastPosition() async throws(JournalError) -> Position
    /// Events after a position in order, with their messages; at most `limit`.
    func events(after position: Position, limit: Int) async throws(JournalError) -> [RecordedEvent]
    /// A tail that starts after `position`; it reads the recent past from memory and the rest from the table.
    func tail(after position: Position) -> any EventTail
    /// The checkpoint of a follower; `.start` if it has none.
    func checkpoint(of follower: String) async throws(JournalError) -> Position
    /// Stores the checkpoint of a follower.
    func saveCheckpoint(_ position: Position, of follower: String) async throws(JournalError)

    // MARK: Other processes

    /// Whether other processes may write to this database.
    var isShared: Bool { get }
    /// Called once at start. Events that other processes committed (their `value` is nil) are handed over in order and
    /// awaited before any tail of this process shows them. The absorber must not wait for a commit of its own.
    func absorb(with absorber: @escaping @Sendable ([RecordedEvent]) async -> Void)
    /// A transient word to the other processes, at most 7,000 bytes. Not durable: who does not listen misses it.
    func signal(_ body: Data) async throws(JournalError)
    /// The signals of other processes from now on; ends at once where there are none. A slow reader loses the oldest.
    func signals() -> AsyncStream<Data>

    // MARK: Streams

    /// A stream with its snapshot and the events after it; `nil` if it does not exist.
    func stream(_ id: StreamID) async throws(JournalError) -> StreamRecord?
    /// Open streams of a kind, by key after `after`, their events without messages; at most `limit`.
    func openStreams(_ kind: StreamID.Kind, after: StreamID?, limit: Int) async throws(JournalError) -> [StreamRecord]
    /// A customer's conversations, newest first, those that come after `before` in that order; at most `limit`. The
    /// cursor is a conversation and not an instant, because two may start in the same millisecond.
    func conversations(
        of contact: ContactID, before: ConversationID?, limit: Int
    ) async throws(JournalError) -> [ConversationID]

    // MARK: Messages

    /// One message by its id.
    func message(_ id: MessageID) async throws(JournalError) -> MessageRecord?
    /// Messages by id, in the order asked for; unknown ones are left out.
    func messages(_ ids: [MessageID]) async throws(JournalError) -> [MessageRecord]
    /// The message with this external id.
    func message(integration: IntegrationID, externalID: String) async throws(JournalError) -> MessageRecord?
    /// The newest messages of an identity before a position, newest first; of one conversation only if given.
    func messages(
        of identity: IdentityID, conversation: ConversationID?, before: Position?, limit: Int
    ) async throws(JournalError) -> [MessageRecord]
    /// How many messages an identity has at or after an instant.
    func messageCount(of identity: IdentityID, since: Instant?) async throws(JournalError) -> Int

    // MARK: Search

    /// Whether there is an index of search.
    var isSearchable: Bool { get }
    /// Adds messages to the index of search, and notes that it holds all up to a position; what it holds already
    /// changes nothing.
    func indexForSearch(_ entries: [SearchEntry], through position: Position) async throws(JournalError)
    /// How far the index of search has come.
    func searchPosition() async throws(JournalError) -> Position
    /// Messages that have all of these tokens before a position, newest first. A page may hold fewer than `limit`, even
    /// none, and yet say where to go on: a search that takes long comes in parts.
    func searchMessages(_ tokens: [String], before: Position?, limit: Int) async throws(JournalError) -> SearchPage
    /// Empties the index of search; its follower fills it again from the log.
    func clearSearch() async throws(JournalError)

    // MARK: Contacts and sessions

    /// The identity of a platform's user.
    func identity(
        integration: IntegrationID, platformUser: String
    ) async throws(JournalError) -> ContactIdentity?
    /// An identity by id.
    func identity(_ id: IdentityID) async throws(JournalError) -> ContactIdentity?
    /// A guest session by the hash of its token.
    func guestSession(tokenHash: String) async throws(JournalError) -> GuestSessionRecord?

    // MARK: Work to do

    /// Timers of some parts due at or before an instant, earliest first; at most `limit`.
    func timers(dueBy: Instant, in partitions: Partitions, limit: Int) async throws(JournalError) -> [TimerRecord]
    /// When the next timer of some parts is due.
    func nextTimerDueAt(in partitions: Partitions) async throws(JournalError) -> Instant?
    /// The heads of outbox lanes of some parts that are due: per lane the oldest entry only, unless it is parked or not
    /// yet due; the longest overdue first.
    func outbox(dueBy: Instant, in partitions: Partitions, limit: Int) async throws(JournalError) -> [OutboxRecord]
    /// When the next outbox entry of some parts that is not parked is due.
    func nextOutboxDueAt(in partitions: Partitions) async throws(JournalError) -> Instant?

    // MARK: Configuration, tokens, media

    /// All rows of configuration that are not deleted.
    func configuration() async throws(JournalError) -> [ConfigurationRecord]
    /// One row of configuration, deleted or not.
    func configuration(kind: String, id: String) async throws(JournalError) -> ConfigurationRecord?
    /// Stores or replaces a token.
    func saveToken(_ token: TokenRecord) async throws(JournalError)
    /// A token by its hash, expired or not.
    func token(hash: String) async throws(JournalError) -> TokenRecord?
    /// Takes a token away and answers what it was: at most one caller gets it (authorization codes, rotation).
    func takeToken(hash: String) async throws(JournalError) -> TokenRecord?
    /// Removes all tokens of a user.
    func deleteTokens(user: UserID) async throws(JournalError)
    /// Removes tokens that expired before an instant; returns how many.
    func deleteTokens(expiredBy: Instant) async throws(JournalError) -> Int
    /// Stores or replaces a media row; `false` when its bytes were not claimed (``StoredBlobs``), or have gone since.
    func saveMedia(_ media: MediaRecord) async throws(JournalError) -> Bool
    /// A media row by id.
    func media(_ id: Identifier<MediaRecord>) async throws(JournalError) -> MediaRecord?
    /// A setting of this installation (signing secrets, organisation id), made by the first caller.
    func setting(_ name: String, orStore value: Data) async throws(JournalError) -> Data

    // MARK: Several processes

    /// Takes a lease for a span from now on the database's clock. One that is free or has expired changes hands with
    /// the next token; one's own is renewed under the same one. `nil`: somebody else has it.
    func takeLease(_ name: String, owner: String, for span: Span) async throws(JournalError) -> LeaseRecord?
    /// Gives a lease back before its time; what was decided under it and comes later is refused.
    func releaseLease(_ fence: Fence) async throws(JournalError)
    /// The leases that somebody has now, by name.
    func leases() async throws(JournalError) -> [LeaseRecord]
    /// Stores or replaces a notification channel.
    func saveChannel(_ channel: NotificationChannelRecord) async throws(JournalError)
    /// A notification channel, expired or not.
    func channel(idHash: String) async throws(JournalError) -> NotificationChannelRecord?
    /// The notification channels of one person and client, the first to expire first; at most a page.
    func channels(user: UserID?, client: String) async throws(JournalError) -> [NotificationChannelRecord]
    /// Removes notification channels; unknown ones are left out.
    func deleteChannels(_ idHashes: [String]) async throws(JournalError)
    /// Removes the notification channels of a person.
    func deleteChannels(user: UserID) async throws(JournalError)
    /// Removes notification channels that expired before an instant; returns how many.
    func deleteChannels(expiredBy: Instant) async throws(JournalError) -> Int

    // MARK: Watching

    /// Asks the database something small, on a reader and on the writer, and returns when both have answered.
    func check() async throws(JournalError)
    /// How busy the journal is.
    var load: JournalLoad { get }
    /// What waits in the tables at an instant.
    func backlog(at now: Instant) async throws(JournalError) -> JournalBacklog

    /// Writes what waits and closes; later calls fail with `.closed`.
    func close() async
}

extension Journal {
    /// A journal without a database always answers.
    public func check() async throws(JournalError) {}
    /// A journal without a database is never busy.
    public var load: JournalLoad { JournalLoad() }
    /// A journal without tables has nothing in them.
    public func backlog(at now: Instant) async throws(JournalError) -> JournalBacklog { JournalBacklog() }
}

extension Journal {
    // A database that belongs to one process.
    public var isShared: Bool { false }
    public func absorb(with absorber: @escaping @Sendable ([RecordedEvent]) async -> Void) {}
    public func signal(_ body: Data) async throws(JournalError) {}
    public func signals() -> AsyncStream<Data> { AsyncStream { $0.finish() } }
}

/// A reader of the log that never skips and never reorders.
public protocol EventTail: Sendable {
    /// The next events after those returned before; waits while there are none; throws `CancellationError` on
    /// cancellation. At most `limit` at once.
    func next(limit: Int) async throws -> [RecordedEvent]
}

/// Content-addressed bytes.
public protocol BlobStore: Sendable {
    /// Stores bytes durably and answers their SHA-256 (hexadecimal); storing the same bytes twice is one blob.
    func put(_ bytes: Data) async throws -> String
    /// The bytes of a digest.
    func get(_ digest: String) async throws -> Data?
    /// Removes the bytes of a digest for good; nothing when there are none. Nobody may store the same bytes meanwhile.
    func remove(_ digest: String) async throws
    /// A link by which anybody may read the blob at the store itself for some seconds; `nil` where there are none.
    func link(to digest: String, as presentation: BlobPresentation, forSeconds seconds: Int) -> String?
    /// Lets go of connections; calls under way fail.
    func shutDown() async throws
}

extension BlobStore {
    /// A store that only this process reaches.
    public func link(to digest: String, as presentation: BlobPresentation, forSeconds seconds: Int) -> String? { nil }
    /// A store without connections.
    public func shutDown() async throws {}
}

/// How a store that answers by itself presents a blob.
public struct BlobPresentation: Sendable, Hashable {
    /// The value of `Content-Type`.
    public var mediaType: String
    /// The value of `Content-Disposition`.
    public var disposition: String

    public init(mediaType: String, disposition: String) {
        self.mediaType = mediaType
        self.disposition = disposition
    }
}

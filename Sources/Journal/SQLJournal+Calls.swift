import ContactCenter
import Foundation

// The calls of the interface, each one line to its store. What they promise stands at the interface.

extension SQLJournal {
    public func commit(_ commit: Commit) async throws(JournalError) -> CommitOutcome {
        try await writer.commit(commit)
    }

    public func lastPosition() async throws(JournalError) -> Position { log.head }

    public func events(after position: Position, limit: Int) async throws(JournalError) -> [RecordedEvent] {
        try await read { session throws(SQLFailure) in
            try EventStore(session: session).list(after: position, limit: Self.page(limit))
        }
    }

    public func tail(after position: Position) -> any EventTail {
        LogTail(log: log, table: LogTable(of: engine), after: position)
    }

    public func checkpoint(of follower: String) async throws(JournalError) -> Position {
        try await read { session throws(SQLFailure) in try CheckpointStore(session: session).find(follower) }
    }

    public func saveCheckpoint(_ position: Position, of follower: String) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            try CheckpointStore(session: session).save(position, of: follower)
        }
    }
}

// MARK: Streams

extension SQLJournal {
    public func stream(_ id: StreamID) async throws(JournalError) -> StreamRecord? {
        try await read { session throws(SQLFailure) in try StreamStore(session: session).find(id) }
    }

    public func openStreams(
        _ kind: StreamID.Kind, after: StreamID?, limit: Int
    ) async throws(JournalError) -> [StreamRecord] {
        try await readSnapshot { session throws(SQLFailure) in
            try StreamStore(session: session).listOpen(kind, after: after, limit: Self.page(limit))
        }
    }

    public func conversations(
        of contact: ContactID, before: ConversationID?, limit: Int
    ) async throws(JournalError) -> [ConversationID] {
        try await read { session throws(SQLFailure) in
            try StreamStore(session: session).conversations(of: contact, before: before, limit: Self.page(limit))
        }
    }
}

// MARK: Messages

extension SQLJournal {
    public func message(_ id: MessageID) async throws(JournalError) -> MessageRecord? {
        try await read { session throws(SQLFailure) in try MessageStore(session: session).find(id) }
    }

    public func messages(_ ids: [MessageID]) async throws(JournalError) -> [MessageRecord] {
        guard !ids.isEmpty else { return [] }
        return try await read { session throws(SQLFailure) in try MessageStore(session: session).find(ids) }
    }

    public func message(
        integration: IntegrationID, externalID: String
    ) async throws(JournalError) -> MessageRecord? {
        try await read { session throws(SQLFailure) in
            try MessageStore(session: session).find(integration: integration, externalID: externalID)
        }
    }

    public func messages(
        of identity: IdentityID, conversation: ConversationID?, before: Position?, limit: Int
    ) async throws(JournalError) -> [MessageRecord] {
        try await read { session throws(SQLFailure) in
            let store = MessageStore(session: session)
            let limit = Self.page(limit)
            guard let conversation else { return try store.listHistory(of: identity, before: before, limit: limit) }
            return try store.listTranscript(of: identity, conversation: conversation, before: before, limit: limit)
        }
    }

    public func messageCount(of identity: IdentityID, since: Instant?) async throws(JournalError) -> Int {
        try await read { session throws(SQLFailure) in
            try MessageStore(session: session).count(of: identity, since: since)
        }
    }
}

// MARK: Contacts and sessions

extension SQLJournal {
    public func identity(
        integration: IntegrationID, platformUser: String
    ) async throws(JournalError) -> ContactIdentity? {
        try await read { session throws(SQLFailure) in
            try IdentityStore(session: session).find(integration: integration, platformUser: platformUser)
        }
    }

    public func identity(_ id: IdentityID) async throws(JournalError) -> ContactIdentity? {
        try await read { session throws(SQLFailure) in try IdentityStore(session: session).find(id) }
    }

    public func guestSession(tokenHash: String) async throws(JournalError) -> GuestSessionRecord? {
        try await read { session throws(SQLFailure) in
            try GuestSessionStore(session: session).find(tokenHash: tokenHash)
        }
    }
}

// MARK: Work to do

extension SQLJournal {
    public func timers(
        dueBy: Instant, in partitions: Partitions, limit: Int
    ) async throws(JournalError) -> [TimerRecord] {
        try await read { session throws(SQLFailure) in
            try TimerStore(session: session).list(dueBy: dueBy, in: partitions, limit: Self.page(limit))
        }
    }

    public func nextTimerDueAt(in partitions: Partitions) async throws(JournalError) -> Instant? {
        try await read { session throws(SQLFailure) in try TimerStore(session: session).nextDueAt(in: partitions) }
    }

    public func outbox(
        dueBy: Instant, in partitions: Partitions, limit: Int
    ) async throws(JournalError) -> [OutboxRecord] {
        try await read { session throws(SQLFailure) in
            try OutboxStore(session: session).list(dueBy: dueBy, in: partitions, limit: Self.page(limit))
        }
    }

    public func nextOutboxDueAt(in partitions: Partitions) async throws(JournalError) -> Instant? {
        try await read { session throws(SQLFailure) in try OutboxStore(session: session).nextDueAt(in: partitions) }
    }
}

// MARK: Configuration, tokens, media, settings

extension SQLJournal {
    public func configuration() async throws(JournalError) -> [ConfigurationRecord] {
        try await read { session throws(SQLFailure) in try ConfigurationStore(session: session).listLive() }
    }

    public func configuration(kind: String, id: String) async throws(JournalError) -> ConfigurationRecord? {
        try await read { session throws(SQLFailure) in
            try ConfigurationStore(session: session).find(kind: kind, id: id)
        }
    }

    public func saveToken(_ token: TokenRecord) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in try TokenStore(session: session).save(token) }
    }

    public func token(hash: String) async throws(JournalError) -> TokenRecord? {
        try await read { session throws(SQLFailure) in try TokenStore(session: session).find(hash: hash) }
    }

    public func takeToken(hash: String) async throws(JournalError) -> TokenRecord? {
        try await writer.work { session throws(SQLFailure) in try TokenStore(session: session).take(hash: hash) }
    }

    public func deleteTokens(user: UserID) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in try TokenStore(session: session).delete(user: user) }
    }

    public func deleteTokens(expiredBy: Instant) async throws(JournalError) -> Int {
        try await writer.work { session throws(SQLFailure) in
            try TokenStore(session: session).delete(expiredBy: expiredBy)
        }
    }

    public func saveMedia(_ media: MediaRecord) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in try MediaStore(session: session).save(media) }
    }

    public func media(_ id: Identifier<MediaRecord>) async throws(JournalError) -> MediaRecord? {
        try await read { session throws(SQLFailure) in try MediaStore(session: session).find(id) }
    }

    public func setting(_ name: String, orStore value: Data) async throws(JournalError) -> Data {
        try await writer.work { session throws(SQLFailure) in
            try SettingStore(session: session).find(name, orStore: value)
        }
    }
}

// MARK: Watching

extension SQLJournal {
    // Whether the database answers.
    private static let ask: SQL = "SELECT 1"

    public func check() async throws(JournalError) {
        _ = try await read { session throws(SQLFailure) in try session.execute(Self.ask, []) }
        _ = try await writer.work { session throws(SQLFailure) in try session.execute(Self.ask, []) }
    }

    public var load: JournalLoad {
        var load = JournalLoad()
        load.writesWaitingCount = writer.waitingCount
        load.readsCount = readsCount
        load.head = log.head
        return load
    }

    public func backlog(at now: Instant) async throws(JournalError) -> JournalBacklog {
        try await readSnapshot { session throws(SQLFailure) in try BacklogStore(session: session).count(at: now) }
    }
}

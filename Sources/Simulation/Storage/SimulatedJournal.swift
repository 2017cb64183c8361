import ContactCenter
import Foundation
import Journal
import Logging
import Synchronization

/// The journal of one simulated process: the real one's promises over the simulated database.
final class SimulatedJournal: Journal {
    let process: Process
    let server: DatabaseServer
    let log: RecentEvents
    let feed: LogFeed?
    private let writer: CommitWriter
    private let isClosed = Mutex(false)
    private let wordsCount = Mutex(0)
    private let signalling = Mutex<[AsyncStream<Data>.Continuation]>([])

    /// How long a process waits for a database that does not answer.
    static let answerTimeout = Duration.seconds(2)

    /// How long the listener hears nothing before it looks.
    private static let quietTime = Duration.seconds(3)

    init(process: Process, server: DatabaseServer) {
        self.process = process
        self.server = server
        log = RecentEvents(head: server.read { $0.head })
        feed = server.isShared ? Self.feed(of: log, process, server) : nil
        writer = CommitWriter(process: process, server: server, log: log, feed: feed)
        guard let feed else { return }
        server.listen(self)
        process.start { await feed.run() }
        process.start { await self.lookWhenQuiet(feed) }
    }

    /// As the real listener does, because a word may be lost.
    private func lookWhenQuiet(_ feed: LogFeed) async {
        while !log.isClosed {
            let before = wordsCount.withLock { $0 }
            do { try await process.sleep(Self.quietTime) } catch { return }
            if before == wordsCount.withLock({ $0 }), !server.isDeaf(process) { feed.look() }
        }
    }

    /// The real feed, over the line. While an answer is on its way, others write.
    private static func feed(of log: RecentEvents, _ process: Process, _ server: DatabaseServer) -> LogFeed {
        let table = LogTable { (position, limit) async throws(JournalError) -> [RecordedEvent] in
            let (way, back) = process.scheduler.draw { chance in
                (chance.span(.zero, .milliseconds(2)), chance.span(.zero, .milliseconds(8)))
            }
            await process.pause(way)
            guard !server.isCut(process) else { throw .unavailable(reason: "the line is cut") }
            let events = server.read { $0.events(after: position, limit: limit) }
            await process.pause(back + server.trouble.slowness)
            return events
        }
        return LogFeed(table: table, log: log, logger: Logger(label: process.name) { _ in SwiftLogNoOpLogHandler() }) {
            span in
            try await process.sleep(span)
            if log.isClosed { throw CancellationError() }
        }
    }

    /// What another process told the listener.
    func note(head: Position) {
        wordsCount.withLock { $0 += 1 }
        feed?.note(head: head)
    }

    /// The line is cut: the listener looks into the table when it is back.
    func lookLater() {
        process.scheduler.after(.seconds(1), in: process) {
            if self.server.isDeaf(self.process) { self.lookLater() } else { self.feed?.look() }
        }
    }

    func receive(signal body: Data) {
        for continuation in signalling.withLock({ $0 }) { continuation.yield(body) }
    }

    // MARK: The line

    private func read<Value: Sendable>(
        _ body: @Sendable (borrowing Database) -> Value
    ) async throws(JournalError) -> Value {
        if isClosed.withLock({ $0 }) { throw .closed }
        let (way, back) = process.scheduler.draw { chance in
            (chance.span(.zero, .milliseconds(2)), chance.span(.milliseconds(-2), .milliseconds(2)))
        }
        await process.pause(way)
        if server.isCut(process) {
            await process.pause(Self.answerTimeout)
            throw isClosed.withLock { $0 } ? .closed : .unavailable(reason: "the line is cut")
        }
        let value = server.read(body)
        if back > .zero { await process.pause(back) }
        if isClosed.withLock({ $0 }) { throw .closed }
        return value
    }

    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout Database, Instant) -> Value
    ) async throws(JournalError) -> Value {
        if isClosed.withLock({ $0 }) { throw .closed }
        let box = AnswerBox<Value>()
        _ = try await writer.write(.work { database, now in box.put(body(&database, now)) })
        guard let value = box.take() else { throw .unavailable(reason: "no answer") }
        return value
    }

    private func page(_ limit: Int) -> Int { min(max(limit, 0), SQLJournal.pageRowsMax) }

    func commit(_ commit: Commit) async throws(JournalError) -> CommitOutcome {
        if isClosed.withLock({ $0 }) { throw .closed }
        if let feed, feed.isFull { throw .overloaded }
        return try await writer.write(.commit(commit))
    }

    func close() async {
        isClosed.withLock { $0 = true }
        feed?.close()
        log.close()
        for continuation in signalling.withLock({ $0 }) { continuation.finish() }
    }

    // MARK: The log

    func lastPosition() async throws(JournalError) -> Position { log.head }

    func events(after position: Position, limit: Int) async throws(JournalError) -> [RecordedEvent] {
        let limit = page(limit)
        return try await read { $0.events(after: position, limit: limit) }
    }

    func tail(after position: Position) -> any EventTail {
        let table = LogTable { (position, limit) async throws(JournalError) -> [RecordedEvent] in
            try await self.events(after: position, limit: limit)
        }
        return LogTail(log: log, table: table, after: position)
    }

    func checkpoint(of follower: String) async throws(JournalError) -> Position {
        try await read { $0.small.checkpoints[follower] ?? .start }
    }

    func saveCheckpoint(_ position: Position, of follower: String) async throws(JournalError) {
        try await write { database, _ in database.small.checkpoints[follower] = position }
    }

    // MARK: Other processes

    var isShared: Bool { server.isShared }

    func absorb(with absorber: @escaping @Sendable ([RecordedEvent]) async -> Void) { feed?.absorb(with: absorber) }

    func signal(_ body: Data) async throws(JournalError) {
        guard isShared else { return }
        _ = try await read { _ in }
        server.tell(from: process) { $0.receive(signal: body) }
    }

    func signals() -> AsyncStream<Data> {
        guard isShared else { return AsyncStream { $0.finish() } }
        let (stream, continuation) = AsyncStream.makeStream(of: Data.self, bufferingPolicy: .bufferingNewest(256))
        signalling.withLock { $0.append(continuation) }
        return stream
    }

    func takeLease(_ name: String, owner: String, for span: Span) async throws(JournalError) -> LeaseRecord? {
        let lease = try await write { database, now in database.takeLease(name, owner: owner, for: span, at: now) }
        writer.note(name, lease)
        return lease
    }

    func releaseLease(_ fence: Fence) async throws(JournalError) {
        try await write { database, now in database.releaseLease(fence, at: now) }
    }

    func leases() async throws(JournalError) -> [LeaseRecord] {
        let now = server.now
        return try await read { $0.heldLeases(at: now) }
    }

    // MARK: Streams and messages

    func stream(_ id: StreamID) async throws(JournalError) -> StreamRecord? { try await read { $0.stream(id) } }

    func openStreams(
        _ kind: StreamID.Kind, after: StreamID?, limit: Int
    ) async throws(JournalError) -> [StreamRecord] {
        let limit = page(limit)
        return try await read { $0.openStreams(kind, after: after, limit: limit) }
    }

    func conversations(
        of contact: ContactID, before: ConversationID?, limit: Int
    ) async throws(JournalError) -> [ConversationID] {
        let limit = page(limit)
        return try await read { $0.conversations(of: contact, before: before, limit: limit) }
    }

    func message(_ id: MessageID) async throws(JournalError) -> MessageRecord? { try await read { $0.message(id) } }

    func messages(_ ids: [MessageID]) async throws(JournalError) -> [MessageRecord] {
        try await read { database in ids.compactMap { database.message($0) } }
    }

    func message(integration: IntegrationID, externalID: String) async throws(JournalError) -> MessageRecord? {
        try await read { $0.message(integration: integration, externalID: externalID) }
    }

    func messages(
        of identity: IdentityID, conversation: ConversationID?, before: Position?, limit: Int
    ) async throws(JournalError) -> [MessageRecord] {
        let limit = page(limit)
        return try await read { database in
            let all = database.history(of: identity).filter { record in
                (conversation.map { record.draft.conversation == $0 } ?? true)
                    && (before.map { record.position < $0 } ?? true)
            }
            return Array(all.reversed().prefix(limit))
        }
    }

    func messageCount(of identity: IdentityID, since: Instant?) async throws(JournalError) -> Int {
        try await read { database in
            database.history(of: identity).count { record in since.map { record.draft.at >= $0 } ?? true }
        }
    }

    // MARK: Contacts and sessions

    func identity(
        integration: IntegrationID, platformUser: String
    ) async throws(JournalError) -> ContactIdentity? {
        try await read { $0.identity(integration: integration, platformUser: platformUser) }
    }

    func identity(_ id: IdentityID) async throws(JournalError) -> ContactIdentity? {
        try await read { $0.identity(id) }
    }

    func guestSession(tokenHash: String) async throws(JournalError) -> GuestSessionRecord? {
        try await read { $0.guestSession(tokenHash: tokenHash) }
    }

    // MARK: Work to do

    func timers(dueBy: Instant, in partitions: Partitions, limit: Int) async throws(JournalError) -> [TimerRecord] {
        let limit = page(limit)
        return try await read { Array($0.timers(in: partitions).prefix { $0.dueAt <= dueBy }.prefix(limit)) }
    }

    func nextTimerDueAt(in partitions: Partitions) async throws(JournalError) -> Instant? {
        try await read { $0.timers(in: partitions).first?.dueAt }
    }

    func outbox(dueBy: Instant, in partitions: Partitions, limit: Int) async throws(JournalError) -> [OutboxRecord] {
        let limit = page(limit)
        return try await read { Array($0.heads(in: partitions).prefix { $0.draft.dueAt <= dueBy }.prefix(limit)) }
    }

    func nextOutboxDueAt(in partitions: Partitions) async throws(JournalError) -> Instant? {
        try await read { $0.heads(in: partitions).first?.draft.dueAt }
    }

    // MARK: Configuration

    func configuration() async throws(JournalError) -> [ConfigurationRecord] { try await read { $0.configuration } }

    func configuration(kind: String, id: String) async throws(JournalError) -> ConfigurationRecord? {
        try await read { $0.configuration(kind: kind, id: id) }
    }
}

// MARK: What only the front uses

extension SimulatedJournal {
    func saveToken(_ token: TokenRecord) async throws(JournalError) {
        try await write { database, _ in database.small.tokens[token.hash] = token }
    }

    func token(hash: String) async throws(JournalError) -> TokenRecord? { try await read { $0.small.tokens[hash] } }

    func takeToken(hash: String) async throws(JournalError) -> TokenRecord? {
        try await write { database, _ in database.small.tokens.removeValue(forKey: hash) }
    }

    func deleteTokens(user: UserID) async throws(JournalError) {
        try await write { database, _ in
            database.small.tokens = database.small.tokens.filter { $0.value.user != user }
        }
    }

    func deleteTokens(expiredBy: Instant) async throws(JournalError) -> Int {
        try await write { database, _ in
            let before = database.small.tokens.count
            database.small.tokens = database.small.tokens.filter { $0.value.expiresAt >= expiredBy }
            return before - database.small.tokens.count
        }
    }

    func saveMedia(_ media: MediaRecord) async throws(JournalError) -> Bool {
        try await write { database, _ in database.small.media[media.id] = media }
        return true
    }

    func media(_ id: Identifier<MediaRecord>) async throws(JournalError) -> MediaRecord? {
        try await read { $0.small.media[id] }
    }

    func setting(_ name: String, orStore value: Data) async throws(JournalError) -> Data {
        try await write { database, _ in
            let stored = database.small.settings[name] ?? value
            database.small.settings[name] = stored
            return stored
        }
    }

    func saveChannel(_ channel: NotificationChannelRecord) async throws(JournalError) {
        try await write { database, _ in database.small.channels[channel.idHash] = channel }
    }

    func channel(idHash: String) async throws(JournalError) -> NotificationChannelRecord? {
        try await read { $0.small.channels[idHash] }
    }

    func channels(user: UserID?, client: String) async throws(JournalError) -> [NotificationChannelRecord] {
        try await read { database in
            database.small.channels.values.filter { $0.user == user && $0.client == client }
                .sorted { ($0.expiresAt, $0.idHash) < ($1.expiresAt, $1.idHash) }
        }
    }

    func deleteChannels(_ idHashes: [String]) async throws(JournalError) {
        try await write { database, _ in for hash in idHashes { database.small.channels[hash] = nil } }
    }

    func deleteChannels(user: UserID) async throws(JournalError) {
        try await write { database, _ in
            database.small.channels = database.small.channels.filter { $0.value.user != user }
        }
    }

    func deleteChannels(expiredBy: Instant) async throws(JournalError) -> Int {
        try await write { database, _ in
            let before = database.small.channels.count
            database.small.channels = database.small.channels.filter { $0.value.expiresAt >= expiredBy }
            return before - database.small.channels.count
        }
    }
}

/// Carries the answer of a write to its caller.
private final class AnswerBox<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    func put(_ new: Value) { value.withLock { $0 = new } }
    func take() -> Value? { value.withLock { $0 } }
}

import ContactCenter
import Foundation
import Journal
import Logging
import Synchronization
import Telemetry

/// The conversations of the organisation: commands go in, one at a time for each conversation, and come back when
/// their events are durable.
public final class Conversations: Sendable {
    let journal: any Journal
    private let surroundings: Surroundings
    private let firstLook: @Sendable (RoutingRequest, Instant) -> Instant?
    private let lanes = Lanes<ConversationID>()
    let live = Mutex<LiveTable>(LiveTable())

    /// How often a command decides anew after another process changed the conversation first.
    static let conflictRetriesMax = 5

    /// - Parameter firstLook: when somebody who begins to wait is looked at by the queue's settings.
    init(
        journal: any Journal, surroundings: Surroundings,
        firstLook: @escaping @Sendable (RoutingRequest, Instant) -> Instant? = { _, _ in nil }
    ) {
        self.journal = journal
        self.firstLook = firstLook
        self.surroundings = surroundings
    }

    // MARK: Reading

    /// A conversation by id.
    public func find(_ id: ConversationID) async throws(EngineError) -> Conversation {
        if let known = live.withLock({ $0.find(id) }) { return known.conversation }
        guard let loaded = try await read(id) else { throw .notFound(kind: "conversation", id: id.description) }
        return loaded.conversation
    }

    /// Conversations in which a user is present or owes the wrap-up, oldest first.
    public func open(of user: UserID) -> [Conversation] {
        live.withLock { $0.open(of: user) }.sorted { $0.id < $1.id }
    }

    /// What waits in a queue, the longest wait first.
    public func waiting(in queue: QueueID) -> [Conversation] {
        live.withLock { $0.waiting(in: queue) }.sorted { left, right in
            let (first, second) = (left.waiting?.startedAt, right.waiting?.startedAt)
            guard let first, let second, first != second else { return left.id < right.id }
            return first < second
        }
    }

    /// How many conversations have work under way.
    var openCount: Int { live.withLock { $0.count } }

    /// All conversations with work under way.
    public func allOpen() -> OpenConversations { live.withLock { $0.all } }

    /// A customer's conversations, newest first, those after `before` in that order.
    public func conversations(
        of contact: ContactID, before: ConversationID? = nil, limit: Int
    ) async throws(EngineError) -> [Conversation] {
        let ids = try await journaling { () async throws(JournalError) in
            try await journal.conversations(of: contact, before: before, limit: limit)
        }
        var found: [Conversation] = []
        for id in ids { found.append(try await find(id)) }
        return found
    }

    // MARK: Commands

    /// Carries out a command; answers with the conversation after it.
    @discardableResult
    public func perform(
        _ command: ConversationCommand, on id: ConversationID
    ) async throws(EngineError) -> Conversation {
        try await perform(command, on: id, with: Attachments()).conversation
    }

    /// Sends a message of an agent or bot to the customer; it is durable and on its way when this returns.
    /// - Parameter key: the sender's own name for this message; sent again under the same one it is the same message.
    public func send(
        _ message: NormalizedMessage, in id: ConversationID, by leg: CommunicationID, key: String? = nil
    ) async throws(EngineError) -> MessageRecord {
        var ids = surroundings.identifiers
        var attachments = Attachments(message: message)
        attachments.externalID = key.map { "\n\(leg)\n\($0)" }
        let outcome = try await perform(
            .send(ids.next(NormalizedMessage.self), by: leg), on: id, with: attachments)
        guard let record = outcome.message else { throw .unavailable(reason: "a message without a row") }
        return record
    }

    struct Outcome: Sendable {
        var conversation: Conversation
        var message: MessageRecord?
        var isDuplicate = false
    }

    func perform(
        _ command: ConversationCommand, on id: ConversationID, with attachments: Attachments
    ) async throws(EngineError) -> Outcome {
        try await lanes.run(id) { () async throws(EngineError) -> Outcome in
            for _ in 0..<Self.conflictRetriesMax {
                let known = version(of: id)
                do throws(EngineError) {
                    if let outcome = try await attempt(command, on: id, with: attachments) { return outcome }
                } catch {
                    // What is remembered may be behind what another process has just written: a refusal counts only
                    // of what the journal has. Otherwise a timer that came first would be taken for one too late.
                    guard case .conversation = error, journal.isShared, let known, try await reload(id) != known else {
                        throw error
                    }
                    continue
                }
                // Somebody else's commit came first. If it was not to this conversation, deciding again does not help.
                guard try await reload(id) != known else { break }
            }
            throw .versionConflict
        }
    }

    /// One round of deciding and committing; `nil` if somebody else's commit came first.
    private func attempt(
        _ command: ConversationCommand, on id: ConversationID, with attachments: Attachments
    ) async throws(EngineError) -> Outcome? {
        var ids = surroundings.identifiers
        var current = try await state(id, for: command)
        let now = current.conversation.nextInstant(surroundings.now())
        let before = current.conversation
        let events = try Self.decide(command, &current.conversation, now, &ids)
        if events.isEmpty, attachments.outboxChanges.isEmpty { return Outcome(conversation: current.conversation) }
        let plan = ConversationCommit(
            before: before, after: current.conversation, snapshotVersion: current.snapshotVersion, events: events,
            attachments: attachments, now: now, sendsThroughOutbox: current.conversation.isReachedThroughOutbox,
            firstLook: firstLook)
        if plan.isSnapshotDue { current.snapshotVersion = current.conversation.version }
        let after = current
        var commit = try plan.make(ids: &ids)
        let written = commit
        commit.whenDurable = { positions in
            self.remember(after.noting(written, positions, content: attachments.message))
        }
        let result: CommitOutcome
        let final = commit
        do throws(JournalError) {
            result = try await traced("commit") { () async throws(JournalError) in try await journal.commit(final) }
        } catch .versionConflict { return nil } catch {
            throw EngineError(error)
        }
        switch result {
        case .duplicate(let earlier): return Outcome(conversation: before, message: earlier, isDuplicate: true)
        case .committed(let positions):
            return Outcome(
                conversation: after.conversation, message: MessageRecord.written(by: written, at: positions).last)
        }
    }

    private static func decide(
        _ command: ConversationCommand, _ conversation: inout Conversation, _ now: Instant,
        _ ids: inout some IdentifierSource
    ) throws(EngineError) -> [ConversationEvent] {
        do { return try conversation.handle(command, at: now, ids: &ids) } catch { throw .conversation(error) }
    }

    // MARK: States in memory

    private func state(
        _ id: ConversationID, for command: ConversationCommand
    ) async throws(EngineError) -> LiveConversation {
        if let known = live.withLock({ $0.find(id) }) { return known }
        if let loaded = try await read(id) { return loaded }
        switch command {
        case .receive, .join:
            return LiveConversation(conversation: Conversation(id: id), snapshotVersion: 0, recent: [:])
        default: throw .notFound(kind: "conversation", id: id.description)
        }
    }

    func remember(_ current: LiveConversation) {
        let held = HeldConversation(current)
        live.withLock { $0.put(held) }
    }

    private func version(of id: ConversationID) -> Int64? { live.withLock { $0.find(id)?.conversation.version } }

    /// Reads a conversation that another process has changed; answers its version.
    @discardableResult
    func reload(_ id: ConversationID) async throws(EngineError) -> Int64? {
        guard let loaded = try await read(id) else { return nil }
        remember(loaded)
        return loaded.conversation.version
    }

    private func read(_ id: ConversationID) async throws(EngineError) -> LiveConversation? {
        let record = try await journaling { () async throws(JournalError) in
            try await journal.stream(StreamID(.conversation, id))
        }
        return try record.map { (record) throws(EngineError) in try Self.restore(record) }
    }

    static func restore(_ record: StreamRecord) throws(EngineError) -> LiveConversation {
        var conversation = Conversation(id: record.stream.key.cast())
        if let snapshot = record.snapshot { conversation = try Conversation.read(snapshot) }
        for event in record.events {
            conversation.apply(try ConversationEvent.read(event.body), at: event.at)
        }
        return LiveConversation(conversation: conversation, snapshotVersion: record.snapshotVersion, recent: nil)
    }

    // MARK: Messages

    /// A message and its content.
    public func message(_ id: MessageID) async throws(EngineError) -> (MessageRecord, NormalizedMessage)? {
        let record = try await journaling { () async throws(JournalError) in try await journal.message(id) }
        return try record.map { (record) throws(EngineError) in (record, try record.content()) }
    }

    /// Messages by id, in the order asked for; unknown ones are left out.
    public func messages(_ ids: [MessageID]) async throws(EngineError) -> [(MessageRecord, NormalizedMessage)] {
        let records = try await journaling { () async throws(JournalError) in try await journal.messages(ids) }
        return try records.map { (record) throws(EngineError) in (record, try record.content()) }
    }

    /// A conversation's messages, newest first.
    public func messages(
        of conversation: Conversation, before: Position? = nil, limit: Int
    ) async throws(EngineError) -> [MessageRecord] {
        guard let origin = conversation.origin else { return [] }
        return try await journaling { () async throws(JournalError) in
            try await journal.messages(
                of: origin.identity, conversation: conversation.id, before: before, limit: limit)
        }
    }

    /// The newest details of each leg, oldest first.
    public func details(
        of conversation: Conversation, limit: Int
    ) async throws(EngineError) -> [CommunicationID: [MessageDetail]] {
        let records = try await messages(of: conversation, limit: limit)
        var lists: [CommunicationID: [MessageDetail]] = [:]
        for record in records.reversed() {
            lists[record.draft.communication, default: []].append(MessageDetail(record, try record.content()))
        }
        return lists
    }

    /// What a notification carries: the newest few details of each leg, kept in memory once read.
    func recentDetails(of id: ConversationID) async throws(EngineError) -> [CommunicationID: [MessageDetail]] {
        if let known = live.withLock({ $0.find(id)?.recent }) { return known }
        let conversation = try await find(id)
        let read = try await details(of: conversation, limit: LiveConversation.recentMax * 4)
        let lists = read.mapValues { Array($0.suffix(LiveConversation.recentMax)) }
        live.withLock { $0.fill(id, lists, version: conversation.version) }
        return lists
    }
}

extension MessageRecord {
    /// The message rows that a commit wrote.
    static func written(by commit: Commit, at positions: [Position]) -> [MessageRecord] {
        zip(commit.events, positions).compactMap { draft, position in
            draft.message.map { MessageRecord(position: position, draft: $0) }
        }
    }

    /// The message in the normalised form.
    public func content() throws(EngineError) -> NormalizedMessage {
        try JSON.decode(NormalizedMessage.self, from: draft.body)
    }
}

extension Conversation {
    /// Each change gets a millisecond of its own: clients order, and recognise, a conversation's messages by time
    /// (reference B.5), and a clock that was set back must not reorder them.
    func nextInstant(_ clock: Instant) -> Instant {
        guard let lastActivityAt else { return clock }
        return max(clock, lastActivityAt + Span(milliseconds: 1))
    }

    /// Web messaging reaches the guest through the guest's own socket; every other channel is called by us.
    var isReachedThroughOutbox: Bool { origin?.platform != .webmessaging }
}

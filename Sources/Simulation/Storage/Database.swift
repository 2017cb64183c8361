import ContactCenter
import Foundation
import Journal

/// What the database holds: the durable part of the world, with the rules of the real one and nothing of its SQL.
///
/// A test runs the same commands against this and the real journal and compares every answer.
struct Database: Sendable {
    private struct Stream {
        var positions: [Int] = []
        var snapshot: SnapshotDraft?
        var snapshotVersion: Int64 = 0
        var version: Int64 { max(Int64(positions.count), 0) }
    }

    private struct ExternalKey: Hashable {
        let integration: IntegrationID
        let id: String
    }

    private struct PlatformKey: Hashable {
        let integration: IntegrationID
        let user: String
    }

    private struct Entry {
        var draft: OutboxDraft
        let sequence: Int
        var attempts = 0
        var isParked = false
    }

    /// The log; the first event has the position 1.
    private(set) var events: [RecordedEvent] = []
    private var streams: [StreamID: Stream] = [:]
    private var messages: [MessageID: MessageRecord] = [:]
    private var byExternalID: [ExternalKey: MessageID] = [:]
    private var byIdentity: [IdentityID: [MessageID]] = [:]
    private var identities: [IdentityID: ContactIdentity] = [:]
    private var byPlatformUser: [PlatformKey: IdentityID] = [:]
    private var sessions: [String: GuestSessionRecord] = [:]
    private(set) var timers: [String: TimerRecord] = [:]
    private var outbox: [Entry] = []
    private var outboxCount = 0
    private var rows: [String: ConfigurationRecord] = [:]
    private var leases: [String: LeaseRecord] = [:]
    var small = SmallTables()

    // MARK: Writing

    /// Makes a commit part of the database, or refuses it and changes nothing.
    mutating func apply(_ commit: Commit) throws(JournalError) -> CommitOutcome {
        if let fence = commit.fence, leases[fence.lease]?.token != fence.token { throw .fenced }
        for draft in commit.events.compactMap(\.message) {
            if let earlier = original(of: draft) { return .duplicate(earlier) }
        }
        if let stream = commit.stream, version(of: stream) != commit.expectedVersion { throw .versionConflict }
        if let write = commit.identity, !isAllowed(write) { throw .versionConflict }
        let before = rows
        for record in commit.configuration {
            do throws(JournalError) { try save(record) } catch {
                rows = before
                throw error
            }
        }
        if commit.sessions.contains(where: { !isKnown($0.identity, to: commit.identity) }) {
            rows = before
            throw .unavailable(reason: "a session of nobody")
        }
        if let write = commit.identity { self.write(write) }
        let positions = append(commit)
        for (id, status) in commit.messageStatus { advance(id, to: status) }
        for write in commit.timers { self.write(write) }
        for draft in commit.outbox {
            outboxCount += 1
            outbox.append(Entry(draft: draft, sequence: outboxCount))
        }
        for write in commit.outboxChanges { self.write(write) }
        for session in commit.sessions { sessions[session.tokenHash] = session }
        return .committed(positions)
    }

    private mutating func append(_ commit: Commit) -> [Position] {
        guard let stream = commit.stream else { return [] }
        var state = streams[stream] ?? Stream()
        var positions: [Position] = []
        for draft in commit.events {
            let position = Position(Int64(events.count + 1))
            let message = draft.message.map { MessageRecord(position: position, draft: $0) }
            state.positions.append(events.count)
            events.append(
                RecordedEvent(
                    position: position, stream: stream, version: state.version, type: draft.type, at: draft.at,
                    body: draft.body, message: message))
            if let message { insert(message) }
            positions.append(position)
        }
        if let snapshot = commit.snapshot {
            state.snapshot = snapshot
            state.snapshotVersion = state.version
        }
        streams[stream] = state
        return positions
    }

    private mutating func insert(_ message: MessageRecord) {
        messages[message.draft.id] = message
        byIdentity[message.draft.identity, default: []].append(message.draft.id)
        if let id = message.draft.externalID {
            byExternalID[ExternalKey(integration: message.draft.integration, id: id)] = message.draft.id
        }
    }

    private mutating func advance(_ id: MessageID, to status: MessageStatus) {
        guard let record = messages[id], record.draft.status.mayAdvance(to: status) else { return }
        var draft = record.draft
        draft.status = status
        messages[id] = MessageRecord(position: record.position, draft: draft)
    }

    private func original(of draft: MessageDraft) -> MessageRecord? {
        if let id = draft.externalID, let known = message(integration: draft.integration, externalID: id) {
            return known
        }
        return messages[draft.id]
    }

    private func isKnown(_ identity: IdentityID, to write: IdentityWrite?) -> Bool {
        if case .insert(let new) = write, new.id == identity { return true }
        return identities[identity] != nil
    }

    private func isAllowed(_ write: IdentityWrite) -> Bool {
        switch write {
        case .insert(let identity):
            let key = PlatformKey(integration: identity.integration, user: identity.platformUser)
            return byPlatformUser[key] == nil && identities[identity.id] == nil
        case .update(let identity, let expected):
            return identities[identity.id].map { $0.conversation == expected } ?? false
        case .confirm(let id, let expected): return identities[id].map { $0.conversation == expected } ?? false
        }
    }

    private mutating func write(_ write: IdentityWrite) {
        switch write {
        case .insert(let identity):
            identities[identity.id] = identity
            byPlatformUser[PlatformKey(integration: identity.integration, user: identity.platformUser)] = identity.id
        case .update(let identity, _):
            identities[identity.id]?.contact = identity.contact
            identities[identity.id]?.conversation = identity.conversation
            identities[identity.id]?.profile = identity.profile
        case .confirm: break
        }
    }

    private mutating func write(_ write: TimerWrite) {
        switch write {
        case .set(let timer): timers[timer.key] = timer
        case .cancel(let key): timers[key] = nil
        }
    }

    private mutating func write(_ write: OutboxWrite) {
        switch write {
        case .finish(let id): outbox.removeAll { $0.draft.id == id }
        case .retry(let id, let dueAt, let attempts, _):
            change(id) { entry in
                entry.draft.dueAt = dueAt
                entry.attempts = attempts
                entry.isParked = false
            }
        case .park(let id, _): change(id) { $0.isParked = true }
        }
    }

    private mutating func change(_ id: Identifier<OutboxRecord>, _ edit: (inout Entry) -> Void) {
        guard let index = outbox.firstIndex(where: { $0.draft.id == id }) else { return }
        edit(&outbox[index])
    }

    private mutating func save(_ record: ConfigurationRecord) throws(JournalError) {
        if let name = record.name, !record.isDeleted {
            let key = Self.key(of: name)
            let isTaken = rows.values.contains {
                $0.kind == record.kind && $0.id != record.id && !$0.isDeleted && $0.name.map(Self.key) == key
            }
            if isTaken { throw .nameTaken(kind: record.kind, name: name) }
        }
        let key = "\(record.kind)/\(record.id)"
        guard rows[key]?.version ?? 0 == record.version - 1 else { throw .versionConflict }
        rows[key] = record
    }

    private static func key(of name: String) -> String {
        name.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    }

    // MARK: Leases

    /// Takes a lease at a time of the database's clock.
    mutating func takeLease(_ name: String, owner: String, for span: Span, at now: Instant) -> LeaseRecord? {
        let token: Int64
        if let known = leases[name] {
            let isOver = known.expiresAt <= now
            guard known.owner == owner || isOver else { return nil }
            token = known.owner == owner && !isOver ? known.token : known.token + 1
        } else {
            token = 1
        }
        let record = LeaseRecord(name: name, owner: owner, token: token, expiresAt: now + span)
        leases[name] = record
        return record
    }

    mutating func releaseLease(_ fence: Fence, at now: Instant) {
        guard let known = leases[fence.lease], known.token == fence.token else { return }
        leases[fence.lease]?.expiresAt = now
        leases[fence.lease]?.token += 1
    }

    func token(of lease: String) -> Int64? { leases[lease]?.token }

    func heldLeases(at now: Instant) -> [LeaseRecord] {
        leases.values.filter { $0.expiresAt > now }.sorted { $0.name < $1.name }
    }

    // MARK: Reading

    var head: Position { Position(Int64(events.count)) }

    func events(after position: Position, limit: Int) -> [RecordedEvent] {
        guard position.value < Int64(events.count) else { return [] }
        return events[Int(max(position.value, 0))...].prefix(limit).map(current)
    }

    /// An event with its message as it is now.
    private func current(_ event: RecordedEvent) -> RecordedEvent {
        guard let id = event.message?.draft.id else { return event }
        return RecordedEvent(
            position: event.position, stream: event.stream, version: event.version, type: event.type, at: event.at,
            body: event.body, message: messages[id])
    }

    func version(of stream: StreamID) -> Int64 { streams[stream]?.version ?? 0 }

    func stream(_ id: StreamID) -> StreamRecord? {
        guard let state = streams[id] else { return nil }
        let later = state.positions.dropFirst(Int(state.snapshotVersion)).map { current(events[$0]) }
        return StreamRecord(
            stream: id, snapshot: state.snapshot?.body, snapshotVersion: state.snapshotVersion,
            isOpen: state.snapshot?.isOpen ?? false, events: later)
    }

    /// All events of a stream.
    func history(of id: StreamID) -> [RecordedEvent] { streams[id]?.positions.map { events[$0] } ?? [] }

    /// All streams of a kind, by key.
    func streams(_ kind: StreamID.Kind) -> [StreamID] {
        streams.keys.filter { $0.kind == kind }.sorted { $0.key < $1.key }
    }

    func openStreams(_ kind: StreamID.Kind, after: StreamID?, limit: Int) -> [StreamRecord] {
        streams(kind).filter { id in
            streams[id]?.snapshot?.isOpen == true && after.map { $0.key < id.key } ?? true
        }.prefix(limit).compactMap(stream).map(\.withoutMessages)
    }

    func conversations(of contact: ContactID, before: ConversationID?, limit: Int) -> [ConversationID] {
        func rank(_ id: StreamID) -> (Instant, Identifier<StreamID>) {
            (streams[id]?.snapshot?.startedAt ?? Instant(milliseconds: 0), id.key)
        }
        var all = streams(.conversation).filter { streams[$0]?.snapshot?.contact == contact }
        all.sort { rank($0) > rank($1) }
        if let before {
            let stream = StreamID(.conversation, before)
            guard streams[stream]?.snapshot != nil else { return [] }
            all.removeAll { rank($0) >= rank(stream) }
        }
        return all.prefix(limit).map { $0.key.cast() }
    }

    func message(_ id: MessageID) -> MessageRecord? { messages[id] }

    func message(integration: IntegrationID, externalID: String) -> MessageRecord? {
        byExternalID[ExternalKey(integration: integration, id: externalID)].flatMap { messages[$0] }
    }

    /// An identity's messages, oldest first.
    func history(of identity: IdentityID) -> [MessageRecord] {
        (byIdentity[identity] ?? []).compactMap { messages[$0] }
    }

    var allMessages: [MessageRecord] { messages.values.sorted { $0.position < $1.position } }

    func identity(_ id: IdentityID) -> ContactIdentity? { identities[id] }

    func identity(integration: IntegrationID, platformUser: String) -> ContactIdentity? {
        byPlatformUser[PlatformKey(integration: integration, user: platformUser)].flatMap { identities[$0] }
    }

    func guestSession(tokenHash: String) -> GuestSessionRecord? { sessions[tokenHash] }

    func timers(in partitions: Partitions) -> [TimerRecord] {
        timers.values.filter { partitions.contains(Partitions.number(of: $0.stream.key)) }
            .sorted { ($0.dueAt, $0.key) < ($1.dueAt, $1.key) }
    }

    /// The heads of the lanes, the longest overdue first; parked ones are left out.
    func heads(in partitions: Partitions) -> [OutboxRecord] {
        var lanes: Set<IdentityID> = []
        return outbox.filter { lanes.insert($0.draft.lane).inserted }
            .filter { !$0.isParked && partitions.contains(Partitions.number(of: $0.draft.lane)) }
            .sorted { ($0.draft.dueAt, $0.sequence) < ($1.draft.dueAt, $1.sequence) }
            .map { OutboxRecord(draft: $0.draft, attempts: $0.attempts) }
    }

    var outboxIDs: [MessageID] { outbox.compactMap(\.draft.message) }

    var configuration: [ConfigurationRecord] {
        rows.values.filter { !$0.isDeleted }.sorted { ($0.kind, $0.id) < ($1.kind, $1.id) }
    }

    func configuration(kind: String, id: String) -> ConfigurationRecord? { rows["\(kind)/\(id)"] }
}

/// The tables that only the front uses: rows by a key.
struct SmallTables: Sendable {
    var tokens: [String: TokenRecord] = [:]
    var media: [Identifier<MediaRecord>: MediaRecord] = [:]
    var settings: [String: Data] = [:]
    var channels: [String: NotificationChannelRecord] = [:]
    var checkpoints: [String: Position] = [:]
}

extension StreamRecord {
    /// As the list of open streams gives it.
    fileprivate var withoutMessages: StreamRecord {
        StreamRecord(
            stream: stream, snapshot: snapshot, snapshotVersion: snapshotVersion, isOpen: isOpen,
            events: events.map {
                RecordedEvent(
                    position: $0.position, stream: $0.stream, version: $0.version, type: $0.type, at: $0.at,
                    body: $0.body, message: nil)
            })
    }
}

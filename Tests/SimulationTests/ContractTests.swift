import ContactCenter
import Foundation
import Journal
import Logging
import Testing

@testable import Simulation

@Suite("The simulated database keeps the promises of the real journal")
struct ContractTests {
    @Test("the same commands from a seed get the same answers", arguments: 1...8)
    func sameAnswers(seed: Int) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "engawa-contract-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let journal = try await SQLJournal.open(path: folder.appending(path: "journal.db").path, logger: logger)
        var database = Database()
        var author = CommitAuthor(seed: UInt64(seed))
        var refused = 0
        for step in 0..<250 {
            if author.chance.happens(0.1) {
                try await compareLeases(&author, &database, journal)
                continue
            }
            let commit = author.next(knowing: database)
            let expected = Self.answer { () throws(JournalError) in try database.apply(commit) }
            let real: String
            do { real = Self.answer(.success(try await journal.commit(commit))) } catch {
                real = Self.answer(.failure(error))
            }
            try #require(expected == real, "step \(step) of seed \(seed)")
            if !real.hasPrefix("committed") { refused += 1 }
            if step % 25 == 24 { try await compareReads(&author, database, journal) }
        }
        // Otherwise nothing of interest was tried.
        #expect(refused > 20)
        await journal.close()
    }

    // MARK: Answers

    private static func answer(_ body: () throws(JournalError) -> CommitOutcome) -> String {
        do throws(JournalError) { return answer(.success(try body())) } catch { return answer(.failure(error)) }
    }

    private static func answer(_ result: Result<CommitOutcome, JournalError>) -> String {
        switch result {
        case .success(.committed(let positions)): "committed \(positions.map(\.value))"
        case .success(.duplicate(let record)): "duplicate of \(text(record))"
        case .failure(.versionConflict): "version conflict"
        case .failure(.nameTaken(let kind, let name)): "\(kind) \(name) is taken"
        case .failure(.fenced): "fenced"
        case .failure(.unavailable): "unavailable"
        case .failure(let error): "\(error)"
        }
    }

    private static func text(_ record: MessageRecord) -> String {
        "\(record.position.value) \(record.draft.id) \(record.draft.externalID ?? "-") \(record.draft.status.rawValue)"
    }

    private static func text(_ event: RecordedEvent) -> String {
        "\(event.position.value) \(event.stream.kind) \(event.stream.key) \(event.version) \(event.type) "
            + "\(event.at.milliseconds) \(event.body.count) \(event.message.map(text) ?? "")"
    }

    private static func text(_ record: StreamRecord?) -> String {
        guard let record else { return "none" }
        return "\(record.stream.key) \(record.snapshotVersion) \(record.isOpen) \(record.snapshot?.count ?? -1) "
            + record.events.map(text).joined(separator: ",")
    }

    // MARK: Comparing

    private func compareLeases(
        _ author: inout CommitAuthor, _ database: inout Database, _ journal: SQLJournal
    ) async throws {
        let name = author.pick(["routing", "timers/1"])
        let owner = author.pick(["a", "b"])
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        if author.chance.happens(0.3), let fence = author.fences[name] {
            database.releaseLease(fence, at: now)
            try await journal.releaseLease(fence)
            return
        }
        let expected = database.takeLease(name, owner: owner, for: .hours(2), at: now)
        let real = try await journal.takeLease(name, owner: owner, for: .hours(2))
        #expect(expected?.token == real?.token && expected?.owner == real?.owner)
        if let real { author.fences[name] = real.fence }
    }

    private func compareReads(
        _ author: inout CommitAuthor, _ database: Database, _ journal: SQLJournal
    ) async throws {
        let log = try await journal.events(after: Position(3), limit: 1_000)
        #expect(database.events(after: Position(3), limit: 1_000).map(Self.text) == log.map(Self.text))
        for conversation in author.conversations {
            let stream = StreamID(.conversation, conversation)
            #expect(Self.text(database.stream(stream)) == Self.text(try await journal.stream(stream)))
        }
        let open = try await journal.openStreams(.conversation, after: nil, limit: 2)
        let openHere = database.openStreams(.conversation, after: nil, limit: 2)
        #expect(openHere.map(Self.text) == open.map(Self.text))
        for (contact, identity) in zip(author.contacts, author.identities) {
            let newest = try await journal.conversations(of: contact, before: nil, limit: 2)
            #expect(database.conversations(of: contact, before: nil, limit: 2) == newest)
            if let first = newest.first {
                let older = try await journal.conversations(of: contact, before: first, limit: 5)
                #expect(database.conversations(of: contact, before: first, limit: 5) == older)
            }
            let history = try await journal.messages(of: identity, conversation: nil, before: nil, limit: 1_000)
            #expect(database.history(of: identity).reversed().map(Self.text) == history.map(Self.text))
            #expect(database.identity(identity) == (try await journal.identity(identity)))
        }
        try await compareWork(author, database, journal)
    }

    private func compareWork(_ author: CommitAuthor, _ database: Database, _ journal: SQLJournal) async throws {
        for parts in [Partitions.all, Partitions([0, 3, 7]), .none] {
            let due = Instant(milliseconds: author.time + 100)
            let timers = try await journal.timers(dueBy: due, in: parts, limit: 1_000)
            #expect(database.timers(in: parts).filter { $0.dueAt <= due } == timers)
            #expect(database.timers(in: parts).first?.dueAt == (try await journal.nextTimerDueAt(in: parts)))
            let heads = try await journal.outbox(dueBy: due, in: parts, limit: 1_000)
            let headsHere = database.heads(in: parts).filter { $0.draft.dueAt <= due }
            #expect(headsHere.map { "\($0.draft.id) \($0.attempts)" } == heads.map { "\($0.draft.id) \($0.attempts)" })
            #expect(database.heads(in: parts).first?.draft.dueAt == (try await journal.nextOutboxDueAt(in: parts)))
        }
        #expect(database.configuration == (try await journal.configuration()))
        let session = try await journal.guestSession(tokenHash: "token")
        #expect(database.guestSession(tokenHash: "token") == session)
    }
}

/// Writes commits that are right, stale, doubled or forbidden, as the seed will have it.
struct CommitAuthor {
    var chance: Chance
    var fences: [String: Fence] = [:]
    let conversations: [ConversationID]
    let identities: [IdentityID]
    let contacts: [ContactID]
    private let integration = IntegrationID(high: 7, low: 7)
    private var ids: [MessageID] = []
    private var outbox: [Identifier<OutboxRecord>] = []
    private(set) var time: Int64 = 1_700_000_000_000

    init(seed: UInt64) {
        chance = Chance(seed: seed)
        conversations = (1...4).map { ConversationID(high: 1, low: UInt64($0)) }
        identities = (1...3).map { IdentityID(high: 2, low: UInt64($0)) }
        contacts = (1...3).map { ContactID(high: 3, low: UInt64($0)) }
    }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[chance.below(values.count)] }

    mutating func next(knowing database: Database) -> Commit {
        time += 1 + Int64(chance.below(50))
        let conversation = pick(conversations)
        let stream = StreamID(.conversation, conversation)
        var commit = Commit()
        if chance.happens(0.85) {
            let stale = chance.happens(0.1) ? Int64(chance.below(3)) - 1 : 0
            commit.stream = stream
            commit.expectedVersion = max(database.version(of: stream) + stale, 0)
            for _ in 0..<(1 + chance.below(3)) { commit.events.append(event(in: conversation)) }
            if commit.events.count(where: { $0.message != nil }) > 1 {
                for index in 1..<commit.events.count { commit.events[index].message = nil }
            }
            if chance.happens(0.5) {
                commit.snapshot = SnapshotDraft(
                    body: Data(count: chance.below(9)), isOpen: chance.happens(0.6), contact: pick(contacts),
                    startedAt: Instant(milliseconds: time))
            }
        }
        if chance.happens(0.4) { commit.identity = identity(knowing: database) }
        if chance.happens(0.3) { work(&commit, stream) }
        if chance.happens(0.2) { commit.configuration = [row(knowing: database)] }
        if chance.happens(0.1) { commit.fence = fences[pick(["routing", "timers/1"])] }
        if chance.happens(0.1), let known = commit.fence {
            commit.fence = Fence(lease: known.lease, token: known.token - 1)
        }
        if chance.happens(0.1) {
            commit.sessions = [
                GuestSessionRecord(
                    tokenHash: "token", deployment: integration, identity: pick(identities),
                    startedAt: Instant(milliseconds: time))
            ]
        }
        return commit
    }

    private mutating func event(in conversation: ConversationID) -> EventDraft {
        let at = Instant(milliseconds: time)
        var event = EventDraft(type: pick(["a", "b"]), at: at, body: Data(count: chance.below(20)))
        guard chance.happens(0.5) else { return event }
        let isKnown = chance.happens(0.05) && !ids.isEmpty
        let id = isKnown ? pick(ids) : MessageID(high: 9, low: chance.next() >> 1)
        ids.append(id)
        event.message = MessageDraft(
            id: id, identity: pick(identities), conversation: conversation,
            communication: CommunicationID(high: 4, low: 4), integration: integration,
            externalID: chance.happens(0.7) ? "x\(chance.below(60))" : nil, isInbound: chance.happens(0.5),
            status: pick([.received, .queued, .sent]), at: at, body: Data(count: 3))
        return event
    }

    private mutating func identity(knowing database: Database) -> IdentityWrite {
        let index = chance.below(identities.count)
        let known = database.identity(identities[index])
        let identity = ContactIdentity(
            id: identities[index], contact: contacts[index], integration: integration,
            platformUser: "user \(chance.happens(0.1) ? 0 : index)",
            profile: .init(nickname: pick(["Mika", "Sora"])), conversation: pick(conversations))
        if chance.happens(0.3) || known == nil && chance.happens(0.8) { return .insert(identity) }
        let expected = chance.happens(0.8) ? known?.conversation : pick(conversations)
        return chance.happens(0.5)
            ? .update(identity, expected: expected) : .confirm(identities[index], expected: expected)
    }

    private mutating func work(_ commit: inout Commit, _ stream: StreamID) {
        let dueAt = Instant(milliseconds: time)
        let key = "timer \(chance.below(6))"
        commit.timers = [
            chance.happens(0.6)
                ? .set(TimerRecord(key: key, stream: stream, dueAt: dueAt, body: Data())) : .cancel(key: key)
        ]
        if chance.happens(0.6) {
            let id = Identifier<OutboxRecord>(high: 5, low: chance.next() >> 1)
            outbox.append(id)
            commit.outbox = [
                OutboxDraft(
                    id: id, lane: pick(identities), integration: integration, message: nil,
                    conversation: conversations[0], dueAt: dueAt, body: Data())
            ]
        } else if !outbox.isEmpty {
            let id = pick(outbox)
            commit.outboxChanges = [
                pick([
                    .finish(id), .finish(id), .park(id, error: "no"),
                    .retry(id, dueAt: dueAt, attempts: chance.below(5), error: "later"),
                ])
            ]
        }
        if !ids.isEmpty { commit.messageStatus = [pick(ids): pick([.sent, .failed, .delivered, .read])] }
    }

    private mutating func row(knowing database: Database) -> ConfigurationRecord {
        let id = "row \(chance.below(4))"
        let version = (database.configuration(kind: "queue", id: id)?.version ?? 0) + (chance.happens(0.9) ? 1 : 2)
        let at = Instant(milliseconds: time)
        return ConfigurationRecord(
            kind: "queue", id: id, name: pick(["Support", " support", "Sales", "Night"]), version: version,
            isDeleted: chance.happens(0.2), createdAt: at, modifiedAt: at, body: Data("{}".utf8))
    }
}

import ContactCenter
import Foundation
import Journal
import Synchronization

/// The organisation's configuration: people, queues, skills, codes, integrations, deployments.
///
/// All of it is held in memory, since every routing decision and every rendered conversation reads it and an
/// organisation has thousands of rows, not millions. Writes go through the journal first: a row, and an event that
/// followers see.
public final class Directory: Sendable {
    /// Nothing where the configuration is another time's: that is not written.
    private let journal: (any Journal)?
    private let surroundings: Surroundings
    let tables = Mutex<DirectoryTables>(DirectoryTables())

    init(journal: (any Journal)?, surroundings: Surroundings) {
        self.journal = journal
        self.surroundings = surroundings
    }

    /// Reads all rows; called once before anything else.
    func load() async throws(EngineError) {
        let journal = try store
        let records = try await journaling { () async throws(JournalError) in try await journal.configuration() }
        tables.withLock { tables in
            for record in records { if let entity = Entity(record) { tables.put(entity) } }
        }
    }

    private var store: any Journal {
        get throws(EngineError) {
            guard let journal else { throw .unavailable(reason: "the configuration of another time is not written") }
            return journal
        }
    }

    // MARK: Reading

    /// An entity by id; `nil` if it does not exist or was deleted.
    public func find(_ kind: EntityKind, _ id: String) -> Entity? {
        tables.withLock { $0.rows[kind]?[id] }
    }

    /// The entity of a kind with this name, without regard to case and surrounding space.
    public func find(_ kind: EntityKind, named name: String) -> Entity? {
        tables.withLock { tables in
            tables.byName[kind]?[DirectoryTables.nameKey(name)].flatMap { tables.rows[kind]?[$0] }
        }
    }

    /// All entities of a kind, by name, then id.
    public func list(_ kind: EntityKind) -> [Entity] {
        let rows = tables.withLock { Array(($0.rows[kind] ?? [:]).values) }
        return rows.sorted { ($0.name ?? "", $0.id) < ($1.name ?? "", $1.id) }
    }

    /// Rows of a relation (`queueMember`, `userSkill`, …) whose id begins with `<parent>/`.
    public func children(_ kind: EntityKind, of parent: String) -> [Entity] {
        tables.withLock { tables in
            (tables.byParent[kind]?[parent] ?? []).sorted().compactMap { tables.rows[kind]?[$0] }
        }
    }

    /// Rows of a relation whose id ends with `/<child>`.
    public func parents(_ kind: EntityKind, of child: String) -> [Entity] {
        tables.withLock { tables in
            (tables.byChild[kind]?[child] ?? []).sorted().compactMap { tables.rows[kind]?[$0] }
        }
    }

    /// A queue as routing reads it.
    public func queue(_ id: QueueID) -> Queue? {
        find(.queue, id.description).flatMap(Queue.init)
    }

    /// Which state of the queues' settings and hours is known.
    var inQueueEdition: Int { tables.withLock { $0.inQueueEdition } }

    /// The name of a user, for participants and screens.
    public func userName(_ id: UserID) -> String? { find(.user, id.description)?.name }

    /// The queues in which a user takes part now (`joined`).
    public func joinedQueues(of user: UserID) -> [QueueID] {
        queueMemberships(of: user).filter(\.isJoined).map(\.queue)
    }

    // MARK: Writing

    /// Stores a new entity or replaces one. With `expectedVersion` a row that changed meanwhile is a
    /// `.versionConflict`.
    @discardableResult
    public func save(
        _ kind: EntityKind, id: String, name: String?, body: JSONValue, expectedVersion: Int64? = nil
    ) async throws(EngineError) -> Entity {
        let now = surroundings.now()
        let earlier = find(kind, id)
        if let expectedVersion, expectedVersion != earlier?.version ?? 0 { throw .versionConflict }
        var entity = Entity(
            kind: kind, id: id, name: name?.trimmingCharacters(in: .whitespacesAndNewlines),
            version: (earlier?.version ?? 0) + 1, createdAt: earlier?.createdAt ?? now, modifiedAt: now, body: body)
        do throws(EngineError) {
            try await commit(entity, deleted: false)
        } catch {
            // A row that was deleted is still stored: its next version brings it back.
            guard case .versionConflict = error, earlier == nil, let last = try await deletedVersion(kind, id) else {
                throw error
            }
            entity.version = last + 1
            try await commit(entity, deleted: false)
        }
        return entity
    }

    private func deletedVersion(_ kind: EntityKind, _ id: String) async throws(EngineError) -> Int64? {
        let journal = try store
        let record = try await journaling { () async throws(JournalError) in
            try await journal.configuration(kind: kind.rawValue, id: id)
        }
        return record.flatMap { $0.isDeleted ? $0.version : nil }
    }

    /// Deletes an entity; the row stays, marked, and its name is free again.
    public func delete(_ kind: EntityKind, _ id: String) async throws(EngineError) {
        guard var entity = find(kind, id) else { throw .notFound(kind: kind.rawValue, id: id) }
        entity.version += 1
        entity.modifiedAt = surroundings.now()
        try await commit(entity, deleted: true)
    }

    private func commit(_ entity: Entity, deleted: Bool) async throws(EngineError) {
        var ids = surroundings.identifiers
        var commit = Commit()
        commit.configuration = [try entity.record(deleted: deleted)]
        let change = ConfigurationChange(
            kind: entity.kind.rawValue, id: entity.id, isDeleted: deleted,
            body: entity.kind.isRemembered ? entity.body : nil)
        commit.stream = StreamID(.configuration, ids.next(Entity.self))
        commit.events = [
            EventDraft(
                type: deleted ? "deleted" : "saved", at: entity.modifiedAt, body: try JSON.encode(change), value: change
            )
        ]
        commit.whenDurable = { _ in
            self.tables.withLock { deleted ? $0.remove(entity.kind, entity.id, at: entity.version) : $0.put(entity) }
        }
        let final = commit
        let journal = try store
        do throws(EngineError) {
            _ = try await journaling { () async throws(JournalError) in try await journal.commit(final) }
        } catch {
            // Another process changed the row: who tries again decides on what it is now.
            if case .versionConflict = error { try await refresh(kind: entity.kind.rawValue, id: entity.id) }
            throw error
        }
    }

    /// Reads one row again.
    func refresh(kind: String, id: String) async throws(EngineError) {
        let journal = try store
        let record = try await journaling { () async throws(JournalError) in
            try await journal.configuration(kind: kind, id: id)
        }
        guard let record, let entity = Entity(record) else { return }
        tables.withLock { tables in
            record.isDeleted
                ? tables.remove(entity.kind, entity.id, at: entity.version) : tables.put(entity)
        }
    }
}

/// What changed in the configuration; followers read the row itself from the directory.
public struct ConfigurationChange: Codable, Sendable, Hashable {
    public var kind: String
    public var id: String
    public var isDeleted: Bool
    /// The row as it was saved, of kinds whose past is asked for (``EntityKind/isRemembered``).
    public var body: JSONValue?
}

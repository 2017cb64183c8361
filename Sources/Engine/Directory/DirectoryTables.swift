import ContactCenter
import Foundation
import Journal

/// The rows in memory with the ways to find them.
struct DirectoryTables {
    private(set) var rows: [EntityKind: [String: Entity]] = [:]
    private(set) var byName: [EntityKind: [String: String]] = [:]
    private(set) var byParent: [EntityKind: [String: Set<String>]] = [:]
    private(set) var byChild: [EntityKind: [String: Set<String>]] = [:]

    /// Grows with each change of what those who wait in queues depend on.
    private(set) var inQueueEdition = 0

    /// The versions at which rows went lately: a reading that began before must not bring one back.
    private var gone = GenerationCache<String, Int64>(countMax: goneMax)

    private static let goneMax = 10_000

    /// Read from the rows when somebody asks; dropped when one of them changes.
    private var groupTable: MemberGroupTable?
    /// The members of groups that somebody asked for; dropped when somebody's skills change, or a group.
    var groupMembers: [MemberGroupID: Set<UserID>] = [:]

    /// The groups, and the queues that ask them.
    var memberGroups: MemberGroupTable {
        mutating get {
            if let groupTable { return groupTable }
            let table = MemberGroupTable(
                skillGroups: (rows[.skillGroup] ?? [:]).values, queues: (rows[.queue] ?? [:]).values)
            groupTable = table
            return table
        }
    }

    private mutating func dropGroups(after kind: EntityKind) {
        switch kind {
        case .queue: groupTable = nil
        case .skillGroup:
            groupTable = nil
            groupMembers = [:]
        case .user, .userSkill, .userLanguage, .division, .group, .groupMember, .teamMember: groupMembers = [:]
        default: break
        }
    }

    /// Remembers a row, unless a later one is known.
    mutating func put(_ entity: Entity) {
        if let known = rows[entity.kind]?[entity.id], known.version > entity.version { return }
        if let last = gone.find("\(entity.kind)/\(entity.id)"), last > entity.version { return }
        forget(entity.kind, entity.id)
        dropGroups(after: entity.kind)
        if InQueueRules.kinds.contains(entity.kind) { inQueueEdition += 1 }
        rows[entity.kind, default: [:]][entity.id] = entity
        if let name = entity.name { byName[entity.kind, default: [:]][Self.nameKey(name)] = entity.id }
        guard let (parent, child) = Self.halves(entity.id) else { return }
        byParent[entity.kind, default: [:]][parent, default: []].insert(entity.id)
        byChild[entity.kind, default: [:]][child, default: []].insert(entity.id)
    }

    /// Forgets a row that was deleted with this version, unless a later one is known.
    mutating func remove(_ kind: EntityKind, _ id: String, at version: Int64) {
        if let known = rows[kind]?[id], known.version > version { return }
        gone.put("\(kind)/\(id)", version)
        if InQueueRules.kinds.contains(kind) { inQueueEdition += 1 }
        forget(kind, id)
        dropGroups(after: kind)
    }

    private mutating func forget(_ kind: EntityKind, _ id: String) {
        guard let entity = rows[kind]?.removeValue(forKey: id) else { return }
        if let name = entity.name { byName[kind]?[Self.nameKey(name)] = nil }
        guard let (parent, child) = Self.halves(id) else { return }
        byParent[kind]?[parent]?.remove(id)
        byChild[kind]?[child]?.remove(id)
    }

    static func nameKey(_ name: String) -> String {
        name.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    }

    private static func halves(_ id: String) -> (String, String)? {
        let parts = id.split(separator: "/", maxSplits: 1)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
}

extension Entity {
    init?(_ record: ConfigurationRecord) {
        guard let kind = EntityKind(rawValue: record.kind),
            let body = try? JSONDecoder().decode(JSONValue.self, from: record.body)
        else { return nil }
        self.init(
            kind: kind, id: record.id, name: kind == .user ? body["name"]?.string ?? record.name : record.name,
            version: record.version, createdAt: record.createdAt, modifiedAt: record.modifiedAt, body: body)
    }

    func record(deleted: Bool) throws(EngineError) -> ConfigurationRecord {
        var stored = body
        if kind == .user { stored["name"] = name.map(JSONValue.string) }
        return ConfigurationRecord(
            kind: kind.rawValue, id: id, name: uniqueName, version: version, isDeleted: deleted, createdAt: createdAt,
            modifiedAt: modifiedAt, body: try JSON.encode(stored))
    }

    /// What no other live entity of the kind may have: its name, but of people the e-mail address, since two may share
    /// a name.
    private var uniqueName: String? { kind == .user ? body["email"]?.string : name }
}

extension Queue {
    /// Reads what routing needs from a queue's row; everything absent has the API's default.
    init?(_ entity: Entity) {
        guard let id = QueueID(entity.id) else { return nil }
        self.init(id: id, name: entity.name ?? "")
        for medium in MediaType.allCases {
            guard let settings = entity.body["mediaSettings"]?[medium.rawValue] else { continue }
            media[medium] = MediaRules(settings, of: medium)
        }
        if let handling = entity.body["messageHandling"] {
            declineAction = handling["declineAction"]?.string.flatMap(DeclineAction.init) ?? declineAction
            parking = ParkingPolicy(handling)
        }
        let acw = entity.body["acwSettings"]
        if let prompt = acw?["wrapupPrompt"]?.string.flatMap(WrapupPolicy.Prompt.init(rawValue:)) {
            let timeout = acw?["timeoutMs"]?.integer.map(Span.init(milliseconds:))
            wrapupPolicy = WrapupPolicy(prompt: prompt, timeout: timeout)
        }
        rules = QueueRules(entity.body)
    }
}

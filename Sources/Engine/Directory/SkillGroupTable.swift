import ContactCenter
import Routing

/// The skill groups as routing reads them, which queue asks which of them, and how many rings it has: made from the
/// rows once, since every change of an agent looks at it.
struct SkillGroupTable: Sendable {
    private(set) var groups: [SkillGroupID: SkillGroup] = [:]
    /// The groups of each queue that has any, with the stages in which they are asked.
    private(set) var ofQueue: [QueueID: [SkillGroupID: Stages]] = [:]
    /// The same by group.
    private(set) var queues: [SkillGroupID: [QueueID: Stages]] = [:]
    /// How many rings each queue has that has any.
    private(set) var ringCounts: [QueueID: Int] = [:]

    init(groups rows: some Sequence<Entity>, queues entities: some Sequence<Entity>) {
        for row in rows {
            if let group = SkillGroup(row) { groups[group.id] = group }
        }
        for entity in entities {
            guard let queue = QueueID(entity.id) else { continue }
            let rings = QueueRules(entity.body).rings.count
            if rings > 0 { ringCounts[queue] = rings }
            let stages = Self.stages(entity.body)
            guard !stages.isEmpty else { continue }
            ofQueue[queue] = stages
            for (group, stages) in stages { queues[group, default: [:]][queue] = stages }
        }
    }

    /// In which stages a queue asks each of its groups. A group of a ring is asked from that ring on; one of a
    /// conditional rule when the rule lets it in; the queue's other groups from the start, as its own members are.
    private static func stages(_ body: JSONValue) -> [SkillGroupID: Stages] {
        var found: [SkillGroupID: Stages] = [:]
        func add(_ groups: JSONValue?, _ stages: Stages) {
            for id in ids(groups) { found[id] = found[id].map { $0.union(stages) } ?? stages }
        }
        for (index, ring) in (body["bullseye"]?["rings"]?.array ?? []).enumerated() {
            add(ring["memberGroups"], Stages(index + 1))
        }
        let ringed = found
        for id in ids(body["memberGroups"]) where ringed[id] == nil { found[id] = .first }
        for rules in ["conditionalGroupRouting", "conditionalGroupActivation"] {
            for (index, rule) in (body[rules]?["rules"]?.array ?? []).enumerated() {
                add(rule["groups"], Stages(index + 2))
            }
        }
        return found
    }

    private static func ids(_ groups: JSONValue?) -> [SkillGroupID] {
        (groups?.array ?? []).compactMap { $0["id"]?.string.flatMap { SkillGroupID($0) } }
    }
}

extension DirectoryTables {
    /// What a person can do, by skill and language.
    func proficiencies(of user: String) -> [SkillID: Double] {
        var found: [SkillID: Double] = [:]
        for kind in [EntityKind.userSkill, .userLanguage] {
            for id in byParent[kind]?[user] ?? [] {
                guard let skill = id.split(separator: "/").last.flatMap({ SkillID($0) }) else { continue }
                found[skill] = rows[kind]?[id]?.body["proficiency"]?.double ?? 0
            }
        }
        return found
    }

    /// The groups to which a person belongs now; a person who does not work here any more belongs to none.
    mutating func skillGroups(of user: UserID) -> [SkillGroup] {
        let groups = skillGroups.groups
        guard !groups.isEmpty, let row = rows[.user]?[user.description], row.works else { return [] }
        let proficiencies = proficiencies(of: row.id)
        let division = division(of: row, home: homeDivision)
        return groups.values.filter { $0.includes(proficiencies, division: division) }
    }

    /// The members of a group, found once for as long as nothing changes that they hang on.
    mutating func members(of group: SkillGroupID) -> Set<UserID> {
        if let known = groupMembers[group] { return known }
        guard let found = skillGroups.groups[group] else { return [] }
        var members: Set<UserID> = []
        let home = homeDivision
        for (id, row) in rows[.user] ?? [:] where row.works {
            let division = division(of: row, home: home)
            if found.includes(proficiencies(of: id), division: division), let user = UserID(id) { members.insert(user) }
        }
        groupMembers[group] = members
        return members
    }

    /// Where everybody belongs who belongs nowhere else.
    private var homeDivision: String? {
        let divisions = (rows[.division] ?? [:]).values
        let home = divisions.first { $0.body["homeDivision"]?.bool == true }
        return (home ?? divisions.min { ($0.name ?? "", $0.id) < ($1.name ?? "", $1.id) })?.id
    }

    private func division(of user: Entity, home: String?) -> String? {
        user.body["divisionId"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? home
    }
}

extension Entity {
    /// Whether this person has not left.
    fileprivate var works: Bool { (body["state"]?.string ?? "active") == "active" }
}

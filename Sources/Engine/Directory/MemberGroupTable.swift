import ContactCenter
import Routing

/// The skill groups as routing reads them, which queue asks which groups of any kind, and how many rings it has: made
/// from the rows once, since every change of an agent looks at it.
struct MemberGroupTable: Sendable {
    private(set) var skillGroups: [MemberGroupID: SkillGroup] = [:]
    /// The groups of each queue that has any, with the stages in which they are asked.
    private(set) var ofQueue: [QueueID: [MemberGroupID: Stages]] = [:]
    /// The same by group.
    private(set) var queues: [MemberGroupID: [QueueID: Stages]] = [:]
    /// How many rings each queue has that has any.
    private(set) var ringCounts: [QueueID: Int] = [:]

    init(skillGroups rows: some Sequence<Entity>, queues entities: some Sequence<Entity>) {
        for row in rows {
            if let group = SkillGroup(row) { skillGroups[group.id.cast()] = group }
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
    private static func stages(_ body: JSONValue) -> [MemberGroupID: Stages] {
        var found: [MemberGroupID: Stages] = [:]
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

    private static func ids(_ groups: JSONValue?) -> [MemberGroupID] {
        (groups?.array ?? []).compactMap { $0["id"]?.string.flatMap { MemberGroupID($0) } }
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

    /// The skill groups to which a person belongs now; a person who does not work here any more belongs to none.
    mutating func skillGroups(of user: UserID) -> [SkillGroup] {
        let groups = memberGroups.skillGroups
        guard !groups.isEmpty, let row = rows[.user]?[user.description], row.works else { return [] }
        let proficiencies = proficiencies(of: row.id)
        let division = division(of: row, home: homeDivision)
        return groups.values.filter { $0.includes(proficiencies, division: division) }
    }

    /// The groups of every kind to which a person belongs now.
    mutating func memberGroups(of user: UserID) -> [MemberGroupID] {
        let found: [MemberGroupID] = skillGroups(of: user).map { $0.id.cast() }
        guard rows[.user]?[user.description]?.works == true else { return [] }
        let ids: [String] = [EntityKind.groupMember, .teamMember].flatMap { byChild[$0]?[user.description] ?? [] }
        let chosen = ids.compactMap { (id: String) in id.split(separator: "/").first.map { String($0) } }
        return found + chosen.filter { isAsked($0) }.compactMap { MemberGroupID($0) }
    }

    /// The members of a group, found once for as long as nothing changes that they hang on.
    mutating func members(of group: MemberGroupID) -> Set<UserID> {
        if let known = groupMembers[group] { return known }
        let skilled = memberGroups.skillGroups[group]
        let members = skilled.map { meeting($0) } ?? chosenMembers(of: group.description)
        groupMembers[group] = members
        return members
    }

    private func meeting(_ group: SkillGroup) -> Set<UserID> {
        var members: Set<UserID> = []
        let home = homeDivision
        for (id, row) in rows[.user] ?? [:] where row.works {
            let division = division(of: row, home: home)
            if group.includes(proficiencies(of: id), division: division), let user = UserID(id) { members.insert(user) }
        }
        return members
    }

    private func chosenMembers(of group: String) -> Set<UserID> {
        guard isAsked(group) else { return [] }
        let ids: [String] = [EntityKind.groupMember, .teamMember].flatMap { byParent[$0]?[group] ?? [] }
        let people = ids.compactMap { (id: String) in id.split(separator: "/").last.map { String($0) } }
        return Set(people.filter { rows[.user]?[$0]?.works == true }.compactMap { UserID($0) })
    }

    /// A group that is not active has its people, but no queue asks them for it.
    private func isAsked(_ group: String) -> Bool {
        (rows[.group]?[group]?.body["state"]?.string ?? "active") == "active"
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

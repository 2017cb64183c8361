import ContactCenter
import Engine

/// The groups that a queue asks (`memberGroups`, and `groups` of conditional rules), wherever they stand in its body.
struct MemberGroupWire {
    let directory: Directory

    /// Groups of one list: each costs a look at every change of an agent.
    static let groupsMax = 100

    /// A queue's body with each group as the API shows it.
    func decorated(_ queue: JSONValue) -> JSONValue {
        var queue = queue
        visit(&queue) { (groups, _) throws(Never) in .array(groups.compactMap(shown)) }
        return queue
    }

    /// A queue's body with each group as it is stored; 400 for one that does not exist.
    func checked(_ queue: JSONValue) throws(APIError) -> JSONValue {
        var queue = queue
        try visit(&queue) { (groups, path) throws(APIError) in try stored(groups, path) }
        return queue
    }

    private func shown(_ group: JSONValue) -> JSONValue? {
        guard let id = group["id"]?.string, let kind = kind(of: group), let row = directory.find(kind.entity, id)
        else { return nil }
        var wire = JSONValue.reference(id, name: row.name, path: kind.path)
        wire["type"] = .string(kind.rawValue)
        wire["division"] = directory.division(of: row)
        wire["memberCount"] = .integer(Int64(MemberGroupID(id).map { directory.members(of: $0).count } ?? 0))
        return wire
    }

    /// A group without a type is a skill group, as those of before were.
    private func kind(of group: JSONValue) -> MemberGroup.Kind? {
        MemberGroup.Kind(rawValue: group["type"]?.string ?? MemberGroup.Kind.skillGroup.rawValue)
    }

    private func stored(_ groups: [JSONValue], _ path: String) throws(APIError) -> JSONValue {
        guard groups.count <= Self.groupsMax else {
            throw .invalidValue(path, "\(groups.count) groups", allowed: "up to \(Self.groupsMax)")
        }
        var found: [JSONValue] = []
        for (index, group) in groups.enumerated() {
            guard let kind = kind(of: group) else {
                throw .invalidValue(
                    "\(path)[\(index)].type", group["type"]?.string ?? "",
                    allowed: MemberGroup.Kind.allCases.map(\.rawValue).joined(separator: ", "))
            }
            let id = group["id"]?.string?.lowercased() ?? ""
            guard !id.isEmpty else { throw .missing("\(path)[\(index)].id") }
            guard directory.find(kind.entity, id) != nil else { throw .invalidValue("\(path)[\(index)].id", id) }
            found.append(["id": .string(id), "type": .string(kind.rawValue)])
        }
        return .array(found)
    }

    /// Calls `change` with each list of groups and its path.
    private func visit<Failure>(
        _ queue: inout JSONValue, _ change: ([JSONValue], String) throws(Failure) -> JSONValue
    ) throws(Failure) {
        if let groups = queue["memberGroups"]?.array { queue["memberGroups"] = try change(groups, "memberGroups") }
        let nested = [
            ("bullseye", "rings", "memberGroups"), ("conditionalGroupRouting", "rules", "groups"),
            ("conditionalGroupActivation", "rules", "groups"),
        ]
        for (member, list, name) in nested {
            guard var elements = queue[member]?[list]?.array else { continue }
            for index in elements.indices {
                guard let groups = elements[index][name]?.array else { continue }
                elements[index][name] = try change(groups, "\(member).\(list)[\(index)].\(name)")
            }
            queue[member]?[list] = .array(elements)
        }
    }
}

extension MemberGroup.Kind {
    fileprivate var entity: EntityKind {
        switch self {
        case .skillGroup: .skillGroup
        case .group: .group
        case .team: .team
        }
    }

    fileprivate var path: String {
        switch self {
        case .skillGroup: SkillGroupRoutes.path
        case .group: GroupRoutes.path
        case .team: TeamRoutes.path
        }
    }
}

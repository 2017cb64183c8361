import ContactCenter
import Engine

/// A skill group's conditions as a client sends them, checked beyond their shape: skills and languages that exist, few
/// enough, and not too deep. A skill may be named by its id or by its name; the id is kept, because names change.
struct SkillGroupConditions {
    let directory: Directory
    private var comparisonsCount = 0

    init(directory: Directory) { self.directory = directory }

    /// The conditions with ids; 400 that names the member that is wrong.
    mutating func checked(_ conditions: [JSONValue]) throws(APIError) -> JSONValue {
        let checked = try self.conditions(conditions, path: "skillConditions", depth: 1)
        guard comparisonsCount > 0 else { throw .missing("skillConditions") }
        return checked
    }

    private mutating func conditions(
        _ list: [JSONValue], path: String, depth: Int
    ) throws(APIError) -> JSONValue {
        guard depth <= SkillGroup.depthMax || list.isEmpty else {
            throw .invalidValue(path, "\(depth) levels", allowed: "up to \(SkillGroup.depthMax)")
        }
        var checked: [JSONValue] = []
        for (index, json) in list.enumerated() {
            var condition = json
            let path = "\(path)[\(index)]"
            condition["routingSkillConditions"] = try comparisons(json, .routingSkill, path: path, depth: depth)
            condition["languageSkillConditions"] = try comparisons(json, .languageSkill, path: path, depth: depth)
            checked.append(condition)
        }
        return .array(checked)
    }

    private mutating func comparisons(
        _ condition: JSONValue, _ asked: Asked, path: String, depth: Int
    ) throws(APIError) -> JSONValue {
        let list = asked.rawValue + "Conditions"
        var checked: [JSONValue] = []
        for (index, json) in (condition[list]?.array ?? []).enumerated() {
            comparisonsCount += 1
            let path = "\(path).\(list)[\(index)]"
            guard comparisonsCount <= SkillGroup.comparisonsMax else {
                throw .invalidValue(
                    path, "\(comparisonsCount) comparisons", allowed: "up to \(SkillGroup.comparisonsMax)")
            }
            var comparison = json
            let text = json[asked.rawValue]?.string ?? ""
            guard let found = directory.find(asked.kind, text.lowercased()) ?? directory.find(asked.kind, named: text)
            else { throw .invalidValue("\(path).\(asked.rawValue)", String(text.prefix(80))) }
            comparison[asked.rawValue] = .string(found.id)
            comparison["childConditions"] = try conditions(
                json["childConditions"]?.array ?? [], path: path + ".childConditions", depth: depth + 1)
            checked.append(comparison)
        }
        return .array(checked)
    }

    /// What a comparison names; the raw value is the member.
    private enum Asked: String {
        case routingSkill, languageSkill

        var kind: EntityKind { self == .routingSkill ? .skill : .language }
    }
}

extension JSONValue {
    /// Whether conditions of a skill group name this skill or language anywhere.
    func names(skill id: String) -> Bool {
        switch self {
        case .array(let elements): elements.contains { $0.names(skill: id) }
        case .object(let members):
            members.contains { name, value in
                ["routingSkill", "languageSkill"].contains(name) && value.string == id || value.names(skill: id)
            }
        default: false
        }
    }
}

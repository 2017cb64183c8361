import ContactCenter

extension SkillGroup {
    /// Reads a group's row. A row whose conditions cannot be read is no group: to read less of them would let more
    /// people in.
    init?(_ entity: Entity) {
        guard let id = SkillGroupID(entity.id) else { return nil }
        var conditions: [SkillCondition] = []
        for json in entity.body["skillConditions"]?.array ?? [] {
            guard let condition = SkillCondition(json, depth: 1) else { return nil }
            conditions.append(condition)
        }
        let divisions = entity.body["memberDivisions"]?.array?.compactMap(\.string)
        self.init(
            id: id, conditions: conditions,
            divisions: divisions.flatMap { $0.contains(Self.allDivisions) ? nil : Set($0) })
    }

    /// What stands for every division in `memberDivisions`.
    public static let allDivisions = "*"
}

extension SkillCondition {
    fileprivate init?(_ json: JSONValue, depth: Int) {
        guard depth <= SkillGroup.depthMax, let operation = json["operation"]?.string.flatMap(Operation.init(rawValue:))
        else { return nil }
        self.init(operation, [])
        for (list, skill) in [("routingSkillConditions", "routingSkill"), ("languageSkillConditions", "languageSkill")]
        {
            for json in json[list]?.array ?? [] {
                guard let comparison = Comparison(json, skill: skill, depth: depth) else { return nil }
                comparisons.append(comparison)
            }
        }
    }
}

extension SkillCondition.Comparison {
    fileprivate init?(_ json: JSONValue, skill member: String, depth: Int) {
        guard let skill = json[member]?.string.flatMap({ SkillID($0) }),
            let comparator = json["comparator"]?.string.flatMap(Comparator.init(rawValue:)),
            let proficiency = json["proficiency"]?.double
        else { return nil }
        self.init(skill, comparator, proficiency)
        for json in json["childConditions"]?.array ?? [] {
            guard let child = SkillCondition(json, depth: depth + 1) else { return nil }
            children.append(child)
        }
    }
}

/// Agents who are found by what they can do: whoever meets the conditions is a member, for as long as that is so
/// (`SkillGroup`, reference F.2).
public struct SkillGroup: Hashable, Sendable {
    public var id: SkillGroupID
    /// All must hold; a group without any has nobody.
    public var conditions: [SkillCondition]
    /// Where members come from; `nil` is from everywhere.
    public var divisions: Set<String>?

    /// Conditions below conditions; deeper ones nobody understands any more.
    public static let depthMax = 5
    /// Comparisons of a group, at all depths together: each is looked at whenever an agent's skills change.
    public static let comparisonsMax = 100

    /// A group.
    public init(id: SkillGroupID, conditions: [SkillCondition], divisions: Set<String>? = nil) {
        self.id = id
        self.conditions = conditions
        self.divisions = divisions
    }

    /// Whether an agent of a division, with these skills and languages, is a member.
    public func includes(_ proficiencies: [SkillID: Double], division: String?) -> Bool {
        if let divisions {
            guard let division, divisions.contains(division) else { return false }
        }
        return !conditions.isEmpty && conditions.allSatisfy { $0.holds(for: proficiencies) }
    }
}

/// Agents whom a queue asks together (`MemberGroup`, reference F.2): found by their skills, or chosen by hand.
public enum MemberGroup: Sendable {
    /// What it is; raw values are the wire's `type`.
    public enum Kind: String, Sendable, CaseIterable {
        case skillGroup = "SKILLGROUP"
        case group = "GROUP"
        case team = "TEAM"
    }
}

/// What a skill group asks of an agent's skills and languages (`SkillGroupCondition`, reference F.2): comparisons that
/// one operation joins.
public struct SkillCondition: Hashable, Sendable {
    /// How the comparisons are joined; raw values are the wire's.
    public enum Operation: String, Hashable, Sendable {
        /// All of them hold.
        case and = "And"
        /// At least one holds.
        case or = "Or"
        /// None holds.
        case not = "Not"
    }

    /// One skill or language, how good an agent must be at it, and what is asked beside it.
    public struct Comparison: Hashable, Sendable {
        public var skill: SkillID
        public var comparator: Comparator
        /// From 0 to 5.
        public var proficiency: Double
        /// Conditions that must all hold as well (`childConditions`).
        public var children: [SkillCondition]

        /// A comparison.
        public init(
            _ skill: SkillID, _ comparator: Comparator, _ proficiency: Double, children: [SkillCondition] = []
        ) {
            self.skill = skill
            self.comparator = comparator
            self.proficiency = proficiency
            self.children = children
        }

        /// Whether an agent meets it. Who lacks the skill meets no comparison with it, `LessThan` and `NotEqualTo`
        /// included: a group of beginners is not one of everybody else.
        public func holds(for proficiencies: [SkillID: Double]) -> Bool {
            guard let own = proficiencies[skill], comparator.holds(own, proficiency) else { return false }
            return children.allSatisfy { $0.holds(for: proficiencies) }
        }
    }

    public var operation: Operation
    public var comparisons: [Comparison]

    /// A condition.
    public init(_ operation: Operation, _ comparisons: [Comparison]) {
        self.operation = operation
        self.comparisons = comparisons
    }

    /// Whether an agent with these proficiencies meets the condition. One without comparisons asks nothing.
    public func holds(for proficiencies: [SkillID: Double]) -> Bool {
        guard !comparisons.isEmpty else { return true }
        return switch operation {
        case .and: comparisons.allSatisfy { $0.holds(for: proficiencies) }
        case .or: comparisons.contains { $0.holds(for: proficiencies) }
        case .not: !comparisons.contains { $0.holds(for: proficiencies) }
        }
    }
}

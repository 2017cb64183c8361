import ContactCenter
import Testing

@Suite("Skill groups: who is in one")
struct SkillGroupTests {
    private static let orders = SkillID(high: 0, low: 1)
    private static let german = SkillID(high: 0, low: 2)
    private static let returns = SkillID(high: 0, low: 3)

    private func has(_ comparator: Comparator, _ proficiency: Double) -> SkillCondition {
        SkillCondition(.and, [.init(Self.orders, comparator, proficiency)])
    }

    @Test(
        "each comparator compares with the limit, and who lacks the skill meets none of them",
        arguments: [
            (Comparator.equalTo, [false, true, false]),
            (.notEqualTo, [true, false, true]), (.lessThan, [true, false, false]),
            (.greaterThan, [false, false, true]), (.greaterThanOrEqualTo, [false, true, true]),
            (.lessThanOrEqualTo, [true, true, false]),
        ])
    func comparators(_ comparator: Comparator, _ expected: [Bool]) {
        let found = [2.5, 3, 3.5].map { has(comparator, 3).holds(for: [Self.orders: $0]) }
        #expect(found == expected)
        #expect(!has(comparator, 3).holds(for: [Self.german: 3]))
        #expect(!has(comparator, 0).holds(for: [:]))
    }

    @Test("all, at least one, or none of the comparisons must hold")
    func operations() {
        let comparisons: [SkillCondition.Comparison] = [
            .init(Self.orders, .greaterThan, 2), .init(Self.german, .greaterThan, 2),
        ]
        let people: [[SkillID: Double]] = [
            [Self.orders: 5, Self.german: 5], [Self.orders: 5], [Self.german: 5, Self.orders: 1], [:],
        ]
        func holds(_ operation: SkillCondition.Operation) -> [Bool] {
            people.map { SkillCondition(operation, comparisons).holds(for: $0) }
        }
        #expect(holds(.and) == [true, false, false, false])
        #expect(holds(.or) == [true, true, true, false])
        #expect(holds(.not) == [false, false, false, true])
    }

    @Test("what stands below a comparison must hold beside it")
    func children() {
        let notReturns = SkillCondition(.not, [.init(Self.returns, .greaterThanOrEqualTo, 0)])
        let speaks = SkillCondition(.or, [.init(Self.german, .greaterThanOrEqualTo, 3)])
        let condition = SkillCondition(
            .and, [.init(Self.orders, .greaterThanOrEqualTo, 4, children: [notReturns, speaks])])
        #expect(condition.holds(for: [Self.orders: 4, Self.german: 3]))
        #expect(!condition.holds(for: [Self.orders: 4, Self.german: 2]))
        #expect(!condition.holds(for: [Self.orders: 4, Self.german: 3, Self.returns: 1]))
        #expect(!condition.holds(for: [Self.orders: 3, Self.german: 3]))
        let askingNothing = SkillCondition(.and, [.init(Self.orders, .equalTo, 4, children: [.init(.and, [])])])
        #expect(askingNothing.holds(for: [Self.orders: 4]))
    }

    @Test("all conditions of a group must hold, a group without any has nobody, and members come from its divisions")
    func group() {
        let id = SkillGroupID(high: 0, low: 9)
        let both = SkillGroup(id: id, conditions: [has(.greaterThan, 2), has(.lessThan, 4)])
        #expect(both.includes([Self.orders: 3], division: nil))
        #expect(!both.includes([Self.orders: 5], division: nil))
        #expect(!SkillGroup(id: id, conditions: []).includes([Self.orders: 3], division: nil))
        let local = SkillGroup(id: id, conditions: [has(.greaterThan, 2)], divisions: ["kyoto"])
        #expect(local.includes([Self.orders: 3], division: "kyoto"))
        #expect(!local.includes([Self.orders: 3], division: "osaka"))
        #expect(!local.includes([Self.orders: 3], division: nil))
    }
}

import ContactCenter
@testable import Routing
import Testing

@Suite("Conditions of conditional groups")
struct QueueConditionsTests {
    private static let queue = QueueID(high: 2, low: 1)

    /// Three tests of which the first and the third hold: of 5 it is true that > 1, not that > 9, that = 5.
    private static let tests: [QueueConditions.Test] = [
        .init(.idleAgentCount, of: queue, .greaterThan, 1), .init(.idleAgentCount, of: queue, .greaterThan, 9),
        .init(.idleAgentCount, of: queue, .equalTo, 5),
    ]

    @Test(
        "words join tests: or what and has joined, not binds closest",
        arguments: [
            ("C1", true), ("c2", false), ("C1 and C2", false), ("C1 AND (C2 or C3)", true), ("C2 or C1 and C3", true),
            ("(C2 or C1) and not C3", false), ("not C2", true), ("not (C1 and C3)", false), ("", false),
            ("((C1))and(C3)", true),
        ])
    func words(text: String, isTrue: Bool) throws {
        let expression = try #require(ConditionExpression(text, tests: Self.tests))
        #expect(expression.holds { _, _ in 5 } == isTrue)
    }

    @Test(
        "what is no expression is refused",
        arguments: [
            "C4", "C0", "C1 C2", "and", "C1 and", "(C1", "C1)", "()", "not", "X1", "C1 xor C2", "C-1",
            "C99999999999999999999",
        ])
    func refused(text: String) { #expect(ConditionExpression(text, tests: Self.tests) == nil) }

    @Test("a long text is refused before it is read")
    func long() {
        let text = String(repeating: "(", count: ConditionExpression.lengthMax + 1)
        #expect(ConditionExpression(text, tests: Self.tests) == nil)
    }

    @Test("what is not measured compares with nothing")
    func unmeasured() {
        let test = QueueConditions.Test(.serviceLevel, of: Self.queue, .lessThan, 80)
        #expect(QueueConditions(rules: [.test(test)]).evaluated { _, _ in nil } == [false])
        #expect(QueueConditions(rules: [.test(test)]).evaluated { _, _ in 79.9 } == [true])
    }

    @Test("no rule holds before the pilot does")
    func pilot() {
        let conditions = QueueConditions(pilot: .test(Self.tests[1]), rules: [.test(Self.tests[0])])
        #expect(conditions.evaluated { _, _ in 5 } == [false])
        #expect(conditions.evaluated { _, _ in 10 } == [true])
    }

    @Test("while nobody is on queue the wait is longer than everything")
    func nobody() {
        let long = QueueConditions.Test(.estimatedWaitTime, of: Self.queue, .greaterThan, 259_200)
        let idle = QueueConditions.Test(.idleAgentCount, of: Self.queue, .lessThanOrEqualTo, 0)
        let ledger = QueueLedger()
        let now = Instant(milliseconds: 1_700_000_000_000)
        #expect(ledger.evaluated(QueueConditions(rules: [.test(long), .test(idle)]), at: now) == [true, true])
    }
}

import Testing

@testable import Routing

@Suite("A line in order")
struct OrderedLineTests {
    @Test("holds what a sorted array holds, whatever is put in and taken out", arguments: 0..<20)
    func matchesSortedArray(seed: Int) {
        var chance = Chance(seed: UInt64(seed))
        var line = OrderedLine<Int>()
        var expected: Set<Int> = []
        for _ in 0..<2_000 {
            let number = chance.below(700)
            if chance.below(5) < 3 {
                line.insert(number)
                expected.insert(number)
            } else {
                line.remove(number)
                expected.remove(number)
            }
        }
        #expect(line.elements == expected.sorted())
        #expect(line.count == expected.count)
        #expect(line.first == expected.min())
        #expect(line.first { $0 % 7 == 3 } == expected.sorted().first { $0 % 7 == 3 })
        #expect(line.first(among: 3) { $0 > 600 } == expected.sorted().prefix(3).first { $0 > 600 })
    }

    @Test("is empty again when all is taken out")
    func emptied() {
        var line = OrderedLine<Int>()
        for number in 0..<500 { line.insert(number) }
        for number in (0..<500).reversed() { line.remove(number) }
        #expect(line.isEmpty)
        #expect(line.first == nil)
    }
}

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

/// Chance from a seed, the same on every machine.
struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}

/// A sum of many small effects fitted to values: a mixed model with one variance for each group of effects.
///
/// Effects of a group (all agents' own, say, or all agents' effects with one factor) are taken to be normal around
/// nothing. How wide the group is and how much noise there is are estimated with the effects themselves (expectation
/// and maximisation, coordinate by coordinate), so a group in which nothing is to be seen shrinks to nothing, and an
/// effect of which little was seen is small. No chance is in it: the same input gives the same bits.
struct EffectsFit {
    /// One effect: the group whose variance it has, and where it counts how much.
    private struct Column {
        var group: Int
        var cases: [Int32] = []
        var amounts: [Double] = []
        var effect = 0.0
        var squares = 0.0
    }

    private var columns: [Column] = []
    /// The effects by group: what a group of earlier number can explain is explained there, so that of several that
    /// say the same the plainest is named.
    private var order: [Int] = []
    private let groupCount: Int
    private(set) var mean = 0.0
    private(set) var noise = 0.0

    /// Passes over all effects; after that many the predictions have long stood still.
    static let passes = 30
    /// A group is never taken to be wider than the values are, nor exactly nothing.
    private static let leastShare = 1e-6

    init(groupCount: Int) { self.groupCount = groupCount }

    /// A new effect of a group; answers its number.
    mutating func addEffect(group: Int) -> Int {
        columns.append(Column(group: group))
        return columns.count - 1
    }

    /// Says that an effect counts in a case, so many times.
    mutating func count(_ effect: Int, in index: Int, _ amount: Double) {
        columns[effect].cases.append(Int32(index))
        columns[effect].amounts.append(amount)
    }

    func effect(_ number: Int) -> Double { columns[number].effect }

    /// What a group's effects come to, case by case.
    func sums(ofGroup group: Int, caseCount: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: caseCount)
        for column in columns where column.group == group {
            for (index, amount) in zip(column.cases, column.amounts) { sums[Int(index)] += amount * column.effect }
        }
        return sums
    }

    /// Fits values, each with its weight.
    mutating func fit(_ values: [Double], weights: [Double]) {
        let total = weights.reduce(0, +)
        guard total > 0 else { return }
        mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        var rest = values.map { $0 - mean }
        let spread = zip(rest, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / total
        guard spread > 0 else { return }
        var variance = spread
        var widths = [Double](repeating: spread / 10, count: groupCount)
        order = columns.indices.sorted { (columns[$0].group, $0) < (columns[$1].group, $1) }
        for index in columns.indices { columns[index].squares = squares(columns[index], weights) }
        for _ in 0..<Self.passes {
            let (sums, counts, freedom) = pass(&rest, weights, variance, widths)
            let shift = zip(rest, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
            mean += shift
            for index in rest.indices { rest[index] -= shift }
            let left = zip(rest, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
            variance = max(left / max(total - freedom - 1, total / 10), spread * Self.leastShare)
            for group in 0..<groupCount where counts[group] > 0 {
                widths[group] = min(max(sums[group] / counts[group], spread * Self.leastShare), spread)
            }
        }
        noise = variance.squareRoot()
    }

    /// Each effect once, given all others: the sums of expected squares and the effects of each group, and how many
    /// values the effects together can follow freely.
    private mutating func pass(
        _ rest: inout [Double], _ weights: [Double], _ variance: Double, _ widths: [Double]
    ) -> (sums: [Double], counts: [Double], freedom: Double) {
        var sums = [Double](repeating: 0, count: groupCount)
        var counts = sums
        var freedom = 0.0
        rest.withUnsafeMutableBufferPointer { rest in
            weights.withUnsafeBufferPointer { weights in
                for number in order {
                    let group = columns[number].group
                    let pull = variance / widths[group]
                    let squares = columns[number].squares
                    let before = columns[number].effect
                    let after = (Self.product(columns[number], rest, weights) + squares * before) / (squares + pull)
                    Self.add(before - after, of: columns[number], to: rest)
                    columns[number].effect = after
                    sums[group] += after * after + variance / (squares + pull)
                    counts[group] += 1
                    freedom += squares / (squares + pull)
                }
            }
        }
        return (sums, counts, freedom)
    }

    private func squares(_ column: Column, _ weights: [Double]) -> Double {
        zip(column.cases, column.amounts).reduce(0) { $0 + weights[Int($1.0)] * $1.1 * $1.1 }
    }

    private static func product(
        _ column: Column, _ rest: UnsafeMutableBufferPointer<Double>, _ weights: UnsafeBufferPointer<Double>
    ) -> Double {
        var sum = 0.0
        var at = 0
        let count = column.cases.count
        while at < count {
            let index = Int(column.cases[at])
            sum += weights[index] * column.amounts[at] * rest[index]
            at += 1
        }
        return sum
    }

    private static func add(_ change: Double, of column: Column, to rest: UnsafeMutableBufferPointer<Double>) {
        guard change != 0 else { return }
        var at = 0
        let count = column.cases.count
        while at < count {
            rest[Int(column.cases[at])] += change * column.amounts[at]
            at += 1
        }
    }
}

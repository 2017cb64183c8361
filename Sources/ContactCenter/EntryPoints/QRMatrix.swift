/// The modules of a code under one mask, and how hard they would be to read.
struct QRMatrix {
    let size: Int
    private(set) var modules: [Bool]
    /// Modules that are no data: patterns, format, version.
    private var isFixed: [Bool]

    init(_ shape: QRSize, codewords: [UInt8], mask: Int) {
        size = shape.modules
        modules = Array(repeating: false, count: size * size)
        isFixed = modules
        drawPatterns(shape)
        drawFormat(mask)
        drawVersion(shape)
        drawData(codewords, mask)
    }

    private func at(_ column: Int, _ row: Int) -> Bool { modules[row * size + column] }

    private mutating func fix(_ column: Int, _ row: Int, _ isDark: Bool) {
        modules[row * size + column] = isDark
        isFixed[row * size + column] = true
    }

    // MARK: Patterns

    private mutating func drawPatterns(_ shape: QRSize) {
        for index in 0..<size {
            fix(6, index, index % 2 == 0)
            fix(index, 6, index % 2 == 0)
        }
        drawFinder(3, 3)
        drawFinder(size - 4, 3)
        drawFinder(3, size - 4)
        let places = shape.alignment
        for (first, column) in places.enumerated() {
            for (second, row) in places.enumerated() {
                // Three corners belong to the finders.
                let corner = (first == 0, second == 0, first == places.count - 1, second == places.count - 1)
                if corner.0 && corner.1 || corner.0 && corner.3 || corner.2 && corner.1 { continue }
                drawAlignment(column, row)
            }
        }
    }

    private mutating func drawFinder(_ column: Int, _ row: Int) {
        for down in -4...4 {
            for right in -4...4 {
                let (x, y) = (column + right, row + down)
                guard (0..<size).contains(x), (0..<size).contains(y) else { continue }
                let ring = max(abs(right), abs(down))
                fix(x, y, ring != 2 && ring != 4)
            }
        }
    }

    private mutating func drawAlignment(_ column: Int, _ row: Int) {
        for down in -2...2 {
            for right in -2...2 { fix(column + right, row + down, max(abs(right), abs(down)) != 1) }
        }
    }

    // MARK: Format and version

    /// Level M is `00`; five bits with ten of correction, twice.
    private mutating func drawFormat(_ mask: Int) {
        var rest = mask
        for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
        let bits = (mask << 10 | rest) ^ 0x5412
        let bit = { (index: Int) in bits >> index & 1 == 1 }
        for index in 0...5 { fix(8, index, bit(index)) }
        fix(8, 7, bit(6))
        fix(8, 8, bit(7))
        fix(7, 8, bit(8))
        for index in 9..<15 { fix(14 - index, 8, bit(index)) }
        for index in 0..<8 { fix(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { fix(8, size - 15 + index, bit(index)) }
        fix(8, size - 8, true)
    }

    private mutating func drawVersion(_ shape: QRSize) {
        guard shape.version >= 7 else { return }
        var rest = shape.version
        for _ in 0..<12 { rest = rest << 1 ^ (rest >> 11) * 0x1F25 }
        let bits = shape.version << 12 | rest
        for index in 0..<18 {
            let isDark = bits >> index & 1 == 1
            let (long, short) = (size - 11 + index % 3, index / 3)
            fix(long, short, isDark)
            fix(short, long, isDark)
        }
    }

    // MARK: Data

    /// Two columns at a time from the right, up and down in turns, around what is fixed.
    private mutating func drawData(_ codewords: [UInt8], _ mask: Int) {
        var index = 0
        for pair in stride(from: size - 1, through: 1, by: -2) {
            // The column of the timing pattern belongs to no pair.
            let right = pair <= 6 ? pair - 1 : pair
            let isUpward = (right + 1) & 2 == 0
            for step in 0..<size {
                let row = isUpward ? size - 1 - step : step
                for column in [right, right - 1] where !isFixed[row * size + column] {
                    let isDark = index < codewords.count * 8 && codewords[index / 8] >> (7 - index % 8) & 1 == 1
                    modules[row * size + column] = isDark != Self.flips(column, row, mask)
                    index += 1
                }
            }
        }
    }

    private static func flips(_ column: Int, _ row: Int, _ mask: Int) -> Bool {
        switch mask {
        case 0: (column + row) % 2 == 0
        case 1: row % 2 == 0
        case 2: column % 3 == 0
        case 3: (column + row) % 3 == 0
        case 4: (column / 3 + row / 2) % 2 == 0
        case 5: column * row % 2 + column * row % 3 == 0
        case 6: (column * row % 2 + column * row % 3) % 2 == 0
        default: ((column + row) % 2 + column * row % 3) % 2 == 0
        }
    }

    // MARK: Penalty

    /// Long runs, blocks, what looks like a finder, and more of one colour than of the other.
    var penalty: Int {
        var total = 0
        for index in 0..<size {
            total += Self.penalty(of: (0..<size).map { at($0, index) })
            total += Self.penalty(of: (0..<size).map { at(index, $0) })
        }
        for row in 0..<size - 1 {
            for column in 0..<size - 1 {
                let dark = [at(column + 1, row), at(column, row + 1), at(column + 1, row + 1)]
                if dark.allSatisfy({ $0 == at(column, row) }) { total += 3 }
            }
        }
        let dark = modules.count { $0 }
        return total + abs(dark * 20 - modules.count * 10) / modules.count * 10
    }

    private static let finderLike = [
        [true, false, true, true, true, false, true, false, false, false, false],
        [false, false, false, false, true, false, true, true, true, false, true],
    ]

    private static func penalty(of line: [Bool]) -> Int {
        var total = 0
        var run = 1
        for index in 1...line.count {
            if index < line.count, line[index] == line[index - 1] {
                run += 1
            } else {
                if run >= 5 { total += run - 2 }
                run = 1
            }
        }
        for start in 0...(line.count - 11) where finderLike.contains(Array(line[start..<start + 11])) { total += 40 }
        return total
    }
}

/// A QR code (ISO/IEC 18004) of a link: bytes, error correction level M, the smallest of the forty sizes that fits.
public struct QRCode: Sendable, Hashable {
    /// Modules in a row and in a column.
    public let size: Int
    /// The dark modules, row by row.
    private let modules: [Bool]

    /// The longest text, in bytes of UTF-8.
    public static let bytesMax = 2_331

    /// Modules around the code that stay light, as the standard asks.
    public static let quietZone = 4

    /// The code of a text; `nil` for one that is too long.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let version = (1...40).first(where: { QRSize(version: $0).holds(bytes.count) }) else { return nil }
        let shape = QRSize(version: version)
        let codewords = QRCodewords.interleaved(bytes, shape)
        let drawings = (0..<8).map { QRMatrix(shape, codewords: codewords, mask: $0) }
        guard let best = drawings.min(by: { $0.penalty < $1.penalty }) else { return nil }
        size = best.size
        modules = best.modules
    }

    /// Whether a module is dark.
    public subscript(column: Int, row: Int) -> Bool { modules[row * size + column] }

    /// The code as an SVG document that scales to any size; dark on light, with its quiet zone.
    public var svg: String {
        let side = size + 2 * Self.quietZone
        var path = ""
        for row in 0..<size {
            for column in 0..<size where self[column, row] {
                path += "M\(column + Self.quietZone) \(row + Self.quietZone)h1v1h-1z"
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\
            <rect width="\(side)" height="\(side)" fill="#fff"/><path d="\(path)"/></svg>
            """
    }
}

/// How large a code is, and how its codewords are shared out at level M.
struct QRSize: Hashable {
    let version: Int

    /// Modules in a row.
    var modules: Int { version * 4 + 17 }

    // For each version: codewords of correction in a block, and blocks (table 9 of the standard, level M).
    private static let correction = [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ]
    private static let blockCounts = [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31,
        33, 35, 37, 38, 40, 43, 45, 47, 49,
    ]

    var correctionPerBlock: Int { Self.correction[version - 1] }
    var blocks: Int { Self.blockCounts[version - 1] }

    /// All codewords that fit beside the patterns.
    var codewords: Int {
        var bits = (16 * version + 128) * version + 64
        if version >= 2 {
            let patterns = version / 7 + 2
            bits -= (25 * patterns - 10) * patterns - 55
            if version >= 7 { bits -= 36 }
        }
        return bits / 8
    }

    var dataCodewords: Int { codewords - blocks * correctionPerBlock }

    /// Bits of the length before the bytes.
    var lengthBits: Int { version < 10 ? 8 : 16 }

    func holds(_ count: Int) -> Bool { 4 + lengthBits + 8 * count <= 8 * dataCodewords }

    /// Where the middles of the alignment patterns are, in rows as in columns.
    var alignment: [Int] {
        guard version > 1 else { return [] }
        let count = version / 7 + 2
        let step = version == 32 ? 26 : (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2
        return [6] + (0..<(count - 1)).map { modules - 7 - $0 * step }.reversed()
    }
}

/// Bytes as codewords with their correction.
enum QRCodewords {
    /// The codewords in the order in which they are drawn.
    static func interleaved(_ bytes: [UInt8], _ size: QRSize) -> [UInt8] {
        let data = padded(bytes, size)
        let short = size.codewords / size.blocks - size.correctionPerBlock
        let longBlocks = size.codewords % size.blocks
        let divisor = QRField.divisor(degree: size.correctionPerBlock)
        var start = 0
        var blocks: [[UInt8]] = []
        for index in 0..<size.blocks {
            let count = short + (index >= size.blocks - longBlocks ? 1 : 0)
            blocks.append(Array(data[start..<start + count]))
            start += count
        }
        let corrections = blocks.map { QRField.remainder(of: $0, by: divisor) }
        var result: [UInt8] = []
        for index in 0...short {
            for block in blocks where index < block.count { result.append(block[index]) }
        }
        for index in 0..<size.correctionPerBlock { for correction in corrections { result.append(correction[index]) } }
        return result
    }

    /// Mode, length, bytes, end and filling.
    private static func padded(_ bytes: [UInt8], _ size: QRSize) -> [UInt8] {
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) {
            for bit in (0..<count).reversed() { bits.append(value >> bit & 1 == 1) }
        }
        append(0b0100, 4)
        append(bytes.count, size.lengthBits)
        for byte in bytes { append(Int(byte), 8) }
        append(0, min(4, size.dataCodewords * 8 - bits.count))
        append(0, (8 - bits.count % 8) % 8)
        var data = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        var filler: UInt8 = 0xEC
        while data.count < size.dataCodewords {
            data.append(filler)
            filler ^= 0xEC ^ 0x11
        }
        return data
    }
}

/// Arithmetic of Reed-Solomon codes over the field of 256 elements, modulo x⁸ + x⁴ + x³ + x² + 1.
enum QRField {
    static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var result = 0
        for bit in (0..<8).reversed() {
            result = result << 1 ^ (result >> 7) * 0x11D
            result ^= Int(right) >> bit & 1 == 1 ? Int(left) : 0
        }
        return UInt8(truncatingIfNeeded: result)
    }

    /// The product of (x − 2⁰) … (x − 2ⁿ⁻¹) without its first coefficient, which is one.
    static func divisor(degree: Int) -> [UInt8] {
        var coefficients = [UInt8](repeating: 0, count: degree)
        coefficients[degree - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<degree {
            for index in 0..<degree {
                coefficients[index] = product(coefficients[index], root)
                if index + 1 < degree { coefficients[index] ^= coefficients[index + 1] }
            }
            root = product(root, 2)
        }
        return coefficients
    }

    static func remainder(of data: [UInt8], by divisor: [UInt8]) -> [UInt8] {
        var rest = [UInt8](repeating: 0, count: divisor.count)
        for byte in data {
            let factor = byte ^ rest.removeFirst()
            rest.append(0)
            for index in divisor.indices { rest[index] ^= product(divisor[index], factor) }
        }
        return rest
    }
}

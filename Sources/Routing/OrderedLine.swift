/// Elements in order, kept in short blocks: putting one in, taking one out and reading from the front cost about the
/// same in a line of ten as in one of ten thousand.
struct OrderedLine<Element: Comparable & Sendable>: Sendable {
    /// A block is split when it grows beyond this.
    private static var blockMax: Int { 64 }

    private var blocks: [[Element]] = []
    /// How many elements are in the line.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var first: Element? { blocks.first?.first }

    /// Puts an element at its place; one that is there already stays alone.
    mutating func insert(_ element: Element) {
        guard !blocks.isEmpty else {
            blocks.append([element])
            count = 1
            return
        }
        let block = index(of: element)
        let place = Self.place(of: element, in: blocks[block])
        if place < blocks[block].count, blocks[block][place] == element { return }
        blocks[block].insert(element, at: place)
        count += 1
        if blocks[block].count > Self.blockMax { split(block) }
    }

    /// Takes an element out, if it is there.
    mutating func remove(_ element: Element) {
        guard !blocks.isEmpty else { return }
        let block = index(of: element)
        let place = Self.place(of: element, in: blocks[block])
        guard place < blocks[block].count, blocks[block][place] == element else { return }
        blocks[block].remove(at: place)
        count -= 1
        if blocks[block].isEmpty { blocks.remove(at: block) }
    }

    /// The first element of which `isRight` is true, among the first `limit`.
    func first(among limit: Int = .max, where isRight: (Element) -> Bool) -> Element? {
        var seen = 0
        for block in blocks {
            for element in block {
                guard seen < limit else { return nil }
                if isRight(element) { return element }
                seen += 1
            }
        }
        return nil
    }

    /// How many elements come before one, whether it is in the line or not.
    func count(before element: Element) -> Int {
        guard !blocks.isEmpty else { return 0 }
        let block = index(of: element)
        return blocks[..<block].reduce(0) { $0 + $1.count } + Self.place(of: element, in: blocks[block])
    }

    /// The first elements in order.
    func prefix(_ limit: Int) -> [Element] {
        var found: [Element] = []
        for block in blocks where found.count < limit { found += block.prefix(limit - found.count) }
        return found
    }

    /// All elements in order.
    var elements: [Element] { blocks.flatMap { $0 } }

    private mutating func split(_ block: Int) {
        let half = blocks[block].count / 2
        let tail = Array(blocks[block][half...])
        blocks[block].removeLast(tail.count)
        blocks.insert(tail, at: block + 1)
    }

    /// The block where an element is or belongs: the last one that does not begin after it.
    private func index(of element: Element) -> Int {
        var low = 0
        var high = blocks.count
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle][0] <= element { low = middle + 1 } else { high = middle }
        }
        return max(low - 1, 0)
    }

    private static func place(of element: Element, in block: [Element]) -> Int {
        var low = 0
        var high = block.count
        while low < high {
            let middle = (low + high) / 2
            if block[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

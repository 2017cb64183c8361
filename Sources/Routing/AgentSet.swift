/// A set of agents by their slots in the pool, one bit each: a thousand agents are sixteen words, so that "who is in
/// the queue, has the skills and has room" is a handful of instructions whoever waits.
struct AgentSet: Sendable {
    private var words: [UInt64] = []

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    func contains(_ slot: Int) -> Bool {
        let word = slot >> 6
        return word < words.count && words[word] & Self.bit(slot) != 0
    }

    mutating func insert(_ slot: Int) {
        let word = slot >> 6
        while words.count <= word { words.append(0) }
        words[word] |= Self.bit(slot)
    }

    mutating func remove(_ slot: Int) {
        let word = slot >> 6
        if word < words.count { words[word] &= ~Self.bit(slot) }
    }

    mutating func formIntersection(_ other: AgentSet) {
        let shared = min(words.count, other.words.count)
        words.removeLast(words.count - shared)
        for index in 0..<shared { words[index] &= other.words[index] }
    }

    /// Those of this set who are not in another.
    func subtracting(_ other: AgentSet) -> AgentSet {
        var rest = self
        for index in 0..<min(words.count, other.words.count) { rest.words[index] &= ~other.words[index] }
        return rest
    }

    mutating func formUnion(_ other: AgentSet) {
        while words.count < other.words.count { words.append(0) }
        for (index, word) in other.words.enumerated() { words[index] |= word }
    }

    /// How many are in it.
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Calls `body` with each slot, the lowest first.
    func forEach(_ body: (Int) -> Void) {
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                body(index << 6 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }

    /// Takes out whom `isRight` refuses.
    mutating func keep(where isRight: (Int) -> Bool) {
        let all = self
        all.forEach { if !isRight($0) { remove($0) } }
    }

    private static func bit(_ slot: Int) -> UInt64 { 1 << UInt64(slot & 63) }
}

/// A few bits that a set of skills casts, for saying "surely not" at once: where one mask does not cover another, the
/// skills do not either. Skills that share a bit only cost the exact look.
struct SkillMask: Sendable, Hashable {
    private var bits: (UInt64, UInt64) = (0, 0)

    /// The mask of skills by their numbers.
    init(_ numbers: some Sequence<Int>) {
        for number in numbers {
            let bit = UInt64(1) << UInt64(number & 63)
            if number & 64 == 0 { bits.0 |= bit } else { bits.1 |= bit }
        }
    }

    /// Whether all bits of `other` are here.
    func covers(_ other: SkillMask) -> Bool {
        other.bits.0 & ~bits.0 == 0 && other.bits.1 & ~bits.1 == 0
    }

    static func == (left: Self, right: Self) -> Bool { left.bits == right.bits }

    func hash(into hasher: inout Hasher) {
        hasher.combine(bits.0)
        hasher.combine(bits.1)
    }
}

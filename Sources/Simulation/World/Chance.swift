import ContactCenter

/// Chance from a seed (SplitMix64): the same seed gives the same run.
struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Neighbouring seeds must not give the same numbers one step apart, so the seed is mixed once.
    init(seed: UInt64) {
        state = seed
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number from 0 to `bound` - 1.
    mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() % UInt64(max(bound, 1))) }

    /// Whether something happens that happens so often out of 1.
    mutating func happens(_ probability: Double) -> Bool { Double(next() >> 11) / Double(1 << 53) < probability }

    /// A span between two, evenly.
    mutating func span(_ least: Duration, _ most: Duration) -> Duration {
        let width = (most - least).milliseconds
        return least + .milliseconds(width <= 0 ? 0 : Int64(next() % UInt64(width + 1)))
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}

/// What happened in which order, as one number that two runs of a seed share.
struct Trace: Sendable {
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func note(_ number: Int64) { hash = (hash ^ UInt64(bitPattern: number)) &* 0x0000_0100_0000_01B3 }
}

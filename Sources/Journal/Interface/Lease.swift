import ContactCenter

/// Proof that a commit was decided by the one who may decide: the journal refuses it once somebody else has taken the
/// lease.
public struct Fence: Sendable, Hashable {
    /// The name of the lease.
    public let lease: String
    /// Grows each time the lease changes hands.
    public let token: Int64

    public init(lease: String, token: Int64) {
        self.lease = lease
        self.token = token
    }
}

/// A right that one process has at a time, until it expires; by the database's clock, so that the clocks of machines
/// need not agree.
public struct LeaseRecord: Sendable, Hashable {
    public var name: String
    /// Who holds it.
    public var owner: String
    /// Grows each time the lease changes hands, and when its owner let it expire.
    public var token: Int64
    /// On the database's clock.
    public var expiresAt: Instant

    public init(name: String, owner: String, token: Int64, expiresAt: Instant) {
        self.name = name
        self.owner = owner
        self.token = token
        self.expiresAt = expiresAt
    }

    /// What its holder's commits carry.
    public var fence: Fence { Fence(lease: name, token: token) }
}

/// Some of the parts into which timers and outbox are divided, so that several processes share the work. What belongs
/// to one stream, or to one customer's lane, is in one part.
public struct Partitions: Sendable, Hashable {
    /// How many parts there are; the schema holds it.
    public static let count = 16
    /// All parts.
    public static let all = Partitions(0..<count)
    /// No part.
    public static let none = Partitions([])

    /// A bit for each part.
    let mask: Int

    /// The parts with these numbers.
    public init(_ numbers: some Sequence<Int>) {
        mask = numbers.reduce(0) { $0 | 1 << $1 }
    }

    /// Whether a part is among them.
    public func contains(_ number: Int) -> Bool { mask & 1 << number != 0 }
    /// Whether there is none.
    public var isEmpty: Bool { mask == 0 }

    /// The part of a stream or lane: the last four bits of its id, which are random.
    public static func number<Entity>(of id: Identifier<Entity>) -> Int { Int(id.low & UInt64(count - 1)) }
}

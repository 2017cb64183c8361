import ContactCenter

extension QueueRules {
    /// What a point of priority is worth in waiting (reference F.3).
    static let minuteMs: Int64 = 60_000
    /// More than anybody waits: with `priorityOnly` a point of priority beats every wait.
    static let alwaysMs: Int64 = 1 << 42
    /// The largest and least priority that count (reference: priorities are small whole numbers).
    static let priorityMax = 1_000_000

    /// The place in line as a moment: who has the earlier one goes first, in one queue and across queues.
    public func order(priority: Int, since: Instant) -> Int64 {
        let points = Int64(min(max(priority, -Self.priorityMax), Self.priorityMax))
        switch scoring {
        case .timestampAndPriority: return since.milliseconds - points * Self.minuteMs
        case .priorityOnly: return since.milliseconds - points * Self.alwaysMs
        }
    }
}

/// Which of a queue's agents an interaction may have by now, as bits: the members of the first ring, those of each
/// further ring, or those of each conditional group.
public struct Stages: Hashable, Sendable {
    var bits: UInt8

    /// The members of the queue, who may always be asked.
    public static let first = Stages(bits: 1)
    /// The most stages of a queue (reference F.3: six rings).
    public static let countMax = 8

    init(bits: UInt8) { self.bits = bits }

    /// One stage, from 1.
    public init(_ number: Int) { bits = 1 << UInt8(min(max(number, 1), Self.countMax) - 1) }

    /// The stages up to one, from 1.
    static func upTo(_ number: Int) -> Stages {
        Stages(bits: UInt8(truncatingIfNeeded: (1 << min(max(number, 1), countMax)) - 1))
    }

    func meets(_ other: Stages) -> Bool { bits & other.bits != 0 }

    /// The earliest of the stages, from 1.
    public var earliest: Int { min(bits.trailingZeroBitCount, Self.countMax - 1) + 1 }

    /// Both.
    public func union(_ other: Stages) -> Stages { Stages(bits: bits | other.bits) }
}

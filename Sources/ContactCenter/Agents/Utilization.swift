/// The kinds of interactions by which an agent's capacity is counted: the keys of `utilization` (reference F.3). A text
/// message by telephone is a `message`; a label tells it from the others where that matters.
public enum MediaType: String, CaseIterable, Codable, Hashable, Sendable {
    case call, callback, chat, email, message, workitem

    /// The place of the medium among all, from 0.
    public var ordinal: Int {
        switch self {
        case .call: 0
        case .callback: 1
        case .chat: 2
        case .email: 3
        case .message: 4
        case .workitem: 5
        }
    }
}

/// A set of media, small enough for one byte.
public struct MediaSet: Hashable, Sendable, ExpressibleByArrayLiteral {
    private var bits: UInt8 = 0

    /// The set of these media.
    public init(_ media: some Sequence<MediaType>) { for one in media { insert(one) } }

    /// The set of these media.
    public init(arrayLiteral media: MediaType...) { self.init(media) }

    /// Whether a medium is in the set.
    public func contains(_ media: MediaType) -> Bool { bits & 1 << UInt8(media.ordinal) != 0 }

    /// Puts a medium in.
    public mutating func insert(_ media: MediaType) { bits |= 1 << UInt8(media.ordinal) }
}

/// How much an agent may have in hand at once (`utilization` and `labelUtilizations`, reference F.2 and F.3).
public struct Utilization: Hashable, Sendable {
    /// The capacity of one medium.
    public struct Limit: Hashable, Sendable {
        /// Interactions at once.
        public var maximum: Int
        /// Media that may come in while one of this medium is in hand (`interruptableMediaTypes`).
        public var interruptible: MediaSet

        /// A capacity.
        public init(_ maximum: Int, interruptible: MediaSet = []) {
            self.maximum = maximum
            self.interruptible = interruptible
        }
    }

    /// The capacity of one label, within that of its medium.
    public struct LabelLimit: Hashable, Sendable {
        /// Interactions with the label at once.
        public var maximum: Int
        /// Labels that may come in while one with this label is in hand although it is at its maximum
        /// (`interruptingLabelIds`).
        public var interrupting: Set<LabelID>

        /// A capacity.
        public init(_ maximum: Int, interrupting: Set<LabelID> = []) {
            self.maximum = maximum
            self.interrupting = interrupting
        }
    }

    private var limits: [Limit]
    /// By label; a label that is not here has no capacity of its own.
    public var labels: [LabelID: LabelLimit]

    /// Capacities by medium; a medium that is left out has the platform's default.
    public init(_ media: [MediaType: Limit] = [:], labels: [LabelID: LabelLimit] = [:]) {
        limits = MediaType.allCases.map { media[$0] ?? Limit(Self.maximumDefault($0)) }
        self.labels = labels
    }

    /// The platform's capacities where nothing is configured (reference F.3: newer organisations have 4 messages).
    public static func maximumDefault(_ media: MediaType) -> Int {
        switch media {
        case .call, .callback, .email, .workitem: 1
        case .chat, .message: 4
        }
    }

    /// The capacity of a medium.
    public subscript(media: MediaType) -> Limit {
        get { limits[media.ordinal] }
        set { limits[media.ordinal] = newValue }
    }

    /// Whether one more of a medium fits beside what is in hand, by counts of each medium's ordinal: the medium is not
    /// at its maximum, and every other that is in hand lets it in.
    public func admits(_ media: MediaType, besides counts: [Int]) -> Bool {
        guard counts[media.ordinal] < limits[media.ordinal].maximum else { return false }
        for other in MediaType.allCases where other != media && counts[other.ordinal] > 0 {
            guard limits[other.ordinal].interruptible.contains(media) else { return false }
        }
        return true
    }

    /// Whether one more with a label fits beside what is in hand with labels.
    public func admits(_ label: LabelID, besides counts: [LabelID: Int]) -> Bool {
        for (other, count) in counts where count > 0 {
            guard let limit = labels[other], count >= limit.maximum else { continue }
            guard limit.interrupting.contains(label) else { return false }
        }
        return labels[label].map { $0.maximum > 0 } ?? true
    }
}

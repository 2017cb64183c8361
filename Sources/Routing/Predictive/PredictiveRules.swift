import ContactCenter

/// How a queue uses a prediction.
public struct PredictiveRules: Hashable, Sendable {
    /// The predictor by its id, and the number of its model.
    public var predictor: String
    public var version: Int64
    public var model: PredictiveModel
    /// The share of conversations that keep the queue's own method, from 0 to 1.
    public var comparisonShare: Double
    /// When predictions hold: always beside the comparison, or every other hour since a moment.
    public var hourOnHourOffSince: Instant?
    /// An interaction that waited longer goes by the queue's own method; however long it waited where absent.
    public var waitMax: Span?
    /// From then on the model is too old, and the queue's own method holds.
    public var validUntil: Instant

    /// The share that is compared with unless the operator says otherwise: what is kept to learn from, and to see
    /// whether the prediction is still any good.
    public static let usualComparisonShare = 0.1
    /// How long a model ranks without being trained again.
    public static let validFor = Span.hours(60 * 24)

    /// Rules for a model.
    public init(
        predictor: String, version: Int64, model: PredictiveModel, comparisonShare: Double = usualComparisonShare,
        hourOnHourOffSince: Instant? = nil, validUntil: Instant
    ) {
        self.predictor = predictor
        self.version = version
        self.model = model
        self.comparisonShare = comparisonShare
        self.hourOnHourOffSince = hourOnHourOffSince
        self.validUntil = validUntil
    }

    /// Which model it is.
    var key: String { "\(predictor)/\(version)" }

    /// The arm of a conversation; `nil` when nothing is predicted for its queue. A conversation stays in its arm while
    /// the share stays: its id decides, scattered so that ids of one moment fall apart.
    func arm(of conversation: ConversationID, in queue: QueueID, at now: Instant) -> PredictiveMark.Arm? {
        guard now < validUntil, model.serves(queue) else { return nil }
        if let start = hourOnHourOffSince {
            let hours = (now - start).milliseconds / 3_600_000
            return hours >= 0 && hours % 2 == 0 ? .predictive : .base
        }
        let draw = Double(Self.scatter(conversation.high ^ Self.scatter(conversation.low)) >> 11) / Double(1 << 53)
        return draw < comparisonShare ? .base : .predictive
    }

    /// A fixed function whose every output bit depends on every input bit (the finaliser of SplitMix64).
    private static func scatter(_ word: UInt64) -> UInt64 {
        var mixed = word &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

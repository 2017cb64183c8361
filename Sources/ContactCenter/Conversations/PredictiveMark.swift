/// What a decision says of the prediction that held for it.
public struct PredictiveMark: Hashable, Sendable, Codable {
    /// The part of the comparison that a conversation belongs to.
    public enum Arm: String, Hashable, Sendable, Codable {
        /// Ranked by the prediction.
        case predictive
        /// Kept on the queue's own method.
        case base
    }

    /// The predictor by its id, and the number of its model.
    public var predictor: String
    public var version: Int64
    public var arm: Arm

    /// A mark.
    public init(predictor: String, version: Int64, arm: Arm) {
        self.predictor = predictor
        self.version = version
        self.arm = arm
    }
}

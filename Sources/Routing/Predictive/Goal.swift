import ContactCenter

/// What predictive routing makes better, one goal for a predictor. Raw values are the platform's, where it has them.
public enum Goal: String, Hashable, Sendable, Codable, CaseIterable {
    /// Seconds from answering to the end of after-call work, holding included; less is better.
    case handleTime = "HandleTime"
    /// Whether the agent gave the conversation on; less is better.
    case transfer = "Transfer"
    /// Whether the customer did not come back within days of the end; more is better.
    case firstContact = "NextContactAvoidance"
    /// What the customer said of it, from 1 to 5; more is better.
    case survey = "SurveyScore"

    /// Whether less is better.
    public var isMinimised: Bool { self == .handleTime || self == .transfer }

    /// Turns a value into one of which more is better.
    public func merit(_ value: Double) -> Double { isMinimised ? -value : value }

    /// What a conversation came to in this goal; `nil` when nobody knows (no survey, not over yet).
    public func value(of outcome: RoutedCase.Outcome) -> Double? {
        switch self {
        case .handleTime: outcome.handleSeconds
        case .transfer: outcome.isTransferred.map { $0 ? 1 : 0 }
        case .firstContact: outcome.isResolved.map { $0 ? 1 : 0 }
        case .survey: outcome.surveyScore.map(Double.init)
        }
    }
}

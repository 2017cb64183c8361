import ContactCenter

/// The settings that hold for all routing, each a row; raw values are the rows' ids.
public enum RoutingSettings: String, Sendable {
    case organization = "settings"
    case contactCenter = "contactcenter"

    /// What holds where nothing is said.
    public var defaults: JSONValue {
        switch self {
        case .organization: ["resetAgentScoreOnPresenceChange": true]
        case .contactCenter: ["removeSkillsFromBlindTransfer": false]
        }
    }
}

/// The channel that a customer writes on; raw values are the wire's `type` of a message communication.
public enum MessagingPlatform: String, Codable, Hashable, Sendable, CaseIterable {
    case webmessaging, open, facebook, instagram, twitter, whatsapp, sms, apple, line, unknown

    /// The name that a normalised message's `channel.platform` uses.
    public var normalizedName: String {
        switch self {
        case .webmessaging: "WebMessaging"
        case .open: "Open"
        case .facebook: "Facebook"
        case .instagram: "Instagram"
        case .twitter: "Twitter"
        case .whatsapp: "Whatsapp"
        case .sms: "Sms"
        case .apple: "Apple"
        case .line: "Line"
        case .unknown: "Unknown"
        }
    }
}

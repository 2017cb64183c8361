import ContactCenter

/// A customer's message in the normalised form, with what the platform says of its sender.
public struct InboundMessage: Sendable {
    public var integration: IntegrationID
    public var platform: MessagingPlatform
    /// The platform's own id of the sender.
    public var platformUser: String
    public var profile: ContactIdentity.Profile
    /// The platform's own id of the message; a second message with the same one is the same message.
    public var externalID: String?
    public var message: NormalizedMessage
    /// Becomes participant data of the customer.
    public var attributes: [String: String]
    /// How the customer came, if this message says so; its attributes stand before the message's own.
    public var referral: Referral?
    /// Where the customer was before writing; kept with the participant whom this message brings.
    public var journey: JourneyContext?
    /// Tags of the languages that the sender reads, best first; kept with the participant whom this message brings.
    public var languages: [String]?
    /// Given back with the notification of this message, so that a sender recognises its own.
    public var trace: String?
    /// The sender has proven who it is.
    public var isAuthenticated = false

    /// A customer's message.
    public init(
        integration: IntegrationID, platform: MessagingPlatform, platformUser: String,
        profile: ContactIdentity.Profile = .init(), externalID: String? = nil, message: NormalizedMessage,
        attributes: [String: String] = [:], trace: String? = nil
    ) {
        self.integration = integration
        self.platform = platform
        self.platformUser = platformUser
        self.profile = profile
        self.externalID = externalID
        self.message = message
        self.attributes = attributes
        self.trace = trace
    }

    /// All that becomes participant data of the customer.
    var participantAttributes: [String: String] {
        guard let referral else { return attributes }
        return attributes.merging(referral.participantAttributes) { $1 }
    }
}

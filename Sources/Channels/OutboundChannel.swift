import ContactCenter

/// A message on its way out, with all that a channel needs to render it.
public struct OutboundMessage: Sendable {
    public var id: MessageID
    public var conversation: ConversationID
    public var integration: IntegrationID
    /// The integration's name, which the customer may see.
    public var integrationName: String
    /// The customer's address on the platform.
    public var address: String
    public var profile: ContactIdentity.Profile
    public var at: Instant
    public var message: NormalizedMessage

    /// A message on its way out.
    public init(
        id: MessageID, conversation: ConversationID, integration: IntegrationID, integrationName: String,
        address: String,
        profile: ContactIdentity.Profile, at: Instant, message: NormalizedMessage
    ) {
        self.id = id
        self.conversation = conversation
        self.integration = integration
        self.integrationName = integrationName
        self.address = address
        self.profile = profile
        self.at = at
        self.message = message
    }
}

/// How an attempt to send ended.
public enum SendOutcome: Sendable, Hashable {
    /// The platform took it.
    case accepted
    /// Not now: busy, or out of order for the moment.
    case tryLater(reason: String)
    /// No answer in time: it may have arrived. It is sent again under the same id, by which receivers recognise it.
    case unknown(reason: String)
    /// Never with this content or address.
    case refused(reason: String)
}

/// How often, and when, a send is tried again.
public struct RetryPolicy: Sendable {
    /// Attempts after the first.
    public var retriesMax: Int
    /// The pause before a retry, by its number (1 is the first retry).
    public var pause: @Sendable (_ retry: Int) -> Span

    /// A policy.
    public init(retriesMax: Int, pause: @escaping @Sendable (_ retry: Int) -> Span) {
        self.retriesMax = retriesMax
        self.pause = pause
    }
}

/// A message in the one form that every channel is translated to and from (reference E.2,
/// `ConversationNormalizedMessage`).
///
/// The envelope (platform, from, to, time) is not here: it follows from the integration and the identity, and a channel
/// renders it. This is what the message table keeps.
public struct NormalizedMessage: Codable, Hashable, Sendable {
    /// What kind of message it is.
    public enum Kind: String, Codable, Hashable, Sendable {
        case text = "Text"
        case structured = "Structured"
        case event = "Event"
        case receipt = "Receipt"
        case message = "Message"
        case unknown = "Unknown"
    }

    /// Who wrote an outbound message.
    public enum Author: String, Codable, Hashable, Sendable {
        case human = "Human"
        case bot = "Bot"
    }

    public var type: Kind
    public var text: String?
    public var content: [MessageContent]?
    public var events: [MessageEvent]?
    /// The sender's own notes, given back as they came.
    public var metadata: [String: String]?
    public var originatingEntity: Author?
    /// The message that this one answers.
    public var originatingMessageId: String?
    /// Who wrote it, as the customer may see it.
    public var nickname: String?
    /// The agent who wrote it.
    public var user: UserID?

    /// A message; only its type must be given.
    public init(
        type: Kind, text: String? = nil, content: [MessageContent]? = nil, events: [MessageEvent]? = nil,
        metadata: [String: String]? = nil
    ) {
        self.type = type
        self.text = text
        self.content = content
        self.events = events
        self.metadata = metadata
    }
}

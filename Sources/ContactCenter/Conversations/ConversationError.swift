/// Why a conversation refused a command; nothing changed.
public enum ConversationError: Error, Hashable, Sendable {
    case participantNotFound(ParticipantID)
    case communicationNotFound(CommunicationID)
    /// The leg is not in a state that allows this.
    case wrongState(Communication.State, command: String)
    /// The leg has ended; what ended stays ended.
    case alreadyDisconnected
    /// Somebody else is being offered or has the conversation.
    case notWaiting
    /// The customer waits for an answer: what is parked waits for the customer.
    case customerWaits
    /// The customer has left.
    case customerGone
    /// No after-call work is due, or a wrap-up without a code.
    case wrapupNotDue
    /// More attributes, or longer ones, than a participant may carry.
    case attributesTooLarge(bytesMax: Int)
    /// This is not an agent's leg.
    case notAnAgent
}

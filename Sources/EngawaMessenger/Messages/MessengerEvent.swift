/// What happens beside the messages.
public enum MessengerEvent: Sendable, Hashable {
    /// The way of a message of this app.
    case delivery(Delivery)
    /// Somebody of the business writes, for this long unless it is said again.
    case typing(nickname: String?, Duration)
    /// The conversation began with the guest's coming.
    case joined
    /// The business has left. In a read-only conversation nothing more can be said; see ``Messenger/startNew()``.
    case businessLeft(isReadOnly: Bool)
    /// The person has left, here or on another of their devices (``Messenger/leave()``). A read-only conversation is
    /// over, as when the business leaves.
    case guestLeft(isReadOnly: Bool)
    /// The conversation was wiped.
    case cleared
    /// More was missed than is fetched (``MessengerConfiguration/missedPagesMax``), or the person who signed in has
    /// another conversation: ``Messenger/messages`` goes on with the newest, as if nothing had been there before.
    /// ``Messenger/loadEarlier()`` reads what is before them.
    case gap
    /// The session is there; after each connect.
    case session(Session)
}

/// The way of a message from the queue to the server.
public struct Delivery: Sendable, Hashable {
    /// How far it is.
    public enum Stage: Sendable, Hashable {
        /// It waits, for a connection or for those before it.
        case queued
        /// The server has it; the message is in ``Messenger/messages`` under this id.
        case delivered(Message.ID)
        /// It was refused, and is not in the queue any more.
        case failed(MessengerError)
    }

    /// The client's id.
    public let id: PendingMessage.ID
    public let stage: Stage
}

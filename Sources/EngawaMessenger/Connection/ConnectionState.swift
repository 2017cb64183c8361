/// Where a messenger's connection is.
public enum ConnectionState: Sendable, Hashable {
    /// Not started.
    case idle
    /// The socket is being opened; the first try is 1.
    case connecting(attempt: Int)
    /// The socket is open; the session is resumed and what was missed is fetched.
    case configuring
    /// Everything that was said is here; messages go out at once.
    case ready
    /// The connection was lost; the next try comes after this time.
    case waiting(attempt: Int, delay: Duration)
    /// Over, until the app connects again.
    case closed(Ending)

    /// Why a connection does not come back by itself.
    public enum Ending: Sendable, Hashable {
        /// The app disconnected.
        case disconnected
        /// The server closed this connection, for instance because the session has newer ones.
        case closedByServer
        /// The person signed in somewhere else.
        case signedInElsewhere
        /// The person signed out.
        case signedOut
        /// The session's time is over; ``Messenger/startNew()`` begins another.
        case sessionExpired
        /// It would be refused each time.
        case refused(MessengerError)
    }
}

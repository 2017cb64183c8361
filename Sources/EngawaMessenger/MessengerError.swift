/// What can go wrong between an app and the contact centre.
public enum MessengerError: Error, Sendable, Hashable {
    /// The server refused a request. `code` is an HTTP status or a code of the guest API: 4001 file type, 4002 file
    /// size, 4011 text too long, 4013 attributes too large, 403 not allowed (a read-only session, a feature that is
    /// off).
    case refused(code: Int, message: String)
    /// Asked too often; the server says when to come back.
    case tooManyRequests(retryAfterSeconds: Int)
    /// The server did not open the socket: 403 is an origin that the deployment does not allow, 404 a deployment that
    /// is not there, 400 one that is not active.
    case upgradeRefused(status: Int)
    /// An HTTP request was answered with an error; `code` is the error's name, as `device.not.found`, if there is
    /// one.
    case http(status: Int, code: String?)
    /// There is no connection for what has to be done at once. Messages do not need one: they wait.
    case notConnected
    /// The connection ended before the answer came.
    case connectionLost
    /// The server did not answer in time.
    case timedOut
    /// The session's time is over.
    case sessionExpired
    /// The conversation goes on: another one begins only after a read-only one, or when the session has expired.
    case conversationIsOpen
    /// The person has to sign in again.
    case authenticationFailed
    /// More messages wait than the queue holds.
    case queueFull(messagesMax: Int)
    /// The file did not arrive whole, or was not accepted. `code` is one of the guest API, as 4003 for content of
    /// another type than was announced, or the HTTP status of the upload when the session does not say why.
    case uploadFailed(code: Int, message: String)
    /// The upload was cancelled.
    case cancelled
    /// It was given up before the server had confirmed it, because the person signed out or wiped the conversation.
    case withdrawn
    /// The peer said something that is not of the protocol.
    case malformed(String)
    /// Secrets could not be read or written.
    case storage(String)

    /// Whether another try could end better.
    var isTransient: Bool {
        switch self {
        case .notConnected, .connectionLost, .timedOut, .tooManyRequests: true
        case .refused(let code, _): code == 408 || (500...599).contains(code) || code == 5_000
        case .upgradeRefused(let status): status == 408 || status == 429 || status >= 500
        case .http(let status, _): status == 408 || status == 429 || status >= 500
        default: false
        }
    }
}

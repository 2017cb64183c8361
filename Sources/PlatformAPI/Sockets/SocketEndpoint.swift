import HTTPTypes
import NIOCore

/// Decides who gets a socket at one path, and what happens on it.
public protocol SocketEndpoint: Sendable {
    /// What clients may send.
    var limits: SocketLimits { get }
    /// Asked before the upgrade. A refusal is a plain HTTP answer with the API's error body; an admitted session may
    /// still never be opened, when the client has gone meanwhile.
    func admit(_ request: SocketRequest) async -> SocketAdmission
}

/// The upgrade request of a client.
public struct SocketRequest: Sendable {
    /// The path without the query.
    public let path: String
    /// The parameters of the endpoint's path, percent-decoded.
    public let parameters: [String: String]
    /// The query's items.
    public let query: QueryItems
    /// The header fields; a present `Origin` tells which page a browser is on.
    public let headers: HTTPFields
    /// Where the client is, as text without the port.
    public let remoteAddress: String
    /// The id under which answer and log speak of this request, and of the socket.
    public let correlationId: String
}

/// The answer to an upgrade request.
public enum SocketAdmission: Sendable {
    /// Upgrade, and hand what happens to the session.
    case accept(any SocketSession)
    /// Answer with this error, without an upgrade.
    case refuse(APIError)
}

/// What happens on one socket. Calls come one at a time and in order: `opened`, `received` for each message, `closed`.
/// No task lives between them. A session that is slow in `received` slows its own client down and nobody else.
public protocol SocketSession: Sendable {
    /// The socket is open; messages may be sent.
    func opened(_ socket: Socket) async
    /// One whole text message, valid UTF-8, within the endpoint's limits.
    func received(_ message: ByteBuffer, on socket: Socket) async
    /// The socket is gone, however it ended; nothing follows.
    func closed(_ socket: Socket) async
}

extension SocketSession {
    /// Nothing by default.
    public func opened(_ socket: Socket) async {}
    /// Nothing by default.
    public func closed(_ socket: Socket) async {}
}

/// What the clients of an endpoint may send at most. Beyond it the socket is closed with 1009.
public struct SocketLimits: Sendable {
    /// Bytes of one frame.
    public var frameBytesMax: Int
    /// Bytes of one message, all its fragments together.
    public var messageBytesMax: Int

    /// Limits; the defaults hold the largest message of the guest API with its custom attributes.
    public init(frameBytesMax: Int = 64 << 10, messageBytesMax: Int = 64 << 10) {
        self.frameBytesMax = frameBytesMax
        self.messageBytesMax = messageBytesMax
    }
}

/// An endpoint at a path.
public struct SocketRoute: Sendable {
    /// The path with parameters in braces, as `/channels/{id}`.
    public let path: String
    /// Who decides there.
    public let endpoint: any SocketEndpoint
    /// Counts its sockets.
    let meter: SocketMeter

    /// An endpoint at a path; `kind` is the name under which its sockets are counted.
    public init(_ path: String, _ endpoint: any SocketEndpoint, kind: String = "other") {
        self.path = path
        meter = SocketMeter(kind: kind)
        self.endpoint = endpoint
    }
}

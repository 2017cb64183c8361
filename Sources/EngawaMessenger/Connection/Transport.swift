import Foundation

/// How bytes get to the server and back. There is one on Apple's URL loading system and one on SwiftNIO; an app may
/// bring another.
public protocol MessengerTransport: Sendable {
    /// Opens a WebSocket (RFC 6455).
    /// - Throws: ``MessengerError/upgradeRefused(status:)`` when the server answers with a status,
    ///   ``MessengerError/connectionLost`` when there is no server.
    func openSocket(_ url: URL, headers: [String: String]) async throws -> any MessengerSocket

    /// Performs an HTTP request. `progress` is told how many bytes of the body have gone out so far.
    func perform(
        _ request: HTTPRequest, progress: @escaping @Sendable (Int) -> Void
    ) async throws -> HTTPAnswer
}

/// An open WebSocket.
public protocol MessengerSocket: Sendable {
    /// The text messages of the server in order; ends with the connection. To be read once.
    var texts: AsyncStream<String> { get }
    /// Sends a text message; throws when the connection has ended.
    func send(_ text: String) async throws
    /// Ends the connection.
    func close()
}

/// An HTTP request.
public struct HTTPRequest: Sendable {
    public var method: String
    public var url: URL
    public var headers: [String: String]
    public var body: Data?
    /// A file that is the body instead; it is read piece by piece while it goes out.
    public var file: URL?

    /// A request with a body or without.
    public init(_ method: String, _ url: URL, headers: [String: String] = [:], body: Data? = nil, file: URL? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.file = file
    }
}

/// An HTTP answer.
public struct HTTPAnswer: Sendable {
    public var status: Int
    /// By names in lower case.
    public var headers: [String: String]
    public var body: Data

    /// An answer with all its parts.
    public init(status: Int, headers: [String: String] = [:], body: Data = Data()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    var isSuccess: Bool { (200...299).contains(status) }

    var error: MessengerError {
        if status == 429 {
            return .tooManyRequests(retryAfterSeconds: headers["retry-after"].flatMap { Int($0) } ?? 1)
        }
        return .http(status: status, code: (try? JSON.read(body))?["code"]?.string)
    }
}

/// The transport of this platform.
enum Transports {
    static var standard: any MessengerTransport {
        #if canImport(Darwin)
            URLSessionTransport()
        #else
            NIOTransport()
        #endif
    }
}

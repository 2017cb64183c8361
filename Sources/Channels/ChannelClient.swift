import AsyncHTTPClient
import NIOCore

/// The HTTP client that all channels call the platforms with.
public struct ChannelClient: Sendable {
    let http: HTTPClient

    /// How long a platform may take to accept a connection.
    static let connectTimeout = TimeAmount.seconds(5)

    /// A client on the process's event loops. A redirect is an answer, not a new address: messages go where an
    /// administrator said, and nowhere else.
    public init() {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: Self.connectTimeout)
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends the connections; calls under way fail.
    public func close() async throws { try await http.shutdown() }
}

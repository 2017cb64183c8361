import AsyncHTTPClient
import NIOCore
import NIOSSL

/// The HTTP client that all channels call the platforms with: HTTP/2 where a platform offers it, else HTTP/1.1.
public struct ChannelClient: Sendable {
    let http: HTTPClient

    /// How long a platform may take to accept a connection.
    static let connectTimeout = TimeAmount.seconds(5)

    /// A client on the process's event loops. A redirect is an answer, not a new address: messages go where an
    /// administrator said, and nowhere else.
    ///
    /// - Parameter trusted: authorities whose certificates are taken beside those that the system trusts.
    public init(trusted: TrustedCertificates = TrustedCertificates()) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: Self.connectTimeout)
        if !trusted.certificates.isEmpty {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.additionalTrustRoots = [.certificates(trusted.certificates)]
            configuration.tlsConfiguration = tls
        }
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends the connections; calls under way fail.
    public func close() async throws { try await http.shutdown() }
}

/// A house's own authorities, for systems that are reached inside it.
public struct TrustedCertificates: Sendable {
    let certificates: [NIOSSLCertificate]

    /// Why a file is not taken, for whoever starts the server.
    public struct Unusable: Error, CustomStringConvertible {
        public let description: String
    }

    /// None but the system's.
    public init() { certificates = [] }

    /// Those of a file in PEM, one after another.
    public init(file path: String) throws(Unusable) {
        do { certificates = try NIOSSLCertificate.fromPEMFile(path) } catch {
            throw Unusable(description: "\(path) is no file of certificates in PEM")
        }
        guard !certificates.isEmpty else { throw Unusable(description: "\(path) has no certificate in it") }
    }
}

#if !canImport(Darwin)
    import Foundation
    import NIOCore
    import NIOHTTP1
    import NIOPosix
    import NIOSSL

    /// Sockets and HTTP on SwiftNIO, for Linux.
    public struct NIOTransport: MessengerTransport {
        /// Longer than that without a byte, and an HTTP request has failed.
        static let idleSecondsMax: Int64 = 30
        static let connectSecondsMax: Int64 = 10

        private let trust: NIOSSLContext?

        /// Trusts the certificates that the system trusts.
        public init() { trust = try? NIOSSLContext(configuration: .makeClientConfiguration()) }

        /// Trusts the certificates of a file in PEM, and no others: for a server with an authority of its own.
        public init(trusting path: String) throws {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .file(path)
            trust = try NIOSSLContext(configuration: configuration)
        }

        public func openSocket(_ url: URL, headers: [String: String]) async throws -> any MessengerSocket {
            try await NIOSocket.open(try Peer(url, trust: trust), headers: headers)
        }

        public func perform(
            _ request: HTTPRequest, progress: @escaping @Sendable (Int) -> Void
        ) async throws -> HTTPAnswer {
            try await NIOExchange.perform(request, at: try Peer(request.url, trust: trust), progress: progress)
        }
    }

    /// Where a URL leads.
    struct Peer: Sendable {
        let host: String
        let port: Int
        /// Path and query.
        let target: String
        /// As in the `Host` header.
        let authority: String
        private let trust: NIOSSLContext?

        init(_ url: URL, trust: NIOSSLContext?) throws {
            guard let host = url.host, let scheme = url.scheme?.lowercased() else {
                throw MessengerError.malformed("a URL without a host")
            }
            let isSecure = scheme == "https" || scheme == "wss"
            if isSecure, trust == nil { throw MessengerError.malformed("TLS is not available") }
            self.host = host
            self.trust = isSecure ? trust : nil
            port = url.port ?? (isSecure ? 443 : 80)
            let parts = URLComponents(url: url, resolvingAgainstBaseURL: true)
            let path = parts?.percentEncodedPath ?? ""
            target = (path.isEmpty ? "/" : path) + (parts?.percentEncodedQuery.map { "?" + $0 } ?? "")
            authority = url.port.map { "\(host):\($0)" } ?? host
        }

        var bootstrap: ClientBootstrap {
            ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(NIOTransport.connectSecondsMax))
        }

        /// Puts TLS first, where the scheme asks for it. An address has no name to check in the handshake's extension.
        func secure(_ channel: any Channel) throws {
            guard let trust else { return }
            let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
            let handler = try NIOSSLClientHandler(context: trust, serverHostname: isAddress ? nil : host)
            try channel.pipeline.syncOperations.addHandler(handler)
        }

        func head(_ method: HTTPMethod, _ headers: [String: String]) -> HTTPRequestHead {
            var fields = HTTPHeaders([("Host", authority)])
            for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
                fields.replaceOrAdd(name: name, value: value)
            }
            return HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: fields)
        }
    }
#endif

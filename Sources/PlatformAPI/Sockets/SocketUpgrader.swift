import Crypto
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Synchronization

/// Takes one connection from its upgrade request to an open socket, or to a refusal (RFC 6455, section 4.2). NIO's
/// upgrade handler does the pipeline's part: it asks here, answers 101 and takes the HTTP handlers out.
final class SocketUpgrader: NIOTypedHTTPServerProtocolUpgrader {
    /// How the upgrade ended.
    enum Outcome: Sendable { case opened, refused }

    private enum Verdict {
        case accepted(any SocketSession, SocketLimits, SocketMeter)
        case refused(APIError)
    }

    let supportedProtocol = "websocket"
    let requiredUpgradeHeaders: [String] = []

    private let sockets: Sockets
    private let logger: Logger
    /// Before a verdict, what NIO's handler does not take for an upgrade at all is a malformed one.
    private let verdict = Mutex(Verdict.refused(.malformed))
    let correlationId = CorrelationID.make()

    init(sockets: Sockets, logger: Logger) {
        self.sockets = sockets
        self.logger = logger
    }

    /// What the client is told when it gets no socket.
    var refusal: APIError {
        verdict.withLock { if case .refused(let error) = $0 { error } else { .internalError } }
    }

    func buildUpgradeResponse(
        channel: any Channel, upgradeRequest head: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        channel.eventLoop.makeFutureWithTask {
            do {
                let key = try SocketHandshake.key(of: head)
                try await self.admit(head, channel: channel)
                return SocketHandshake.answer(to: key, correlationId: self.correlationId)
            } catch {
                self.refuse(ErrorTable.apiError(for: error), head)
                throw error
            }
        }
    }

    private func admit(_ head: HTTPRequestHead, channel: any Channel) async throws {
        let uri = head.uri.split(separator: "?", maxSplits: 1)
        let path = uri.first.map(String.init) ?? "/"
        guard let match = sockets.match(path) else { throw APIError.notFound }
        let headers = SocketHandshake.fields(head.headers)
        let address = remoteAddress(channel, headers)
        try sockets.reserve(address)
        // However this goes on, the connection ends some time, and then the place is free.
        channel.closeFuture.whenComplete { [sockets] _ in sockets.release(address) }
        let admission = await match.endpoint.admit(
            SocketRequest(
                path: path, parameters: match.parameters, query: QueryItems(uri.count > 1 ? uri[1] : ""),
                headers: headers, remoteAddress: address, correlationId: correlationId))
        switch admission {
        case .accept(let session): verdict.withLock { $0 = .accepted(session, match.endpoint.limits, match.meter) }
        case .refuse(let error): throw error
        }
    }

    private func remoteAddress(_ channel: any Channel, _ headers: HTTPFields) -> String {
        if sockets.configuration.trustsForwardedFor, let forwarded = headers[.forwardedFor],
            let last = forwarded.split(separator: ",").last
        {
            return last.trimmingCharacters(in: .whitespaces)
        }
        return channel.remoteAddress?.ipAddress ?? "local"
    }

    private func refuse(_ error: APIError, _ head: HTTPRequestHead) {
        logger.log(
            level: ErrorTable.logLevel(for: error), "socket refused",
            metadata: ["correlation": "\(correlationId)", "code": "\(error.code)"])
        verdict.withLock { $0 = .refused(error) }
    }

    func upgrade(channel: any Channel, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Outcome> {
        channel.eventLoop.makeCompletedFuture {
            guard case .accepted(let session, let limits, let meter) = verdict.withLock({ $0 }) else { return .refused }
            verdict.withLock { $0 = .refused(.internalError) }
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limits.frameBytesMax)))
            try pipeline.addHandler(
                sockets.makeHandler(
                    session: session, limits: limits, meter: meter, eventLoop: channel.eventLoop))
            return .opened
        }
    }
}

/// The words of the opening handshake.
enum SocketHandshake {
    /// The client's key, when the request is one that may be upgraded.
    static func key(of head: HTTPRequestHead) throws(APIError) -> String {
        let keys = head.headers["Sec-WebSocket-Key"]
        let hasBody =
            head.headers.contains(name: "Transfer-Encoding") || (head.headers["Content-Length"].first ?? "0") != "0"
        let connection = head.headers[canonicalForm: "Connection"].map { $0.lowercased() }
        guard head.method == .GET, head.version == .http1_1, !hasBody, connection.contains("upgrade"),
            keys.count == 1, let key = keys.first, Data(base64Encoded: key)?.count == 16
        else { throw .malformed }
        guard head.headers["Sec-WebSocket-Version"] == ["13"] else {
            throw APIError(.upgradeRequired, "bad.request", "Only version 13 of the WebSocket protocol is spoken.")
                .with(.secWebSocketVersion, "13")
        }
        return key
    }

    static func answer(to key: String, correlationId: String) -> HTTPHeaders {
        let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return [
            "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Accept": Data(digest).base64EncodedString(), "ININ-Correlation-Id": correlationId,
        ]
    }

    static func fields(_ headers: HTTPHeaders) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        return fields
    }
}

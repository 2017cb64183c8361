import HTTPTypes
import NIOCore
import NIOHTTP1

/// Answers an upgrade request that gets no socket: the error as the API writes it, then the end of the connection.
final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let upgrader: SocketUpgrader
    private var answered = false

    init(upgrader: SocketUpgrader) { self.upgrader = upgrader }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !answered, case .end = Self.unwrapInboundIn(data) else { return }
        answered = true
        let error = upgrader.refusal
        let body = error.body(correlationId: upgrader.correlationId)
        context.write(Self.wrapOutboundOut(.head(head(error, bytes: body.readableBytes))), promise: nil)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let promise = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: promise)
        promise.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    private func head(_ error: APIError, bytes: Int) -> HTTPResponseHead {
        var headers: HTTPHeaders = [
            "Content-Type": APIJSON.contentType, "Content-Length": String(bytes), "Connection": "close",
            "Cache-Control": "no-cache, no-store, must-revalidate", "ININ-Correlation-Id": upgrader.correlationId,
        ]
        for field in error.headers { headers.add(name: field.name.rawName, value: field.value) }
        return HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: error.status.code), headers: headers)
    }
}

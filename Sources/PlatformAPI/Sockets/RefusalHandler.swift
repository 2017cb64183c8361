import HTTPTypes
import NIOCore
import NIOHTTP1

/// Answers an upgrade request that gets no socket: the error as the API writes it, then the end of the connection.
///
/// It answers when it is added: NIO's upgrade handler has taken the request and does not play it again.
final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let upgrader: SocketUpgrader

    init(upgrader: SocketUpgrader) { self.upgrader = upgrader }

    func handlerAdded(context: ChannelHandlerContext) {
        let error = upgrader.refusal
        let body = error.body(correlationId: upgrader.correlationId)
        context.write(Self.wrapOutboundOut(.head(head(error, bytes: body.readableBytes))), promise: nil)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let promise = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: promise)
        // Our side only, so that the answer is not lost when bytes of the client are still unread.
        promise.futureResult.assumeIsolated().whenComplete { _ in context.close(mode: .output, promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
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

import NIOCore
import NIOWebSocket

/// The one handler of an open socket beside NIO's frame decoder: checks frames (RFC 6455), puts messages together,
/// writes what waits. It lives on its event loop; nothing here may block or be called from elsewhere.
final class SocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// Set between opening and the end of the connection.
    var socket: Socket?
    /// Where the wheel keeps this socket.
    var wheelPlace: SocketWheel.Place?

    private let limits: SocketLimits
    private let closeTime: TimeAmount
    private let wheel: SocketWheel
    private let meter: SocketMeter?
    private var context: ChannelHandlerContext?
    private var closeTimer: Scheduled<Void>?

    /// The message whose fragments are coming in.
    private var fragments: ByteBuffer?
    private var heard = true
    private var pinged = false
    private var readPaused = false
    private var readWanted = false
    /// Set while a write is with NIO; the next one waits for it, and by then there is more to put together.
    private var writing = false
    private var flushing = false
    private var closeSent = false
    private var clientClosed = false
    /// Set when the client broke the protocol: nothing more that it says counts.
    private var failed = false

    init(limits: SocketLimits, closeTime: TimeAmount, wheel: SocketWheel, meter: SocketMeter?) {
        self.limits = limits
        self.meter = meter
        self.closeTime = closeTime
        self.wheel = wheel
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        wheel.add(self)
        meter?.noteOpened()
        _ = socket?.receive(.opened)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        guard let socket else { return }
        self.socket = nil
        context = nil
        closeTimer?.cancel()
        closeTimer = nil
        wheel.remove(self)
        meter?.noteClosed(socket.ending)
        socket.disconnected()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            // The client shut its side down, with a close frame or without: nobody reads us any more.
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: fail(SocketClose.tooLarge, "frame too large")
        case is NIOWebSocketError: fail(SocketClose.protocolError, "malformed control frame")
        case is ByteToMessageDecoderError: break  // what follows a frame that was refused
        default: context.close(promise: nil)
        }
    }
}

/// Reading.
extension SocketHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        heard = true
        pinged = false
        let frame = Self.unwrapInboundIn(data)
        guard !failed, !clientClosed else { return }
        guard frame.maskKey != nil else { return fail(SocketClose.protocolError, "frames must be masked") }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return fail(SocketClose.protocolError, "reserved bits are set")
        }
        switch frame.opcode {
        case .text, .continuation: dataFrame(frame)
        case .binary: fail(SocketClose.unacceptableData, "only text is taken")
        case .ping: _ = socket?.send(.pong(frame.unmaskedData))
        case .pong: break
        case .connectionClose: closeFrame(frame.unmaskedData)
        default: fail(SocketClose.protocolError, "unknown opcode")
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if readPaused { readWanted = true } else { context.read() }
    }

    /// The session has caught up, or the socket is closing and waits for the client's answer.
    func resumeReading() {
        readPaused = false
        guard readWanted else { return }
        readWanted = false
        context?.read()
    }

    private func dataFrame(_ frame: WebSocketFrame) {
        guard (frame.opcode == .continuation) == (fragments != nil) else {
            return fail(SocketClose.protocolError, "fragments out of order")
        }
        var data = frame.unmaskedData
        meter?.noteReceived(data.readableBytes)
        guard (fragments?.readableBytes ?? 0) + data.readableBytes <= limits.messageBytesMax else {
            return fail(SocketClose.tooLarge, "message too large")
        }
        if fragments?.writeBuffer(&data) == nil { fragments = data }
        guard frame.fin, let message = fragments else { return }
        fragments = nil
        guard message.withUnsafeReadableBytes({ UTF8Check.isValid($0) }) else {
            return fail(SocketClose.invalidText, "text must be UTF-8")
        }
        if socket?.receive(.message(message)) == true { readPaused = true }
    }

    private func closeFrame(_ payload: ByteBuffer) {
        switch SocketClose.read(payload) {
        case .invalid(let code):
            fail(code, "malformed close frame")
        case .valid(let code):
            clientClosed = true
            if closeSent {
                context?.close(promise: nil)
            } else if socket?.clientCloses(code) ?? true {
                answerClose(code)
            } else {
                limitClosing()
            }
        }
    }

    /// The session has been told of everything that the client said before it closed.
    func answerClose(_ code: UInt16?) { finish(code, "", isAnswer: true) }

    private func fail(_ code: UInt16, _ reason: String) {
        guard !failed else { return }
        failed = true
        fragments = nil
        finish(code, reason)
    }

    private func finish(_ code: UInt16?, _ reason: String, isAnswer: Bool = false) {
        socket?.finish(code: code, reason: reason, isAnswer: isAnswer)
        beginClosing()
    }
}

/// Writing and closing.
extension SocketHandler {
    /// Writes what waits, one write at a time.
    func flush() {
        // A write may complete before `write` returns; the loop then goes on, instead of a call inside a call.
        guard !flushing else { return }
        flushing = true
        defer { flushing = false }
        while !writing, let context, let socket, let batch = socket.nextBatch() { write(batch, socket, context) }
    }

    private func write(_ batch: [Outgoing], _ socket: Socket, _ context: ChannelHandlerContext) {
        writing = true
        let bytes = SocketFrames.encoded(batch, allocator: context.channel.allocator)
        meter?.noteSent(bytes.readableBytes)
        let promise = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(Self.wrapOutboundOut(bytes), promise: promise)
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.writing = false
            socket.written(batch)
            if case .close = batch.last { self.closeFrameLeft() }
            self.flush()
        }
    }

    private func closeFrameLeft() {
        closeSent = true
        if clientClosed {
            context?.close(promise: nil)
        } else if failed {
            // The client reads our close frame and then the end. To cut the connection at once could make its system
            // throw the frame away, when bytes of its own are still unread here.
            context?.close(mode: .output, promise: nil)
        }
    }

    /// A close frame waits to leave: writes it, and makes sure that the end comes.
    func beginClosing() {
        guard context != nil else { return }
        limitClosing()
        resumeReading()
        flush()
    }

    private func limitClosing() {
        guard let context, closeTimer == nil else { return }
        closeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: closeTime) { self.cut() }
    }

    /// The server shuts down: takes no more messages, lets the session finish for at most `time`, closes with 1001.
    func drain(within time: TimeAmount) {
        guard let socket, let context, socket.phase == .open else { return }
        if socket.drain() {
            context.eventLoop.assumeIsolated().scheduleTask(in: time) { self.socket?.goAway() }
        }
    }

    /// Cuts the connection.
    func cut() { context?.close(promise: nil) }

    /// The wheel comes by, once in each ping interval.
    func visited() {
        guard let socket else { return }
        // While we do not read, silence is ours.
        guard !heard, !readPaused else {
            heard = false
            return
        }
        if pinged {
            finish(SocketClose.unresponsive, "no answer to ping")
        } else {
            pinged = true
            socket.send(.ping)
        }
    }
}

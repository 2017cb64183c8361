import NIOCore
import Synchronization

/// One open WebSocket. Its methods may be called from anywhere; what is sent arrives in the order of the calls.
public final class Socket: Sendable {
    /// The socket's number, unique in this process.
    public let id: UInt64

    private let eventLoop: any EventLoop
    private let executor: LoopExecutor
    private let handler: NIOLoopBound<SocketHandler>
    private let state: Mutex<SocketState>

    init(
        id: UInt64, session: any SocketSession, waitingBytesMax: Int, handler: SocketHandler, eventLoop: any EventLoop
    ) {
        self.id = id
        self.eventLoop = eventLoop
        executor = LoopExecutor(eventLoop)
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
        state = Mutex(SocketState(session: session, waitingBytesMax: waitingBytesMax))
    }

    /// Sends a text message. Many that arrive together leave in one write. Returns `false`, and sends nothing, when the
    /// socket is closing or closed; a reader that lets more than ``SocketConfiguration/waitingBytesMax`` wait is
    /// closed.
    @discardableResult
    public func send(_ message: ByteBuffer) -> Bool { send(.text(message)) }

    /// Closes after what has been sent before; the session is told of no more messages. The reason is at most 123 bytes
    /// of UTF-8; the rest is cut off. The connection is cut if the client does not answer in time.
    public func close(code: UInt16 = 1000, reason: String = "") {
        let mayBegin = state.withLock { state in
            state.dropInbox()
            return state.close(code: code, reason: reason)
        }
        if mayBegin { onLoop { $0.beginClosing() } }
    }

    /// Whether messages may still be sent.
    public var isOpen: Bool { state.withLock { $0.phase == .open } }

    @discardableResult
    func send(_ item: Outgoing) -> Bool {
        switch state.withLock({ $0.send(item) }) {
        case .refuse: return false
        case .wait: return true
        case .flush:
            onLoop { $0.flush() }
            return true
        case .close:
            onLoop { $0.beginClosing() }
            return false
        }
    }

    private func onLoop(_ action: @escaping @Sendable (SocketHandler) -> Void) {
        eventLoop.execute { action(self.handler.value) }
    }
}

/// The socket as its channel handler sees it; called on the event loop.
extension Socket {
    var phase: SocketState.Phase { state.withLock { $0.phase } }

    func nextBatch() -> [Outgoing]? { state.withLock { $0.nextBatch() } }

    func written(_ batch: [Outgoing]) { state.withLock { $0.written(batch) } }

    /// Puts a close frame behind what waits, keeping what the client sent before for the session.
    func finish(code: UInt16?, reason: String, isAnswer: Bool) {
        _ = state.withLock { $0.close(code: code, reason: reason, isAnswer: isAnswer) }
    }

    /// Why the socket ended.
    var ending: SocketMeter.Ending { state.withLock { $0.ending } ?? .lost }

    /// Hands something to the session. Returns whether to stop reading for now.
    func receive(_ item: Incoming) -> Bool {
        let action = state.withLock { $0.receive(item) }
        if action.startTelling {
            // Owner: the socket. The task ends when nothing waits to be told, which the state counts. It runs on the
            // socket's own event loop: no other thread has to wake up for a frame, nor for its answer.
            Task(executorPreference: executor) { await self.tellSession() }
        }
        return action.pauseReading
    }

    /// Lets the call in progress finish, then closes with 1001. Returns whether that is to be waited for.
    func drain() -> Bool {
        let isIdle = state.withLock { $0.end(with: .goingAway) }
        if isIdle { goAway() }
        return !isIdle
    }

    /// The client has closed. Returns whether to answer at once: what it said before is answered first.
    func clientCloses(_ code: UInt16?) -> Bool { state.withLock { $0.end(with: .answer(code: code)) } }

    /// Closes with 1001, whatever the session does.
    func goAway() {
        let mayBegin = state.withLock { $0.close(code: SocketClose.goingAway, reason: "going away") }
        if mayBegin { onLoop { $0.beginClosing() } }
    }

    func disconnected() {
        state.withLock { $0.disconnected() }
        _ = receive(.closed)
    }

    private func tellSession() async {
        while true {
            switch state.withLock({ $0.nextToTell() }) {
            case .tell(let item, let session, let resumeReading):
                if resumeReading { onLoop { $0.resumeReading() } }
                switch item {
                case .opened: await session.opened(self)
                case .message(let bytes): await session.received(bytes, on: self)
                case .closed: await session.closed(self)
                }
            case .stop(let word):
                switch word {
                case .none: break
                case .goingAway: goAway()
                case .answer(let code): onLoop { $0.answerClose(code) }
                }
                return
            }
        }
    }
}

import NIOCore

/// What waits to leave a socket.
enum Outgoing: Sendable, Equatable {
    case text(ByteBuffer)
    case ping
    case pong(ByteBuffer)
    /// `code` is `nil` for a close frame without one, which answers a client's without one.
    case close(code: UInt16?, reason: String)

    /// What it counts against the waiting bytes. The constant stands for the frame's header and our own bookkeeping, so
    /// that empty messages are bounded too.
    var cost: Int {
        switch self {
        case .text(let bytes), .pong(let bytes): bytes.readableBytes + 32
        case .ping, .close: 32
        }
    }
}

/// What waits to be told to a session.
enum Incoming: Sendable {
    case opened
    case message(ByteBuffer)
    case closed
}

/// Everything about a socket that several threads see: both queues, their bounds, and how far its end has come. A value
/// without I/O; ``Socket`` keeps it behind a lock and does what it answers.
struct SocketState: Sendable {
    enum Phase: Sendable, Equatable {
        case open
        /// A close frame waits or has left; nothing may follow it.
        case closing
        case closed
    }

    /// How the socket closes when the session has been told of everything; nothing new is taken until then.
    enum LastWord: Sendable, Equatable {
        case none
        /// The server shuts down.
        case goingAway
        /// The client has closed, and is answered.
        case answer(code: UInt16?)
    }

    /// Messages that may wait for a session. Beyond it the client's bytes stay in the kernel.
    static let inboxMessagesMax = 64
    /// Bytes that may wait for a session.
    static let inboxBytesMax = 256 << 10
    /// Bytes that leave in one write. A larger message leaves alone.
    static let batchBytesMax = 64 << 10

    private(set) var phase = Phase.open
    private(set) var session: (any SocketSession)?
    /// Why the socket ends; `nil` while it does not, and when the connection went without a word.
    private(set) var ending: SocketMeter.Ending?
    private let waitingBytesMax: Int

    private var waiting: [Outgoing] = []
    private var waitingBytes = 0
    private var writing = false

    private var inbox: [Incoming] = []
    private var inboxBytes = 0
    private var telling = false
    private var readingPaused = false
    private var lastWord = LastWord.none

    init(session: any SocketSession, waitingBytesMax: Int) {
        self.session = session
        self.waitingBytesMax = waitingBytesMax
    }
}

/// Towards the client.
extension SocketState {
    enum SendAction: Equatable {
        case refuse
        /// Queued behind a write in progress.
        case wait
        /// Queued; the event loop must be told.
        case flush
        /// The reader was too slow: the queue is dropped, a close frame waits in its place.
        case close
    }

    mutating func send(_ item: Outgoing) -> SendAction {
        guard phase == .open else { return .refuse }
        guard waitingBytes + item.cost <= waitingBytesMax else {
            _ = close(code: SocketClose.policyViolation, reason: "reads too slowly", droppingWaiting: true)
            return .close
        }
        waiting.append(item)
        waitingBytes += item.cost
        return startWriting() ? .flush : .wait
    }

    /// Puts a close frame behind what waits. Returns `false` when the socket is closing already.
    /// `isAnswer` when the client closed first.
    mutating func close(
        code: UInt16?, reason: String, droppingWaiting: Bool = false, isAnswer: Bool = false
    ) -> Bool {
        guard phase == .open else { return false }
        phase = .closing
        ending = isAnswer ? .client : SocketMeter.Ending(code: code, isSlowReader: droppingWaiting)
        if droppingWaiting {
            waitingBytes -= waiting.reduce(0) { $0 + $1.cost }
            waiting = []
        }
        let item = Outgoing.close(code: code, reason: reason)
        waiting.append(item)
        waitingBytes += item.cost
        return true
    }

    private mutating func startWriting() -> Bool {
        defer { writing = true }
        return !writing
    }

    /// What to write next, in order, up to ``batchBytesMax`` and at least one; `nil` ends the writing.
    mutating func nextBatch() -> [Outgoing]? {
        guard !waiting.isEmpty, phase != .closed else {
            writing = false
            return nil
        }
        writing = true
        var bytes = 0
        var count = 0
        for item in waiting {
            bytes += item.cost
            if count > 0, bytes > Self.batchBytesMax { break }
            count += 1
        }
        let batch = Array(waiting[..<count])
        // An idle socket holds no storage.
        if count == waiting.count { waiting = [] } else { waiting.removeFirst(count) }
        return batch
    }

    mutating func written(_ batch: [Outgoing]) { waitingBytes -= batch.reduce(0) { $0 + $1.cost } }
}

/// Towards the session.
extension SocketState {
    /// Whether to go on reading, and whether a task must be started that tells the session.
    struct ReceiveAction: Equatable {
        var startTelling = false
        var pauseReading = false
    }

    mutating func receive(_ item: Incoming) -> ReceiveAction {
        var action = ReceiveAction()
        if case .message(let bytes) = item {
            guard phase == .open, lastWord == .none else { return action }
            inboxBytes += bytes.readableBytes
        }
        inbox.append(item)
        if inbox.count >= Self.inboxMessagesMax || inboxBytes >= Self.inboxBytesMax {
            readingPaused = true
            action.pauseReading = true
        }
        action.startTelling = !telling
        telling = true
        return action
    }

    enum TellAction {
        case tell(Incoming, any SocketSession, resumeReading: Bool)
        /// Nothing waits, and this is what waited for that.
        case stop(LastWord)
    }

    mutating func nextToTell() -> TellAction {
        guard let session, !inbox.isEmpty else {
            telling = false
            return .stop(phase == .open ? lastWord : .none)
        }
        let item = inbox[0]
        if inbox.count == 1 { inbox = [] } else { inbox.removeFirst() }
        switch item {
        case .message(let bytes): inboxBytes -= bytes.readableBytes
        case .closed: self.session = nil
        case .opened: break
        }
        let resume =
            readingPaused && inbox.count <= Self.inboxMessagesMax / 2 && inboxBytes <= Self.inboxBytesMax / 2
        if resume { readingPaused = false }
        return .tell(item, session, resumeReading: resume)
    }

    /// Forgets messages that the session has not been told of.
    mutating func dropInbox() {
        inbox.removeAll { if case .message = $0 { true } else { false } }
        inboxBytes = 0
    }

    /// Takes no more messages. Returns whether the session is idle, so that the socket may close at once.
    mutating func end(with word: LastWord) -> Bool {
        lastWord = word
        return !telling
    }

    /// The connection is gone. What waits to leave is dropped.
    mutating func disconnected() {
        phase = .closed
        waiting = []
        waitingBytes = 0
    }
}

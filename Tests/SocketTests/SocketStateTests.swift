import NIOCore
import Testing

@testable import PlatformAPI

@Suite("A socket's queues and bounds")
struct SocketStateTests {
    /// The state in a reference, as expectations call no mutating functions.
    private final class Subject {
        private var state: SocketState

        init(waitingBytesMax: Int = 1_000) {
            state = SocketState(session: EchoSession(), waitingBytesMax: waitingBytesMax)
        }

        var hasSession: Bool { state.session != nil }
        func send(_ item: Outgoing) -> SocketState.SendAction { state.send(item) }
        func nextBatch() -> [Outgoing]? { state.nextBatch() }
        func written(_ batch: [Outgoing]) { state.written(batch) }
        func receive(_ item: Incoming) -> SocketState.ReceiveAction { state.receive(item) }
        func nextToTell() -> SocketState.TellAction { state.nextToTell() }
        func end(with word: SocketState.LastWord) -> Bool { state.end(with: word) }
        func disconnected() { state.disconnected() }
    }

    private func text(_ bytes: Int) -> Outgoing { .text(ByteBuffer(repeating: 0x78, count: bytes)) }

    @Test("only the first of what waits wakes the event loop")
    func wakes() {
        let state = Subject()
        #expect(state.send(text(1)) == .flush)
        #expect(state.send(text(2)) == .wait)
        #expect(state.nextBatch() == [text(1), text(2)])
        // The write is in progress: what comes meanwhile waits for it.
        #expect(state.send(text(3)) == .wait)
        #expect(state.nextBatch() == [text(3)])
        #expect(state.nextBatch() == nil)
        #expect(state.send(text(4)) == .flush)
    }

    @Test("bytes count until they are written, not until they are handed over")
    func counts() {
        let state = Subject(waitingBytesMax: 100)
        #expect(state.send(text(60)) == .flush)
        let batch = state.nextBatch() ?? []
        state.written(batch)
        #expect(state.nextBatch() == nil)
        #expect(state.send(text(60)) == .flush)
        #expect(state.nextBatch() == [text(60)])
        #expect(state.send(text(60)) == .close)
        #expect(state.send(text(1)) == .refuse)
        #expect(state.nextBatch() == [.close(code: 1008, reason: "reads too slowly")])
    }

    @Test("a batch ends before it is over its bytes, and holds a larger message alone")
    func batches() {
        let state = Subject(waitingBytesMax: 1 << 20)
        for bytes in [40_000, 20_000, 10_000, 200_000, 1] { _ = state.send(text(bytes)) }
        #expect(state.nextBatch() == [text(40_000), text(20_000)])
        #expect(state.nextBatch() == [text(10_000)])
        #expect(state.nextBatch() == [text(200_000)])
        #expect(state.nextBatch() == [text(1)])
        #expect(state.nextBatch() == nil)
    }

    @Test("pings of a client that does not read its pongs end like any slow reading")
    func pongFlood() {
        let state = Subject(waitingBytesMax: 1_000)
        var sent = 0
        while state.send(.pong(ByteBuffer())) != .close { sent += 1 }
        #expect(sent == 31)
    }

    @Test("the inbox stops the reading when it is full by number, and lets it go on when half is told")
    func inboxByNumber() {
        let state = Subject()
        _ = state.receive(.opened)
        for number in 1..<SocketState.inboxMessagesMax - 1 {
            #expect(!state.receive(.message(ByteBuffer(string: "\(number)"))).pauseReading)
        }
        #expect(state.receive(.message(ByteBuffer(string: "last"))).pauseReading)
        var told = 0
        while case .tell(_, _, let resumeReading) = state.nextToTell() {
            told += 1
            #expect(resumeReading == (told == SocketState.inboxMessagesMax / 2))
        }
        #expect(told == SocketState.inboxMessagesMax)
    }

    @Test("the inbox stops the reading when it is full by bytes")
    func inboxByBytes() {
        let state = Subject()
        let large = ByteBuffer(repeating: 0x78, count: SocketState.inboxBytesMax / 2)
        #expect(!state.receive(.message(large)).pauseReading)
        #expect(state.receive(.message(large)).pauseReading)
    }

    @Test("one task at a time tells the session; the end is told once, last, and lets the session go")
    func telling() {
        let state = Subject()
        #expect(state.receive(.opened).startTelling)
        #expect(!state.receive(.message(ByteBuffer())).startTelling)
        state.disconnected()
        #expect(!state.receive(.closed).startTelling)
        var told = 0
        while case .tell = state.nextToTell() { told += 1 }
        #expect(told == 3)
        #expect(!state.hasSession)
    }

    @Test("a draining socket takes no more messages and says when the last one is told")
    func draining() {
        let state = Subject()
        _ = state.receive(.message(ByteBuffer(string: "in progress")))
        #expect(!state.end(with: .goingAway))
        _ = state.receive(.message(ByteBuffer(string: "too late")))
        guard case .tell = state.nextToTell() else { Issue.record("the first message is told"); return }
        guard case .stop(.goingAway) = state.nextToTell() else { Issue.record("then it is drained"); return }
        #expect(state.end(with: .goingAway))
    }

    @Test("a client's close waits until what it said before is told; then it is answered with its code")
    func clientCloses() {
        let state = Subject()
        #expect(Subject().end(with: .answer(code: 1000)))
        _ = state.receive(.message(ByteBuffer(string: "said before")))
        #expect(!state.end(with: .answer(code: 4000)))
        guard case .tell = state.nextToTell() else { Issue.record("the message is told"); return }
        guard case .stop(.answer(code: 4000)) = state.nextToTell() else { Issue.record("then it closes"); return }
    }
}

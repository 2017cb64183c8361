import ContactCenter
import Foundation
import Journal
import Synchronization

/// The log as one process sees it: complete and in order, whoever commits; what others committed is absorbed before
/// anybody sees it.
final class ProcessLog: Sendable {
    private struct Group {
        let start: Position
        var events: [RecordedEvent] = []
        var isDurable = false
    }

    private struct State {
        var published: Position
        var events: [RecordedEvent] = []
        /// The position after which `events` begin; what is before is only in the table.
        var floor: Position
        var told = Position.start
        var mustLook = false
        var own: [Group] = []
        var isReading = false
        var absorber: (@Sendable ([RecordedEvent]) async -> Void)?
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
        var wake: CheckedContinuation<Void, Never>?
        var isAwake = false
        var isClosed = false
    }

    private let process: Process
    private let server: DatabaseServer
    private let state: Mutex<State>

    init(process: Process, server: DatabaseServer) {
        self.process = process
        self.server = server
        let head = server.read { $0.head }
        state = Mutex(State(published: head, floor: head))
    }

    var head: Position { state.withLock { $0.published } }

    func absorb(with absorber: @escaping @Sendable ([RecordedEvent]) async -> Void) {
        state.withLock { $0.absorber = absorber }
    }

    // MARK: The writer's side

    func announce(after start: Position) { state.withLock { $0.own.append(Group(start: start)) } }

    func announce(_ events: [RecordedEvent]) {
        state.withLock { state in
            if let last = state.own.indices.last { state.own[last].events += events }
        }
    }

    func confirm() {
        state.withLock { state in
            if let last = state.own.indices.last { state.own[last].isDurable = true }
            if !state.isReading { Self.publishOwn(&state) }
        }
        wakeReaders()
    }

    func withdraw() {
        state.withLock { state in
            if let last = state.own.last, !last.isDurable { state.own.removeLast() }
            state.mustLook = true
        }
        wakeReaders()
    }

    /// Forgets what is in memory: only the table knows it.
    func restart(at head: Position) {
        state.withLock { state in
            state.published = max(state.published, head)
            state.floor = state.published
            state.events = []
        }
        wakeReaders()
    }

    func note(head: Position) {
        state.withLock { $0.told = max($0.told, head) }
        wakeReaders()
    }

    func look() {
        state.withLock { $0.mustLook = true }
        wakeReaders()
    }

    func close() {
        state.withLock { $0.isClosed = true }
        wakeReaders()
    }

    // MARK: The reader of what others commit

    /// Reads, has absorbed and publishes what others commit.
    func follow() async {
        while !state.withLock({ $0.isClosed }) {
            guard let start = nextReading() else {
                await withCheckedContinuation { continuation in
                    let isAwake = state.withLock { state in
                        if !state.isAwake, !state.isClosed { state.wake = continuation }
                        defer { state.isAwake = false }
                        return state.isAwake || state.isClosed
                    }
                    if isAwake { continuation.resume() }
                }
                continue
            }
            await read(after: start)
        }
    }

    private func nextReading() -> Position? {
        state.withLock { state in
            Self.publishOwn(&state)
            let isDue = state.own.first.map { $0.start > state.published }
            guard isDue ?? (state.mustLook || state.told > state.published) else { return nil }
            state.isReading = true
            state.mustLook = false
            return state.published
        }
    }

    private func read(after start: Position) async {
        await process.pause(process.scheduler.draw { $0.span(.milliseconds(0), .milliseconds(4)) })
        while server.isCut(process), !state.withLock({ $0.isClosed }) { await process.pause(.milliseconds(500)) }
        let all = server.read { $0.events(after: start, limit: 512) }
        let (foreign, absorber) = state.withLock { state in
            let end = state.own.first?.start
            return (Array(all.prefix { event in end.map { event.position <= $0 } ?? true }), state.absorber)
        }
        if !foreign.isEmpty { await absorber?(foreign) }
        state.withLock { state in
            state.isReading = false
            state.events += foreign
            state.published = foreign.last?.position ?? state.own.first?.start ?? state.published
            Self.publishOwn(&state)
        }
        wakeReaders()
    }

    private static func publishOwn(_ state: inout State) {
        while let group = state.own.first, group.isDurable, group.start <= state.published {
            state.events += group.events
            state.published = group.events.last?.position ?? state.published
            state.own.removeFirst()
        }
    }

    // MARK: The tails' side

    /// Waits until there is something after a position.
    func wait(after position: Position) async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let mayWait = state.withLock { state in
                    guard position >= state.published, !state.isClosed, !Task.isCancelled else { return false }
                    state.waiting[waiter] = continuation
                    return true
                }
                if !mayWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume()
        }
    }

    /// Events after a position from memory; `nil` when the table must be asked.
    func recent(after position: Position, limit: Int) throws(JournalError) -> [RecordedEvent]? {
        let (isClosed, found) = state.withLock { state -> (Bool, [RecordedEvent]?) in
            if position < state.floor { return (state.isClosed, nil) }
            let first = Int(position.value - state.floor.value)
            return (state.isClosed, Array(state.events.dropFirst(first).prefix(limit)))
        }
        if isClosed { throw .closed }
        return found
    }

    private func wakeReaders() {
        let (waiting, wake) = state.withLock { state in
            defer {
                state.waiting = [:]
                state.wake = nil
            }
            if state.wake == nil { state.isAwake = true }
            return (state.waiting.sorted { $0.key < $1.key }.map(\.value), state.wake)
        }
        for continuation in waiting { continuation.resume() }
        wake?.resume()
    }
}

/// A reader of a process's log.
final class SimulatedTail: EventTail {
    private let journal: SimulatedJournal
    private let position: Mutex<Position>

    init(journal: SimulatedJournal, after position: Position) {
        self.journal = journal
        self.position = Mutex(position)
    }

    func next(limit: Int) async throws -> [RecordedEvent] {
        while true {
            try Task.checkCancellation()
            let after = position.withLock { $0 }
            let head = journal.log.head
            if after >= head {
                _ = try journal.log.recent(after: after, limit: 1)
                await journal.log.wait(after: after)
                continue
            }
            let events: [RecordedEvent]
            if let recent = try journal.log.recent(after: after, limit: limit), !recent.isEmpty {
                events = recent
            } else {
                events = try await journal.events(after: after, limit: limit).filter { $0.position <= head }
            }
            if let last = events.last {
                position.withLock { $0 = last.position }
                return events
            }
        }
    }
}

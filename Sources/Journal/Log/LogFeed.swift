import ContactCenter
import Foundation
import Logging
import Synchronization

/// Keeps the memory of a shared log complete and in order, whoever commits.
///
/// What this process commits is published from memory, with its decoded values, when it follows directly on what was
/// published. When another process came in between, it is held until the foreign events before it were read from the
/// table, given to the absorber, and published. A notification only says that it is time to look: the table is the
/// truth.
package final class LogFeed: Sendable {
    /// Own events that are held at most, while the table cannot be read or the absorber is slow. Over it commits are
    /// refused as overloaded.
    static let heldEventsMax = 16_384
    /// Foreign events read at once.
    static let pageRowsMax = 512
    private static let firstPause = Duration.milliseconds(50)
    private static let lastPause = Duration.seconds(2)

    /// What one transaction of this process appended.
    private struct Group {
        /// Where the log ended before.
        let start: Position
        let events: [RecordedEvent]
        /// Whether the database has said so. Until then nothing behind `start` is published: the table may show these
        /// events to us before we know that they are our own.
        var isDurable = false
    }

    private struct State {
        var published: Position
        /// Where the log ends as far as anybody has told.
        var told: Position
        /// What was told when the table was last asked.
        var toldBefore: Position
        /// Whether to look into the table whatever was told.
        var mustLook = false
        var own: [Group] = []
        var heldCount = 0
        /// Whether foreign events are being read or absorbed.
        var isReading = false
        var absorber: (@Sendable ([RecordedEvent]) async -> Void)?
    }

    /// One look into the table.
    private struct Look {
        /// The last event that was published.
        let after: Position
        /// Where the first group of this process that waited to be published began; the table held everything before.
        let ownStart: Position?
    }

    private let table: LogTable
    private let log: RecentEvents
    private let rest: @Sendable (Duration) async throws -> Void
    private let logger: Logger
    private let state: Mutex<State>
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    /// A feed of `log` from what the table has. `rest` lets a span pass, or throws when there is nothing to wait for.
    package init(
        table: LogTable, log: RecentEvents, logger: Logger,
        rest: @escaping @Sendable (Duration) async throws -> Void = LogFeed.sleep
    ) {
        self.table = table
        self.log = log
        self.logger = logger
        self.rest = rest
        state = Mutex(State(published: log.head, told: log.head, toldBefore: log.head))
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Not all processes at the same moment.
    package static let sleep: @Sendable (Duration) async throws -> Void = { span in
        try await Task.sleep(for: span * Double.random(in: 0.5...1))
    }

    /// Whether so much is held that no more should be committed.
    package var isFull: Bool { state.withLock { $0.heldCount >= Self.heldEventsMax } }

    /// Who is told of foreign events before anybody else sees them.
    package func absorb(with absorber: @escaping @Sendable ([RecordedEvent]) async -> Void) {
        state.withLock { $0.absorber = absorber }
    }

    // MARK: The writer's side, on its thread

    /// A transaction is about to be committed with these events, behind `start`.
    package func announce(_ events: [RecordedEvent], after start: Position) {
        state.withLock { state in
            state.own.append(Group(start: start, events: events))
            state.heldCount += events.count
        }
    }

    /// The transaction that was announced is durable, and who committed knows.
    package func confirm() {
        state.withLock { state in
            guard let last = state.own.indices.last else { return }
            state.own[last].isDurable = true
            if !state.isReading { publishOwn(&state) }
        }
        wake.yield()
    }

    /// The transaction that was announced failed, or nobody knows: what is in the table is read like what others wrote.
    package func withdraw() {
        state.withLock { state in
            if let last = state.own.last, !last.isDurable {
                state.own.removeLast()
                state.heldCount -= last.events.count
            }
        }
        look()
    }

    // MARK: The listener's side

    /// The log ends at `head` or later.
    package func note(head: Position) {
        let isNews = state.withLock { state in
            state.told = max(state.told, head)
            return state.told > state.published
        }
        if isNews { wake.yield() }
    }

    /// Something may have been missed.
    package func look() {
        state.withLock { $0.mustLook = true }
        wake.yield()
    }

    // MARK: The reader's side

    /// Reads, has absorbed and publishes what others commit; until `close`.
    package func run() async {
        for await _ in wakes {
            while !Task.isCancelled, let look = begin() { await follow(look) }
        }
    }

    /// Lets `run` return.
    package func close() { wake.finish() }

    /// Publishes what may be; answers the look into the table that is due, if one is.
    private func begin() -> Look? {
        state.withLock { state in
            publishOwn(&state)
            let isDue = state.own.first.map { $0.start > state.published }
            guard isDue ?? (state.mustLook || state.told > state.published) else { return nil }
            state.isReading = true
            state.mustLook = false
            state.toldBefore = state.told
            return Look(after: state.published, ownStart: state.own.first?.start)
        }
    }

    private func follow(_ look: Look) async {
        guard let events = await read(after: look.after) else {
            return state.withLock { state in
                state.isReading = false
                state.mustLook = true
            }
        }
        let (foreign, absorber) = state.withLock { state in
            let end = state.own.first?.start
            return (events.prefix { event in end.map { event.position <= $0 } ?? true }, state.absorber)
        }
        if !foreign.isEmpty { await absorber?(Array(foreign)) }
        state.withLock { state in
            state.isReading = false
            log.publish(Array(foreign))
            if let last = foreign.last {
                state.published = last.position
                state.mustLook = state.mustLook || events.count == Self.pageRowsMax
            } else {
                // Nothing but a gap is in front of our own. A group that came after the look says nothing about it:
                // what others committed between the look and that group, the look has not seen.
                if let start = look.ownStart, state.own.first?.start == start { state.published = start }
                // The table ends here, whatever was told before.
                if events.isEmpty, state.told == state.toldBefore { state.told = state.published }
            }
            publishOwn(&state)
        }
    }

    /// Reads the table; waits a little longer each time that it cannot be read. `nil` when nothing is to be waited for.
    private func read(after start: Position) async -> [RecordedEvent]? {
        var pause = Self.firstPause
        while true {
            do throws(JournalError) { return try await table.list(start, Self.pageRowsMax) } catch {
                logger.warning("the log cannot be followed", metadata: ["reason": "\(error)"])
            }
            do { try await rest(pause) } catch { return nil }
            pause = min(pause * 2, Self.lastPause)
        }
    }

    /// Own events that follow directly on what was published.
    private func publishOwn(_ state: inout State) {
        while let group = state.own.first, group.isDurable, group.start <= state.published {
            log.publish(group.events)
            state.published = group.events.last?.position ?? state.published
            state.heldCount -= group.events.count
            state.own.removeFirst()
        }
    }
}

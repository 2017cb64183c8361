import ContactCenter
import Journal
import Routing
import Synchronization

/// What is done with the counters beside counting: reading what ended before this process started, and telling who
/// follows a queue, once a second at most.
final class ObservationService: Sendable {
    /// Between two notifications of one queue.
    static let publishPause = Span.seconds(1)
    /// How far back the past is read.
    static let pastMax = Span.hours(24)
    /// Events of the past that are read at most; a busier past is known from later on.
    static let pastEventsMax: Int64 = 50_000
    static let pageRowsMax = 1_000

    private let observations: Observations
    private let journal: any Journal
    private let hub: NotificationHub
    private let surroundings: Surroundings
    /// The last event before this process counted.
    private let origin: Position
    private let state = Mutex(State())

    private struct State {
        var knowsPast = false
        var due: Set<QueueID> = []
        var publishedAt: [QueueID: Instant] = [:]
    }

    init(_ engine: Engine, after origin: Position) {
        observations = engine.observations
        journal = engine.journal
        hub = engine.hub
        surroundings = engine.surroundings
        self.origin = origin
    }

    /// Does what is due; answers when something will be next.
    func work() async throws -> Instant? {
        if !state.withLock({ $0.knowsPast }) {
            try await readPast()
            state.withLock { $0.knowsPast = true }
        }
        return publish()
    }

    // MARK: Telling

    private func publish() -> Instant? {
        let now = surroundings.now()
        let changed = observations.change { $0.takeChanged() }.filter(isFollowed)
        let (ready, next) = state.withLock { state -> ([QueueID], Instant?) in
            state.due.formUnion(changed)
            state.publishedAt = state.publishedAt.filter { now - $0.value < Self.publishPause }
            let ready = state.due.filter { state.publishedAt[$0] == nil }
            state.due.subtract(ready)
            for queue in ready { state.publishedAt[queue] = now }
            return (ready.sorted(), state.due.compactMap { state.publishedAt[$0] }.min().map { $0 + Self.publishPause })
        }
        for queue in ready {
            let observation = observations.observation(of: queue)
            for media in observation.media.map(\.media) {
                hub.publish(Notification(.queueObservation(observation, media)), on: .queueObservations(queue))
            }
            let whole = Notification(.queueObservation(observation, nil))
            for topic in [Topic.queueObservations(queue), .queueActivity(queue)] { hub.publish(whole, on: topic) }
        }
        return next
    }

    private func isFollowed(_ queue: QueueID) -> Bool {
        hub.isFollowed(.queueObservations(queue)) || hub.isFollowed(.queueActivity(queue))
    }

    // MARK: The past

    /// Counts what ended before this process started, in a ledger of its own: what is there now is known already.
    private func readPast() async throws {
        let now = surroundings.now()
        var past = QueueLedger()
        observations.change { past.takeSettings(of: $0) }
        var position = try await beginning(at: now)
        while position < origin {
            let page = try await journal.events(after: position, limit: Self.pageRowsMax)
            for event in page where event.position <= origin {
                guard ObservationFollower.countedTypes.contains(event.type),
                    let happened = try event.conversationEvent()
                else { continue }
                past.apply(happened, of: event.conversation, at: event.at)
            }
            guard let last = page.last else { break }
            position = last.position
        }
        let known = past
        observations.change { $0.absorb(historyOf: known, at: now) }
    }

    /// The position before the first event of the past that is read, found by halving.
    private func beginning(at now: Instant) async throws -> Position {
        let start = Instant(milliseconds: now.milliseconds - Self.pastMax.milliseconds)
        var low = max(origin.value - Self.pastEventsMax, 0)
        var high = max(origin.value, low)
        while low < high {
            let middle = (low + high) / 2
            let event = try await journal.events(after: Position(middle), limit: 1).first
            if let event, event.at < start { low = max(event.position.value, middle + 1) } else { high = middle }
        }
        return Position(low)
    }
}

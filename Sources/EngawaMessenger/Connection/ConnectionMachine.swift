/// The life of a connection, without sockets and clocks: takes what happened, answers with what to do.
struct ConnectionMachine: Sendable {
    enum Step: Sendable, Hashable {
        case open
        case wait(Duration)
        case stop
    }

    private(set) var state = ConnectionState.idle

    /// Whether the connection is there or comes back by itself.
    var isAlive: Bool {
        switch state {
        case .idle, .closed: false
        case .connecting, .configuring, .ready, .waiting: true
        }
    }

    /// Tries since the connection was last ready.
    private var tries = 0
    private let backoff: Backoff

    init(backoff: Backoff) { self.backoff = backoff }

    /// The app wants a connection.
    mutating func connect() -> Step {
        tries = 0
        return tryAgain()
    }

    /// The wait is over, or was cut short because the network is back.
    mutating func waited() -> Step { tryAgain() }

    /// The socket is open.
    mutating func opened() {
        guard case .connecting = state else { return }
        state = .configuring
    }

    /// A session that is open begins another one.
    mutating func reconfigures() {
        guard case .ready = state else { return }
        state = .configuring
    }

    /// The session is there and nothing is missing.
    mutating func readied() {
        guard case .configuring = state else { return }
        tries = 0
        state = .ready
    }

    /// The connection is gone, for a reason that passes.
    mutating func lost(chance: Double, notBefore: Duration = .zero) -> Step {
        if case .closed = state { return .stop }
        let delay = max(backoff.delay(afterTries: max(tries, 1), chance: chance), notBefore)
        state = .waiting(attempt: tries + 1, delay: delay)
        return .wait(delay)
    }

    /// The connection is gone, and another try would not help.
    mutating func ended(_ ending: ConnectionState.Ending) -> Step {
        state = .closed(ending)
        return .stop
    }

    private mutating func tryAgain() -> Step {
        tries += 1
        state = .connecting(attempt: tries)
        return .open
    }
}

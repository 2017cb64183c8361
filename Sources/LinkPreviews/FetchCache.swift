import Synchronization

/// How many fetches run at a time, over all caches.
final class FetchGate: Sendable {
    private let max: Int
    private let running = Atomic<Int>(0)

    init(max: Int) { self.max = max }

    /// Whether there is room; who got some must `leave`.
    func enter() -> Bool {
        if running.add(1, ordering: .relaxed).newValue <= max { return true }
        leave()
        return false
    }

    func leave() { running.subtract(1, ordering: .relaxed) }
}

/// Remembers what was fetched, and that nothing was found; whoever asks for what is being fetched waits for it.
final class FetchCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// What a caller is to do.
    private enum Turn: Sendable {
        case known(Value?)
        case make
    }

    /// Who waits for one fetch at most; more have no preview this time.
    private static var waitersMax: Int { 200 }
    /// What nothing found costs: a place in the table.
    private static var entriesMax: Int { 4_000 }

    private struct Entry {
        var value: Value?
        var cost: Int
        var endsAt: ContinuousClock.Instant
        var number: Int
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var waiting: [Key: [CheckedContinuation<Turn, Never>]] = [:]
        var cost = 0
        var count = 0
    }

    private let costMax: Int
    private let gate: FetchGate
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    init(costMax: Int, gate: FetchGate, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.costMax = costMax
        self.gate = gate
        self.now = now
    }

    /// What is known, else what `make` gives with its cost; `nil` when there is nothing, or no room to ask.
    func value(for key: Key, make: @Sendable () async -> (Value, cost: Int)?) async -> Value? {
        let turn: Turn = await withCheckedContinuation { continuation in
            if let turn = ask(key, continuation) { continuation.resume(returning: turn) }
        }
        if case .known(let value) = turn { return value }
        guard gate.enter() else {
            settle(key, nil, isKept: false)
            return nil
        }
        let made = await make()
        gate.leave()
        settle(key, made, isKept: true)
        return made?.0
    }

    /// The caller's turn; `nil` when the caller waits for another's fetch.
    private func ask(_ key: Key, _ continuation: CheckedContinuation<Turn, Never>) -> Turn? {
        let time = now()
        return state.withLock { state in
            if let entry = state.entries[key], entry.endsAt > time { return .known(entry.value) }
            guard let waiting = state.waiting[key] else {
                state.waiting[key] = []
                return .make
            }
            guard waiting.count < Self.waitersMax else { return .known(nil) }
            state.waiting[key, default: []].append(continuation)
            return nil
        }
    }

    private func settle(_ key: Key, _ made: (Value, cost: Int)?, isKept: Bool) {
        let endsAt = now() + (made == nil ? LinkPreviews.failureLifetime : LinkPreviews.lifetime)
        let waiting = state.withLock { state in
            if isKept, (made?.cost ?? 0) <= costMax {
                state.cost -= state.entries[key]?.cost ?? 0
                state.count += 1
                state.entries[key] = Entry(
                    value: made?.0, cost: made?.cost ?? 0, endsAt: endsAt, number: state.count)
                state.cost += made?.cost ?? 0
                makeRoom(in: &state)
            }
            return state.waiting.removeValue(forKey: key) ?? []
        }
        for continuation in waiting { continuation.resume(returning: .known(made?.0)) }
    }

    /// The oldest go, some at a time, so that a full table is not sorted for each newcomer.
    private func makeRoom(in state: inout State) {
        guard state.cost > costMax || state.entries.count > Self.entriesMax else { return }
        for (key, entry) in state.entries.sorted(by: { $0.value.number < $1.value.number }) {
            guard state.cost > costMax * 9 / 10 || state.entries.count > Self.entriesMax * 9 / 10 else { return }
            state.entries[key] = nil
            state.cost -= entry.cost
        }
    }
}

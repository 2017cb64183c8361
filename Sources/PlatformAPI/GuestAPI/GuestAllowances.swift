import ContactCenter
import Synchronization

/// What each guest may do of one thing. An allowance outlives the guest's connections until it is whole again, so that
/// nobody has more of it by coming back; a whole one is remembered nowhere.
final class GuestAllowances: Sendable {
    private struct State {
        var buckets: [GuestTokens.Guest: TokenBucket] = [:]
        /// As many as make it worth looking for whole ones.
        var sweepsAt = GuestAllowances.sweepMin
    }

    /// Guests who are remembered at a time. When there are more, a tenth goes, those first who did nothing for longest:
    /// an old one starts anew, which is kinder than refusing a new one.
    static let guestsMax = 100_000
    private static let sweepMin = 1_024

    private let burst: Double
    private let perSecond: Double
    private let guestsMax: Int
    private let state = Mutex(State())

    /// Lets each guest do so much at once and so much a second in the long run.
    init(burst: Double, perSecond: Double, guestsMax: Int = GuestAllowances.guestsMax) {
        self.burst = burst
        self.perSecond = perSecond
        self.guestsMax = guestsMax
    }

    /// Guests who are remembered.
    var count: Int { state.withLock { $0.buckets.count } }

    /// Takes one of a guest's; when there is none, the seconds after which there will be.
    func take(of guest: GuestTokens.Guest, at now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { state in
            var bucket = state.buckets[guest] ?? TokenBucket(burst: burst, perSecond: perSecond, at: now)
            let seconds = bucket.take(at: now)
            if state.buckets[guest] == nil { makeRoom(in: &state, at: now) }
            state.buckets[guest] = bucket
            return seconds
        }
    }

    /// Makes a guest's allowance whole.
    func restore(of guest: GuestTokens.Guest) { state.withLock { $0.buckets[guest] = nil } }

    /// Looks through all only after as many again have come, so that this costs a guest a constant time.
    private func makeRoom(in state: inout State, at now: ContinuousClock.Instant) {
        guard state.buckets.count >= min(state.sweepsAt, guestsMax) else { return }
        state.buckets = state.buckets.filter { !$0.value.isWhole(at: now) }
        if state.buckets.count >= guestsMax {
            let oldest = state.buckets.sorted { $0.value.filledAt < $1.value.filledAt }
            for (guest, _) in oldest.prefix(guestsMax / 10 + 1) { state.buckets[guest] = nil }
        }
        state.sweepsAt = max(Self.sweepMin, state.buckets.count * 2)
    }
}

/// Lets so much through at once and so much a second in the long run.
struct TokenBucket: Sendable {
    private let burst: Double
    private let perSecond: Double
    private var tokens: Double
    /// When something was taken last.
    private(set) var filledAt: ContinuousClock.Instant

    init(burst: Double, perSecond: Double, at now: ContinuousClock.Instant = .now) {
        self.burst = burst
        self.perSecond = perSecond
        tokens = burst
        filledAt = now
    }

    /// Lets a minute's worth through at once, and the same in each minute.
    init(perMinute: Double) { self.init(burst: perMinute, perSecond: perMinute / 60) }

    /// Takes one; when there is none, the seconds after which there will be.
    mutating func take(at now: ContinuousClock.Instant = .now) -> Int? {
        tokens = content(at: now)
        filledAt = now
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        return max(1, Int(((1 - tokens) / perSecond).rounded(.up)))
    }

    /// Whether it is as if nothing had been taken.
    func isWhole(at now: ContinuousClock.Instant) -> Bool { content(at: now) >= burst }

    private func content(at now: ContinuousClock.Instant) -> Double {
        let passed = (now - filledAt).components
        let seconds = Double(passed.seconds) + Double(passed.attoseconds) / 1e18
        return min(burst, tokens + seconds * perSecond)
    }
}

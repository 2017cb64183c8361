import ContactCenter
import Foundation

/// What the engine needs of the world around it: the time, a pause, and chance. Everything in the engine takes them
/// from here, so that a simulation can run it from a seed.
public struct Surroundings: Sendable {
    /// The wall clock's time.
    public var now: @Sendable () -> Instant
    /// Returns after a span, or throws `CancellationError` when the task is cancelled before.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// The steady clock, from any moment on; it goes on while the process is stopped or the machine sleeps.
    public var uptime: @Sendable () -> Duration
    /// 64 random bits.
    public var random: @Sendable () -> UInt64

    /// The world by its parts; what is left out is the system's own.
    public init(
        now: @escaping @Sendable () -> Instant = Instant.systemNow,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        uptime: @escaping @Sendable () -> Duration = Surroundings.systemUptime,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        self.now = now
        self.sleep = sleep
        self.uptime = uptime
        self.random = random
    }

    /// The system's clock, timer and randomness.
    public static let live = Surroundings()

    /// The system's steady clock since the program asked first.
    @Sendable public static func systemUptime() -> Duration { ContinuousClock.now - start }
    private static let start = ContinuousClock.now

    /// A source of time-ordered identifiers.
    var identifiers: some IdentifierSource { TimeOrderedIdentifiers(now: now(), generator: Chance(bits: random)) }

    /// A span between nothing and `most`, so that many who wait do not come back at once.
    func jitter(upTo most: Span) -> Span {
        var chance = Chance(bits: random)
        return Span(milliseconds: Int64.random(in: 0...most.milliseconds, using: &chance))
    }

    private struct Chance: RandomNumberGenerator {
        let bits: @Sendable () -> UInt64
        mutating func next() -> UInt64 { bits() }
    }
}

extension Instant {
    /// The system's clock.
    public static func systemNow() -> Instant {
        Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}

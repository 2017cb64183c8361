/// How long to wait before the next try. Doubled each time up to a limit; half of it is left to chance, so that many
/// clients do not come back at the same moment.
public struct Backoff: Sendable, Hashable {
    /// The longest first wait.
    public var initial: Duration
    /// The longest wait of all.
    public var max: Duration

    /// Half a second at first, half a minute at most.
    public init(initial: Duration = .milliseconds(500), max: Duration = .seconds(30)) {
        self.initial = initial
        self.max = max
    }

    /// The wait after so many tries without success, the first being 1.
    /// - Parameters:
    ///   - tries: how many failed.
    ///   - chance: 0 ..< 1.
    public func delay(afterTries tries: Int, chance: Double) -> Duration {
        let doublings = Swift.min(Swift.max(tries - 1, 0), 20)
        let whole = Swift.min(initial * (1 << doublings), max)
        return whole / 2 + whole / 2 * chance
    }
}

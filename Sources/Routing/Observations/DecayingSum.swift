import ContactCenter
import Foundation

/// A sum in which what was added counts half after a half-life, a quarter after two: the lately seen without a list of
/// it.
struct DecayingSum: Sendable {
    private var value = 0.0
    private var at = Instant(milliseconds: 0)

    /// Adds an amount that was seen now; one that comes late counts as of the latest.
    mutating func add(_ amount: Double, at now: Instant, halfLife: Span) {
        let latest = max(at, now)
        value = read(at: latest, halfLife: halfLife) + amount
        at = latest
    }

    /// The sum as it counts now.
    func read(at now: Instant, halfLife: Span) -> Double {
        guard value != 0, now > at else { return value }
        return value * exp2(-Double((now - at).milliseconds) / Double(halfLife.milliseconds))
    }

    /// Both together.
    mutating func absorb(_ other: DecayingSum, halfLife: Span) {
        add(other.read(at: max(at, other.at), halfLife: halfLife), at: other.at, halfLife: halfLife)
    }
}

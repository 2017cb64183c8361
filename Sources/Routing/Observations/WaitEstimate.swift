import ContactCenter
import Foundation

/// How long an interaction may expect to wait until an agent answers.
public struct WaitEstimate: Hashable, Sendable {
    /// By what; raw values are the wire's `formula` (reference F.2).
    public enum Formula: String, Hashable, Sendable {
        /// Position, and the speed of the line.
        case simple = "SIMPLE"
        /// The same, and that some of those ahead will leave.
        case abandon = "ABANDON"
    }

    /// From now until the answer.
    public var span: Span
    public var formula: Formula
    /// The place in line, from 1; 0 for one that is being offered.
    public var position: Int

    /// Longer waits are given as this: nobody plans by more.
    public static let spanMax = Span.hours(24)
}

/// What an estimate is made of. See `docs/routing.md`, "How long it will take".
struct WaitBasis: Hashable, Sendable {
    /// The place in line, from 1.
    var position: Int
    /// Whether the interaction stands in line already. Who stands there although an agent is free is not served by
    /// that agent.
    var isInLine: Bool
    /// The interactions that the agents on queue may have at once, each agent shared among his queues.
    var slots: Double
    /// Those of them that are free now; agents are not shared here.
    var freeSlots: Int
    var pace: QueuePace.Reading

    /// Where nothing was handled yet.
    static let handleSecondsDefault = 300.0
    static let alertSecondsDefault = 5.0
    /// How many answers the agents' capacity is worth beside the answers that were seen.
    static let priorCount = 4.0
    /// Places that are added up one by one; beyond it by the integral, which is the same within a thousandth.
    private static let termsMax = 64

    /// The estimate; `nil` while nobody is on queue, because nothing says when somebody will be.
    var estimate: WaitEstimate? {
        guard slots > 0 else { return nil }
        let alert = pace.alertSeconds ?? Self.alertSecondsDefault
        if !isInLine, position == 1, freeSlots > 0 { return make(alert, leaving: 0) }
        let perSecond = slots / max(pace.handleSeconds ?? Self.handleSecondsDefault, 0.001)
        // A gamma prior: the capacity says how fast the line should move, what was seen how fast it does.
        let served = (pace.servedCount + Self.priorCount) / (pace.busySeconds + Self.priorCount / perSecond)
        let leaving = pace.waitedSeconds > 0 ? pace.leftCount / pace.waitedSeconds : 0
        return make(Self.seconds(toPass: position, served: served, leaving: leaving) + alert, leaving: leaving)
    }

    /// The mean time in which a line moves up by so many places: with `i` ahead the next of them goes after
    /// 1 / (served + i · leaving) seconds.
    static func seconds(toPass places: Int, served: Double, leaving: Double) -> Double {
        var seconds = 0.0
        for ahead in 0..<min(places, termsMax) { seconds += 1 / (served + Double(ahead) * leaving) }
        guard places > termsMax else { return seconds }
        let (first, last) = (Double(termsMax) - 0.5, Double(places) - 0.5)
        if leaving <= served * 1e-9 { return seconds + (last - first) / served }
        return seconds + log((served + last * leaving) / (served + first * leaving)) / leaving
    }

    private func make(_ seconds: Double, leaving: Double) -> WaitEstimate {
        let bounded = min(max(seconds, 0), WaitEstimate.spanMax.seconds)
        return WaitEstimate(
            span: Span(milliseconds: Int64(bounded * 1_000)), formula: leaving > 0 ? .abandon : .simple,
            position: position)
    }
}

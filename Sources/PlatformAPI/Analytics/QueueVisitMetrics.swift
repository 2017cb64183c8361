import ContactCenter
import Engine

/// What a visit to a queue adds to its session in analytics (`AnalyticsSessionMetric`, reference I.5), once it is over.
struct QueueVisitMetric: Encodable, Sendable, Equatable {
    var emitDate: WireDate
    var name: String
    /// Milliseconds, or a count.
    var value: Int64

    /// The metrics of an `acd` participant; none of anybody else.
    static func metrics(of participant: Participant, under rules: InQueueRules) -> [QueueVisitMetric]? {
        guard participant.purpose == .acd, let end = participant.endedAt else { return nil }
        let wait = end - participant.startedAt
        var metrics: [(String, Int64)] = [
            ("nOffered", 1), ("tAcd", wait.milliseconds), ("tWait", wait.milliseconds),
        ]
        switch participant.queueOutcome {
        case .answered: metrics.append(("tAnswered", wait.milliseconds))
        case .flowOut: metrics.append(("tFlowOut", wait.milliseconds))
        case .abandon:
            metrics.append(("tAbandon", wait.milliseconds))
            let settings = participant.queue.flatMap(rules.settings)
            if settings?.isShortAbandon(wait) == true { metrics.append(("tShortAbandon", wait.milliseconds)) }
        case nil: break
        }
        return metrics.map { QueueVisitMetric(emitDate: WireDate(end), name: $0, value: $1) }
    }
}

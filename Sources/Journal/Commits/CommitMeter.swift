import CoreMetrics
import Telemetry

/// Counts what the writer does: a few atomic additions for a whole group, none for a message.
struct CommitMeter: Sendable {
    private let committed = Self.counter("committed")
    private let duplicates = Self.counter("duplicate")
    private let conflicts = Self.counter("conflict")
    private let refused = Self.counter("refused")
    private let failed = Self.counter("failed")
    private let groupSize = Recorder(label: Metric.commitGroupSize.name)
    private let groupTime = CoreMetrics.Timer(label: Metric.commitGroupSeconds.name)
    private let syncTime = CoreMetrics.Timer(label: Metric.commitSyncSeconds.name)

    private static func counter(_ outcome: String) -> Counter {
        Counter(label: Metric.commits.name, dimensions: [("outcome", outcome)])
    }

    /// A commit came when too many waited.
    func noteRefused() { refused.increment() }

    /// A group is written, or not.
    func note(_ outcome: GroupTransaction.Outcome, took time: Duration) {
        groupSize.record(outcome.answers.count)
        groupTime.recordNanoseconds(time.nanoseconds)
        if let syncTime = outcome.syncTime { self.syncTime.recordNanoseconds(syncTime.nanoseconds) }
        var counts = (committed: 0, duplicates: 0, conflicts: 0, failed: 0)
        for answer in outcome.answers {
            switch answer {
            // Work without events is no commit.
            case .success(.committed(let positions)): counts.committed += positions.isEmpty ? 0 : 1
            case .success(.duplicate): counts.duplicates += 1
            case .failure(.unavailable): counts.failed += 1
            case .failure: counts.conflicts += 1
            }
        }
        if counts.committed > 0 { committed.increment(by: counts.committed) }
        if counts.duplicates > 0 { duplicates.increment(by: counts.duplicates) }
        if counts.conflicts > 0 { conflicts.increment(by: counts.conflicts) }
        if counts.failed > 0 { failed.increment(by: counts.failed) }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}

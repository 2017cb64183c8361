import CoreMetrics
import Synchronization

/// What one series of a family has measured.
protocol Cell: AnyObject, Sendable {
    func write(_ name: String, labels: String, to text: inout PrometheusText)
}

/// A number that only grows.
final class CounterCell: Cell, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.add(amount, ordering: .relaxed) }

    func reset() { value.store(0, ordering: .relaxed) }

    func write(_ name: String, labels: String, to text: inout PrometheusText) {
        text.line(name, labels, Double(value.load(ordering: .relaxed)))
    }
}

/// How values are distributed. It is written once for a request or a transaction, never for a message, so a lock that
/// nobody else wants is cheap enough.
final class HistogramCell: Cell, RecorderHandler, TimerHandler {
    private struct State {
        /// Values in each bucket, not cumulated; the last is beyond all bounds.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func write(_ name: String, labels: String, to text: inout PrometheusText) {
        let state = state.withLock { $0 }
        var total: UInt64 = 0
        for (index, count) in state.counts.enumerated() {
            total += count
            let bound = index < bounds.count ? PrometheusText.number(bounds[index]) : "+Inf"
            text.line(name + "_bucket", PrometheusText.labels(labels, and: "le", bound), Double(total))
        }
        text.line(name + "_sum", labels, state.sum)
        text.line(name + "_count", labels, Double(total))
    }
}

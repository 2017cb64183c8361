import Histogram

/// How long something took, many times over, in microseconds with three significant digits.
struct Timings {
    private var histogram = Histogram<UInt64>(highestTrackableValue: 120_000_000)

    var count: Int { Int(histogram.totalCount) }

    mutating func record(_ time: Duration) {
        let (seconds, attoseconds) = time.components
        _ = histogram.record(UInt64(max(seconds * 1_000_000 + attoseconds / 1_000_000_000_000, 1)))
    }

    /// The value in milliseconds that this share of all, in percent, does not exceed.
    func milliseconds(at percentile: Double) -> Double {
        Double(histogram.valueAtPercentile(percentile)) / 1_000
    }
}

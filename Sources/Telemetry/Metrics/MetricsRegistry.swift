import CoreMetrics
import Synchronization

/// The instruments of the process behind swift-metrics, and the page on which Prometheus reads them.
///
/// Whoever measures keeps the instrument that it made; to count is then one atomic addition. The table of families is
/// locked only when an instrument is made and when the page is written.
public final class MetricsRegistry: MetricsFactory {
    /// Series of one family at most: what comes on top is counted together under ``otherLabel``, so that no client can
    /// fill the memory, here or in Prometheus, by inventing labels.
    static let seriesPerFamilyMax = 2_000
    /// The value of every label of what is counted together.
    public static let otherLabel = "_other"

    private struct Family {
        let metric: Metric
        /// By their labels as the page shows them.
        var cells: [String: any Cell] = [:]
    }

    private let families: Mutex<[String: Family]>

    /// A registry for the families of the catalogue.
    public init(_ metrics: [Metric] = Metric.all) {
        let pairs = metrics.map { ($0.name, Family(metric: $0)) }
        families = Mutex(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
    }

    /// The whole page: what was measured, and `samples` that were read just now.
    public func page(with samples: [Sample] = []) -> String {
        let families = families.withLock { $0 }
        var read: [String: [Sample]] = [:]
        for sample in samples { read[sample.metric.name, default: []].append(sample) }
        var text = PrometheusText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            let lines = read[name] ?? []
            guard !family.cells.isEmpty || !lines.isEmpty else { continue }
            text.begin(family.metric)
            for (labels, cell) in family.cells.sorted(by: { $0.key < $1.key }) {
                cell.write(name, labels: labels, to: &text)
            }
            for sample in lines { text.line(name, PrometheusText.labels(sample.labels), sample.value) }
        }
        return text.text
    }

    private func cell<Kept: Cell>(
        _ label: String, _ dimensions: [(String, String)], _ make: (Metric.Kind) -> Kept?
    ) -> Kept? {
        families.withLock { families in
            guard let family = families[label] else { return nil }
            let isFull = family.cells.count >= Self.seriesPerFamilyMax
            var key = PrometheusText.labels(dimensions)
            if isFull, family.cells[key] == nil {
                key = PrometheusText.labels(dimensions.map { ($0.0, Self.otherLabel) })
            }
            if let known = family.cells[key] { return known as? Kept }
            guard let cell = make(family.metric.kind) else { return nil }
            families[label]?.cells[key] = cell
            return cell
        }
    }
}

/// The instruments that the libraries and we ask for; what is not in the catalogue measures nothing.
extension MetricsRegistry {
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, dimensions) { $0 == .counter ? CounterCell() : nil } ?? NOOPMetricsHandler.instance
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        // Values of now are read when the page is asked for.
        NOOPMetricsHandler.instance
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramCell? {
        cell(label, dimensions) { kind in
            if case .histogram(let bounds) = kind { HistogramCell(bounds: bounds) } else { nil }
        }
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
}

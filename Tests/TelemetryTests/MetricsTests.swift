import CoreMetrics
import Testing

@testable import Telemetry

@Suite("Metrics: what was measured stands on one page in Prometheus' format")
struct MetricsTests {
    private static let letters = Metric("letters_total", .counter, "Letters.\nIn two lines, with a \\.")
    private static let waits = Metric("wait_seconds", .histogram(bounds: [0.5, 1]), "Waits.")
    private static let height = Metric("height_meters", .gauge, "Height.")
    private let registry = MetricsRegistry([letters, waits, height])

    @Test("a counter shows its help, its kind and one line for each set of labels")
    func counter() {
        Counter(label: "letters_total", dimensions: [("kind", "b")], factory: registry).increment()
        let counter = Counter(label: "letters_total", dimensions: [("kind", "a")], factory: registry)
        counter.increment()
        counter.increment(by: 41)
        #expect(
            registry.page() == """
                # HELP letters_total Letters.\\nIn two lines, with a \\\\.
                # TYPE letters_total counter
                letters_total{kind="a"} 42
                letters_total{kind="b"} 1

                """)
    }

    @Test("a second instrument with the same labels counts into the same line")
    func sameCell() {
        for _ in 0..<3 { Counter(label: "letters_total", factory: registry).increment() }
        #expect(registry.page().hasSuffix("\nletters_total 3\n"))
    }

    @Test("a histogram counts up to each bound, in seconds for timers")
    func histogram() {
        let timer = CoreMetrics.Timer(label: "wait_seconds", dimensions: [("of", "x")], factory: registry)
        timer.recordNanoseconds(500_000_000)
        timer.recordNanoseconds(750_000_000)
        timer.recordNanoseconds(3_000_000_000)
        #expect(
            registry.page() == """
                # HELP wait_seconds Waits.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{of="x",le="0.5"} 1
                wait_seconds_bucket{of="x",le="1"} 2
                wait_seconds_bucket{of="x",le="+Inf"} 3
                wait_seconds_sum{of="x"} 4.25
                wait_seconds_count{of="x"} 3

                """)
    }

    @Test("a value that is read now stands beside what was measured, its labels escaped")
    func samples() {
        let page = registry.page(with: [
            Sample(Self.height, [("name", "a \"hill\"\nin\\Kyoto")], 1.5), Sample(Self.height, [("name", "sea")], 0),
        ])
        #expect(
            page == """
                # HELP height_meters Height.
                # TYPE height_meters gauge
                height_meters{name="a \\"hill\\"\\nin\\\\Kyoto"} 1.5
                height_meters{name="sea"} 0

                """)
    }

    @Test("what is not in the catalogue measures nothing")
    func unknown() {
        Counter(label: "somebody_elses", factory: registry).increment()
        Recorder(label: "letters_total", factory: registry).record(1)
        #expect(registry.page() == "")
    }

    @Test("a family that is full counts the rest together")
    func bounded() {
        for number in 0..<(MetricsRegistry.seriesPerFamilyMax + 10) {
            Counter(label: "letters_total", dimensions: [("n", "\(number)")], factory: registry).increment()
        }
        let lines = registry.page().split(separator: "\n").filter { $0.hasPrefix("letters_total") }
        #expect(lines.count == MetricsRegistry.seriesPerFamilyMax + 1)
        #expect(lines.contains("letters_total{n=\"_other\"} 10"))
    }

    @Test("the catalogue names each family once, in the form that Prometheus wants")
    func catalogue() {
        let names = Metric.all.map(\.name)
        #expect(Set(names).count == names.count)
        for metric in Metric.all {
            #expect(metric.name.wholeMatch(of: /(engawa|process)_[a-z_]+/) != nil, "\(metric.name)")
            #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"), "\(metric.name)")
            if case .histogram(let bounds) = metric.kind { #expect(bounds == bounds.sorted()) }
        }
    }

    @Test(
        "numbers are written as the format reads them",
        arguments: [
            (0.0, "0"), (-3.0, "-3"), (0.25, "0.25"), (1e-05, "1e-05"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (.nan, "NaN"), (1_700_000_000.5, "1700000000.5"),
        ])
    func numbers(value: Double, text: String) { #expect(PrometheusText.number(value) == text) }

    @Test("the process knows itself")
    func process() {
        let samples = ProcessVitals.samples()
        #expect(samples.count == 6)
        for sample in samples { #expect(sample.value > 0, "\(sample.metric.name)") }
    }
}

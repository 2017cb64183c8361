import CoreMetrics
import HTTPTypes
import Hummingbird
import Synchronization
import Telemetry

/// Counts the requests of one route by the class of their status. Instruments are made when they are first needed, so
/// that the page does not show hundreds of routes that nobody uses.
final class RouteMeter: Sendable {
    private struct Instruments {
        var counters: [Int: Counter] = [:]
        var timer: CoreMetrics.Timer?
    }

    private let method: String
    private let path: String
    private let instruments = Mutex(Instruments())

    /// The meter of a route by its template, never by the path that a client sent.
    init(_ method: HTTPRequest.Method, _ path: String) {
        self.method = method.rawValue
        self.path = path
    }

    /// Runs a handler and counts what became of it.
    func count(_ handler: () async throws -> Response) async throws -> Response {
        let beganAt = ContinuousClock.now
        do {
            let response = try await handler()
            note(response.status.code, since: beganAt)
            return response
        } catch {
            note(ErrorTable.apiError(for: error).status.code, since: beganAt)
            throw error
        }
    }

    private func note(_ status: Int, since beganAt: ContinuousClock.Instant) {
        let time = (ContinuousClock.now - beganAt).components
        let (counter, timer) = instruments.withLock { instruments in
            let timer = instruments.timer ?? makeTimer()
            let counter = instruments.counters[status / 100] ?? makeCounter(status / 100)
            instruments.timer = timer
            instruments.counters[status / 100] = counter
            return (counter, timer)
        }
        counter.increment()
        timer.recordNanoseconds(time.seconds * 1_000_000_000 + time.attoseconds / 1_000_000_000)
    }

    private func makeTimer() -> CoreMetrics.Timer {
        CoreMetrics.Timer(
            label: Metric.httpRequestSeconds.name, dimensions: [("method", method), ("route", path)])
    }

    private func makeCounter(_ statusClass: Int) -> Counter {
        Counter(
            label: Metric.httpRequests.name,
            dimensions: [("method", method), ("route", path), ("status", "\(statusClass)xx")])
    }
}

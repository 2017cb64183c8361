import CoreMetrics
import Synchronization
import Telemetry

/// Counts the sockets of one endpoint and their bytes: atomic additions, for each read and write one.
final class SocketMeter: Sendable {
    /// Why a socket ended.
    enum Ending: String, CaseIterable {
        /// The client closed it.
        case client
        /// We closed it in the normal course, as when another socket takes a channel.
        case server
        /// The client read too slowly.
        case slowReader = "slow_reader"
        /// The client broke a rule of the protocol or a limit.
        case protocolError = "protocol"
        /// The client did not answer a ping.
        case unresponsive
        /// The server shut down.
        case shutdown
        /// The connection was cut without a word.
        case lost

        /// What a close frame of ours stands for.
        init(code: UInt16?, isSlowReader: Bool) {
            switch code {
            case _ where isSlowReader: self = .slowReader
            case SocketClose.goingAway?: self = .shutdown
            case SocketClose.unresponsive?: self = .unresponsive
            case SocketClose.normal?, nil: self = .server
            default: self = .protocolError
            }
        }
    }

    private let open = Atomic<Int>(0)
    private let kind: String
    private let opened: Counter
    private let closed: [Ending: Counter]
    private let received: Counter
    private let sent: Counter

    /// A meter for one kind of sockets.
    init(kind: String) {
        self.kind = kind
        let labels = [("kind", kind)]
        opened = Counter(label: Metric.socketsOpened.name, dimensions: labels)
        received = Counter(label: Metric.socketReceivedBytes.name, dimensions: labels)
        sent = Counter(label: Metric.socketSentBytes.name, dimensions: labels)
        closed = Dictionary(
            uniqueKeysWithValues: Ending.allCases.map { ending in
                (ending, Counter(label: Metric.socketsClosed.name, dimensions: labels + [("reason", ending.rawValue)]))
            })
    }

    /// Sockets that are open now.
    var sample: Sample { Sample(.socketsOpen, [("kind", kind)], open.load(ordering: .relaxed)) }

    func noteOpened() {
        open.add(1, ordering: .relaxed)
        opened.increment()
    }

    func noteClosed(_ ending: Ending) {
        open.subtract(1, ordering: .relaxed)
        closed[ending]?.increment()
    }

    func noteReceived(_ bytesCount: Int) { received.increment(by: bytesCount) }

    func noteSent(_ bytesCount: Int) { sent.increment(by: bytesCount) }
}

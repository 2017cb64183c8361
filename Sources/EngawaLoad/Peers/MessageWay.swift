import NIOCore

/// One system under load: visitors who write, and agents' sockets that are told.
protocol Peer: Sendable {
    var name: String { get }
    /// The processes whose time and memory count.
    var processes: [Int32] { get }
    /// Connects visitors and agents; visitor i writes to agent i modulo their number.
    func open(visitors: Int, agents: Int, on group: any EventLoopGroup) async throws -> any MessageWay
}

/// The open sockets of one round. Everything but `close` is on the event loop.
protocol MessageWay: AnyObject, Sendable {
    /// Told with the visitor's index when an agent's socket has the visitor's last message.
    var arrived: (Int) -> Void { get set }
    /// Sends a visitor's next message.
    func send(_ visitor: Int)
    /// What went wrong so far: messages that were refused, or told wrongly.
    var faults: Int { get }
    func close() async
}

/// A closed loop: every visitor writes the next message when an agent's socket has the last one.
final class ClosedLoop: @unchecked Sendable {
    private let way: any MessageWay
    private let loop: any EventLoop
    private var sentAt: [ContinuousClock.Instant]
    private var timings = Timings()
    private var isMeasuring = false
    private var isRunning = true

    init(_ way: any MessageWay, visitors: Int, on loop: any EventLoop) {
        self.way = way
        self.loop = loop
        sentAt = Array(repeating: .now, count: visitors)
    }

    /// Warms up, measures for a while, waits for what is under way.
    func run(warmUp: Duration, measure: Duration, peer: any Peer) async throws -> Figures {
        try await loop.submit { self.begin() }.get()
        try await Task.sleep(for: warmUp)
        let cpu = Machine.cpuSeconds(of: peer.processes)
        let start = ContinuousClock.now
        try await loop.submit { self.isMeasuring = true }.get()
        try await Task.sleep(for: measure)
        let (timings, faults) = try await loop.submit {
            self.isMeasuring = false
            self.isRunning = false
            return (self.timings, self.way.faults)
        }.get()
        let seconds = (ContinuousClock.now - start).seconds
        let used = Machine.cpuSeconds(of: peer.processes) - cpu
        try await Task.sleep(for: .milliseconds(300))
        return Figures(
            "\(peer.name) message way, \(sentAt.count) visitors",
            [
                ("per_s", Double(timings.count) / seconds), ("p50_ms", timings.milliseconds(at: 50)),
                ("p99_ms", timings.milliseconds(at: 99)), ("p999_ms", timings.milliseconds(at: 99.9)),
                ("cpu_us", used * 1e6 / Double(max(timings.count, 1))), ("faults", Double(faults)),
            ])
    }

    private func begin() {
        way.arrived = { [unowned self] visitor in arrived(visitor) }
        for visitor in sentAt.indices { send(visitor) }
    }

    private func send(_ visitor: Int) {
        sentAt[visitor] = .now
        way.send(visitor)
    }

    private func arrived(_ visitor: Int) {
        if isMeasuring { timings.record(.now - sentAt[visitor]) }
        if isRunning { send(visitor) }
    }
}

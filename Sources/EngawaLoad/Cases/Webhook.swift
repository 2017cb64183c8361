import ArgumentParser
import NIOCore

/// Open messaging: a customer's system posts a message and is answered when it is durable.
struct Webhook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "POST of an inbound open message → durable.")

    @OptionGroup var server: ServerOptions

    @Option(help: "Connections that post in a closed loop, each for a customer of its own.")
    var connections = 50

    @Option(help: "Seconds of each round.")
    var seconds = 5.0

    @Option(help: "Rounds; the median counts.")
    var rounds = 3

    func run() async throws {
        try await Bench.withServer(server) { running in
            var figures: [Figures] = []
            for round in 0..<rounds {
                var clients: [HTTPClient] = []
                for _ in 0..<connections { clients.append(try await running.connect()) }
                let posting = Posting(clients, running, round: round)
                figures.append(try await posting.run(seconds: seconds, on: Load.group.any()))
                for client in clients { client.cut() }
            }
            if let median = Figures.median(of: figures) { Report.row(median) }
        }
    }
}

/// The connections of one round; on the event loop.
private final class Posting: @unchecked Sendable {
    private let clients: [HTTPClient]
    private let server: EngawaServer
    private let round: Int
    private let headers: [String: String]
    private var number = 0
    private var timings = Timings()
    private var faults = 0
    private var isRunning = true

    init(_ clients: [HTTPClient], _ server: EngawaServer, round: Int) {
        self.clients = clients
        self.server = server
        self.round = round
        headers = server.headers
    }

    func run(seconds: Double, on loop: any EventLoop) async throws -> Figures {
        let processes = [server.process.processIdentifier]
        let cpu = Machine.cpuSeconds(of: processes)
        let start = ContinuousClock.now
        try await loop.submit { for index in self.clients.indices { self.post(index) } }.get()
        try await Task.sleep(for: .seconds(seconds))
        let (timings, faults) = try await loop.submit {
            self.isRunning = false
            return (self.timings, self.faults)
        }.get()
        let passed = (ContinuousClock.now - start).seconds
        let used = Machine.cpuSeconds(of: processes) - cpu
        try await Task.sleep(for: .milliseconds(300))
        return Figures(
            "engawa webhook, \(clients.count) connections",
            [
                ("per_s", Double(timings.count) / passed), ("p50_ms", timings.milliseconds(at: 50)),
                ("p99_ms", timings.milliseconds(at: 99)),
                ("cpu_us", used * 1e6 / Double(max(timings.count, 1))), ("faults", Double(faults)),
            ])
    }

    private func post(_ index: Int) {
        number += 1
        let text = String(repeating: "x", count: MessageText.bytes)
        let body =
            #"{"channel":{"messageId":"\#(round)-\#(number)","time":"2026-01-01T00:00:00.000Z","from":{"id":"#
            + #""customer-\#(round)-\#(index)","idType":"Opaque"}},"text":"\#(text)"}"#
        let path = "/api/v2/conversations/messages/\(server.demo.integrations.open.id)/inbound/open/message"
        let start = ContinuousClock.now
        clients[index].send(HTTPClient.request("POST", path, headers: headers, body: Array(body.utf8))) { [self] in
            if case .success(let answer) = $0, answer.status == 200 {
                timings.record(.now - start)
            } else {
                faults += 1
            }
            if isRunning { post(index) }
        }
    }
}

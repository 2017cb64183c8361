import ArgumentParser
import Foundation
import NIOCore

/// How long a server takes until it routes again, when it starts with many interactions waiting.
struct ColdStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cold-start", abstract: "A start with conversations that wait in a queue.")

    @OptionGroup var server: ServerOptions

    @Option(help: "Conversations that wait, each of a customer of its own.")
    var waiting = 100_000

    @Option(help: "Connections that post them.")
    var connections = 50

    func run() async throws {
        Machine.raiseOpenFiles()
        try await Bench.withFolder(server) { folder in
            try Bench.sayDisk(folder)
            let first = try await EngawaServer.start(server, folder: folder, on: Load.group)
            do { try await fill(first) } catch {
                first.stop()
                throw error
            }
            first.stop()
            for _ in 0..<3 { try await measure(folder) }
        }
    }

    private func fill(_ running: EngawaServer) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<connections {
                group.addTask {
                    let client = try await running.connect()
                    defer { client.cut() }
                    for number in stride(from: index, to: waiting, by: connections) {
                        try await post(number, client, running)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func post(_ number: Int, _ client: HTTPClient, _ running: EngawaServer) async throws {
        let body =
            #"{"channel":{"messageId":"m-\#(number)","time":"2026-01-01T00:00:00.000Z","from":{"id":"c-\#(number)","#
            + #""idType":"Opaque"}},"text":"Is anybody there?"}"#
        let path = "/api/v2/conversations/messages/\(running.demo.integrations.open.id)/inbound/open/message"
        let request = HTTPClient.request("POST", path, headers: running.headers, body: Array(body.utf8))
        let answer = try await client.ask(request)
        guard answer.status == 200 else { throw LoadError("a message was answered with \(answer.status)") }
    }

    private func measure(_ folder: String) async throws {
        let start = ContinuousClock.now
        let running = try await EngawaServer.start(server, folder: folder, on: Load.group)
        defer { running.stop() }
        let client = try await running.connect()
        defer { client.cut() }
        while try await routed(client) < waiting {
            guard ContinuousClock.now - start < .seconds(120) else { throw LoadError("not everybody waits again") }
            try await Task.sleep(for: .milliseconds(20))
        }
        let time = ContinuousClock.now - start
        let resident = Machine.residentKilobytes(of: [running.process.processIdentifier])
        Report.row(
            Figures(
                "cold start, \(waiting) waiting",
                [
                    ("answers_ms", running.startTime / .milliseconds(1)), ("routes_ms", time / .milliseconds(1)),
                    ("resident_mb", Double(resident) / 1_024),
                ]))
    }

    /// How many interactions the router knows to wait.
    private func routed(_ client: HTTPClient) async throws -> Int {
        let page = String(
            buffer: try await client.ask(HTTPClient.request("GET", "/metrics", headers: [:], body: [])).body)
        return page.split(separator: "\n").filter { $0.hasPrefix("engawa_queue_waiting_interactions{") }
            .reduce(0) { $0 + (Int(Double($1.split(separator: " ").last ?? "0") ?? 0)) }
    }
}

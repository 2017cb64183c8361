import Foundation
import NIOCore

/// A release build of the server with the demonstration's data, in a process of its own and on a folder of its own.
final class EngawaServer: @unchecked Sendable {
    /// What the server says about itself once it answers.
    struct Demo: Decodable, Sendable {
        struct Client: Decodable, Sendable {
            var id: String
            var secret: String
        }
        struct Integrations: Decodable, Sendable {
            struct Open: Decodable, Sendable { var id: String }
            var open: Open
        }

        var baseUrl: String
        var guestUrl: String
        var oauthClient: Client
        var deploymentId: String
        var queues: [String: String]
        var integrations: Integrations
    }

    let demo: Demo
    let process: Process
    /// From the start of the process until it answered.
    let startTime: Duration
    private let group: any EventLoopGroup
    private var token = ""

    private init(demo: Demo, process: Process, startTime: Duration, group: any EventLoopGroup) {
        self.demo = demo
        self.process = process
        self.startTime = startTime
        self.group = group
    }

    var port: Int { URL(string: demo.baseUrl)?.port ?? 80 }

    /// Starts the server on a folder; returns when it answers.
    static func start(
        _ settings: ServerOptions, folder: String, on group: any EventLoopGroup
    ) async throws -> EngawaServer {
        let file = folder + "/demo.json"
        try? FileManager.default.removeItem(atPath: file)
        let process = Process()
        process.executableURL = URL(filePath: settings.binary)
        process.arguments = [
            "demo", "--data-dir", folder, "--port", "0", "--guest-messages-per-second", "100000",
            "--requests-per-minute-max", "100000000",
        ]
        if let database = settings.database { process.arguments? += ["--database", database] }
        let start = ContinuousClock.now
        // Not our own outputs: whoever reads these would wait for the server, too.
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        while true {
            guard process.isRunning else { throw LoadError("the server ended with \(process.terminationStatus)") }
            if let data = FileManager.default.contents(atPath: file),
                let demo = try? JSONDecoder().decode(Demo.self, from: data)
            {
                let time = ContinuousClock.now - start
                let server = EngawaServer(demo: demo, process: process, startTime: time, group: group)
                do { try await server.signIn() } catch {
                    server.stop()
                    throw error
                }
                return server
            }
            guard ContinuousClock.now - start < .seconds(120) else {
                process.terminate()
                throw LoadError("the server does not answer")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    // MARK: REST

    func connect() async throws -> HTTPClient {
        try await HTTPClient.connect(host: "127.0.0.1", port: port, on: group)
    }

    /// The headers of a request of the client that may administer everything.
    var headers: [String: String] { ["Authorization": "Bearer \(token)", "Content-Type": "application/json"] }

    private func signIn() async throws {
        let client = try await connect()
        defer { client.cut() }
        let basic = Data("\(demo.oauthClient.id):\(demo.oauthClient.secret)".utf8).base64EncodedString()
        let headers = ["Authorization": "Basic \(basic)", "Content-Type": "application/x-www-form-urlencoded"]
        let form = Array("grant_type=client_credentials".utf8)
        let answer = try await client.ask(HTTPClient.request("POST", "/oauth/token", headers: headers, body: form))
        token = try Self.object(answer)["access_token"] as? String ?? ""
    }

    /// Calls the platform API; answers with the object of the body.
    @discardableResult
    func call(_ method: String, _ path: String, _ body: Any? = nil) async throws -> [String: Any] {
        let client = try await connect()
        defer { client.cut() }
        let bytes = try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) } ?? []
        let answer = try await client.ask(HTTPClient.request(method, path, headers: headers, body: bytes))
        guard (200..<300).contains(answer.status) else {
            throw LoadError("\(method) \(path): \(answer.status) \(String(buffer: answer.body).prefix(300))")
        }
        return try Self.object(answer)
    }

    private static func object(_ answer: HTTPClient.Answer) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView)) as? [String: Any] ?? [:]
    }

    /// A queue of its own with a deployment that leads there; the answers are their ids.
    func makeDoor(_ number: Int) async throws -> (queue: String, deployment: String) {
        let stamp = "\(number)-\(UInt32.random(in: 0...UInt32.max))"
        let queue = try await call("POST", "/api/v2/routing/queues", ["name": "Load \(stamp)"])["id"] as? String
        let shown = try await call("GET", "/api/v2/webdeployments/deployments/\(demo.deploymentId)")
        guard let queue, let configuration = (shown["configuration"] as? [String: Any])?["id"] as? String else {
            throw LoadError("no queue to be made")
        }
        let body: [String: Any] = [
            "name": "Load \(stamp)", "configuration": ["id": configuration, "version": "1"], "allowAllDomains": true,
            "status": "Active", "defaultQueue": ["id": queue],
        ]
        guard let id = try await call("POST", "/api/v2/webdeployments/deployments", body)["id"] as? String else {
            throw LoadError("no deployment to be made")
        }
        return (queue, id)
    }

    /// An agents' socket that follows the conversations of a queue.
    func listen(to queue: String) async throws -> SocketClient {
        let channel = try await call("POST", "/api/v2/notifications/channels")
        guard let id = channel["id"] as? String, let url = channel["connectUri"] as? String else {
            throw LoadError("no channel to be made")
        }
        let topics = [["id": "v2.routing.queues.\(queue).conversations.messages"]]
        let client = try await connect()
        defer { client.cut() }
        let body = Array(try JSONSerialization.data(withJSONObject: topics))
        let path = "/api/v2/notifications/channels/\(id)/subscriptions"
        let answer = try await client.ask(HTTPClient.request("PUT", path, headers: headers, body: body))
        guard answer.status == 200 else { throw LoadError("no subscription: \(answer.status)") }
        return try await SocketClient.connect(to: try Target(url), on: group)
    }
}

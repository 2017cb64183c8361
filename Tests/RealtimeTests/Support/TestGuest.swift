import ContactCenter
import Foundation

@testable import TestSupport

/// One connection of a guest, that reads every frame as JSON.
actor TestGuest {
    nonisolated let token: String
    private let socket: RawClient
    private let deployment: String
    private var traces = 0

    init(_ bench: RealtimeBench, token: String = UUID().uuidString.lowercased()) async throws {
        self.token = token
        deployment = bench.deployment.description
        socket = try await RawClient.socket(bench.port, "/v1?deploymentId=\(bench.deployment)")
    }

    /// A connection with its session open.
    static func configured(
        _ bench: RealtimeBench, token: String = UUID().uuidString.lowercased()
    ) async throws -> TestGuest {
        let guest = try await TestGuest(bench, token: token)
        _ = try await guest.configure()
        return guest
    }

    // MARK: Frames

    func send(_ frame: JSONValue) async throws {
        try await socket.send(text: String(decoding: try JSONEncoder().encode(frame), as: UTF8.self))
    }

    func send(text: String) async throws { try await socket.send(text: text) }

    /// The next frame of the server; throws when the socket has closed.
    func next() async throws -> JSONValue {
        while true {
            let frame = try await socket.frame()
            if frame.opcode == 8 { throw RawClient.Ended() }
            guard frame.opcode == 1 else { continue }
            return try JSONDecoder().decode(JSONValue.self, from: Data(frame.payload))
        }
    }

    /// The next frame for which this is true; others on the way are dropped.
    func next(where matches: (JSONValue) -> Bool) async throws -> JSONValue {
        while true {
            let frame = try await next()
            if matches(frame) { return frame }
        }
    }

    /// The classes of the frames until the socket closes.
    func classesToEnd() async -> [String] {
        var classes: [String] = []
        while let frame = try? await next() { classes.append(frame["class"]?.string ?? "") }
        return classes
    }

    // MARK: Requests

    /// Sends a request and answers with the frame that carries its tracing id.
    func request(_ action: String, _ fields: JSONValue = [:]) async throws -> JSONValue {
        traces += 1
        let trace = "\(action)-\(traces)"
        var frame = fields
        frame["action"] = .string(action)
        if frame["token"] == nil { frame["token"] = .string(token) }
        frame["tracingId"] = .string(trace)
        try await send(frame)
        return try await next { $0["tracingId"]?.string == trace }
    }

    /// `configureSession`: the answer.
    func configure(startNew: Bool = false) async throws -> JSONValue {
        try await request(
            "configureSession", ["deploymentId": .string(deployment), "startNew": .bool(startNew)])
    }

    /// `onMessage`: the frame that answers.
    func message(_ message: JSONValue) async throws -> JSONValue {
        try await request("onMessage", ["message": message])
    }

    /// A text: its echo's body.
    @discardableResult
    func say(_ text: String, id: String? = nil) async throws -> JSONValue {
        var message: JSONValue = ["type": "Text", "text": .string(text)]
        if let id { message["metadata"] = ["id": .string(id)] }
        return try await self.message(message)["body"] ?? .null
    }

    func presence(_ type: String) async throws -> JSONValue {
        try await message([
            "type": "Event", "events": [["eventType": "Presence", "presence": ["type": .string(type)]]],
        ])
    }

    func types(_ typing: JSONValue) async throws -> JSONValue {
        try await message(["type": "Event", "events": [["eventType": "Typing", "typing": typing]]])
    }

    func jwt() async throws -> String { try await request("getJwt")["body"]?["jwt"]?.string ?? "" }

    func close() async throws { try await socket.close() }
}

extension JSONValue {
    /// `class` and `code` of a frame, for tables.
    var kind: String { "\(self["type"]?.string ?? "") \(self["class"]?.string ?? "") \(self["code"]?.integer ?? 0)" }

    var body: JSONValue { self["body"] ?? .null }
}

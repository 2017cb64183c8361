import ContactCenter
import Foundation

@testable import TestSupport

/// An agent's notification socket, opened as clients do it: channel, subscriptions, socket.
actor TestDesk {
    nonisolated let token: String
    nonisolated let channel: String
    private let user: UserID
    private let socket: RawClient

    /// Opens the socket; the pong tells that the channel has it.
    private init(token: String, channel: String, user: UserID, _ bench: RealtimeBench) async throws {
        self.token = token
        self.channel = channel
        self.user = user
        socket = try await RawClient.socket(bench.port, "/channels/\(channel)")
        try await socket.send(text: #"{"message":"ping"}"#)
        _ = try await next()
    }

    static func open(
        _ bench: RealtimeBench, of user: UserID,
        topics: [String] = [
            "conversations", "conversations.messages", "conversations.inbound.typing.event", "presence",
        ]
    ) async throws -> TestDesk {
        let token = try await bench.accessToken(user)
        let channel = try await bench.call("POST", "/api/v2/notifications/channels", token: token)
        let id = channel["id"]?.string ?? ""
        _ = try await bench.call(
            "PUT", "/api/v2/notifications/channels/\(id)/subscriptions", token: token,
            .array(topics.map { ["id": .string("v2.users.\(user).\($0)")] }))
        return try await TestDesk(token: token, channel: id, user: user, bench)
    }

    /// Another socket of the same channel.
    func again(_ bench: RealtimeBench) async throws -> TestDesk {
        try await TestDesk(token: token, channel: channel, user: user, bench)
    }

    func send(_ text: String) async throws { try await socket.send(text: text) }

    /// The next frame; throws when the socket has closed.
    func next() async throws -> JSONValue {
        while true {
            let frame = try await socket.frame()
            if frame.opcode == 8 { throw RawClient.Ended() }
            guard frame.opcode == 1 else { continue }
            return try JSONDecoder().decode(JSONValue.self, from: Data(frame.payload))
        }
    }

    /// The body of the next event on a topic of the agent.
    func event(_ topic: String) async throws -> JSONValue {
        while true {
            let frame = try await next()
            if frame["topicName"]?.string == "v2.users.\(user).\(topic)" { return frame["eventBody"] ?? .null }
        }
    }

    /// The next state of a conversation for which this is true.
    func conversation(where matches: (JSONValue) -> Bool) async throws -> JSONValue {
        while true {
            let body = try await event("conversations.messages")
            if matches(body) { return body }
        }
    }
}

extension JSONValue {
    /// The participants of a conversation with a purpose.
    func participants(_ purpose: String) -> [JSONValue] {
        (self["participants"]?.array ?? []).filter { $0["purpose"]?.string == purpose }
    }

    /// The parts of an agent in a conversation.
    func agents(of user: UserID) -> [JSONValue] {
        participants("agent").filter { $0["user"]?["id"]?.string == user.description }
    }
}

extension RealtimeBench {
    /// The first page of a guest's history.
    func history(of guest: TestGuest, query: String = "") async throws -> JSONValue {
        let answer = try await get(
            "/api/v2/webmessaging/messages\(query)", ["Authorization: bearer \(try await guest.jwt())"])
        return try answer.json
    }
}

import ContactCenter
import Engine
import Hummingbird

/// Conversations for reading, and their end: `/api/v2/conversations` with legs, `/api/v2/conversations/messages` flat.
struct ConversationRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess
    let files: FileLinks

    /// Details of messages in a REST answer, the newest ones (the socket carries fewer).
    static let detailsMax = 1_000

    private var names: WireNames { WireNames(directory: engine.directory, files: files) }

    // MARK: Reading

    /// The caller's conversations with something to do: present, or wrap-up due.
    func list(_ call: Call<Principal>) async throws -> Response {
        let user = try call.caller.requiredUser()
        return try await page(engine.conversations.open(of: user), call) { conversation, details in
            ConversationWire(conversation, details: details, names: names)
        }
    }

    func listMessages(_ call: Call<Principal>) async throws -> Response {
        let user = try call.caller.requiredUser()
        return try await page(engine.conversations.open(of: user), call) { conversation, details in
            MessageConversationWire(conversation, details: details, names: names)
        }
    }

    func get(_ call: Call<Principal>) async throws -> Response {
        let conversation = try await access.accessConversation(call)
        return try .json(ConversationWire(conversation, details: try await details(of: conversation), names: names))
    }

    func getMessages(_ call: Call<Principal>) async throws -> Response {
        let conversation = try await access.accessConversation(call)
        return try .json(
            MessageConversationWire(conversation, details: try await details(of: conversation), names: names))
    }

    private func details(of conversation: Conversation) async throws -> [CommunicationID: [MessageDetail]] {
        try await engine.conversations.details(of: conversation, limit: Self.detailsMax)
    }

    /// An agent has few conversations at a time; clients of this list do not page.
    private func page<Wire: Encodable & Sendable>(
        _ conversations: [Conversation], _ call: Call<Principal>,
        _ wire: (Conversation, [CommunicationID: [MessageDetail]]) -> Wire
    ) async throws -> Response {
        let page = try call.page(sizeDefault: 100, sizeMax: 500)
        var entities: [Wire] = []
        for conversation in page.slice(conversations) {
            entities.append(wire(conversation, try await details(of: conversation)))
        }
        return try .json(call.listing(entities, total: conversations.count, page: page))
    }

    // MARK: Ending

    private struct StateChange: Decodable {
        var state: String?
    }

    /// `PATCH …/messages/{id}`: everybody leaves; no other state can be asked for.
    func update(_ call: Call<Principal>) async throws -> Response {
        let change = try await call.decodeBody(StateChange.self)
        guard change.state?.lowercased() == "disconnected" else {
            throw APIError.invalidValue("state", change.state ?? "", allowed: "disconnected")
        }
        let ended = try await disconnectAll(call)
        return try .json(ConversationWire(ended, details: try await details(of: ended), names: names))
    }

    /// `POST …/{id}/disconnect`; its answer is a JSON string.
    func disconnect(_ call: Call<Principal>) async throws -> Response {
        _ = try await disconnectAll(call)
        return try .json("disconnected", status: .accepted)
    }

    private func disconnectAll(_ call: Call<Principal>) async throws -> Conversation {
        let conversation = try await access.accessConversation(call)
        try access.checkTakesPart(conversation, call)
        guard conversation.participants.contains(where: \.isPresent) else {
            throw ConversationError.alreadyDisconnected
        }
        return try await engine.conversations.perform(.disconnectAll(.client), on: conversation.id)
    }
}

import ContactCenter
import Engine
import Hummingbird

/// Blind transfers: `…/replace` with any target, `…/replace/agent` and `…/replace/queue`.
struct TransferRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess

    /// `TransferRequest` and its two narrower forms, in which a name may stand for the id: a queue's, or the e-mail
    /// address by which a person signs in.
    private struct Transfer: Decodable {
        var userId: String?
        var userName: String?
        var queueId: String?
        var queueName: String?
        var address: String?
        var transferType: String?
    }

    func replace(_ call: Call<Principal>) async throws -> Response {
        let transfer = try await call.decodeBody(Transfer.self)
        guard [transfer.userId, transfer.queueId, transfer.address].compactMap({ $0 }).count == 1 else {
            throw APIError(
                .badRequest, "invalid.value", "Exactly one of userId, queueId and address must be given.",
                details: [.init(errorCode: "invalid.value", fieldName: "userId")])
        }
        if let queue = transfer.queueId { return try await toQueue(queue, call) }
        if let user = transfer.userId { return try await toAgent(user, call) }
        throw APIError.invalidValue("address", transfer.address ?? "", allowed: "userId or queueId for messages")
    }

    func replaceByAgent(_ call: Call<Principal>) async throws -> Response {
        let transfer = try await call.decodeBody(Transfer.self)
        let named = transfer.userName.map { engine.directory.activeUser(email: $0)?.id ?? $0 }
        guard let user = transfer.userId ?? named else { throw APIError.missing("userId") }
        return try await toAgent(user, call)
    }

    func replaceByQueue(_ call: Call<Principal>) async throws -> Response {
        let transfer = try await call.decodeBody(Transfer.self)
        let named = transfer.queueName.map { engine.directory.find(.queue, named: $0)?.id ?? $0 }
        guard let queue = transfer.queueId ?? named else { throw APIError.missing("queueId") }
        return try await toQueue(queue, call)
    }

    private func toQueue(_ text: String, _ call: Call<Principal>) async throws -> Response {
        let (conversation, participant) = try await access.accessParticipant(call)
        guard let id = QueueID(text), engine.directory.queue(id) != nil else {
            throw APIError.invalidValue("queueId", text)
        }
        let target = ConversationCommand.TransferTarget.queue(conversation.request(of: participant, for: id))
        try await engine.conversations.perform(.transfer(participant.id, target), on: conversation.id)
        return .empty(.accepted)
    }

    private func toAgent(_ text: String, _ call: Call<Principal>) async throws -> Response {
        let (conversation, participant) = try await access.accessParticipant(call)
        guard let id = UserID(text), let user = engine.directory.find(.user, id.description), user.isActive else {
            throw APIError.invalidValue("userId", text)
        }
        guard participant.user != id else {
            throw APIError.invalidValue("userId", text, allowed: "another agent")
        }
        let target = engine.direct(conversation, participant, to: id) ?? alert(participant, at: id, name: user.name)
        try await engine.conversations.perform(.transfer(participant.id, target), on: conversation.id)
        return .empty(.accepted)
    }

    /// Without direct routing the agent is asked at once, busy or not.
    private func alert(
        _ participant: Participant, at user: UserID, name: String?
    ) -> ConversationCommand.TransferTarget {
        let queue = participant.queue.flatMap(engine.directory.queue)
        return .agent(
            user, name: name, alertingTimeout: queue?.alertingTimeout ?? .seconds(Queue.alertingSecondsDefault),
            wrapupPolicy: queue?.wrapupPolicy ?? WrapupPolicy(prompt: .optional))
    }
}

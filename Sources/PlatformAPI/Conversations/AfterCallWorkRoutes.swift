import ContactCenter
import Engine
import Hummingbird

/// Whether after-call work follows, where the queue has it on the agent's request (`AfterCallWorkUpdate`).
struct AfterCallWorkRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess

    private struct Update: Codable {
        var afterCallWorkRequired: Bool?
    }

    func update(_ call: Call<Principal>) async throws -> Response {
        let (conversation, participant, _) = try await access.accessCommunication(call)
        let update = try await call.decodeBody(Update.self)
        guard let isRequired = update.afterCallWorkRequired else { throw APIError.missing("afterCallWorkRequired") }
        guard participant.id == ParticipantID(try call.parameter("participantId")) else {
            throw APIError.notFound("participant", id: try call.parameter("participantId"))
        }
        try await engine.conversations.perform(
            .requireAfterCallWork(participant.id, isRequired), on: conversation.id)
        return try .json(Update(afterCallWorkRequired: isRequired))
    }
}

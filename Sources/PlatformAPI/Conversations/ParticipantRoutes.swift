import ContactCenter
import Engine
import Hummingbird

/// What agents do with their part of a conversation: answer, hold, park, leave, sum up. Answers are 202 and empty;
/// the change is seen on the notification socket (reference, section E.4).
struct ParticipantRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess
    let wrapups: WrapupRoutes

    /// `MediaParticipantRequest`, as far as messages have it.
    private struct Change: Decodable {
        var state: String?
        var held: Bool?
        var wrapup: WrapupInput?
        var wrapupSkipped: Bool?
    }

    func update(_ call: Call<Principal>) async throws -> Response {
        let (conversation, participant) = try await access.accessParticipant(call)
        try await apply(try await call.decodeBody(Change.self), to: participant, in: conversation.id)
        return .empty(.accepted)
    }

    /// The form with a leg in the path; its answer is an object.
    func updateCommunication(_ call: Call<Principal>) async throws -> Response {
        let (conversation, participant, _) = try await access.accessCommunication(call)
        guard participant.id == ParticipantID(try call.parameter("participantId")) else {
            throw APIError.notFound("participant", id: try call.parameter("participantId"))
        }
        try await apply(try await call.decodeBody(Change.self), to: participant, in: conversation.id)
        return try .json([String: String](), status: .accepted)
    }

    /// `PATCH …/parkingstate`.
    func park(_ call: Call<Principal>) async throws -> Response {
        let (conversation, participant) = try await access.accessParticipant(call)
        let change = try await call.decodeBody(Change.self)
        guard let state = change.state, state == "parked" || state == "connected" else {
            throw APIError.invalidValue("state", change.state ?? "", allowed: "parked, connected")
        }
        try await apply(change, to: participant, in: conversation.id)
        return .empty(.accepted)
    }

    /// All of a change is checked before any of it is done.
    private func apply(_ change: Change, to participant: Participant, in id: ConversationID) async throws {
        let wrapup = try change.wrapup.map { try wrapups.wrapup($0, of: participant) }
        let skips = change.wrapupSkipped == true && participant.owesWrapup && wrapup == nil
        // Who asked for after-call work may end it; where the queue asks for it nobody may.
        let isOwn = participant.wrapupPolicy?.prompt == .agentRequested
        if skips, !isOwn { throw APIError(.badRequest, "wrapup.required", "The queue asks for a wrap-up.") }
        let commands = try commands(for: change, participant)
        guard
            !commands.isEmpty || wrapup != nil || change.wrapupSkipped != nil || change.state != nil
                || change.held != nil
        else { throw APIError.missing("state") }
        for command in commands { try await engine.conversations.perform(command, on: id) }
        if let wrapup { try await engine.conversations.perform(.wrapUp(participant.id, wrapup), on: id) }
        if skips { try await engine.conversations.perform(.expireWrapup(participant.id), on: id) }
    }

    private func commands(for change: Change, _ participant: Participant) throws(APIError) -> [ConversationCommand] {
        let leg = participant.communication
        var commands: [ConversationCommand] = []
        switch change.state?.lowercased() {
        case nil: break
        case "connected":
            if leg.state == .parked { commands.append(.recall(participant.id)) }
            // Saying so again is no mistake: the first answer may have been lost.
            if leg.state != .parked, leg.state != .connected { commands.append(.answer(participant.id)) }
        case "parked": commands.append(.park(participant.id))
        case "disconnected": commands.append(.disconnect(participant.id, .client))
        case let state?: throw .invalidValue("state", state, allowed: "connected, parked, disconnected")
        }
        if let held = change.held, change.state?.lowercased() != "disconnected" {
            commands.append(.hold(participant.id, held))
        }
        return commands
    }

    // MARK: Attributes

    private struct AttributesChange: Decodable {
        var attributes: [String: String?]
    }

    private struct Attributes: Encodable {
        var attributes: [String: String]
    }

    /// Merges; an empty value or `null` removes (reference, section E.4). Whoever takes part may set anybody's.
    func setAttributes(_ call: Call<Principal>) async throws -> Response {
        let conversation = try await access.accessConversation(call)
        let participant = try access.participant(call, in: conversation)
        try access.checkTakesPart(conversation, call)
        let change = try await call.decodeBody(AttributesChange.self)
        let changes = change.attributes.mapValues { $0?.isEmpty == true ? nil : $0 }
        var after = conversation
        if !changes.isEmpty {
            after = try await engine.conversations.perform(
                .setAttributes(participant.id, changes), on: conversation.id)
        }
        return try .json(Attributes(attributes: after.participant(participant.id)?.attributes ?? [:]))
    }
}

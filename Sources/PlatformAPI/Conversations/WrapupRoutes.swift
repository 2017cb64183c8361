import ContactCenter
import Engine
import Hummingbird

/// How an agent sums up a conversation (`WrapupInput`).
struct WrapupInput: Decodable, Sendable {
    var code: String?
    var name: String?
    var notes: String?
    var tags: [String]?
    var durationSeconds: Int64?
    var endTime: WireDate?
    var provisional: Bool?
}

/// Wrap-ups of participants, and the codes that they may use.
struct WrapupRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess
    let queues: QueueMemberRoutes

    /// What a wrap-up's notes may hold, in characters, and its tags.
    static let notesLengthMax = 4_096
    static let tagsMax = 50

    private struct Assigned: Encodable {
        var code: String
        var notes: String?
        var tags: [String]?
        var durationSeconds: Int64?
        var endTime: WireDate?
    }

    func get(_ call: Call<Principal>) async throws -> Response {
        let conversation = try await access.accessConversation(call)
        let participant = try access.participant(call, in: conversation)
        guard let wrapup = participant.wrapup else {
            throw APIError.notFound("wrapup", id: participant.id.description)
        }
        return try .json(
            Assigned(
                code: wrapup.code, notes: wrapup.notes, tags: wrapup.tags, durationSeconds: wrapup.durationSeconds,
                endTime: wrapup.endedAt.map(WireDate.init)))
    }

    func post(_ call: Call<Principal>) async throws -> Response {
        let (conversation, participant) = try await access.accessParticipant(call)
        let wrapup = try wrapup(try await call.decodeBody(WrapupInput.self), of: participant)
        try await engine.conversations.perform(.wrapUp(participant.id, wrapup), on: conversation.id)
        return .empty(.accepted)
    }

    /// The codes of the participant's queue; all codes when the queue has none of its own.
    func codes(_ call: Call<Principal>) async throws -> Response {
        let conversation = try await access.accessConversation(call)
        let participant = try access.participant(call, in: conversation)
        let own = participant.queue.map { queues.codes(of: $0.description) } ?? []
        let codes = own.isEmpty ? engine.directory.list(.wrapupCode) : own
        return try .json(codes.map { WrapupCodeRoutes.wire($0, engine.directory) })
    }

    /// The domain's wrap-up of a body, checked; what is left out is filled in from the clock and the code's row.
    func wrapup(_ input: WrapupInput, of participant: Participant) throws(APIError) -> Wrapup {
        guard let code = input.code?.lowercased(), !code.isEmpty else { throw .missing("wrapup.code") }
        let entity = engine.directory.find(.wrapupCode, code)
        guard entity != nil || code == Wrapup.timeoutCode else { throw .invalidValue("wrapup.code", code) }
        guard (input.notes ?? "").count <= Self.notesLengthMax else {
            throw .invalidValue("wrapup.notes", "…", allowed: "up to \(Self.notesLengthMax) characters")
        }
        guard (input.tags ?? []).count <= Self.tagsMax else {
            throw .invalidValue("wrapup.tags", "…", allowed: "up to \(Self.tagsMax) tags")
        }
        let ended = input.endTime?.instant ?? engine.now()
        let since = participant.afterCallWorkStartedAt ?? participant.endedAt
        let seconds = since.map { max(0, (ended - $0).milliseconds / 1_000) }
        return Wrapup(
            code: code, name: entity?.name ?? input.name ?? Wrapup.timeoutName, notes: input.notes, tags: input.tags,
            durationSeconds: input.durationSeconds ?? seconds, endedAt: ended)
    }
}

import ContactCenter
import Engine
import Hummingbird

/// How long an interaction will wait in a queue (`EstimatedWaitTimePredictions`, reference F.1).
struct EstimatedWaitRoutes: Sendable {
    let engine: Engine

    /// For the conversation that is named, where it waits in this queue; else for the next one that comes.
    func ofQueue(_ call: Call<Principal>) async throws -> Response {
        let queue = try queue(call)
        let conversation = try await conversation(call)
        return try .json(predictions(engine.observations.estimate(in: queue, for: conversation)))
    }

    /// For the next interaction of a medium. Only messages come here; of other media nothing is known.
    func ofMedia(_ call: Call<Principal>) async throws -> Response {
        let queue = try queue(call)
        let media = try call.parameter("mediaType") { MediaType(rawValue: $0.lowercased()) }
        return try .json(predictions(media == .message ? engine.observations.estimate(in: queue, media) : nil))
    }

    /// Where a conversation stands in line, and how long it will take. A path of ours beside the platform's, which has
    /// no word for the position.
    func place(_ call: Call<Principal>) async throws -> Response {
        let queue = try queue(call)
        let id = try call.parameter("conversationId", as: { ConversationID($0) })
        guard let place = engine.observations.place(of: id), place.queue == queue else {
            throw APIError.notFound("waiting conversation", id: id.description)
        }
        let estimate = engine.observations.estimate(in: queue, place.media, for: id)
        var wire: JSONValue = [
            "conversationId": .string(id.description), "position": .integer(Int64(place.position)),
            "waitingCount": .integer(Int64(place.lineCount)),
            "waitingSince": .string(WireDate(place.since).description),
        ]
        wire["estimatedWaitTimeSeconds"] = estimate.map { .integer($0.wholeSeconds) }
        wire["formula"] = estimate.map { .string($0.formula.rawValue) }
        return try .json(wire)
    }

    /// One prediction; none while nobody is on queue or the queue does not serve, because nothing says when somebody
    /// will be asked.
    private func predictions(_ estimate: WaitEstimate?) -> JSONValue {
        let results = [estimate].compactMap(\.self).map { estimate -> JSONValue in
            [
                "intent": "MESSAGE", "formula": .string(estimate.formula.rawValue),
                "estimatedWaitTimeSeconds": .integer(estimate.wholeSeconds),
            ]
        }
        return ["results": .array(results)]
    }

    private func queue(_ call: Call<Principal>) throws(APIError) -> QueueID {
        let id = try call.parameter("queueId", as: { QueueID($0) })
        guard engine.directory.find(.queue, id.description) != nil else {
            throw .notFound("queue", id: id.description)
        }
        return id
    }

    private func conversation(_ call: Call<Principal>) async throws -> ConversationID? {
        guard let text = call.query["conversationId"], !text.isEmpty else { return nil }
        guard let id = ConversationID(text) else { throw APIError.invalidValue("conversationId", text) }
        return try await engine.conversations.find(id).id
    }
}

extension WaitEstimate {
    /// Whole seconds, rounded up: who is told a wait should not have to wait longer by the rounding.
    fileprivate var wholeSeconds: Int64 { (span.milliseconds + 999) / 1_000 }
}

import ContactCenter
import Engine
import Hummingbird

/// What a guest thought of a conversation, asked by the messenger when it has ended:
/// `POST /api/v2/webmessaging/survey`. Of our own: on the guest's socket a conversation that is read-only takes nothing
/// more, and an event in another one would begin a conversation.
struct GuestSurvey: Sendable {
    let engine: Engine
    let tokens: GuestTokens
    let limit: RateLimit

    /// Bytes of UTF-8 in a comment, as in a message's text.
    static let commentBytesMax = 4_096

    private struct Answer: Decodable {
        var score: Int
        var comment: String?
    }

    /// Once for a conversation, and only when it has ended for the guest.
    @Sendable func answer(_ call: Call<Principal>) async throws -> Response {
        guard let bearer = call.request.bearerToken, let guest = await tokens.verify(bearer) else {
            throw APIError.unauthenticated
        }
        _ = try limit.take("\(guest.deployment)/\(guest.platformUser)")
        let answer = try await call.decodeBody(Answer.self)
        guard SurveyAnswer.scores.contains(answer.score) else {
            throw APIError.invalidValue("score", String(answer.score), allowed: "1 to 5")
        }
        let comment = answer.comment ?? ""
        guard comment.utf8.count <= Self.commentBytesMax else {
            throw APIError.invalidValue(
                "comment", "\(comment.utf8.count) bytes", allowed: "up to \(Self.commentBytesMax) bytes")
        }
        let outcome = try await engine.guests.answer(
            SurveyAnswer(score: answer.score, comment: comment), platformUser: guest.platformUser,
            deployment: guest.deployment)
        switch outcome {
        case .kept: return Response(status: .noContent)
        case .notEnded: throw APIError.conflict("The conversation has not ended.")
        case .answeredBefore: throw APIError.conflict("The survey of this conversation was answered.")
        }
    }
}

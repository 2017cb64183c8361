import ContactCenter

/// What a customer thought of a conversation.
public struct SurveyAnswer: Sendable, Hashable {
    /// From very bad to very good.
    public static let scores = 1...5

    public var score: Int
    /// May be empty.
    public var comment: String

    public init(score: Int, comment: String) {
        self.score = score
        self.comment = comment
    }

    /// Under which names the answer stands with the customer of the conversation.
    public static let scoreAttribute = "survey.score"
    public static let commentAttribute = "survey.comment"
}

/// What became of an answer.
public enum SurveyOutcome: Sendable, Hashable {
    case kept
    /// Nothing was said yet, or the conversation goes on.
    case notEnded
    /// One conversation is asked about once.
    case answeredBefore
}

extension Guests {
    /// Keeps the answer as attributes of the customer in the session's last conversation, once, after it has ended for
    /// the customer. Nobody is asked to work for it, and nothing begins again.
    public func answer(
        _ answer: SurveyAnswer, platformUser: String, deployment: IntegrationID
    ) async throws(EngineError) -> SurveyOutcome {
        let identity = try await intake.identity(integration: deployment, platformUser: platformUser, fresh: true)
        guard let id = identity?.conversation else { return .notEnded }
        return try await surveyLanes.run(id) { () async throws(EngineError) -> SurveyOutcome in
            let conversation = try await conversations.find(id)
            guard conversation.customer == nil,
                let customer = conversation.participants.last(where: { $0.purpose == .customer })
            else { return .notEnded }
            guard customer.attributes[SurveyAnswer.scoreAttribute] == nil else { return .answeredBefore }
            var changes: [String: String?] = [SurveyAnswer.scoreAttribute: String(answer.score)]
            if !answer.comment.isEmpty { changes[SurveyAnswer.commentAttribute] = answer.comment }
            try await conversations.perform(.setAttributes(customer.id, changes), on: id)
            return .kept
        }
    }
}

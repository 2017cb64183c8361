import ContactCenter
import Routing

/// Why an interaction was not given to an agent by hand.
public enum AssignmentError: Error, Hashable, Sendable {
    /// The queue does not allow it (`enableManualAssignment`).
    case notAllowed(QueueID)
    /// The queue does not serve now: nobody is asked for what waits there.
    case closed(QueueID)
    /// Only agents of the queue may take from it.
    case notMember(UserID)
    /// The agent is not on queue, or does not answer.
    case notAvailable(UserID)
    /// The agent has as much in hand as may be.
    case atCapacity(UserID)
}

extension Engine {
    /// How long an interaction waits for the agent whom a person chose. The router asks that agent at once; this is
    /// time for a router that is moving to another process.
    static let assignmentWait = Span.seconds(10)

    /// Gives what waits to an agent whom a person chose. It goes the way of all assignments: the conversation says
    /// that it is for this agent, and the router, which alone knows what is on its way to whom, asks the agent if
    /// there is room. Whoever loses a race is told here, or sees the conversation back in its queue.
    ///
    /// - Parameter isPull: the agent takes it, and must therefore be one of the queue's.
    public func assign(
        _ id: ConversationID, to user: UserID, isPull: Bool
    ) async throws(EngineError) {
        let conversation = try await conversations.find(id)
        guard let queue = conversation.waiting?.queue, !conversation.isOffered else {
            throw .conversation(.notWaiting)
        }
        guard directory.find(.queue, queue.description)?.body["enableManualAssignment"]?.bool == true else {
            throw .assignment(.notAllowed(queue))
        }
        guard inQueueRules.standing(of: queue, at: now()).standing == .open else { throw .assignment(.closed(queue)) }
        if isPull, directory.membership(of: user, in: queue)?.isJoined != true { throw .assignment(.notMember(user)) }
        let status = try await agents.state(of: user).routingStatus
        guard status == .idle || status == .interacting else { throw .assignment(.notAvailable(user)) }
        guard hasRoom(user, for: conversation) else { throw .assignment(.atCapacity(user)) }
        try await conversations.perform(.assign(user, until: now() + Self.assignmentWait), on: id)
    }

    private func hasRoom(_ user: UserID, for conversation: Conversation) -> Bool {
        let inHand = conversations.open(of: user).flatMap { $0.occupations(of: user) }
        var media = [Int](repeating: 0, count: MediaType.allCases.count)
        var labels: [LabelID: Int] = [:]
        for occupation in inHand {
            media[occupation.media.ordinal] += 1
            if let label = occupation.label { labels[label, default: 0] += 1 }
        }
        let utilization = directory.utilization(of: user)
        guard utilization.admits(.message, besides: media) else { return false }
        return conversation.request?.label.map { utilization.admits($0, besides: labels) } ?? true
    }
}

extension Conversation {
    /// What of this conversation occupies an agent.
    func occupations(of user: UserID) -> [Occupation] {
        participants.compactMap { participant in
            guard participant.user == user, participant.occupiesAgent else { return nil }
            return Occupation(participant.communication.id, label: request?.label)
        }
    }
}

extension Participant {
    /// Whether this part occupies an agent: an alert, a talk, or work after it.
    var occupiesAgent: Bool {
        let state = communication.state
        return state == .alerting || state == .connected || owesWrapup
    }
}

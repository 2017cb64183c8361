import ContactCenter
import Journal

/// What agents leave behind who are gone.
extension Conversations {
    /// Takes a conversation from an agent who is gone; one that ended meanwhile is as good as taken.
    func requeue(
        _ participant: ParticipantID, in id: ConversationID, under fence: Fence? = nil
    ) async throws(EngineError) {
        let attachments = Attachments(fence: fence)
        do { _ = try await perform(.requeue(participant), on: id, with: attachments) } catch .conversation(
            .alreadyDisconnected)
        {}
    }

    /// Takes from an agent what is alerting or connected.
    func requeueAll(of user: UserID, under fence: Fence? = nil) async throws(EngineError) {
        for conversation in open(of: user) {
            for participant in conversation.agents
            where participant.user == user && participant.communication.state != .parked {
                try await requeue(participant.id, in: conversation.id, under: fence)
            }
        }
    }

    /// Makes what waits for an agent who does not come back the queue's; who waits there already is asked at once.
    func stopWaiting(for user: UserID, in id: ConversationID, under fence: Fence?) async throws(EngineError) {
        _ = try await perform(.stopWaiting(user), on: id, with: Attachments(fence: fence))
    }

    /// Takes everything from an agent who does not come back: what is parked, too, and after-call work ends.
    func release(_ user: UserID, under fence: Fence?) async throws(EngineError) {
        for conversation in open(of: user) {
            for participant in conversation.agents where participant.user == user {
                try await requeue(participant.id, in: conversation.id, under: fence)
            }
        }
        for conversation in open(of: user) {
            for participant in conversation.participants where participant.user == user && participant.owesWrapup {
                let attachments = Attachments(fence: fence)
                do {
                    _ = try await perform(.expireWrapup(participant.id), on: conversation.id, with: attachments)
                } catch .conversation(.wrapupNotDue) {}
            }
        }
    }
}

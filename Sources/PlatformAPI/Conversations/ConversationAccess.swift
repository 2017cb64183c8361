import ContactCenter
import Engine

/// Who may see a conversation, and who may act in it. An agent sees those in which he takes or took part, and the same
/// customer's earlier ones while he has one of them in hand. He acts for himself only. A conversation that he may not
/// see does not exist for him: 404, as for an unknown id.
struct ConversationAccess: Sendable {
    let engine: Engine

    /// What opens everybody's conversations for reading, and for acting.
    static let readOthers = "conversation:message:monitor"
    static let actForOthers = "conversation:message:assign"

    /// The conversation of the path's `{conversationId}`, if the caller may see it.
    func accessConversation(_ call: Call<Principal>) async throws -> Conversation {
        let text = try call.parameter("conversationId")
        guard let id = ConversationID(text) else { throw APIError.notFound("conversation", id: text) }
        let conversation = try await engine.conversations.find(id)
        guard try maySee(conversation, call.caller) else { throw APIError.notFound("conversation", id: text) }
        return conversation
    }

    /// The conversation of the path, which the caller may see, or in whose queue he is while it waits there.
    func accessWaiting(_ call: Call<Principal>) async throws -> Conversation {
        let text = try call.parameter("conversationId")
        guard let id = ConversationID(text) else { throw APIError.notFound("conversation", id: text) }
        let conversation = try await engine.conversations.find(id)
        let isOfQueue = try conversation.waiting?.queue.map { isMember(of: $0, try call.caller) } ?? false
        guard try isOfQueue || maySee(conversation, call.caller) else {
            throw APIError.notFound("conversation", id: text)
        }
        return conversation
    }

    /// Whether the caller is an agent of a queue, activated in it or not.
    func isMember(of queue: QueueID, _ caller: Principal) -> Bool {
        guard let user = caller.user else { return false }
        return engine.directory.membership(of: user, in: queue) != nil
    }

    /// Whether the caller may see a conversation.
    func maySee(_ conversation: Conversation, _ caller: Principal) -> Bool {
        if caller.holds(Self.readOthers) { return true }
        guard let user = caller.user else { return false }
        if conversation.participants.contains(where: { $0.user == user }) { return true }
        return conversation.origin.map { isInHand($0.contact, of: user) } ?? false
    }

    /// Whether a person has a conversation of this customer in hand.
    func isInHand(_ contact: ContactID, of user: UserID) -> Bool {
        engine.conversations.open(of: user).contains { $0.origin?.contact == contact }
    }

    /// The participant of the path's `{participantId}`.
    func participant(_ call: Call<Principal>, in conversation: Conversation) throws(APIError) -> Participant {
        let text = try call.parameter("participantId")
        guard let participant = ParticipantID(text).flatMap(conversation.participant) else {
            throw .notFound("participant", id: text)
        }
        return participant
    }

    /// The participant of the path, as which the caller may act: his own, or anybody's for a supervisor.
    func accessParticipant(_ call: Call<Principal>) async throws -> (Conversation, Participant) {
        let conversation = try await accessConversation(call)
        let participant = try participant(call, in: conversation)
        try checkMayAct(as: participant, call)
        return (conversation, participant)
    }

    /// The participant whose leg is the path's `{communicationId}`, as which the caller may act.
    func accessCommunication(
        _ call: Call<Principal>
    ) async throws -> (conversation: Conversation, participant: Participant, leg: CommunicationID) {
        let conversation = try await accessConversation(call)
        let text = try call.parameter("communicationId")
        guard let leg = CommunicationID(text), let participant = conversation.participant(having: leg) else {
            throw APIError.notFound("communication", id: text)
        }
        try checkMayAct(as: participant, call)
        return (conversation, participant, leg)
    }

    private func checkMayAct(as participant: Participant, _ call: Call<Principal>) throws(APIError) {
        let caller = try call.caller
        guard participant.user != nil && participant.user == caller.user || caller.holds(Self.actForOthers) else {
            throw .missingPermission(anyOf: [Self.actForOthers])
        }
    }

    /// Refuses a caller who is not in the conversation now, or still owes its wrap-up, unless he may act for others.
    func checkTakesPart(_ conversation: Conversation, _ call: Call<Principal>) throws(APIError) {
        let caller = try call.caller
        let takesPart = conversation.participants.contains {
            $0.user != nil && $0.user == caller.user && ($0.isPresent && $0.connectedAt != nil || $0.owesWrapup)
        }
        guard takesPart || caller.holds(Self.actForOthers) else {
            throw .missingPermission(anyOf: [Self.actForOthers])
        }
    }
}

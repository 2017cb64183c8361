/// A conversation that waits for the customer is laid aside, and comes back to the same agent when the customer writes.
///
/// A parked leg takes none of the agent's capacity. Who wants it back (the customer by writing, the agent by asking)
/// only recalls it: routing resumes it when the agent has room, because nobody else knows of all that is in hand.
extension ConversationDraft {
    mutating func park(_ id: ParticipantID) throws(ConversationError) {
        let agent = try agent(id)
        guard agent.communication.state == .connected else { throw try wrongState(agent, command: "park") }
        guard conversation.awaitsCustomer == true else { throw .customerWaits }
        emit(.parked(agent.communication.id))
    }

    /// A word of the customer, or a hold by the agent, that came meanwhile leaves it where it is.
    mutating func parkIfQuiet(_ leg: CommunicationID) throws(ConversationError) {
        guard let agent = conversation.participant(having: leg) else { throw .communicationNotFound(leg) }
        guard agent.communication.state == .connected, !agent.communication.isHeld else {
            throw try wrongState(agent, command: "park")
        }
        guard conversation.awaitsCustomer == true else { throw .customerWaits }
        emit(.parked(leg))
    }

    mutating func recall(_ id: ParticipantID) throws(ConversationError) {
        let agent = try agent(id)
        guard agent.communication.state == .parked else { throw try wrongState(agent, command: "resume") }
        guard agent.communication.wantedAt == nil else { return }
        emit(.recalled(agent.communication.id, byAgent: true))
    }

    mutating func resume(_ id: ParticipantID) throws(ConversationError) {
        let agent = try agent(id)
        guard agent.communication.state == .parked else { throw try wrongState(agent, command: "resume") }
        emit(.resumed(agent.communication.id))
    }

    mutating func giveUpReturn(
        _ leg: CommunicationID, _ ids: inout some IdentifierSource
    ) throws(ConversationError) {
        guard let agent = conversation.participant(having: leg) else { throw .communicationNotFound(leg) }
        guard agent.communication.recalledAt != nil else { throw try wrongState(agent, command: "give up") }
        end(agent, .transferNotAvailable)
        requeueIfAbandoned(agent, &ids)
    }
}

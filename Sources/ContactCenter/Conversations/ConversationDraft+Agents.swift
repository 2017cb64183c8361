/// What agents do in a conversation.
extension ConversationDraft {
    mutating func send(_ message: MessageID, by leg: CommunicationID) throws(ConversationError) {
        guard let sender = conversation.participant(having: leg) else { throw .communicationNotFound(leg) }
        guard sender.purpose != .customer else { throw .notAnAgent }
        guard sender.communication.id == leg, sender.communication.state == .connected else {
            throw try wrongState(sender, command: "send")
        }
        guard conversation.customer != nil else { throw .customerGone }
        emit(.messageSent(message, leg))
    }

    mutating func hold(_ id: ParticipantID, _ on: Bool) throws(ConversationError) {
        let agent = try agent(id)
        guard agent.communication.state == .connected else { throw try wrongState(agent, command: "hold") }
        guard agent.communication.isHeld != on else { return }
        emit(on ? .held(agent.communication.id) : .retrieved(agent.communication.id))
    }

    mutating func disconnect(
        _ id: ParticipantID, _ type: Communication.DisconnectType, _ ids: inout some IdentifierSource
    ) throws(ConversationError) {
        guard let participant = conversation.participant(id) else { throw .participantNotFound(id) }
        guard participant.isPresent else { throw .alreadyDisconnected }
        guard participant.purpose != .customer else {
            disconnectEveryone(after: participant, type)
            return
        }
        let declined = participant.communication.state == .alerting
        end(participant, type)
        if participant.purpose == .acd { withdrawAlerts(.system) }
        guard declined else { return leaveAlone() }
        stopWaiting(for: participant.user)
        requeueIfAbandoned(participant, &ids)
    }

    private mutating func disconnectEveryone(after customer: Participant, _ type: Communication.DisconnectType) {
        end(customer, type)
        for other in conversation.participants where other.isPresent { end(other, .peer) }
    }

    /// An alert that stands for a queue entry falls with it. `system` together with an interaction that waits means a
    /// time-out, for which the agent answers; a transfer is nobody's fault.
    private mutating func withdrawAlerts(_ type: Communication.DisconnectType) {
        for agent in conversation.agents where agent.communication.state == .alerting { end(agent, type) }
    }

    mutating func requeue(_ id: ParticipantID, _ ids: inout some IdentifierSource) throws(ConversationError) {
        let agent = try agent(id)
        guard agent.isPresent else { throw .alreadyDisconnected }
        end(agent, .transferNotAvailable)
        requeueIfAbandoned(agent, &ids)
    }

    mutating func transfer(
        _ id: ParticipantID, _ target: ConversationCommand.TransferTarget, _ ids: inout some IdentifierSource
    ) throws(ConversationError) {
        guard let participant = conversation.participant(id) else { throw .participantNotFound(id) }
        guard participant.purpose != .customer else { throw .notAnAgent }
        guard participant.isPresent, participant.communication.state != .alerting else {
            throw try wrongState(participant, command: "transfer")
        }
        guard conversation.customer != nil else { throw .customerGone }
        end(participant, .transfer, outcome: participant.purpose == .acd ? .flowOut : nil)
        if participant.purpose == .acd { withdrawAlerts(.transfer) }
        switch target {
        case .queue(let routing): queue(routing, &ids)
        case .agent(let user, let name, let timeout, let policy):
            emit(
                .offered(
                    .init(
                        participant: ids.next(Participant.self), communication: ids.next(Communication.self),
                        user: user, name: name, queue: participant.queue, alertingTimeout: timeout,
                        wrapupPolicy: policy, parking: participant.parking)))
        }
    }

    mutating func setAttributes(
        _ id: ParticipantID, _ changes: [String: String?]
    ) throws(ConversationError) {
        guard let participant = conversation.participant(id) else { throw .participantNotFound(id) }
        var merged = participant.attributes
        for (key, value) in changes { merged[key] = value }
        let bytes = merged.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard bytes <= Conversation.attributeBytesMax else {
            throw .attributesTooLarge(bytesMax: Conversation.attributeBytesMax)
        }
        emit(.attributesChanged(id, changes))
    }

    mutating func requireAfterCallWork(_ id: ParticipantID, _ isRequired: Bool) throws(ConversationError) {
        let agent = try agent(id)
        guard agent.wrapupPolicy?.prompt == .agentRequested else { throw .wrapupNotDue }
        guard agent.isPresent else { throw .alreadyDisconnected }
        if agent.wantsAfterCallWork != isRequired { emit(.afterCallWorkRequired(id, isRequired)) }
    }

    mutating func wrapUp(_ id: ParticipantID, _ wrapup: Wrapup) throws(ConversationError) {
        let agent = try agent(id)
        guard agent.connectedAt != nil, !wrapup.code.isEmpty else { throw .wrapupNotDue }
        emit(.wrappedUp(id, wrapup))
        if agent.owesWrapup, agent.wrapupPolicy?.endsWithWrapup != false { emit(.afterCallWorkEnded(id)) }
    }

    mutating func expireWrapup(_ id: ParticipantID) throws(ConversationError) {
        let agent = try agent(id)
        guard agent.owesWrapup else { throw .wrapupNotDue }
        if agent.wrapup == nil {
            emit(.wrappedUp(id, Wrapup(code: Wrapup.timeoutCode, name: Wrapup.timeoutName, endedAt: now)))
        }
        emit(.afterCallWorkEnded(id))
    }

    func agent(_ id: ParticipantID) throws(ConversationError) -> Participant {
        guard let participant = conversation.participant(id) else { throw .participantNotFound(id) }
        guard participant.purpose == .agent else { throw .notAnAgent }
        return participant
    }
}

extension Wrapup {
    /// The code that stands for "the agent let the time pass" (reference F.3).
    public static let timeoutCode = "7fb334b0-0e9e-11e4-9191-0800200c9a66"
    /// The name of that code on the wire.
    public static let timeoutName = "ININ-WRAP-UP-TIMEOUT"
}

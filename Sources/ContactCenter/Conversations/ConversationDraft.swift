/// The deciding half of a conversation: a copy of the state that takes each event as it is decided, so that later
/// decisions of one command see the earlier ones, and an error leaves the conversation untouched.
struct ConversationDraft {
    private(set) var conversation: Conversation
    private(set) var events: [ConversationEvent] = []
    let now: Instant

    init(conversation: Conversation, now: Instant) {
        self.conversation = conversation
        self.now = now
    }

    mutating func decide(
        _ command: ConversationCommand, _ ids: inout some IdentifierSource
    ) throws(ConversationError) {
        switch command {
        case .receive(let message, let arrival): try receive(message, arrival, &ids)
        case .join(let arrival): try arrive(arrival, &ids)
        case .customerLeave(let type): try customerLeave(type)
        case .send(let message, let leg): try send(message, by: leg)
        case .reportStatus(let message, let status): emit(.messageStatusChanged(message, status))
        case .treat(let treatment): try treat(treatment, &ids)
        case .offer(let offer): try self.offer(offer, &ids)
        case .changeRouting(let change): try changeRouting(change)
        case .setLabel(let label): try setLabel(label)
        case .assign(let user, let until): try assign(user, until: until)
        case .stopWaiting(let user): stopWaiting(for: user)
        case .answer(let id): try answer(id)
        case .expireAlert(let leg): try expireAlert(leg, &ids)
        case .hold(let id, let on): try hold(id, on)
        case .park(let id): try park(id)
        case .parkIfQuiet(let leg): try parkIfQuiet(leg)
        case .recall(let id): try recall(id)
        case .resume(let id): try resume(id)
        case .giveUpReturn(let leg): try giveUpReturn(leg, &ids)
        case .disconnect(let id, let type): try disconnect(id, type, &ids)
        case .requeue(let id): try requeue(id, &ids)
        case .transfer(let id, let target): try transfer(id, target, &ids)
        case .setAttributes(let id, let changes): try setAttributes(id, changes)
        case .requireAfterCallWork(let id, let isRequired): try requireAfterCallWork(id, isRequired)
        case .wrapUp(let id, let wrapup): try wrapUp(id, wrapup)
        case .expireWrapup(let id): try expireWrapup(id)
        case .disconnectAll(let type): disconnectAll(type)
        }
    }

    mutating func emit(_ event: ConversationEvent) {
        conversation.apply(event, at: now)
        events.append(event)
    }

    // MARK: The customer

    private mutating func receive(
        _ message: MessageID, _ arrival: ConversationCommand.Arrival, _ ids: inout some IdentifierSource
    ) throws(ConversationError) {
        try arrive(arrival, &ids)
        guard let leg = conversation.customer?.communication.id else { throw .customerGone }
        emit(.messageReceived(message, leg))
        if let parker = conversation.parker, parker.communication.recalledAt == nil, !arrival.isWordless {
            emit(.recalled(parker.communication.id, byAgent: false))
        }
    }

    private mutating func arrive(
        _ arrival: ConversationCommand.Arrival, _ ids: inout some IdentifierSource
    ) throws(ConversationError) {
        let isReturning = conversation.version > 0
        if !isReturning { emit(.started(.init(id: conversation.id, origin: arrival.origin))) }
        if conversation.customer == nil {
            emit(
                .customerJoined(
                    .init(
                        participant: ids.next(Participant.self), communication: ids.next(Communication.self),
                        name: arrival.origin.name, isReturning: isReturning, journey: arrival.journey,
                        languages: arrival.languages)))
        }
        if arrival.isAuthenticated, let customer = conversation.customer, customer.isAuthenticated != true {
            emit(.customerAuthenticated(customer.id, name: arrival.origin.name))
        }
        if let customer = conversation.customer {
            let changes = arrival.changes(of: customer.attributes)
            if !changes.isEmpty { try setAttributes(customer.id, changes) }
        }
        guard !conversation.isAttended, var entry = arrival.entry else { return }
        entry.lastAgent = conversation.lastAgent
        queue(entry, &ids)
    }

    mutating func customerLeave(_ type: Communication.DisconnectType) throws(ConversationError) {
        guard let customer = conversation.customer else { throw .customerGone }
        end(customer, type)
        for participant in conversation.participants where participant.isPresent {
            end(participant, .peer, outcome: participant.purpose == .acd ? .abandon : nil)
        }
    }

    // MARK: Waiting and being offered

    mutating func queue(_ routing: RoutingRequest, _ ids: inout some IdentifierSource) {
        emit(
            .queued(
                .init(
                    participant: ids.next(Participant.self), communication: ids.next(Communication.self),
                    routing: routing)))
    }

    mutating func answer(_ id: ParticipantID) throws(ConversationError) {
        let agent = try agent(id)
        guard agent.communication.state == .alerting else {
            throw try wrongState(agent, command: "connect")
        }
        emit(.answered(agent.communication.id))
        if let waiting = conversation.waiting { end(waiting, .transfer, outcome: .answered) }
    }

    private mutating func expireAlert(
        _ leg: CommunicationID, _ ids: inout some IdentifierSource
    ) throws(ConversationError) {
        guard let agent = conversation.participant(having: leg) else { throw .communicationNotFound(leg) }
        guard agent.communication.state == .alerting else { throw try wrongState(agent, command: "expire") }
        end(agent, conversation.waiting == nil ? .transferNoAnswer : .system)
        stopWaiting(for: agent.user)
        requeueIfAbandoned(agent, &ids)
    }

    // MARK: Endings

    /// When nobody of the business is left, the customer's leg ends too; writing again starts the next round.
    mutating func leaveAlone() {
        guard !conversation.isAttended, let customer = conversation.customer else { return }
        end(customer, .peer)
    }

    mutating func end(
        _ participant: Participant, _ type: Communication.DisconnectType, outcome: QueueOutcome? = nil
    ) {
        emit(.disconnected(.init(communication: participant.communication.id, type: type, outcome: outcome)))
        guard participant.purpose == .agent, participant.connectedAt != nil, participant.startsAfterCallWork,
            participant.wrapup == nil || participant.wrapupPolicy?.endsWithWrapup == false
        else { return }
        emit(.afterCallWorkStarted(participant.id))
    }

    private mutating func disconnectAll(_ type: Communication.DisconnectType) {
        for participant in conversation.participants where participant.isPresent { end(participant, type) }
    }

    func wrongState(_ participant: Participant, command: String) throws(ConversationError) -> ConversationError {
        let state = participant.communication.state
        return state == .disconnected ? .alreadyDisconnected : .wrongState(state, command: command)
    }
}

/// What a conversation asks of the router, and how it takes what the router proposes.
extension ConversationDraft {
    mutating func offer(
        _ offer: ConversationCommand.Offer, _ ids: inout some IdentifierSource
    ) throws(ConversationError) {
        let waiting = try idle()
        guard waiting.communication.id == offer.waiting, mayBeOffered(waiting, to: offer.user) else {
            throw .notWaiting
        }
        let agent = ids.next(Participant.self)
        emit(
            .offered(
                .init(
                    participant: agent, communication: ids.next(Communication.self), user: offer.user,
                    name: offer.name, queue: waiting.queue, alertingTimeout: offer.alertingTimeout,
                    wrapupPolicy: offer.wrapupPolicy, usedRouting: offer.usedRouting, parking: offer.parking,
                    predictive: offer.predictive)))
        if offer.answersItself { try answer(agent) }
    }

    /// The queue entry that waits while nobody is asked to take it.
    private func idle() throws(ConversationError) -> Participant {
        guard let waiting = conversation.waiting, !conversation.isOffered else { throw .notWaiting }
        return waiting
    }

    /// A proposal that was on its way when a person chose another agent comes too late.
    private func mayBeOffered(_ waiting: Participant, to user: UserID) -> Bool {
        guard let direct = waiting.routing?.directAgent, direct.user != user else { return true }
        return direct.until.map { now >= $0 } ?? true
    }

    mutating func changeRouting(_ change: RoutingChange) throws(ConversationError) {
        guard let waiting = conversation.waiting, let request = waiting.routing else { throw .notWaiting }
        self.change(waiting, to: change.applied(to: request))
    }

    mutating func setLabel(_ label: LabelID?) throws(ConversationError) {
        guard let holder = conversation.participants.last(where: { $0.routing != nil }), var request = holder.routing
        else { throw .notWaiting }
        request.label = label
        change(holder, to: request)
    }

    mutating func assign(_ user: UserID, until: Instant) throws(ConversationError) {
        let waiting = try idle()
        guard var request = waiting.routing else { throw .notWaiting }
        request.directAgent = DirectAgent(user: user, until: until, isAssigned: true)
        change(waiting, to: request)
    }

    private mutating func change(_ participant: Participant, to request: RoutingRequest) {
        guard participant.routing != request else { return }
        emit(.routingChanged(participant.id, request))
    }

    /// The one agent that it was for does not take it: it is the queue's now.
    mutating func stopWaiting(for user: UserID?) {
        guard let waiting = conversation.waiting, var request = waiting.routing, let direct = request.directAgent,
            direct.user == user
        else { return }
        request.directAgent = nil
        change(waiting, to: request)
    }

    /// A direct alert that nobody took has no queue entry behind it: the conversation goes to the agent's queue, with
    /// what it asked for there, or ends for the customer if there is none.
    mutating func requeueIfAbandoned(_ agent: Participant, _ ids: inout some IdentifierSource) {
        guard !conversation.isAttended else { return }
        guard let queue = agent.queue ?? lastQueue else { return leaveAlone() }
        var request = RoutingRequest(queue: queue)
        if let earlier = conversation.participants.last(where: { $0.routing?.queue == queue })?.routing {
            request = earlier
        }
        request.directAgent = nil
        if agent.connectedAt != nil { request.lastAgent = agent.user }
        request.waitingSince = nil
        request.passed = nil
        self.queue(request, &ids)
    }

    private var lastQueue: QueueID? { conversation.participants.last { $0.queue != nil }?.queue }
}

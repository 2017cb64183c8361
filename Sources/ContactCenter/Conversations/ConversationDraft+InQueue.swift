/// What is done with a customer who waits.
extension ConversationDraft {
    mutating func treat(
        _ treatment: ConversationCommand.Treatment, _ ids: inout some IdentifierSource
    ) throws(ConversationError) {
        let isAlerting = conversation.agents.contains { $0.communication.state == .alerting }
        guard let waiting = conversation.waiting, waiting.communication.id == treatment.waiting,
            (waiting.inQueue ?? InQueueProgress()).allows(treatment.step), !isAlerting || treatment.action == .wait
        else { throw .notWaiting }
        let leg = waiting.communication.id
        emit(.treated(.init(communication: leg, step: treatment.step)))
        if let message = treatment.message { emit(.messageSent(message, leg)) }
        switch treatment.action {
        case .wait: break
        case .overflow(let queue): passOn(waiting, to: queue, &ids)
        case .disconnect where treatment.step == .inactive: try customerLeave(.inactivity)
        case .disconnect:
            end(waiting, treatment.step == .maximumWait ? .timeout : .system)
            leaveAlone()
        }
    }

    /// Everything that was asked for is asked for in the other queue, and the turn stays that of the first one.
    private mutating func passOn(_ waiting: Participant, to queue: QueueID, _ ids: inout some IdentifierSource) {
        let asked = waiting.routing ?? RoutingRequest(queue: queue)
        let routing = asked.passedOn(to: queue, since: waiting.startedAt)
        end(waiting, .transfer, outcome: .flowOut)
        self.queue(routing, &ids)
    }
}

extension InQueueProgress {
    /// Whether a step has not been taken yet: a timer that comes twice does nothing twice.
    fileprivate func allows(_ step: InQueueStep) -> Bool {
        switch step {
        case .treatment(let number): number == timesTreated + 1
        case .closed(let standing): closure != standing
        case .opened: closure != nil
        case .maximumWait: !isOverdue
        case .overflow, .inactive: true
        }
    }
}

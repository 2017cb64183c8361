import ContactCenter
import Journal

/// The timers that a conversation's events set and cancel, in the commit that stores them.
extension ConversationCommit {
    func timers(for event: ConversationEvent) -> [TimerWrite] {
        switch event {
        case .queued(let body): [inQueueTimer(body)].compactMap { $0 }
        case .offered(let body):
            [timer(.alertExpires(body.communication), after: body.alertingTimeout)].compactMap { $0 }
        case .answered(let leg): [.cancel(key: TimerTask.alertExpires(leg).key)]
        case .messageSent(_, let leg): [parkTimer(leg)].compactMap { $0 }
        case .recalled(let leg, byAgent: false): [returnTimer(leg)].compactMap { $0 }
        case .resumed(let leg): [.cancel(key: TimerTask.returnExpires(leg).key)]
        case .disconnected(let body): endings(of: body.communication)
        case .afterCallWorkStarted(let id): [wrapupTimer(id)].compactMap { $0 }
        case .afterCallWorkEnded(let id): [.cancel(key: TimerTask.wrapupExpires(id).key)]
        default: []
        }
    }

    private func endings(of leg: CommunicationID) -> [TimerWrite] {
        guard let participant = before.participant(having: leg) else { return [] }
        var tasks: [TimerTask] = []
        if participant.purpose == .acd { tasks.append(.inQueue(leg)) }
        if participant.communication.state == .alerting { tasks.append(.alertExpires(leg)) }
        if participant.communication.recalledAt != nil { tasks.append(.returnExpires(leg)) }
        if participant.parking?.after != nil { tasks.append(.parkDue(leg)) }
        return tasks.map { .cancel(key: $0.key) }
    }

    private func inQueueTimer(_ body: ConversationEvent.Queued) -> TimerWrite? {
        firstLook(body.routing, now).flatMap { timer(.inQueue(body.communication), after: $0 - now) }
    }

    private func parkTimer(_ leg: CommunicationID) -> TimerWrite? {
        after.participant(having: leg)?.parking?.after.flatMap { timer(.parkDue(leg), after: $0) }
    }

    private func returnTimer(_ leg: CommunicationID) -> TimerWrite? {
        let wait = after.participant(having: leg)?.parking?.returnWait ?? ParkingPolicy.returnWaitDefault
        return timer(.returnExpires(leg), after: wait)
    }

    private func wrapupTimer(_ id: ParticipantID) -> TimerWrite? {
        after.participant(id)?.wrapupPolicy?.timeLimit.flatMap { timer(.wrapupExpires(id), after: $0) }
    }

    private func timer(_ task: TimerTask, after span: Span) -> TimerWrite? {
        guard let body = try? JSON.encode(task) else { return nil }
        return .set(
            TimerRecord(key: task.key, stream: StreamID(.conversation, after.id), dueAt: now + span, body: body))
    }
}

/// What a timer does when it is due: to a conversation, or to an agent's state.
enum TimerTask: Codable, Sendable {
    case alertExpires(CommunicationID)
    case wrapupExpires(ParticipantID)
    /// The customer has not answered for the time after which the queue parks.
    case parkDue(CommunicationID)
    /// The customer has waited long enough for the agent who had parked the conversation.
    case returnExpires(CommunicationID)
    /// Somebody who waits is looked at.
    case inQueue(CommunicationID)
    /// No desktop of an agent has been open for too long, who is on queue since then.
    case deskGone(UserID, since: Instant)
    /// An agent without a desktop has been offline since then, and has conversations in hand.
    case handBack(UserID, since: Instant)

    /// The timer's unique key.
    var key: String {
        switch self {
        case .alertExpires(let leg): "alert/\(leg)"
        case .wrapupExpires(let participant): "wrapup/\(participant)"
        case .parkDue(let leg): "park/\(leg)"
        case .returnExpires(let leg): "return/\(leg)"
        case .inQueue(let leg): "inqueue/\(leg)"
        case .deskGone(let user, _): "desk/\(user)"
        case .handBack(let user, _): "handback/\(user)"
        }
    }

    /// The command for the timer's conversation; `nil` for the timers of agents, and where more than the conversation
    /// decides what is done.
    var command: ConversationCommand? {
        switch self {
        case .alertExpires(let leg): .expireAlert(leg)
        case .wrapupExpires(let participant): .expireWrapup(participant)
        case .parkDue(let leg): .parkIfQuiet(leg)
        case .returnExpires(let leg): .giveUpReturn(leg)
        case .deskGone, .handBack, .inQueue: nil
        }
    }
}

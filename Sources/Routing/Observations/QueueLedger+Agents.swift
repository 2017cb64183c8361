import ContactCenter

/// Legs of agents, and what they owe after them.
extension QueueLedger {
    mutating func offer(_ body: ConversationEvent.Offered, of conversation: ConversationID, at now: Instant) {
        guard legs[body.communication] == nil else { return }
        var agent = AgentLeg(
            conversation: conversation, participant: body.participant, user: body.user,
            medium: body.queue.map { QueueMedium($0, .message) }, media: .message, alertingSince: now)
        agent.inHandSince = now
        add(agent, body.communication)
        setOffered(conversation, true, at: now)
    }

    mutating func add(_ agent: AgentLeg, _ leg: CommunicationID) {
        legs[leg] = agent
        if let medium = agent.medium { touch(medium) }
        staff.load(agent.user, agent.media, by: 1)
        show(agent, leg, isThere: true)
    }

    mutating func setOffered(_ conversation: ConversationID, _ isOffered: Bool, at now: Instant) {
        guard let leg = roundOf[conversation], let round = rounds[leg], round.isOffered != isOffered else { return }
        rounds[leg]?.isOffered = isOffered
        if isOffered { rounds[leg]?.hasWaited = QueuePace.immediateMax < now - round.since }
        setInLine(round, leg, !isOffered, at: now)
    }

    mutating func answer(_ leg: CommunicationID, at now: Instant) {
        guard var agent = legs[leg], agent.connectedSince == nil else { return }
        show(agent, leg, isThere: false)
        agent.connectedSince = now
        agent.inHandSince = now
        legs[leg] = agent
        show(agent, leg, isThere: true)
        if let medium = agent.medium { ledgers[medium]?.pace.noteAnswer(after: now - agent.alertingSince, at: now) }
        if let round = roundOf[agent.conversation] { rounds[round]?.isAnswered = true }
    }

    mutating func park(_ leg: CommunicationID, _ isParked: Bool, at now: Instant) {
        guard var agent = legs[leg], agent.isParked != isParked else { return }
        show(agent, leg, isThere: false)
        agent.isParked = isParked
        if isParked { agent.rest(at: now) } else { agent.inHandSince = now }
        legs[leg] = agent
        show(agent, leg, isThere: true)
        staff.load(agent.user, agent.media, by: isParked ? -1 : 1)
    }

    mutating func leave(_ leg: CommunicationID, at now: Instant) {
        guard var agent = legs.removeValue(forKey: leg) else { return }
        show(agent, leg, isThere: false)
        if !agent.isParked { staff.load(agent.user, agent.media, by: -1) }
        guard agent.connectedSince != nil else {
            // The alert is over and nobody answered: it waits in line again.
            return setOffered(agent.conversation, false, at: now)
        }
        agent.rest(at: now)
        let talked = agent.inHandBefore
        if let medium = agent.medium {
            ledgers[medium]?.pace.noteHandled(talked, at: now)
            ledgers[medium]?.history.add(at: now) { $0.addTalk(talked) }
        }
        owed[agent.participant] = AfterCallWork(
            user: agent.user, medium: agent.medium, media: agent.media, since: nil)
        forgetOwedByOthers(than: agent.participant)
    }

    /// What an agent owes is told in the same commit, right after the leg's end: who is told of nothing owes nothing.
    mutating func forgetOwedByOthers(than participant: ParticipantID) {
        if let last = lastLeft, last != participant, owed[last]?.since == nil { owed[last] = nil }
        lastLeft = participant
    }

    mutating func startAfterCallWork(_ participant: ParticipantID, at now: Instant) {
        guard let work = owed[participant], work.since == nil else { return }
        owed[participant]?.since = now
        staff.load(work.user, work.media, by: 1)
    }

    mutating func endAfterCallWork(_ participant: ParticipantID, at now: Instant) {
        guard let work = owed.removeValue(forKey: participant), let since = work.since else { return }
        staff.load(work.user, work.media, by: -1)
        guard let medium = work.medium else { return }
        ledgers[medium]?.pace.noteAfterCallWork(now - since, at: now)
        ledgers[medium]?.history.add(at: now) { $0.addAfterCallWork(now - since) }
        changed.insert(medium.queue)
    }

    mutating func show(_ agent: AgentLeg, _ leg: CommunicationID, isThere: Bool) {
        guard let medium = agent.medium else { return }
        changed.insert(medium.queue)
        guard !agent.isParked else { return }
        if let since = agent.connectedSince {
            ledgers[medium]?.change(.interacting, AgedLeg(since: since, leg: leg), isThere: isThere)
        } else {
            ledgers[medium]?.change(.alerting, AgedLeg(since: agent.alertingSince, leg: leg), isThere: isThere)
        }
    }

    // MARK: What is open

    mutating func take(_ conversation: Conversation) {
        let isOffered = conversation.agents.contains { $0.communication.state == .alerting }
        if let waiting = conversation.waiting, let routing = waiting.routing {
            openRound(
                waiting.communication.id, routing, of: conversation.id, since: waiting.startedAt, isOffered: isOffered)
        }
        for participant in conversation.participants where participant.purpose == .agent {
            guard let user = participant.user else { continue }
            let leg = participant.communication
            if participant.isPresent {
                var agent = AgentLeg(
                    conversation: conversation.id, participant: participant.id, user: user,
                    medium: participant.queue.map { QueueMedium($0, .message) }, media: .message,
                    alertingSince: leg.alertingAt ?? participant.startedAt)
                agent.connectedSince = leg.connectedAt
                agent.inHandSince = leg.state == .parked ? nil : leg.connectedAt ?? agent.alertingSince
                add(agent, leg.id)
                if leg.state == .parked { park(leg.id, true, at: leg.parkedAt ?? participant.startedAt) }
            } else if participant.owesWrapup {
                owed[participant.id] = AfterCallWork(
                    user: user, medium: participant.queue.map { QueueMedium($0, .message) }, media: .message,
                    since: participant.afterCallWorkStartedAt)
                staff.load(user, .message, by: 1)
            }
        }
    }
}

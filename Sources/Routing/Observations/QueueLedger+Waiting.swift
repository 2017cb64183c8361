import ContactCenter

/// Rounds of waiting.
extension QueueLedger {
    mutating func open(_ body: ConversationEvent.Queued, of conversation: ConversationID, at now: Instant) {
        openRound(body.communication, body.routing, of: conversation, since: now, isOffered: false)
    }

    mutating func openRound(
        _ leg: CommunicationID, _ routing: RoutingRequest, of conversation: ConversationID, since: Instant,
        isOffered: Bool
    ) {
        guard rounds[leg] == nil else { return }
        let medium = QueueMedium(routing.queue, .message)
        let order = (rules[routing.queue] ?? QueueRules()).order(priority: routing.priority, since: since)
        var round = Round(
            conversation: conversation, medium: medium, since: since, priority: routing.priority,
            place: LinePlace(order: order, leg: leg))
        round.isOffered = isOffered
        rounds[leg] = round
        roundOf[conversation] = leg
        touch(medium)
        if !isOffered { setInLine(round, leg, true, at: since) }
    }

    mutating func setInLine(_ round: Round, _ leg: CommunicationID, _ isInLine: Bool, at now: Instant) {
        let aged = AgedLeg(since: round.since, leg: leg)
        ledgers[round.medium]?.change(.waiting, aged, isThere: isInLine)
        if isInLine {
            ledgers[round.medium]?.line.insert(round.place)
        } else {
            ledgers[round.medium]?.line.remove(round.place)
        }
        let count = ledgers[round.medium]?.line.count ?? 0
        ledgers[round.medium]?.pace.lineChanged(to: count, at: now)
        changed.insert(round.medium.queue)
    }

    /// What waits asks for something else: its turn may be another one.
    mutating func reorder(_ conversation: ConversationID, _ routing: RoutingRequest) {
        guard let leg = roundOf[conversation], var round = rounds[leg], round.priority != routing.priority else {
            return
        }
        let order = (rules[round.medium.queue] ?? QueueRules()).order(priority: routing.priority, since: round.since)
        if !round.isOffered { ledgers[round.medium]?.line.remove(round.place) }
        round.priority = routing.priority
        round.place = LinePlace(order: order, leg: leg)
        rounds[leg] = round
        if !round.isOffered { ledgers[round.medium]?.line.insert(round.place) }
    }

    mutating func close(_ leg: CommunicationID, _ type: Communication.DisconnectType, at now: Instant) {
        guard let round = rounds.removeValue(forKey: leg) else { return }
        if roundOf[round.conversation] == leg { roundOf[round.conversation] = nil }
        if !round.isOffered { setInLine(round, leg, false, at: now) }
        let outcome: WaitOutcome = round.isAnswered ? .answered : type.isCustomers ? .abandoned : .flowedOut
        let goal = goal(of: round.medium)
        ledgers[round.medium]?.history.add(at: now) { $0.add(outcome, after: now - round.since, goal: goal) }
        if outcome == .abandoned { ledgers[round.medium]?.pace.noteLeft(at: now) }
        if outcome == .answered, round.hasWaited { ledgers[round.medium]?.pace.noteServed(at: now) }
    }

    mutating func touch(_ medium: QueueMedium) {
        if ledgers[medium] == nil { ledgers[medium] = MediumLedger() }
    }
}

extension Communication.DisconnectType {
    /// Whether a wait that ended so was ended by the customer, or by the line to the customer.
    fileprivate var isCustomers: Bool {
        switch self {
        case .peer, .endpoint, .sessionExpired, .transportFailure: true
        default: false
        }
    }
}

import ContactCenter
import Routing

/// What becomes of an interaction.
extension ReplayRun {
    // MARK: Coming and going

    mutating func arrive(_ number: Int) {
        let recorded = rounds[number].recorded
        let id = recorded.conversation
        if recorded.cause == .arrived, conversations[id]?.isBusy == true {
            conversations[id]?.deferred.append(number)
            return
        }
        rounds[number].hasCome = true
        rounds[number].told.queuedAt = now
        if recorded.routing.lastAgent != nil, let last = conversations[id]?.lastAgent {
            rounds[number].told.routing.lastAgent = last
        }
        if case .passed(let user) = recorded.cause {
            alert(number, user)
        } else {
            beginWaiting(number)
            expectEnd(of: number)
            for change in recorded.changes {
                schedule(.asksFor(number, change.routing), at: now + (change.at - recorded.queuedAt))
            }
        }
        sync(id)
    }

    mutating func beginWaiting(_ number: Int) {
        let round = rounds[number]
        let (id, leg) = (round.recorded.conversation, round.recorded.leg)
        conversations[id, default: ConversationNow()].waiting = number
        tell(.queued(.init(participant: leg.cast(), communication: leg, routing: round.told.routing)), of: id)
        schedule(.isConsidered(number), at: now)
    }

    /// When the waiting ends if nobody answers before.
    private mutating func expectEnd(of number: Int) {
        let recorded = rounds[number].recorded
        let wait = recorded.wait(until: traffic.to)
        switch recorded.outcome {
        case .abandoned: rounds[number].end = .leaves(now + wait)
        case .removed: rounds[number].end = .isRemoved(now + wait)
        case .answered, .letGo, .open:
            let unit = draws.unit(.patience, recorded.leg)
            let patience = habits.patience(in: recorded.routing.queue, beyond: wait, at: unit)
            rounds[number].end = patience.map { .leaves(now + $0) }
        }
        scheduleEnd(of: number)
    }

    mutating func scheduleEnd(of number: Int) {
        switch rounds[number].end {
        case .leaves(let at): schedule(.customerLeaves(number), at: at)
        case .isRemoved(let at): schedule(.isRemoved(number), at: at)
        case nil: break
        }
    }

    mutating func change(_ number: Int, to routing: RoutingRequest) {
        guard isWaiting(number) else { return }
        rounds[number].told.routing = routing
        let leg = rounds[number].recorded.leg
        tell(.routingChanged(leg.cast(), routing), of: rounds[number].recorded.conversation)
        if let direct = routing.directAgent, direct.isAssigned {
            router.chosen(direct.user, for: leg)
        }
        sync(rounds[number].recorded.conversation)
    }

    mutating func leave(_ number: Int) {
        guard isWaiting(number) else { return }
        endWaiting(number, .abandoned)
        goOn(after: number, isAnswered: false)
    }

    mutating func remove(_ number: Int) {
        guard isWaiting(number) else { return }
        endWaiting(number, .removed)
        goOn(after: number, isAnswered: true)
    }

    func isWaiting(_ number: Int) -> Bool {
        conversations[rounds[number].recorded.conversation]?.waiting == number
    }

    mutating func endWaiting(_ number: Int, _ outcome: RecordedInteraction.Outcome) {
        let id = rounds[number].recorded.conversation
        if rounds[number].alert != nil { dropAlert(number, .withdrawn) }
        rounds[number].told.outcome = outcome
        rounds[number].told.endedAt = now
        conversations[id]?.waiting = nil
        let type: Communication.DisconnectType =
            switch outcome {
            case .abandoned: .peer
            case .letGo: .system
            case .answered, .removed, .open: .transfer
            }
        tell(.disconnected(.init(communication: rounds[number].recorded.leg, type: type)), of: id)
        sync(id)
    }

    /// What comes of a round that is over: a transfer, or what the customer wrote meanwhile.
    mutating func goOn(after number: Int, isAnswered: Bool) {
        let round = rounds[number]
        let id = round.recorded.conversation
        if isAnswered, let next = round.next {
            schedule(.arrives(next), at: now + round.gap)
        } else if conversations[id]?.isBusy == false, conversations[id]?.deferred.isEmpty == false,
            let next = conversations[id]?.deferred.removeFirst()
        {
            schedule(.arrives(next), at: now)
        }
    }

    // MARK: Alerts

    mutating func alert(_ number: Int, _ user: UserID) {
        let id = rounds[number].recorded.conversation
        let alert = ReplayedRound.Alert(user: user, leg: newLeg(), offer: rounds[number].told.offers.count)
        rounds[number].alert = alert
        rounds[number].told.offers.append(.init(user: user, at: now))
        let occupation = Occupation(alert.leg, label: rounds[number].told.routing.label)
        conversations[id, default: ConversationNow()].occupy(user, occupation)
        alertsOf[user, default: []].insert(number)
        tell(
            .offered(
                .init(
                    participant: alert.leg.cast(), communication: alert.leg, user: user,
                    queue: rounds[number].told.routing.queue, limit: alertingLimit(of: rounds[number]))), of: id)
        let reaction = reaction(to: alert, in: rounds[number])
        schedule(.alertEnds(number, offer: alert.offer, reaction.outcome), at: now + reaction.delay)
    }

    func alertingLimit(of round: ReplayedRound) -> Span {
        directory.queue(round.told.routing.queue)?.alertingTimeout ?? .seconds(Queue.alertingSecondsDefault)
    }

    /// As recorded, where the same agent was asked the same for the same time; else one of the agent's habits.
    private func reaction(to alert: ReplayedRound.Alert, in round: ReplayedRound) -> Habits.Reaction {
        let limit = alertingLimit(of: round)
        let before = round.told.offers.dropLast().count { $0.user == alert.user }
        let asked = round.recorded.offers.filter { $0.user == alert.user }.dropFirst(before).first
        let user = candidate.habit(of: alert.user)
        let unit = draws.unit(.reaction, round.recorded.leg, alert.user, number: alert.offer)
        var reaction = habits.reaction(of: user, at: unit)
        if let asked, followsRecord || round.recorded.isPassed {
            let lasted = (asked.endedAt ?? traffic.to) - asked.at
            switch asked.outcome {
            case .answered, .declined, .timedOut: reaction = .init(outcome: asked.outcome, delay: lasted)
            case .withdrawn, .open:
                // Only that nothing happened for so long is known.
                let delay = max(reaction.delay, Span(milliseconds: lasted.milliseconds + 1))
                reaction = .init(outcome: reaction.outcome, delay: delay)
            }
        }
        if reaction.outcome == .timedOut || reaction.delay >= limit { return .init(outcome: .timedOut, delay: limit) }
        return reaction
    }

    mutating func endAlert(_ number: Int, _ offer: Int, _ outcome: RecordedInteraction.Offer.Outcome) {
        guard let alert = rounds[number].alert, alert.offer == offer else { return }
        if outcome == .answered { return answer(number, alert) }
        let id = rounds[number].recorded.conversation
        dropAlert(number, outcome)
        if isWaiting(number) {
            if outcome == .declined { router.declined(rounds[number].recorded.leg, by: alert.user, at: now) }
            if rounds[number].told.routing.directAgent?.user == alert.user {
                rounds[number].told.routing.directAgent = nil
            }
            sync(id)
        } else {
            rounds[number].told.outcome = .removed
            rounds[number].told.endedAt = now
            sync(id)
            goOn(after: number, isAnswered: true)
        }
        let queue = directory.queue(rounds[number].told.routing.queue)
        if outcome == .timedOut || outcome == .declined && queue?.declineAction == .notResponding {
            expire(alert.user, in: rounds[number].recorded, alert.offer)
        }
    }

    private mutating func dropAlert(_ number: Int, _ outcome: RecordedInteraction.Offer.Outcome) {
        guard let alert = rounds[number].alert else { return }
        rounds[number].alert = nil
        rounds[number].told.offers[alert.offer].outcome = outcome
        rounds[number].told.offers[alert.offer].endedAt = now
        alertsOf[alert.user]?.remove(number)
        let id = rounds[number].recorded.conversation
        conversations[id]?.vacate(alert.user, alert.leg)
        tell(.disconnected(.init(communication: alert.leg, type: .client)), of: id)
    }

    /// Who let an alert pass is not responding for a while: until the record says so, else for a recorded time.
    private mutating func expire(_ user: UserID, in recorded: RecordedInteraction, _ offer: Int) {
        perform(.alertExpired, on: user)
        let expiry = expiries[user, default: 0] + 1
        expiries[user] = expiry
        let habit = candidate.habit(of: user)
        let asked = recorded.offers.first { $0.user == user && ($0.outcome == .timedOut || $0.outcome == .declined) }
        if followsRecord, let end = asked?.endedAt {
            guard let recovery = habits.recordedRecovery(of: habit, after: end) else { return }
            schedule(.recovers(user, expiry: expiry), at: now + (recovery - end))
        } else if let span = habits.recovery(at: draws.unit(.recovery, recorded.leg, user, number: offer)) {
            schedule(.recovers(user, expiry: expiry), at: now + span)
        }
    }

    // MARK: Handling

    private mutating func answer(_ number: Int, _ alert: ReplayedRound.Alert) {
        let round = rounds[number]
        let id = round.recorded.conversation
        rounds[number].alert = nil
        alertsOf[alert.user]?.remove(number)
        rounds[number].told.offers[alert.offer].outcome = .answered
        rounds[number].told.offers[alert.offer].endedAt = now
        rounds[number].told.outcome = .answered
        rounds[number].told.endedAt = now
        rounds[number].leg = alert.leg
        let inHand = agents[alert.user]?.interactions.count ?? 0
        rounds[number].told.answer = .init(user: alert.user, at: now, concurrency: inHand + 1)
        if conversations[id]?.waiting == number { conversations[id]?.waiting = nil }
        conversations[id]?.connectedCount += 1
        conversations[id]?.lastAgent = alert.user
        tell(.answered(alert.leg), of: id)
        tell(.disconnected(.init(communication: round.recorded.leg, type: .transfer)), of: id)
        plan(number, by: alert.user)
        perform(.interactionStarted(alert.leg), on: alert.user)
        sync(id)
    }

    /// How long it takes: as recorded, at the pace of the agent who has it now.
    private mutating func plan(_ number: Int, by user: UserID) {
        let recorded = rounds[number].recorded
        let pace = habits.pace(of: candidate.habit(of: user))
        guard let answer = recorded.answer else {
            let handling = habits.handling(
                in: recorded.routing.queue, by: candidate.habit(of: user),
                at: draws.unit(.handling, recorded.leg))
            rounds[number].afterCallWork = handling.afterCallWork
            return schedule(.agentLeaves(number), at: now + handling.talk)
        }
        let factor = user == answer.user ? 1 : pace / habits.pace(of: answer.user)
        func scaled(_ milliseconds: Int64) -> Span {
            Span(milliseconds: Int64((Double(milliseconds) * factor).rounded()))
        }
        // What the record does not see the end of lasts.
        guard let ended = answer.endedAt else { return }
        for (index, offset) in answer.parkingMs.enumerated() {
            schedule(.parks(number, index.isMultiple(of: 2)), at: now + scaled(offset))
        }
        rounds[number].afterCallWork = answer.releasedAt.map { scaled(($0 - ended).milliseconds) }
        schedule(.agentLeaves(number), at: now + scaled((ended - answer.at).milliseconds))
    }

    mutating func park(_ number: Int, _ isParked: Bool) {
        let round = rounds[number]
        guard let answer = round.told.answer, answer.endedAt == nil, let leg = round.leg else { return }
        rounds[number].told.answer?.parkingMs.append((now - answer.at).milliseconds)
        let id = round.recorded.conversation
        tell(isParked ? .parked(leg) : .resumed(leg), of: id)
        if isParked {
            conversations[id]?.vacate(answer.user, leg)
        } else {
            conversations[id]?.occupy(answer.user, Occupation(leg, label: round.told.routing.label))
        }
        sync(id)
    }

    mutating func hangUp(_ number: Int) {
        let round = rounds[number]
        let id = round.recorded.conversation
        guard round.told.answer != nil, let leg = round.leg else { return }
        rounds[number].told.answer?.endedAt = now
        rounds[number].told.answer?.end = round.recorded.answer?.end ?? .client
        conversations[id]?.connectedCount -= 1
        tell(.disconnected(.init(communication: leg, type: .client)), of: id)
        if round.afterCallWork != .seconds(0) { tell(.afterCallWorkStarted(leg.cast()), of: id) }
        if let span = round.afterCallWork {
            if span > Span(milliseconds: 0) { schedule(.isReleased(number), at: now + span) } else { release(number) }
        }
        goOn(after: number, isAnswered: true)
    }

    mutating func release(_ number: Int) {
        guard let user = rounds[number].told.answer?.user, let leg = rounds[number].leg else { return }
        let id = rounds[number].recorded.conversation
        rounds[number].told.answer?.releasedAt = now
        tell(.afterCallWorkEnded(leg.cast()), of: id)
        conversations[id]?.vacate(user, leg)
        perform(.interactionEnded(leg), on: user)
        sync(id)
    }

    // MARK: Agents

    mutating func changeReadiness(_ change: RecordedReadiness) {
        // Not responding comes of alerts, and those are gone through again.
        guard case .onQueue(let isOnQueue) = change.change else { return }
        perform(
            .setPresence(definition: "", isOnQueue ? .onQueue : .available, message: nil), on: change.user)
        guard !isOnQueue else { return }
        for number in (alertsOf[change.user] ?? []).sorted() {
            dropAlert(number, .withdrawn)
            let id = rounds[number].recorded.conversation
            if !isWaiting(number) {
                rounds[number].told.outcome = .removed
                rounds[number].told.endedAt = now
                goOn(after: number, isAnswered: true)
            }
            sync(id)
        }
    }
}

extension RecordedInteraction {
    /// Whether it went straight from one agent to another.
    var isPassed: Bool { if case .passed = cause { true } else { false } }
}

import ContactCenter
import Routing

/// What queues' settings do with those who wait: hold them back while a queue is closed, pass them on, let them go.
extension ReplayRun {
    /// Decides as the server does what is due with somebody who waits; looks again when something may be.
    mutating func consider(_ number: Int) {
        let round = rounds[number]
        guard isWaiting(number), let settings = inQueue.settings(of: round.told.routing.queue)?.unrecorded else {
            return
        }
        switch settings.move(in: situation(of: round, under: settings), at: now) {
        case .take(let step, let policy): take(step, policy.action, with: number)
        case .rest(let until):
            guard let until else { return }
            let at = max(until, now + Span(milliseconds: 1))
            rounds[number].looksAt = at
            schedule(.isConsidered(number), at: at)
        }
    }

    private mutating func take(_ step: InQueueStep, _ action: InQueueSettings.Action, with number: Int) {
        rounds[number].progress.note(step, at: now)
        if case .closed(let standing) = step {
            rounds[number].told.closure = rounds[number].told.closure ?? standing
        }
        switch action {
        // Noted, it is not due again: this ends.
        case .wait: return consider(number)
        case .overflow(let target): passOn(number, to: target)
        case .disconnect:
            endWaiting(number, .letGo)
            goOn(after: number, isAnswered: false)
        }
        rounds[number].told.lastStep = step
    }

    private func situation(of round: ReplayedRound, under settings: InQueueSettings) -> InQueueSituation {
        let queue = round.told.routing.queue
        var situation = inQueue.situation(in: queue, under: settings, since: round.told.queuedAt, at: now)
        situation.progress = round.progress
        situation.passed = (round.told.routing.passed ?? []) + [queue]
        if settings.overflow?.estimatedWait != nil {
            let medium = QueueMedium(queue, .message)
            situation.estimatedWait = ledger.estimate(in: medium, for: round.recorded.conversation, at: now)?.span
        }
        if round.alert != nil, let offer = round.told.offers.last {
            situation.alertEndsAt = offer.at + alertingLimit(of: round)
        }
        return situation
    }

    /// Everything that was asked for is asked for in the other queue, and the turn stays that of the first one.
    private mutating func passOn(_ number: Int, to queue: QueueID) {
        let round = rounds[number]
        endWaiting(number, .removed)
        rounds.append(
            round.passedOn(asking: round.told.routing.passedOn(to: queue, since: round.told.queuedAt), at: now))
        let next = rounds.count - 1
        beginWaiting(next)
        scheduleEnd(of: next)
        sync(round.recorded.conversation)
    }
}

extension InQueueSettings {
    /// Of the settings, those whose doing is found anew. What is told changes nothing here; who said nothing for too
    /// long left as recorded.
    fileprivate var unrecorded: InQueueSettings {
        var settings = self
        (settings.treatment, settings.inactivity) = (nil, nil)
        return settings
    }
}

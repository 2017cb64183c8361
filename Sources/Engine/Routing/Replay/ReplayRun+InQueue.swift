import ContactCenter
import Routing

/// Those whom their queue's settings pass on to another queue.
extension ReplayRun {
    /// Decides as the server does what is due with somebody who waits; looks again when something may be.
    mutating func consider(_ number: Int) {
        let round = rounds[number]
        let queue = round.told.routing.queue
        guard isWaiting(number), let settings = inQueue.settings(of: queue)?.passingOn else { return }
        switch settings.move(in: situation(of: round, under: settings), at: now) {
        case .take(_, let policy):
            if case .overflow(let target) = policy.action { return passOn(number, to: target) }
            // The longest wait is over, and there is nowhere to go.
            rounds[number].progress.isOverdue = true
            consider(number)
        case .rest(let until):
            guard let until else { return }
            let at = max(until, now + Span(milliseconds: 1))
            rounds[number].looksAt = at
            schedule(.isConsidered(number), at: at)
        }
    }

    private func situation(of round: ReplayedRound, under settings: InQueueSettings) -> InQueueSituation {
        let queue = round.told.routing.queue
        var situation = InQueueSituation(since: round.told.queuedAt)
        situation.progress = round.progress
        situation.passed = (round.told.routing.passed ?? []) + [queue]
        situation.closedQueues = Set(settings.targets.filter { directory.find(.queue, $0.description) == nil })
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
    /// Of the settings, those that pass somebody on after a wait. What is told changes nothing here; closures, and who
    /// is let go, are in the record.
    fileprivate var passingOn: InQueueSettings {
        var settings = InQueueSettings()
        settings.overflow = overflow
        if case .overflow? = maximumWait?.policy.action { settings.maximumWait = maximumWait }
        return settings
    }
}

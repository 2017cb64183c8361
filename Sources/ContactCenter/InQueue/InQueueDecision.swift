extension InQueueSettings {
    /// What is to be done now. Doing it and asking again leads to rest after a few steps.
    public func move(in situation: InQueueSituation, at now: Instant) -> InQueueMove {
        var decision = InQueueDecision(settings: self, situation: situation, now: now)
        return decision.move() ?? .rest(until: decision.ends.min())
    }
}

/// One look at somebody who waits: what is due, else when something will be.
private struct InQueueDecision {
    typealias Settings = InQueueSettings

    let settings: Settings
    let situation: InQueueSituation
    let now: Instant
    var ends: [Instant] = []

    /// An alert's own timer comes first.
    private static let afterAlert = Span.seconds(1)

    mutating func move() -> InQueueMove? {
        if let spoke = situation.lastInboundAt, let limit = settings.inactivity,
            let move = step(.inactive, .init(.disconnect), at: spoke + limit)
        {
            return move
        }
        if let changes = situation.standingChangesAt { ends.append(changes) }
        if situation.standing != .open { return closed() }
        if situation.progress.closure != nil { return .take(.opened, .init(.wait)) }
        return longestWait() ?? overflow() ?? treatment()
    }

    private mutating func closed() -> InQueueMove? {
        let standing = situation.standing
        guard situation.progress.closure != standing else { return nil }
        let policy = settings.closure(standing) ?? .init(.wait)
        return step(.closed(standing), possible(policy), at: now)
    }

    /// Waits are reckoned from when the queue serves.
    private var begin: Instant { max(situation.since, situation.progress.openedAt ?? situation.since) }

    private mutating func longestWait() -> InQueueMove? {
        guard let limit = settings.maximumWait, !situation.progress.isOverdue else { return nil }
        return step(.maximumWait, possible(limit.policy), at: begin + limit.span)
    }

    private mutating func overflow() -> InQueueMove? {
        guard let overflow = settings.overflow else { return nil }
        let policy = possible(.init(.overflow(overflow.queue), texts: overflow.texts))
        guard policy.action != .wait else { return nil }
        if let after = overflow.after, let move = step(.overflow, policy, at: begin + after) { return move }
        guard let longest = overflow.estimatedWait else { return nil }
        let isTooLong = situation.estimatedWait.map { $0 > longest } ?? false
        return step(.overflow, policy, at: isTooLong ? now : now + Settings.estimatePause)
    }

    private mutating func treatment() -> InQueueMove? {
        let number = situation.progress.timesTreated
        guard let treatment = settings.treatment, number < treatment.timesMax else { return nil }
        let due: Instant
        if let last = situation.progress.treatedAt {
            guard let interval = treatment.interval else { return nil }
            due = max(last + interval, begin)
        } else {
            due = begin + treatment.delay
        }
        return step(.treatment(number + 1), .init(.wait, texts: treatment.texts), at: due)
    }

    /// A step that is due at an instant. Nobody is taken away from an agent who may just answer.
    private mutating func step(_ step: InQueueStep, _ policy: Settings.Policy, at due: Instant) -> InQueueMove? {
        guard due <= now else {
            ends.append(due)
            return nil
        }
        guard policy.action != .wait, let alertEnds = situation.alertEndsAt else { return .take(step, policy) }
        ends.append(max(alertEnds, now) + Self.afterAlert)
        return nil
    }

    /// Nobody goes round in a circle, and nobody is sent where nobody serves.
    private func possible(_ policy: Settings.Policy) -> Settings.Policy {
        guard case .overflow(let queue) = policy.action else { return policy }
        let isPossible =
            !situation.passed.contains(queue) && situation.passed.count < Settings.passedMax
            && !situation.closedQueues.contains(queue)
        return isPossible ? policy : .init(.wait, texts: policy.texts)
    }
}

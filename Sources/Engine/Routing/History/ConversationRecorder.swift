import ContactCenter
import Routing

/// Makes rounds of the steps of one conversation; a value that forgets what is over.
struct ConversationRecorder: Sendable {
    private var waiting: RecordedInteraction?
    /// The number, in the round that waits, of the offer that each alerting leg is.
    private var offers: [CommunicationID: Int] = [:]
    private var handled: [CommunicationID: RecordedInteraction] = [:]
    /// What the queue's settings did last with whoever waits. What ends a wait is noted in one commit with its end.
    private var lastStep: (step: InQueueStep, at: Instant)?

    /// No round is under way.
    var isIdle: Bool { waiting == nil && handled.isEmpty }

    /// What is under way, as it stands.
    var open: [RecordedInteraction] { Array(handled.values) + (waiting.map { [$0] } ?? []) }

    /// Takes the next step; answers the round that is over with it.
    mutating func take(
        _ step: PastStep, of conversation: PastConversation, on floor: PastFloor
    ) -> RecordedInteraction? {
        switch step.what {
        case .described: waiting?.traits = conversation.traits
        case .queued(let wait):
            waiting = round(wait.leg, wait.cause, wait.routing, of: conversation, at: step.at)
        case .asked(let routing):
            guard let count = waiting?.changes.count, count < RecordedInteraction.offersMax else { return nil }
            waiting?.changes.append(.init(at: step.at, routing: routing))
        case .treated(let done): treated(done, at: step.at)
        case .offered(let body): offered(body, of: conversation, at: step.at)
        case .answered(let leg): answered(leg, besides: floor.agents[leg.user]?.interactions.count ?? 0, at: step.at)
        case .parked(let leg), .resumed(let leg): handled[leg.id]?.answer?.parkingMs = leg.parkingMs
        case .waitEnded(let wait, let type):
            guard let round = waiting, round.leg == wait.leg else { return nil }
            return close(round, by: type, at: step.at)
        case .alertEnded(let leg, let type): return alertEnded(leg, type, at: step.at)
        case .left(let leg, let type):
            handled[leg.id]?.answer?.endedAt = leg.leftAt
            handled[leg.id]?.answer?.end = type
        case .released(let leg):
            var round = handled.removeValue(forKey: leg.id)
            round?.answer?.releasedAt = leg.releasedAt
            return round
        case .arrived, .surveyed, .forgotten: break
        }
        return nil
    }

    private func round(
        _ leg: CommunicationID, _ cause: RecordedInteraction.Cause, _ routing: RoutingRequest,
        of conversation: PastConversation, at: Instant
    ) -> RecordedInteraction {
        var round = RecordedInteraction(
            conversation: conversation.id, leg: leg, cause: cause, routing: routing, platform: conversation.platform,
            integration: conversation.integration, queuedAt: at)
        round.traits = conversation.traits
        return round
    }

    private mutating func offered(
        _ body: ConversationEvent.Offered, of conversation: PastConversation, at: Instant
    ) {
        let offer = RecordedInteraction.Offer(user: body.user, at: at)
        if let count = waiting?.offers.count {
            guard count < RecordedInteraction.offersMax else { return }
            offers[body.communication] = count
            waiting?.offers.append(offer)
        } else if let queue = body.queue {
            // Passed from agent to agent: the alert is the whole of the round.
            offers[body.communication] = 0
            waiting = round(
                body.communication, .passed(to: body.user), RoutingRequest(queue: queue), of: conversation, at: at)
            waiting?.offers = [offer]
        }
    }

    private mutating func treated(_ step: InQueueStep, at: Instant) {
        lastStep = (step, at)
        if case .closed(let standing) = step, waiting?.closure == nil { waiting?.closure = standing }
    }

    private mutating func answered(_ leg: PastLeg, besides inHand: Int, at: Instant) {
        let number = offers.removeValue(forKey: leg.id)
        guard var round = waiting else { return }
        if let number, number < round.offers.count { round.offers[number].end(.answered, at: at) }
        round.outcome = .answered
        round.endedAt = at
        round.answer = .init(user: leg.user, at: at, concurrency: inHand + 1)
        handled[leg.id] = round
        waiting = nil
    }

    private mutating func close(
        _ round: RecordedInteraction, by type: Communication.DisconnectType, at: Instant
    ) -> RecordedInteraction {
        var round = round
        if let lastStep, lastStep.at == at, lastStep.step.mayEndWait { round.lastStep = lastStep.step }
        let isLetGo = round.lastStep != nil && type != .transfer
        round.outcome = type == .peer ? .abandoned : isLetGo ? .letGo : .removed
        round.endedAt = at
        if let last = round.offers.indices.last, round.offers[last].outcome == .open {
            round.offers[last].end(.withdrawn, at: at)
        }
        waiting = nil
        return round
    }

    private mutating func alertEnded(
        _ leg: PastLeg, _ type: Communication.DisconnectType, at: Instant
    ) -> RecordedInteraction? {
        guard let number = offers.removeValue(forKey: leg.id), var round = waiting else { return nil }
        if number < round.offers.count, round.offers[number].outcome == .open {
            let outcome: RecordedInteraction.Offer.Outcome =
                switch type {
                case .client: .declined
                case .system, .transferNoAnswer: .timedOut
                default: .withdrawn
                }
            round.offers[number].end(outcome, at: at)
        }
        waiting = round
        guard case .passed = round.cause else { return nil }
        return close(round, by: type, at: at)
    }
}

extension InQueueStep {
    /// Whether it may pass somebody on or let somebody go. Who says nothing for too long has left.
    fileprivate var mayEndWait: Bool {
        switch self {
        case .closed, .overflow, .maximumWait: true
        case .treatment, .opened, .inactive: false
        }
    }
}

extension RecordedInteraction.Offer {
    fileprivate mutating func end(_ outcome: Outcome, at: Instant) {
        self.outcome = outcome
        endedAt = at
    }
}

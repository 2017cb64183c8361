import ContactCenter
import Routing

/// Follows the rounds of one conversation through its events; a value that forgets what is over.
struct ConversationRecorder: Sendable {
    let conversation: ConversationID
    var platform: MessagingPlatform?
    var integration: IntegrationID?
    /// What is remembered of the customer from one time to the next.
    var memory = Memory()
    private var customer: CommunicationID?
    private var customerParticipant: ParticipantID?
    private var waiting: RecordedInteraction?
    /// The agents' legs that are alerting or occupy somebody, with the round that they belong to.
    private var legs: [CommunicationID: Leg] = [:]
    private var legOfParticipant: [ParticipantID: CommunicationID] = [:]
    private var handled: [CommunicationID: RecordedInteraction] = [:]
    private var lastEnd: (at: Instant, type: Communication.DisconnectType, user: UserID?, wasAnswered: Bool)?

    private struct Leg: Sendable {
        let participant: ParticipantID
        let user: UserID
        /// The number of the offer in the round that waits; nothing for one that came straight.
        var offer: Int?
        var isAnswered = false
        let policy: WrapupPolicy
        var wantsWrapup: Bool?
        var isWrappedUp = false

        /// Whether after-call work begins when the agent leaves, as the conversation decides it.
        var owesWrapup: Bool {
            let begins = policy.prompt == .agentRequested ? wantsWrapup ?? false : policy.startsAfterCallWork
            return begins && !(isWrappedUp && policy.endsWithWrapup)
        }
    }

    /// What predictions look at beside the channel.
    struct Memory: Sendable {
        var roundsCount = 0
        /// Of the attributes, those that are looked at.
        var attributes: [String: String] = [:]
    }

    init(_ conversation: ConversationID) { self.conversation = conversation }

    /// Nothing of it is under way.
    var isIdle: Bool { customer == nil && waiting == nil && legs.isEmpty && handled.isEmpty }

    /// Takes the next event; answers the rounds that are over with it.
    /// - Parameter load: how many interactions an agent has in hand.
    mutating func take(
        _ event: ConversationEvent, at: Instant, load: (UserID) -> Int
    ) -> [RecordedInteraction] {
        switch event {
        case .started(let body):
            platform = body.origin.platform
            integration = body.origin.integration
        case .customerJoined(let body): joined(body)
        case .attributesChanged(let participant, let changes):
            if participant == customerParticipant { note(changes) }
        case .queued(let body): queued(body, at: at)
        case .routingChanged(_, let routing):
            guard let count = waiting?.changes.count, count < RecordedInteraction.offersMax else { return [] }
            waiting?.changes.append(.init(at: at, routing: routing))
        case .treated(let body):
            if waiting?.leg == body.communication { waiting?.lastStep = body.step }
        case .offered(let body): offered(body, at: at)
        case .answered(let leg): answered(leg, at: at, load: load)
        case .parked(let leg), .resumed(let leg):
            if let start = handled[leg]?.answer?.at {
                handled[leg]?.answer?.parkingMs.append((at - start).milliseconds)
            }
        case .disconnected(let body): return ended(body, at: at)
        case .afterCallWorkRequired(let participant, let isRequired):
            if let leg = legOfParticipant[participant] { legs[leg]?.wantsWrapup = isRequired }
        case .wrappedUp(let participant, _):
            if let leg = legOfParticipant[participant] { legs[leg]?.isWrappedUp = true }
        case .afterCallWorkEnded(let participant):
            guard let leg = legOfParticipant[participant] else { return [] }
            return release(leg, at: at)
        default: break
        }
        return []
    }

    /// What is under way, as it stands.
    func open() -> [RecordedInteraction] {
        Array(handled.values).sorted { $0.queuedAt < $1.queuedAt } + (waiting.map { [$0] } ?? [])
    }

    private mutating func joined(_ body: ConversationEvent.CustomerJoined) {
        customer = body.communication
        customerParticipant = body.participant
        // Who returns was here before, whether or not that is part of what is read.
        memory.roundsCount = max(memory.roundsCount, body.isReturning ? 1 : 0) + 1
    }

    private mutating func note(_ changes: [String: String?]) {
        for (name, value) in changes where InteractionTraits.categoryAttributes.contains(name) {
            memory.attributes[name] = value
        }
        let known = traits
        waiting?.traits = known
    }

    private var traits: InteractionTraits {
        InteractionTraits(
            channel: platform?.rawValue ?? "", attributes: memory.attributes,
            earlierRounds: max(memory.roundsCount - 1, 0))
    }

    private mutating func queued(_ body: ConversationEvent.Queued, at: Instant) {
        var cause = RecordedInteraction.Cause.arrived
        if let last = lastEnd, last.at == at {
            cause = last.type == .transfer ? .transferred(from: last.user) : .returned
        }
        waiting = round(body.communication, cause, body.routing, at: at)
    }

    private func round(
        _ leg: CommunicationID, _ cause: RecordedInteraction.Cause, _ routing: RoutingRequest, at: Instant
    ) -> RecordedInteraction {
        var round = RecordedInteraction(
            conversation: conversation, leg: leg, cause: cause, routing: routing, platform: platform,
            integration: integration, queuedAt: at)
        round.traits = traits
        return round
    }

    private mutating func offered(_ body: ConversationEvent.Offered, at: Instant) {
        let offer = RecordedInteraction.Offer(user: body.user, at: at)
        legOfParticipant[body.participant] = body.communication
        var leg = Leg(
            participant: body.participant, user: body.user, policy: body.wrapupPolicy)
        if waiting != nil {
            if let count = waiting?.offers.count, count < RecordedInteraction.offersMax {
                leg.offer = count
                waiting?.offers.append(offer)
            }
        } else if let queue = body.queue {
            // Passed from agent to agent: the alert is the whole of the round.
            leg.offer = 0
            var direct = round(body.communication, .passed(to: body.user), RoutingRequest(queue: queue), at: at)
            direct.offers = [offer]
            waiting = direct
        }
        legs[body.communication] = leg
    }

    private mutating func answered(_ leg: CommunicationID, at: Instant, load: (UserID) -> Int) {
        guard var known = legs[leg], var round = waiting else { return }
        if let number = known.offer { round.offers[number].end(.answered, at: at) }
        round.outcome = .answered
        round.endedAt = at
        round.answer = .init(user: known.user, at: at, concurrency: load(known.user) + 1)
        known.isAnswered = true
        legs[leg] = known
        handled[leg] = round
        waiting = nil
    }

    private mutating func ended(_ body: ConversationEvent.Disconnected, at: Instant) -> [RecordedInteraction] {
        if body.communication == customer {
            customer = nil
            lastEnd = nil
            return []
        }
        if let leg = legs[body.communication] {
            lastEnd = (at, body.type, leg.user, leg.isAnswered)
            return leg.isAnswered ? hungUp(body, at: at) : alertEnded(leg, body, at: at)
        }
        // The leg of an answered round goes with the answer: it is not `waiting` any more.
        guard var round = waiting, round.leg == body.communication else { return [] }
        lastEnd = (at, body.type, nil, false)
        round.outcome = body.type == .peer ? .abandoned : .removed
        return [close(&round, at: at)]
    }

    private mutating func close(_ round: inout RecordedInteraction, at: Instant) -> RecordedInteraction {
        round.endedAt = at
        if let last = round.offers.indices.last, round.offers[last].outcome == .open {
            round.offers[last].end(.withdrawn, at: at)
        }
        waiting = nil
        return round
    }

    private mutating func alertEnded(
        _ leg: Leg, _ body: ConversationEvent.Disconnected, at: Instant
    ) -> [RecordedInteraction] {
        legs[body.communication] = nil
        legOfParticipant[leg.participant] = nil
        guard let number = leg.offer, var round = waiting else { return [] }
        if number < round.offers.count, round.offers[number].outcome == .open {
            let outcome: RecordedInteraction.Offer.Outcome =
                switch body.type {
                case .client: .declined
                case .system, .transferNoAnswer: .timedOut
                default: .withdrawn
                }
            round.offers[number].end(outcome, at: at)
        }
        waiting = round
        guard case .passed = round.cause else { return [] }
        round.outcome = body.type == .peer ? .abandoned : .removed
        return [close(&round, at: at)]
    }

    /// The agent left; whoever owes after-call work is not done yet.
    private mutating func hungUp(_ body: ConversationEvent.Disconnected, at: Instant) -> [RecordedInteraction] {
        handled[body.communication]?.answer?.endedAt = at
        handled[body.communication]?.answer?.end = body.type
        return legs[body.communication]?.owesWrapup == true ? [] : release(body.communication, at: at)
    }

    private mutating func release(_ leg: CommunicationID, at: Instant) -> [RecordedInteraction] {
        guard let gone = legs.removeValue(forKey: leg) else { return [] }
        legOfParticipant[gone.participant] = nil
        guard var round = handled.removeValue(forKey: leg) else { return [] }
        round.answer?.releasedAt = at
        return [round]
    }
}

extension RecordedInteraction.Offer {
    fileprivate mutating func end(_ outcome: Outcome, at: Instant) {
        self.outcome = outcome
        endedAt = at
    }
}

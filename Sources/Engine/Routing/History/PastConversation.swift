import ContactCenter
import Routing

/// What is under way in one conversation, and what is remembered of it, as its events tell it.
struct PastConversation: Sendable {
    let id: ConversationID
    private(set) var platform: MessagingPlatform?
    private(set) var integration: IntegrationID?
    private(set) var contact: ContactID?
    private(set) var waiting: PastWait?
    /// Since when nothing of it is under way; nothing while something is.
    var restsSince: Instant?
    private var customer: CommunicationID?
    /// All who were the customer here, the present or last one at the end.
    private var customers: [ParticipantID] = []
    private var roundsCount = 0
    /// Of the customer's attributes, those that are looked at.
    private var attributes: [String: String] = [:]
    /// The agents' legs that are alerting or occupy somebody.
    private var legs: [CommunicationID: PastLeg] = [:]
    private var lastEnd: (at: Instant, type: Communication.DisconnectType, user: UserID?)?

    init(_ id: ConversationID) { self.id = id }

    /// Nothing of it is under way.
    var isIdle: Bool { customer == nil && waiting == nil && legs.isEmpty }

    /// What a prediction may look at.
    var traits: InteractionTraits {
        InteractionTraits(
            channel: platform?.rawValue ?? "", attributes: attributes, earlierRounds: max(roundsCount - 1, 0))
    }

    /// Where it comes from.
    mutating func begin(_ origin: Origin) {
        platform = origin.platform
        integration = origin.integration
        contact = origin.contact
    }

    /// Takes the next event; answers the steps that it is.
    mutating func take(_ event: ConversationEvent, at: Instant) -> [PastStep.What] {
        switch event {
        case .started(let body): begin(body.origin)
        case .customerJoined(let body): return joined(body)
        case .attributesChanged(let participant, let changes): return described(participant, changes)
        case .queued(let body): return queued(body, at: at)
        case .routingChanged(let participant, let routing):
            if waiting?.participant == participant { waiting?.routing = routing }
            return [.asked(routing)]
        case .treated(let body): return waiting?.leg == body.communication ? [.treated(body.step)] : []
        case .offered(let body):
            legs[body.communication] = PastLeg(
                id: body.communication, participant: body.participant, user: body.user, policy: body.wrapupPolicy)
            return [.offered(body)]
        case .answered, .parked, .resumed: return handled(event, at: at)
        case .disconnected(let body): return ended(body, at: at)
        case .afterCallWorkRequired(let participant, let isRequired):
            if let leg = leg(of: participant) { legs[leg]?.wantsWrapup = isRequired }
        case .wrappedUp(let participant, _):
            if let leg = leg(of: participant) { legs[leg]?.isWrappedUp = true }
        case .afterCallWorkEnded(let participant):
            return leg(of: participant).flatMap { legs[$0] }.map { release($0, at: at) } ?? []
        case .held, .retrieved, .recalled, .messageReceived, .messageSent, .messageStatusChanged,
            .customerAuthenticated, .afterCallWorkStarted:
            break
        }
        return []
    }

    /// Nothing of it is under way any more, since a moment.
    mutating func rest(at: Instant) {
        restsSince = restsSince ?? at
        lastEnd = nil
    }

    private func leg(of participant: ParticipantID) -> CommunicationID? {
        legs.values.first { $0.participant == participant }?.id
    }

    // MARK: The customer

    private mutating func joined(_ body: ConversationEvent.CustomerJoined) -> [PastStep.What] {
        customer = body.communication
        customers.append(body.participant)
        // Who returns was here before, whether or not that is part of what is read.
        roundsCount = max(roundsCount, body.isReturning ? 1 : 0) + 1
        return [.arrived]
    }

    private mutating func described(
        _ participant: ParticipantID, _ changes: [String: String?]
    ) -> [PastStep.What] {
        var steps: [PastStep.What] = []
        if participant == customers.last {
            for (name, value) in changes where InteractionTraits.categoryAttributes.contains(name) {
                attributes[name] = value
            }
            steps.append(.described)
        }
        if customers.contains(participant), let text = changes[SurveyAnswer.scoreAttribute] ?? nil,
            let score = Int(text), SurveyAnswer.scores.contains(score)
        {
            steps.append(.surveyed(score: score))
        }
        return steps
    }

    // MARK: Waiting and being served

    private mutating func queued(_ body: ConversationEvent.Queued, at: Instant) -> [PastStep.What] {
        var cause = RecordedInteraction.Cause.arrived
        if let last = lastEnd, last.at == at {
            cause = last.type == .transfer ? .transferred(from: last.user) : .returned
        }
        let wait = PastWait(
            participant: body.participant, leg: body.communication, since: at, cause: cause, routing: body.routing)
        waiting = wait
        return [.queued(wait)]
    }

    private mutating func handled(_ event: ConversationEvent, at: Instant) -> [PastStep.What] {
        switch event {
        case .answered(let id):
            guard var leg = legs[id] else { return [] }
            leg.answeredAt = at
            legs[id] = leg
            // Its own leg goes with the answer.
            waiting = nil
            return [.answered(leg)]
        case .parked(let id), .resumed(let id):
            guard var leg = legs[id], let start = leg.answeredAt else { return [] }
            leg.parkingMs.append((at - start).milliseconds)
            legs[id] = leg
            if case .parked = event { return [.parked(leg)] }
            return [.resumed(leg)]
        default: return []
        }
    }

    private mutating func ended(_ body: ConversationEvent.Disconnected, at: Instant) -> [PastStep.What] {
        if body.communication == customer {
            customer = nil
            lastEnd = nil
            return []
        }
        if var leg = legs[body.communication] {
            lastEnd = (at, body.type, leg.user)
            guard leg.answeredAt != nil else {
                legs[leg.id] = nil
                return [.alertEnded(leg, body.type)]
            }
            leg.leftAt = at
            legs[leg.id] = leg
            return [.left(leg, body.type)] + (leg.owesWrapup ? [] : release(leg, at: at))
        }
        guard let wait = waiting, wait.leg == body.communication else { return [] }
        lastEnd = (at, body.type, nil)
        waiting = nil
        return [.waitEnded(wait, body.type)]
    }

    private mutating func release(_ leg: PastLeg, at: Instant) -> [PastStep.What] {
        var leg = leg
        leg.releasedAt = at
        legs[leg.id] = nil
        return [.released(leg)]
    }
}

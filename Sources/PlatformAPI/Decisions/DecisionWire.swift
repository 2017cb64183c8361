import ContactCenter
import Engine

/// What routing weighed on a conversation at a moment, and what came of it. A shape of our own: the platform's API has
/// none. `docs/routing.md` explains its members.
struct DecisionWire: Encodable, Sendable {
    struct Method: Encodable, Sendable {
        /// `members`, `rings`, `groups`, `directAgent`, `lastAgent`, `preferredAgents`.
        var audience: String
        var skillEvaluationMethod: String
        var scoringMethod: String
        /// `longestIdle`, `roundRobin`, `leastOccupied`; what the outcome says where a prediction ranked.
        var selection: String
    }

    struct Holders: Encodable, Sendable {
        var skill: EntityReference
        var count: Int
    }

    struct Excluded: Encodable, Sendable {
        var agent: EntityReference
        var reason: String
    }

    /// What predictive routing expects of an agent, in the goal's unit, and what makes this agent different.
    struct Prediction: Encodable, Sendable {
        struct Factor: Encodable, Sendable {
            var name: String
            var value: String
            var effect: Double
        }

        var value: Double
        var factors: [Factor]
    }

    struct Candidate: Encodable, Sendable {
        var agent: EntityReference
        var proficiency: Double?
        var score: Int?
        var idleSince: WireDate
        /// Interactions in hand.
        var interactionCount: Int
        var prediction: Prediction?
    }

    /// The prediction that held, and whether this conversation was ranked by it or kept for comparison (`base`).
    struct Predictive: Encodable, Sendable {
        var predictor: Predictor
        var modelVersion: Int64
        var arm: String

        struct Predictor: Encodable, Sendable { var id: String }
    }

    struct NextChange: Encodable, Sendable {
        /// `ringOpens`, `groupOpens`, `othersAsked`, `pauseEnds`, `queueOpens`.
        var type: String
        var date: WireDate
        var stage: Int?
    }

    struct Offer: Encodable, Sendable {
        /// `alerting`, `answered`, `declined`, `timedOut`, `withdrawn`.
        var state: String
        var date: WireDate
    }

    struct Outcome: Encodable, Sendable {
        /// `assigned`, `offered` (an agent is alerted right now), `nobody`.
        var type: String
        /// Of `assigned` why this agent, of `nobody` the hurdle at which the last fell, or `queueClosed`.
        var reason: String?
        var agent: EntityReference?
        var participantId: String?
        /// What became of the offer by now.
        var offer: Offer?
    }

    /// Absent in what is said of now.
    var id: String?
    var dateDecided: WireDate
    /// When the same was found last, and how often.
    var dateLast: WireDate
    var count: Int64
    var communicationId: String
    var queue: EntityReference
    /// Why the queue did not serve: `closed`, `holiday`, `emergency`; absent while it served.
    var queueStanding: String?
    var mediaType: String
    var dateWaitingSince: WireDate
    /// Skills, and the language beside them, that were asked for.
    var requestedSkills: [EntityReference]
    /// Of these, what was still asked for.
    var skills: [EntityReference]
    var priority: Int
    var method: Method
    /// The ring or group that was open, from 1, and how many there are.
    var stage: Int
    var stageCount: Int
    var dateTurn: WireDate?
    var position: Int?
    var memberCount: Int
    var skilledCount: Int?
    var skillHolders: [Holders]
    /// How many were left out, by reason; those who take no part (`notJoined`) are beside `memberCount`.
    var excluded: [String: Int]
    /// The first of them.
    var excludedAgents: [Excluded]
    var candidates: [Candidate]
    var predictive: Predictive?
    var nextChange: NextChange?
    var outcome: Outcome
}

/// Writes decisions with the names that their ids have now.
struct DecisionWriting: Sendable {
    let names: WireNames
    /// What became of offers stands in the conversation.
    let conversation: Conversation

    func wire(_ recorded: RecordedDecision) -> DecisionWire {
        var wire = wire(recorded.content, at: .then)
        wire.id = recorded.id.description
        wire.dateLast = WireDate(recorded.lastAt)
        wire.count = recorded.timesCount
        return wire
    }

    /// Whether something is said of now or of the moment of a record: an agent who is alerted now was not, then.
    enum Time { case now, then }

    func wire(_ content: RecordedDecision.Content, at time: Time = .now) -> DecisionWire {
        let decision = content.decision
        let request = content.request
        return DecisionWire(
            dateDecided: WireDate(decision.at), dateLast: WireDate(decision.at), count: 1,
            communicationId: request.leg.description, queue: names.queue(request.queue),
            queueStanding: decision.closure?.standing.rawValue, mediaType: request.media.rawValue,
            dateWaitingSince: WireDate(request.since),
            requestedSkills: request.skills.map(names.ability), skills: decision.skills.map(names.ability),
            priority: request.priority, method: method(decision), stage: decision.stage,
            stageCount: decision.method.stageCount, dateTurn: decision.turn.map(WireDate.init),
            position: decision.details?.position, memberCount: decision.memberCount,
            skilledCount: decision.details?.skilledCount,
            skillHolders: decision.details?.holders.map { .init(skill: names.ability($0.skill), count: $0.count) }
                ?? [],
            excluded: excluded(decision),
            excludedAgents: decision.details?.excluded.map {
                .init(agent: names.user($0.user, fallback: nil), reason: $0.obstacle.rawValue)
            } ?? [],
            candidates: decision.candidates.map(candidate),
            predictive: decision.predictive.map {
                .init(predictor: .init(id: $0.predictor), modelVersion: $0.version, arm: $0.arm.rawValue)
            },
            nextChange: decision.nextChange.map {
                .init(type: $0.kind.rawValue, date: WireDate($0.at), stage: $0.stage)
            },
            outcome: content.assigned.map(outcome) ?? nobody(content, at: time))
    }

    private func method(_ decision: RoutingDecision) -> DecisionWire.Method {
        DecisionWire.Method(
            audience: decision.method.audience.rawValue,
            skillEvaluationMethod: decision.method.evaluation.rawValue,
            scoringMethod: decision.method.scoring.rawValue, selection: decision.method.selection.rawValue)
    }

    private func candidate(_ candidate: RoutingDecision.Candidate) -> DecisionWire.Candidate {
        DecisionWire.Candidate(
            agent: names.user(candidate.user, fallback: nil), proficiency: candidate.proficiency,
            score: candidate.score, idleSince: WireDate(candidate.idleSince), interactionCount: candidate.load,
            prediction: candidate.prediction.map { prediction in
                .init(
                    value: prediction.value,
                    factors: prediction.contributions.map {
                        .init(name: $0.factor.rawValue, value: $0.segment, effect: $0.value)
                    })
            })
    }

    private func excluded(_ decision: RoutingDecision) -> [String: Int] {
        var counts: [String: Int] = [:]
        for obstacle in RoutingDecision.Obstacle.allCases { counts[obstacle.rawValue] = decision.exclusions[obstacle] }
        return counts
    }

    private func nobody(_ content: RecordedDecision.Content, at time: Time) -> DecisionWire.Outcome {
        if time == .now, let alerted = conversation.agents.first(where: { $0.communication.state == .alerting }) {
            return DecisionWire.Outcome(
                type: "offered", agent: alerted.user.map { names.user($0, fallback: alerted.name) },
                participantId: alerted.id.description, offer: offer(alerted))
        }
        let decision = content.decision
        let reason = decision.closure == nil ? decision.lastObstacle?.rawValue ?? "noMembers" : "queueClosed"
        return DecisionWire.Outcome(type: "nobody", reason: reason)
    }

    private func outcome(_ assigned: RecordedDecision.Assigned) -> DecisionWire.Outcome {
        let participant = assigned.participant.flatMap(conversation.participant)
        return DecisionWire.Outcome(
            type: "assigned", reason: assigned.reason, agent: names.user(assigned.user, fallback: participant?.name),
            participantId: assigned.participant?.description, offer: participant.map(offer))
    }

    /// What became of an agent's alert.
    private func offer(_ participant: Participant) -> DecisionWire.Offer {
        let leg = participant.communication
        if let connectedAt = participant.connectedAt {
            return DecisionWire.Offer(state: "answered", date: WireDate(connectedAt))
        }
        let endedAt = WireDate(participant.endedAt ?? participant.startedAt)
        switch leg.disconnectType {
        case nil: return DecisionWire.Offer(state: "alerting", date: WireDate(participant.startedAt))
        case .client: return DecisionWire.Offer(state: "declined", date: endedAt)
        case .system, .transferNoAnswer: return DecisionWire.Offer(state: "timedOut", date: endedAt)
        default: return DecisionWire.Offer(state: "withdrawn", date: endedAt)
        }
    }
}

extension WireNames {
    /// A skill, or a language, which stands beside skills in what is asked for.
    fileprivate func ability(_ id: SkillID) -> EntityReference {
        directory.find(.language, id.description) == nil ? skill(id) : language(id)
    }
}

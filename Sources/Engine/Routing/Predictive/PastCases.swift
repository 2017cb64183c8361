import Collections
import ContactCenter
import Journal
import Routing

/// The assignments of the past with what came of them, read from the log in its order.
///
/// Who could have been asked is told by what the log says of agents and legs at that moment; queues, skills and
/// capacities are those of today, since the log does not keep what they were.
struct PastCases {
    private(set) var cases: [RoutedCase] = []
    private let directory: Directory
    private let returnWindow: Span
    private var conversations: [ConversationID: Conversation] = [:]
    /// Ended conversations in the order of their end, to be forgotten.
    private var ended: Deque<(at: Instant, id: ConversationID)> = []
    private var agents: [UserID: AgentState] = [:]
    private var hands: [UserID: Set<CommunicationID>] = [:]
    private var offers: [CommunicationID: RoutedCase] = [:]
    /// The case of each leg that was answered, until nothing more can come of it.
    private var caseOfLeg: [CommunicationID: Int] = [:]
    private var lastCase: [ConversationID: Int] = [:]
    /// Cases of a contact whose customer has not come back yet.
    private var unresolved: [ContactID: [(index: Int, endedAt: Instant)]] = [:]
    private var crews: [QueueID: [UserID]] = [:]
    private var skills: [UserID: [SkillID: Double]] = [:]
    private var capacities: [UserID: Int] = [:]
    private(set) var now = Instant(milliseconds: 0)

    /// Cases that are kept; of more, the earliest are dropped.
    static let casesMax = 200_000
    /// How long a conversation is remembered after its end: the threading window, and a survey that comes late.
    private static let memory = Span.hours(7 * 24)

    init(directory: Directory, returnWindow: Span) {
        self.directory = directory
        self.returnWindow = returnWindow
    }

    /// Takes the next event of the log.
    mutating func take(_ event: RecordedEvent) throws(EngineError) {
        now = max(now, event.at)
        switch event.stream.kind {
        case .user:
            let user: UserID = event.stream.key.cast()
            let change = try JSON.decode(AgentState.Event.self, from: event.body)
            agents[user, default: AgentState(user: user)].apply(change, at: event.at)
        case .conversation where !Self.silent.contains(event.type):
            try takeConversation(event)
        default: break
        }
    }

    /// Messages change nothing here, and are most of the log.
    private static let silent: Set<String> = ["messageReceived", "messageSent", "messageStatusChanged"]

    private mutating func takeConversation(_ event: RecordedEvent) throws(EngineError) {
        let happened = try JSON.decode(ConversationEvent.self, from: event.body)
        let id = event.conversation
        var conversation = conversations[id] ?? Conversation(id: id)
        if case .offered(let offer) = happened { noteOffer(offer, conversation, at: event.at) }
        conversation.apply(happened, at: event.at)
        conversations[id] = conversation
        switch happened {
        case .customerJoined: noteReturn(conversation, at: event.at)
        case .answered(let leg): noteAnswer(leg, id)
        case .disconnected(let body): noteEnd(body, conversation, at: event.at)
        case .parked(let leg): if let user = conversation.participant(having: leg)?.user { hands[user]?.remove(leg) }
        case .resumed(let leg):
            if let user = conversation.participant(having: leg)?.user { hands[user, default: []].insert(leg) }
        case .afterCallWorkStarted(let participant):
            if let agent = conversation.participant(participant), let user = agent.user {
                hands[user, default: []].insert(agent.communication.id)
            }
        case .afterCallWorkEnded(let participant):
            if let agent = conversation.participant(participant) { note(agent) }
        case .attributesChanged(let participant, let changes):
            if conversation.participant(participant)?.purpose == .customer { noteSurvey(changes, id) }
        default: break
        }
        forget(at: event.at)
    }

    // MARK: Decisions

    private mutating func noteOffer(
        _ offer: ConversationEvent.Offered, _ conversation: Conversation, at now: Instant
    ) {
        hands[offer.user, default: []].insert(offer.communication)
        guard let waiting = conversation.waiting, let routing = waiting.routing else { return }
        let asked = WaitingInteraction(
            conversation: conversation.id, leg: waiting.communication.id, routing: routing, since: waiting.startedAt,
            isOffered: false)
        var interaction = PredictedInteraction(
            queue: asked.queue, skills: asked.skills, priority: asked.priority,
            traits: InteractionTraits(of: conversation), since: asked.since, at: now)
        interaction.lastAgent = asked.lastAgent
        let taker = candidate(offer.user, asked.skills, besides: offer.communication)
        var candidates = [taker]
        if isChoice(offer.usedRouting) {
            candidates += crew(of: asked.queue).filter { $0 != offer.user && mayTake($0, asked.skills, asked.queue) }
                .map { candidate($0, asked.skills, besides: nil) }
        }
        offers[offer.communication] = RoutedCase(
            interaction, agent: offer.user, candidates: candidates, arm: offer.predictive?.arm)
    }

    /// Whether somebody else might have been chosen: not where the customer's last agent, or one agent, was meant.
    private func isChoice(_ used: UsedRouting?) -> Bool {
        switch used {
        case .last, .direct, .manual, .preferred: false
        default: true
        }
    }

    private mutating func crew(of queue: QueueID) -> [UserID] {
        if let known = crews[queue] { return known }
        let members = directory.memberships(in: queue).filter(\.isJoined).map(\.user)
        crews[queue] = members
        return members
    }

    private mutating func mayTake(_ user: UserID, _ asked: [SkillID], _ queue: QueueID) -> Bool {
        guard let state = agents[user], state.routingStatus == .idle || state.routingStatus == .interacting else {
            return false
        }
        if capacities[user] == nil { capacities[user] = directory.messageCapacity(of: user) }
        guard hands[user]?.count ?? 0 < capacities[user] ?? 0 else { return false }
        guard directory.queue(queue)?.rules.evaluation == .all else { return true }
        let own = proficiencies(of: user)
        return asked.allSatisfy { own[$0] != nil }
    }

    private mutating func candidate(
        _ user: UserID, _ asked: [SkillID], besides leg: CommunicationID?
    ) -> PredictedAgent {
        let own = proficiencies(of: user)
        let sum = asked.reduce(0) { $0 + (own[$1] ?? 0) }
        let inHand = (hands[user] ?? []).filter { $0 != leg }.count
        return PredictedAgent(user, proficiency: sum / Double(max(asked.count, 1)), load: inHand)
    }

    private mutating func proficiencies(of user: UserID) -> [SkillID: Double] {
        if let known = skills[user] { return known }
        let found = directory.proficiencies(of: user)
        skills[user] = found
        return found
    }

    // MARK: Outcomes

    private mutating func noteAnswer(_ leg: CommunicationID, _ conversation: ConversationID) {
        guard let offered = offers.removeValue(forKey: leg) else { return }
        if cases.count >= 2 * Self.casesMax { dropEarliest() }
        caseOfLeg[leg] = cases.count
        lastCase[conversation] = cases.count
        cases.append(offered)
    }

    private mutating func noteEnd(
        _ body: ConversationEvent.Disconnected, _ conversation: Conversation, at now: Instant
    ) {
        if conversation.endedAt != nil { ended.append((now, conversation.id)) }
        guard let agent = conversation.participant(having: body.communication), agent.user != nil else { return }
        offers[body.communication] = nil
        if let index = caseOfLeg[body.communication] {
            let isTransferred = body.type == .transfer
            cases[index].outcome.isTransferred = isTransferred
            if !isTransferred, let contact = conversation.origin?.contact {
                unresolved[contact, default: []].append((index, now))
            }
        }
        note(agent)
    }

    /// A leg is over, or the work after it: nothing is in hand, and what it took so far is known.
    private mutating func note(_ agent: Participant) {
        let leg = agent.communication
        if let user = agent.user { hands[user]?.remove(leg.id) }
        guard let index = caseOfLeg[leg.id] else { return }
        var handled: Int64 = 0
        for segment in leg.segments where segment.kind == .interact || segment.kind == .hold {
            handled += ((segment.endedAt ?? now) - segment.startedAt).milliseconds
        }
        if let start = agent.afterCallWorkStartedAt, let end = agent.afterCallWorkEndedAt {
            handled += (end - start).milliseconds
        }
        cases[index].outcome.handleSeconds = Double(handled) / 1_000
    }

    private mutating func noteReturn(_ conversation: Conversation, at now: Instant) {
        guard let contact = conversation.origin?.contact, let open = unresolved.removeValue(forKey: contact) else {
            return
        }
        for (index, endedAt) in open { cases[index].outcome.isResolved = now - endedAt >= returnWindow }
    }

    private mutating func noteSurvey(_ changes: [String: String?], _ conversation: ConversationID) {
        guard let text = changes[SurveyAnswer.scoreAttribute] ?? nil, let score = Int(text),
            SurveyAnswer.scores.contains(score), let index = lastCase[conversation]
        else { return }
        cases[index].outcome.surveyScore = score
    }

    /// Who did not come back in time was helped; of the latest nobody knows yet.
    mutating func close(at now: Instant) {
        for (index, endedAt) in unresolved.values.joined() where now - endedAt >= returnWindow {
            cases[index].outcome.isResolved = true
        }
        if cases.count > Self.casesMax { cases.removeFirst(cases.count - Self.casesMax) }
    }

    // MARK: Bounds

    private mutating func forget(at now: Instant) {
        while let first = ended.first, now - first.at >= Self.memory {
            ended.removeFirst()
            guard let endedAt = conversations[first.id]?.endedAt, now - endedAt >= Self.memory else { continue }
            for participant in conversations[first.id]?.participants ?? [] {
                caseOfLeg[participant.communication.id] = nil
            }
            conversations[first.id] = nil
            lastCase[first.id] = nil
        }
    }

    private mutating func dropEarliest() {
        let dropped = cases.count - Self.casesMax
        cases.removeFirst(dropped)
        func moved(_ index: Int) -> Int? { index >= dropped ? index - dropped : nil }
        caseOfLeg = caseOfLeg.compactMapValues(moved)
        lastCase = lastCase.compactMapValues(moved)
        unresolved = unresolved.mapValues { open in
            open.compactMap { entry in moved(entry.index).map { (index: $0, endedAt: entry.endedAt) } }
        }.filter { !$0.value.isEmpty }
    }
}

extension InteractionTraits {
    /// What a prediction may look at of a conversation.
    init(of conversation: Conversation) {
        let rounds = conversation.participants.count { $0.purpose == .customer }
        self.init(
            channel: conversation.origin?.platform.rawValue ?? "",
            attributes: conversation.customer?.attributes ?? [:], earlierRounds: max(rounds - 1, 0))
    }
}

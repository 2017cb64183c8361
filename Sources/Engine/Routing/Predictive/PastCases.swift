import ContactCenter
import Routing

/// The assignments of the past with what came of them, learnt from as the reader of the past tells them.
///
/// Who could have been asked is told by what the log says of agents and legs at that moment; queues, skills and
/// capacities are those of today.
struct PastCases: PastFold {
    private(set) var cases: [RoutedCase] = []
    private let directory: Directory
    private let returnWindow: Span
    private var offers: [CommunicationID: RoutedCase] = [:]
    /// The case of each leg that was answered, until nothing more can come of it.
    private var caseOfLeg: [CommunicationID: Int] = [:]
    private var lastCase: [ConversationID: Int] = [:]
    /// Cases of a contact whose customer has not come back yet.
    private var unresolved: [ContactID: [(index: Int, endedAt: Instant)]] = [:]
    private var crews: [QueueID: [UserID]] = [:]
    private var skills: [UserID: [SkillID: Double]] = [:]
    private var capacities: [UserID: Int] = [:]

    /// Cases that are kept; of more, the earliest are dropped.
    static let casesMax = 200_000

    init(directory: Directory, returnWindow: Span) {
        self.directory = directory
        self.returnWindow = returnWindow
    }

    mutating func take(_ step: PastStep, of conversation: PastConversation, on floor: PastFloor) {
        switch step.what {
        case .arrived: noteReturn(of: conversation.contact, at: step.at)
        case .offered(let offer): noteOffer(offer, conversation, floor, at: step.at)
        case .answered(let leg): noteAnswer(leg.id, conversation.id)
        case .alertEnded(let leg, _): offers[leg.id] = nil
        case .left(let leg, let type): noteEnd(leg, type, contact: conversation.contact, at: step.at)
        case .released(let leg): noteRelease(leg)
        case .surveyed(let score):
            if let index = lastCase[conversation.id] { cases[index].outcome.surveyScore = score }
        case .forgotten: lastCase[conversation.id] = nil
        case .described, .queued, .asked, .treated, .parked, .resumed, .waitEnded: break
        }
    }

    /// Who was there is asked of the floor.
    mutating func take(_ change: PastChange) {}

    // MARK: Decisions

    private mutating func noteOffer(
        _ offer: ConversationEvent.Offered, _ conversation: PastConversation, _ floor: PastFloor, at now: Instant
    ) {
        guard let waiting = conversation.waiting else { return }
        let asked = WaitingInteraction(
            conversation: conversation.id, leg: waiting.leg, routing: waiting.routing, since: waiting.since,
            isOffered: false)
        var interaction = PredictedInteraction(
            queue: asked.queue, skills: asked.skills, priority: asked.priority, traits: conversation.traits,
            since: asked.since, at: now)
        interaction.lastAgent = asked.lastAgent
        var candidates = [candidate(offer.user, asked.skills, floor, besides: offer.communication)]
        if isChoice(offer.usedRouting) {
            for user in crew(of: asked.queue) where user != offer.user && mayTake(user, asked, floor) {
                candidates.append(candidate(user, asked.skills, floor, besides: nil))
            }
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

    private mutating func mayTake(_ user: UserID, _ asked: WaitingInteraction, _ floor: PastFloor) -> Bool {
        guard let status = floor.agents[user]?.routingStatus, status == .idle || status == .interacting else {
            return false
        }
        if capacities[user] == nil { capacities[user] = directory.messageCapacity(of: user) }
        guard floor.hands[user]?.count ?? 0 < capacities[user] ?? 0 else { return false }
        guard directory.queue(asked.queue)?.rules.evaluation == .all else { return true }
        let own = proficiencies(of: user)
        return asked.skills.allSatisfy { own[$0] != nil }
    }

    private mutating func candidate(
        _ user: UserID, _ asked: [SkillID], _ floor: PastFloor, besides leg: CommunicationID?
    ) -> PredictedAgent {
        let own = proficiencies(of: user)
        let sum = asked.reduce(0) { $0 + (own[$1] ?? 0) }
        let inHand = (floor.hands[user] ?? []).filter { $0 != leg }.count
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
        _ leg: PastLeg, _ type: Communication.DisconnectType, contact: ContactID?, at now: Instant
    ) {
        guard let index = caseOfLeg[leg.id] else { return }
        let isTransferred = type == .transfer
        cases[index].outcome.isTransferred = isTransferred
        if !isTransferred, let contact { unresolved[contact, default: []].append((index, now)) }
        noteHandling(leg, index)
    }

    /// Nothing more comes of the leg.
    private mutating func noteRelease(_ leg: PastLeg) {
        if let index = caseOfLeg.removeValue(forKey: leg.id) { noteHandling(leg, index) }
    }

    private mutating func noteHandling(_ leg: PastLeg, _ index: Int) {
        cases[index].outcome.handleSeconds = leg.handling.map { Double($0.milliseconds) / 1_000 }
    }

    private mutating func noteReturn(of contact: ContactID?, at now: Instant) {
        guard let contact, let open = unresolved.removeValue(forKey: contact) else { return }
        for (index, endedAt) in open { cases[index].outcome.isResolved = now - endedAt >= returnWindow }
    }

    /// Who did not come back in time was helped; of the latest nobody knows yet.
    mutating func close(at now: Instant) {
        for (index, endedAt) in unresolved.values.joined() where now - endedAt >= returnWindow {
            cases[index].outcome.isResolved = true
        }
        if cases.count > Self.casesMax { cases.removeFirst(cases.count - Self.casesMax) }
    }

    // MARK: Bounds

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

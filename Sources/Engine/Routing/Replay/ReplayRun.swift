import Collections
import ContactCenter
import Routing

/// One way through recorded traffic: the router that serves, told by the same configuration, in simulated time. Only
/// what people do is taken from the record or drawn from habits.
struct ReplayRun {
    let traffic: RecordedTraffic
    let habits: Habits
    let draws: Draws
    let followsRecord: Bool
    let candidate: Candidate
    let directory: Directory

    var now: Instant
    var router = Router()
    var agents: [UserID: AgentState] = [:]
    var rounds: [ReplayedRound] = []
    var conversations: [ConversationID: ConversationNow] = [:]
    /// Rounds for which an agent is alerted.
    var alertsOf: [UserID: Set<Int>] = [:]
    /// How often an agent let an alert pass: a recovery belongs to one of them.
    var expiries: [UserID: Int] = [:]
    /// What the queues' conditions are measured by.
    var ledger = QueueLedger()
    private let conditions = GroupConditions()
    /// What queues do with those who wait.
    let inQueue: InQueueRules
    /// Who is held back because the queue does not serve.
    private let hours: RoutingHours
    private var profiles: [UserID: Agent] = [:]
    private var people: [UserID: ObservedPerson] = [:]
    private var agenda = Heap<Entry>()
    private var entriesCount = 0
    private var legsCount: UInt64 = 0
    private var looksAt: Instant?

    /// What happens at a moment.
    enum Happening {
        case arrives(Int)
        case asksFor(Int, RoutingRequest)
        case alertEnds(Int, offer: Int, RecordedInteraction.Offer.Outcome)
        case customerLeaves(Int)
        case isRemoved(Int)
        /// The queue's settings may have something to do.
        case isConsidered(Int)
        case parks(Int, Bool)
        case agentLeaves(Int)
        case isReleased(Int)
        case readiness(RecordedReadiness)
        case recovers(UserID, expiry: Int)
        case configuration(PastConfiguration.Change)
        case carriedEnds(RecordedTraffic.Carried)
        /// The router asked to be asked.
        case looks
    }

    private struct Entry: Comparable {
        let at: Instant
        let number: Int
        let happening: Happening

        static func < (left: Self, right: Self) -> Bool { (left.at, left.number) < (right.at, right.number) }
        static func == (left: Self, right: Self) -> Bool { left.number == right.number }
    }

    init(_ traffic: RecordedTraffic, _ habits: Habits, _ candidate: Candidate, _ options: Replay.Options) {
        self.traffic = traffic
        self.habits = habits
        self.candidate = candidate
        draws = Draws(seed: options.seed)
        followsRecord = options.followsRecord
        directory = Directory(of: traffic.configuration.rows)
        inQueue = InQueueRules(directory: directory)
        hours = RoutingHours(rules: inQueue)
        now = traffic.start
    }

    // MARK: Time

    mutating func schedule(_ happening: Happening, at: Instant) {
        guard at < traffic.to else { return }
        entriesCount += 1
        agenda.insert(Entry(at: max(at, now), number: entriesCount, happening: happening))
    }

    /// Goes through the whole span.
    mutating func run() -> [RecordedInteraction] {
        prepare()
        assign()
        while let entry = agenda.popMin() {
            now = entry.at
            take(entry.happening)
            assign()
        }
        return rounds.filter(\.hasCome).map(\.told)
    }

    private mutating func take(_ happening: Happening) {
        switch happening {
        case .arrives(let round): arrive(round)
        case .asksFor(let round, let routing): change(round, to: routing)
        case .alertEnds(let round, let offer, let outcome): endAlert(round, offer, outcome)
        case .customerLeaves(let round): leave(round)
        case .isRemoved(let round): remove(round)
        case .isConsidered(let round): if rounds[round].looksAt ?? now <= now { consider(round) }
        case .parks(let round, let isParked): park(round, isParked)
        case .agentLeaves(let round): hangUp(round)
        case .isReleased(let round): release(round)
        case .readiness(let change): changeReadiness(change)
        case .recovers(let user, let expiry):
            if expiries[user] == expiry { perform(.setIdle, on: user) }
        case .configuration(let change): changeConfiguration(change)
        case .carriedEnds(let carried): letGo(carried)
        case .looks: looksAt = nil
        }
    }

    // MARK: The beginning

    private mutating func prepare() {
        candidate.apply(to: directory)
        syncQueues()
        syncPredictions()
        for entity in directory.list(.user) {
            guard let user = UserID(entity.id) else { continue }
            agents[user] = AgentState(user: user)
        }
        for change in candidate.readiness(traffic) {
            if change.at <= traffic.start { begin(with: change) } else { schedule(.readiness(change), at: change.at) }
        }
        for carried in traffic.carried {
            let conversation: ConversationID = carried.leg.cast()
            router.sync(conversation, waiting: nil, legs: [carried.user: [Occupation(carried.leg)]])
            perform(.interactionStarted(carried.leg), on: carried.user)
            schedule(.carriedEnds(carried), at: carried.until)
        }
        for change in traffic.configuration.changes { schedule(.configuration(change), at: change.at) }
        rounds = ReplayedRound.chained(traffic.rounds)
        for (index, round) in rounds.enumerated() where !round.followsAnother {
            schedule(.arrives(index), at: round.recorded.queuedAt)
        }
        for user in agents.keys { sync(user) }
    }

    /// The state at the start, with the moments since when it was so.
    private mutating func begin(with change: RecordedReadiness) {
        now = change.at
        switch change.change {
        case .onQueue: changeReadiness(change)
        case .notResponding(true):
            perform(.alertExpired, on: change.user)
            expiries[change.user, default: 0] += 1
            if let end = habits.recordedRecovery(of: candidate.habit(of: change.user), after: traffic.start) {
                schedule(.recovers(change.user, expiry: 1), at: end)
            }
        case .notResponding(false): perform(.setIdle, on: change.user)
        }
        now = traffic.start
    }

    private mutating func letGo(_ carried: RecordedTraffic.Carried) {
        router.sync(carried.leg.cast(), waiting: nil, legs: [:])
        perform(.interactionEnded(carried.leg), on: carried.user)
    }

    // MARK: Telling the router

    /// A leg that nobody had.
    mutating func newLeg() -> CommunicationID {
        legsCount += 1
        return CommunicationID(high: 0, low: legsCount)
    }

    /// What an agent's state becomes, and what the router hears of it.
    mutating func perform(_ command: AgentState.Command, on user: UserID) {
        // A command that the state refuses changes nothing, as in life.
        guard (try? agents[user]?.handle(command, at: now)) != nil else { return }
        sync(user)
    }

    private mutating func sync(_ user: UserID) {
        guard let state = agents[user] else { return }
        var agent = profiles[user] ?? directory.agent(state)
        profiles[user] = agent
        agent.take(state, isActive: directory.isActive(user))
        agent.idleSince = directory.idleSince(state)
        router.sync(agent)
        var person = people[user] ?? directory.observedPerson(state)
        people[user] = person
        (person.presence, person.status) = (state.presenceDefinition, state.routingStatus)
        ledger.sync(person)
    }

    /// What the counters hear of a conversation, as they do of the events of one.
    mutating func tell(_ event: ConversationEvent, of id: ConversationID) { ledger.apply(event, of: id, at: now) }

    mutating func sync(_ id: ConversationID) {
        guard let conversation = conversations[id] else { return }
        var interaction = conversation.waiting.map { number in
            let round = rounds[number]
            var interaction = WaitingInteraction(
                conversation: id, leg: round.recorded.leg, routing: round.told.routing, since: round.told.queuedAt,
                isOffered: round.alert != nil)
            interaction.traits = round.recorded.traits
            return interaction
        }
        let closure = hours.closure(of: id, in: interaction?.queue, at: now)
        interaction?.closure = closure
        router.sync(id, waiting: interaction, legs: conversation.legs)
    }

    private mutating func syncQueues() {
        for entity in directory.list(.queue) {
            guard let queue = Queue(entity) else { continue }
            router.sync(queue)
            conditions.sync(entity.body, of: queue.id)
            ledger.sync(queue.rules, goals: ServiceLevelGoal.goals(of: entity.body), of: queue.id)
        }
    }

    private mutating func syncPredictions() {
        for (queue, rules) in directory.predictions() { router.sync(predicting: rules, of: queue) }
    }

    private mutating func changeConfiguration(_ change: PastConfiguration.Change) {
        if let entity = change.entity { directory.place(entity) } else { directory.withdraw(change.kind, change.id) }
        candidate.apply(to: directory, only: (change.kind, change.id))
        switch change.kind {
        case .predictor, .predictorModel: return syncPredictions()
        // Hours are read where they are asked for.
        case .schedule, .scheduleGroup, .emergencyGroup: break
        default:
            profiles = [:]
            people = [:]
            syncQueues()
            for user in agents.keys { sync(user) }
        }
        for round in conversations.values.compactMap(\.waiting).sorted() { consider(round) }
    }

    // MARK: Carrying out

    private mutating func assign() {
        for conversation in hours.changed(at: now).sorted() { sync(conversation) }
        var look: Instant?
        while true {
            look = admitGroups() ? now + GroupConditions.pause : nil
            let found = router.assignments(at: now)
            if found.isEmpty { break }
            for assignment in found { offer(assignment) }
        }
        let changes = [look, router.nextChange(after: now), hours.nextChange(after: now)]
        guard let next = changes.compactMap(\.self).min() else { return }
        let at = max(next, now + Span(milliseconds: 1))
        if let looksAt, looksAt <= at { return }
        looksAt = at
        schedule(.looks, at: at)
    }

    /// Tells the router which conditional groups are let in now; answers whether that may change by itself.
    private mutating func admitGroups() -> Bool {
        let (ledger, now) = (ledger, now)
        return conditions.tell(&router) { ledger.evaluated($0, at: now) }
    }

    private mutating func offer(_ assignment: Assignment) {
        let id = assignment.interaction.conversation
        guard let number = conversations[id]?.waiting, rounds[number].recorded.leg == assignment.interaction.leg,
            rounds[number].alert == nil
        else { return router.refused(assignment) }
        alert(number, assignment.user)
        router.offered(id)
        sync(id)
    }
}

import ContactCenter
import Foundation
import Journal
import Logging
import Routing
import ServiceLifecycle
import Synchronization

/// Owns the router: tells it what happened, and offers conversations to the agents that it finds.
///
/// There is one owner, for the length of a tenure; what it decides carries the tenure's fence. The router is rebuilt
/// from the present when it starts and told states, not deltas, so an event that is seen twice changes nothing.
final class RoutingFollower: Follower {
    let name = "routing"
    let directory: Directory
    let conversations: Conversations
    let agents: Agents
    let tenure: Tenure
    private let decisions: Decisions
    let surroundings: Surroundings
    private let logger: Logger
    let router = Mutex<Router>(Router())
    private let hours: RoutingHours
    private let conditions = GroupConditions()
    private let observations: Observations
    let nudge = Nudge()

    init(
        directory: Directory, conversations: Conversations, agents: Agents, decisions: Decisions, rules: InQueueRules,
        observations: Observations, tenure: Tenure, surroundings: Surroundings, logger: Logger
    ) {
        self.observations = observations
        self.directory = directory
        self.conversations = conversations
        self.agents = agents
        self.decisions = decisions
        self.tenure = tenure
        hours = RoutingHours(rules: rules)
        self.surroundings = surroundings
        self.logger = logger
    }

    func prepare() async throws {
        for entity in directory.list(.queue) {
            guard let queue = Queue(entity) else { continue }
            router.withLock { $0.sync(queue) }
            conditions.sync(entity.body, of: queue.id)
        }
        syncPredictions()
        for conversation in conversations.allOpen() {
            sync(conversation)
            try await freeOfAbsent(conversation)
            for agent in conversation.participants {
                if let user = agent.user, agent.isPresent || agent.owesWrapup { try await retire(user) }
            }
        }
        for entity in directory.list(.user) {
            guard let user = UserID(entity.id) else { continue }
            try await retire(user)
            try await reconcile(user)
            try await sync(user)
        }
        // Not before everybody is known: else it would be said that nobody is there.
        router.withLock { $0.isRecorded = decisions.isKept }
        decisions.nudge.call()
        try await assign()
    }

    func handle(_ events: [RecordedEvent]) async throws {
        var touched = false
        for event in events {
            switch event.stream.kind {
            case .conversation: touched = try await conversationChanged(event) || touched
            case .user:
                try await agentChanged(event)
                touched = true
            case .configuration:
                try await configurationChanged(event)
                touched = true
            }
        }
        if touched, try await assign() != nil { nudge.call() }
    }

    /// What routing sees of each queue now.
    var census: [QueueID: QueueCensus] { router.withLock { $0.census() } }

    // MARK: Telling the router

    /// Messages change nothing for routing; everything else does.
    private func conversationChanged(_ event: RecordedEvent) async throws -> Bool {
        guard let happened = try event.conversationEvent(), happened.changesState else { return false }
        let change = event.value as? ConversationChange
        let conversation: Conversation
        if let change {
            conversation = change.conversation
        } else {
            conversation = try await conversations.find(event.conversation)
        }
        noteDecline(happened, conversation, at: event.at)
        noteChoice(happened, conversation)
        sync(conversation, after: happened)
        try await freeOfAbsent(conversation)
        try await trackAgents(conversation, happened)
        return true
    }

    private func noteDecline(_ event: ConversationEvent, _ conversation: Conversation, at: Instant) {
        guard case .disconnected(let body) = event, let waiting = conversation.waiting,
            let agent = conversation.participant(having: body.communication), let user = agent.user,
            agent.connectedAt == nil, body.type == .client
        else { return }
        router.withLock { $0.declined(waiting.communication.id, by: user, at: at) }
    }

    /// Whom a person chose is asked, even a moment after declining.
    private func noteChoice(_ event: ConversationEvent, _ conversation: Conversation) {
        guard case .routingChanged(_, let routing) = event, let direct = routing.directAgent, direct.isAssigned,
            let waiting = conversation.waiting
        else { return }
        router.withLock { $0.chosen(direct.user, for: waiting.communication.id) }
    }

    func sync(_ conversation: Conversation, after event: ConversationEvent? = nil) {
        var legs: [UserID: Set<Occupation>] = [:]
        for participant in conversation.participants {
            guard let user = participant.user else { continue }
            if participant.occupiesAgent {
                legs[user, default: []].insert(
                    Occupation(participant.communication.id, label: conversation.request?.label))
            }
        }
        var interaction = conversation.waiting.flatMap { waiting -> WaitingInteraction? in
            guard let routing = waiting.routing else { return nil }
            var interaction = WaitingInteraction(
                conversation: conversation.id, leg: waiting.communication.id, routing: routing,
                since: waiting.startedAt, isOffered: conversation.isOffered)
            interaction.traits = InteractionTraits(of: conversation)
            return interaction
        }
        if interaction == nil { decisions.forget(conversation.id) }
        let closure = hours.closure(of: conversation.id, in: interaction?.queue, at: surroundings.now())
        interaction?.closure = closure
        let (waiting, occupied, returning) = (interaction, legs, parkedReturn(of: conversation))
        router.withLock { router in
            // In one step with what follows: nobody may use the room that the reservation gives back.
            if case .offered? = event { router.offered(conversation.id) }
            router.sync(conversation.id, waiting: waiting, legs: occupied)
            router.sync(conversation.id, returning: returning)
        }
    }

    private func agentChanged(_ event: RecordedEvent) async throws {
        let user: UserID = event.stream.key.cast()
        try await sync(user)
        let happened =
            try (event.value as? AgentChange)?.event ?? JSON.decode(AgentState.Event.self, from: event.body)
        guard case .presenceChanged(_, let presence, _) = happened, presence != .onQueue else { return }
        try await withdrawAlerts(of: user)
    }

    /// An agent who left the queue is not asked any longer.
    private func withdrawAlerts(of user: UserID) async throws {
        for conversation in conversations.open(of: user) {
            for agent in conversation.agents where agent.user == user && agent.communication.state == .alerting {
                try await conversations.requeue(agent.id, in: conversation.id, under: tenure.fence)
            }
        }
    }

    func sync(_ user: UserID) async throws {
        let state = try await agents.state(of: user)
        let agent = directory.agent(state)
        router.withLock { $0.sync(agent) }
    }

    private func syncPredictions() {
        for (queue, rules) in directory.predictions() { router.withLock { $0.sync(predicting: rules, of: queue) } }
    }

    private func configurationChanged(_ event: RecordedEvent) async throws {
        let change = try event.value as? ConfigurationChange ?? JSON.decode(ConfigurationChange.self, from: event.body)
        let halves = change.id.split(separator: "/")
        switch EntityKind(rawValue: change.kind) {
        case .queue:
            guard let id = QueueID(change.id) else { return }
            if let queue = directory.queue(id) { router.withLock { $0.sync(queue) } }
            conditions.sync(directory.find(.queue, change.id)?.body ?? .null, of: id)
            // Groups come and go with the queue's settings: those who leave with one are told as well.
            let members = router.withLock { $0.members(of: id) } + directory.memberships(in: id).map(\.user)
            for user in Set(members) { try await sync(user) }
        case .queueMember, .queueGroupMember, .groupMember, .teamMember:
            if let user = halves.last.flatMap({ UserID($0) }) { try await sync(user) }
        case .userSkill, .userLanguage:
            if let user = halves.first.flatMap({ UserID($0) }) { try await sync(user) }
        case .predictor, .predictorModel: syncPredictions()
        case .utilization, .skillGroup, .group, .routingSettings:
            for entity in directory.list(.user) { if let user = UserID(entity.id) { try await sync(user) } }
        case .user:
            guard let user = UserID(change.id) else { return }
            try await sync(user)
            try await retire(user)
            if !directory.isActive(user) {
                for conversation in conversations.allOpen() { try await freeOfAbsent(conversation) }
            }
        default: break
        }
    }

    // MARK: Carrying out

    /// Offers until the router has nothing more to propose; answers when it may have again without a new event.
    @discardableResult
    private func assign() async throws -> Instant? {
        for conversation in hours.changed(at: surroundings.now()) { sync(try await conversations.find(conversation)) }
        while true {
            try await resumeParked()
            let now = surroundings.now()
            let (found, next, unserved) = router.withLock { router in
                let isLooking = conditions.tell(&router) { asked in
                    observations.read { $0.evaluated(asked, at: $1) }
                }
                let look = isLooking ? now + GroupConditions.pause : nil
                let found = router.assignments(at: now)
                let next = [look, router.nextChange(after: now)].compactMap(\.self).min()
                return (found, next, router.takeUnserved(at: now))
            }
            decisions.note(unserved)
            guard !found.isEmpty else { return [next, hours.nextChange(after: now)].compactMap(\.self).min() }
            try await found.carryOut {
                try await offer($0)
            } else: { rest in
                router.withLock { $0.refused(rest) }
            }
        }
    }

    private func offer(_ assignment: Assignment) async throws {
        let interaction = assignment.interaction
        let platform = try? await conversations.find(interaction.conversation).origin?.platform
        var offer = directory.offer(
            of: interaction.leg, in: interaction.queue, to: assignment.user, interaction.media, by: platform)
        offer.predictive = assignment.decision.predictive
        offer.usedRouting = UsedRouting(assignment, under: directory.queue(interaction.queue)?.rules ?? QueueRules())
        do {
            let outcome = try await conversations.perform(
                .offer(offer), on: interaction.conversation, with: Attachments(fence: tenure.fence))
            decisions.note(assignment, in: outcome.conversation)
        } catch .conversation(let refusal) {
            logger.debug("an offer came too late", metadata: ["refusal": "\(refusal)"])
            router.withLock { $0.refused(assignment) }
            sync(try await conversations.find(interaction.conversation))
        } catch {
            router.withLock { $0.refused(assignment) }
            throw error
        }
    }

    /// Asks the router again at the time it named; run as a service beside the follower.
    func wakeUp() async throws -> Instant? { try await assign() }
}

extension [Assignment] {
    /// Carries out proposals one after the other. When one cannot be, those behind it are given back: what they
    /// reserved would stay taken, and the interactions would wait for ever.
    func carryOut(_ offer: (Assignment) async throws -> Void, else giveBack: (Assignment) -> Void) async throws {
        for (index, assignment) in enumerated() {
            do { try await offer(assignment) } catch {
                for rest in self[(index + 1)...] { giveBack(rest) }
                throw error
            }
        }
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

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
    private let directory: Directory
    private let conversations: Conversations
    private let agents: Agents
    private let tenure: Tenure
    private let surroundings: Surroundings
    private let logger: Logger
    private let router = Mutex<Router>(Router())
    let nudge = Nudge()

    init(
        directory: Directory, conversations: Conversations, agents: Agents, tenure: Tenure,
        surroundings: Surroundings, logger: Logger
    ) {
        self.directory = directory
        self.conversations = conversations
        self.agents = agents
        self.tenure = tenure
        self.surroundings = surroundings
        self.logger = logger
    }

    func prepare() async throws {
        for entity in directory.list(.queue) {
            guard let queue = Queue(entity) else { continue }
            router.withLock { $0.sync(queue) }
        }
        for conversation in conversations.allOpen() { sync(conversation) }
        for entity in directory.list(.user) {
            guard let user = UserID(entity.id) else { continue }
            try await reconcile(user)
            try await sync(user)
        }
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
        if case .offered = happened { router.withLock { $0.offered(conversation.id) } }
        noteDecline(happened, conversation, at: event.at)
        sync(conversation)
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

    /// Keeps each agent's own state in step with the legs: interacting, free again, not responding.
    private func trackAgents(_ conversation: Conversation, _ event: ConversationEvent) async throws {
        switch event {
        case .answered(let leg):
            guard let user = conversation.participant(having: leg)?.user else { return }
            try await agents.perform(.interactionStarted(leg), on: user, under: tenure.fence)
        case .disconnected(let body):
            guard let agent = conversation.participant(having: body.communication), let user = agent.user else {
                return
            }
            if agent.connectedAt == nil, body.type == .system || body.type == .transferNoAnswer,
                conversation.waiting != nil || body.type == .transferNoAnswer
            {
                try await agents.perform(.alertExpired, on: user, under: tenure.fence)
                try await sync(user)
            }
            if !agent.owesWrapup {
                try await agents.perform(.interactionEnded(body.communication), on: user, under: tenure.fence)
            }
        case .afterCallWorkEnded(let id):
            guard let agent = conversation.participant(id), let user = agent.user else { return }
            try await agents.perform(.interactionEnded(agent.communication.id), on: user, under: tenure.fence)
        default: break
        }
    }

    /// A crash between a conversation's commit and the agent's own leaves the two apart; the conversations are right.
    private func reconcile(_ user: UserID) async throws {
        let known = try await agents.state(of: user).interactions
        let legs = Set(
            conversations.open(of: user).flatMap(\.participants)
                .filter { $0.user == user && ($0.owesWrapup || $0.isPresent && $0.connectedAt != nil) }
                .map(\.communication.id))
        for leg in known.subtracting(legs) {
            try await agents.perform(.interactionEnded(leg), on: user, under: tenure.fence)
        }
        for leg in legs.subtracting(known) {
            try await agents.perform(.interactionStarted(leg), on: user, under: tenure.fence)
        }
    }

    private func sync(_ conversation: Conversation) {
        var legs: [UserID: Set<Occupation>] = [:]
        for participant in conversation.participants {
            guard let user = participant.user else { continue }
            let state = participant.communication.state
            if state == .alerting || state == .connected || participant.owesWrapup {
                legs[user, default: []].insert(
                    Occupation(participant.communication.id, label: conversation.request?.label))
            }
        }
        let interaction = conversation.waiting.flatMap { waiting -> WaitingInteraction? in
            guard let routing = waiting.routing else { return nil }
            let offered = conversation.agents.contains { $0.communication.state == .alerting }
            return WaitingInteraction(
                conversation: conversation.id, leg: waiting.communication.id, routing: routing,
                since: waiting.startedAt,
                isOffered: offered)
        }
        let occupied = legs
        router.withLock { $0.sync(conversation.id, waiting: interaction, legs: occupied) }
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

    private func sync(_ user: UserID) async throws {
        let state = try await agents.state(of: user)
        let agent = Agent(
            user: user, isAvailable: state.routingStatus == .idle || state.routingStatus == .interacting,
            idleSince: state.routingStatusAt ?? Instant(milliseconds: 0), memberships: directory.memberships(of: user),
            proficiencies: directory.proficiencies(of: user), utilization: directory.utilization(of: user))
        router.withLock { $0.sync(agent) }
    }

    private func configurationChanged(_ event: RecordedEvent) async throws {
        let change = try event.value as? ConfigurationChange ?? JSON.decode(ConfigurationChange.self, from: event.body)
        let halves = change.id.split(separator: "/")
        switch EntityKind(rawValue: change.kind) {
        case .queue:
            guard let id = QueueID(change.id) else { return }
            if let queue = directory.queue(id) { router.withLock { $0.sync(queue) } }
            // Groups come and go with the queue's settings: those who leave with one are told as well.
            let members = router.withLock { $0.members(of: id) } + directory.memberships(in: id).map(\.user)
            for user in Set(members) { try await sync(user) }
        case .queueMember, .queueGroupMember:
            if let user = halves.last.flatMap({ UserID($0) }) { try await sync(user) }
        case .userSkill, .userLanguage:
            if let user = halves.first.flatMap({ UserID($0) }) { try await sync(user) }
        case .utilization, .skillGroup:
            for entity in directory.list(.user) { if let user = UserID(entity.id) { try await sync(user) } }
        case .user:
            if let user = UserID(change.id) { try await sync(user) }
        default: break
        }
    }

    // MARK: Carrying out

    /// Offers until the router has nothing more to propose; answers when it may have again without a new event.
    @discardableResult
    private func assign() async throws -> Instant? {
        while true {
            let now = surroundings.now()
            let (found, next) = router.withLock { router in
                let found = router.assignments(at: now)
                return (found, router.nextChange(after: now))
            }
            guard !found.isEmpty else { return next }
            try await found.carryOut {
                try await offer($0)
            } else: { rest in
                router.withLock { $0.refused(rest) }
            }
        }
    }

    private func offer(_ assignment: Assignment) async throws {
        let interaction = assignment.interaction
        let queue = directory.queue(interaction.queue)
        var offer = ConversationCommand.Offer(
            waiting: interaction.leg, user: assignment.user, name: directory.userName(assignment.user),
            alertingTimeout: queue?.alertingTimeout ?? .seconds(Queue.alertingSecondsDefault),
            wrapupPolicy: queue?.wrapupPolicy ?? WrapupPolicy(prompt: .optional))
        offer.usedRouting = UsedRouting(assignment, under: queue?.rules ?? QueueRules())
        do {
            _ = try await conversations.perform(
                .offer(offer), on: interaction.conversation, with: Attachments(fence: tenure.fence))
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

import ContactCenter
import Foundation
import Journal
import Routing
import Synchronization

/// Tells the counters what happens.
final class ObservationFollower: Follower {
    let name = "observations"
    private let observations: Observations
    private let directory: Directory
    private let conversations: Conversations
    private let agents: Agents
    private let surroundings: Surroundings
    /// Wakes who publishes.
    private let nudge: Nudge
    /// The last event that was counted: a batch that failed half-way comes again.
    private let counted = Mutex(Position.start)

    init(_ engine: Engine, nudge: Nudge) {
        observations = engine.observations
        directory = engine.directory
        conversations = engine.conversations
        agents = engine.agents
        surroundings = engine.surroundings
        self.nudge = nudge
    }

    func prepare() async throws {
        for entity in directory.list(.queue) { syncQueue(entity.id) }
        try await syncEverybody()
        let open = conversations.allOpen()
        let now = surroundings.now()
        observations.change { $0.begin(with: open, at: now) }
    }

    func handle(_ events: [RecordedEvent]) async throws {
        var isChanged = false
        for event in events where counted.withLock({ $0 < event.position }) {
            switch event.stream.kind {
            case .conversation where !Self.countedTypes.contains(event.type): break
            case .conversation:
                try conversationChanged(event)
                isChanged = true
            case .user:
                try await agentChanged(event)
                isChanged = true
            case .configuration:
                try await configurationChanged(event)
                isChanged = true
            }
            counted.withLock { $0 = event.position }
        }
        if isChanged { nudge.call() }
    }

    private func conversationChanged(_ event: RecordedEvent) throws {
        guard let happened = try event.conversationEvent() else { return }
        let conversation = event.conversation
        observations.change { $0.apply(happened, of: conversation, at: event.at) }
    }

    /// Events that move a count: most of what happens are messages, which need not be read.
    static let countedTypes: Set<String> = [
        "queued", "routingChanged", "offered", "answered", "parked", "resumed", "disconnected", "afterCallWorkStarted",
        "afterCallWorkEnded",
    ]

    private func agentChanged(_ event: RecordedEvent) async throws {
        let user: UserID = event.stream.key.cast()
        if let change = event.value as? AgentChange {
            sync(user, change.state)
        } else {
            sync(user, try await agents.state(of: user))
        }
    }

    private func configurationChanged(_ event: RecordedEvent) async throws {
        let change = try event.value as? ConfigurationChange ?? JSON.decode(ConfigurationChange.self, from: event.body)
        let halves = change.id.split(separator: "/")
        switch EntityKind(rawValue: change.kind) {
        case .queue:
            syncQueue(change.id)
            // A queue's groups may be others now.
            try await syncEverybody()
        case .queueMember, .queueGroupMember, .groupMember, .teamMember:
            if let user = halves.last.flatMap({ UserID($0) }) { sync(user, try await agents.state(of: user)) }
        case .userSkill, .userLanguage:
            if let user = halves.first.flatMap({ UserID($0) }) { sync(user, try await agents.state(of: user)) }
        case .user:
            if let user = UserID(change.id) { sync(user, try await agents.state(of: user)) }
        case .utilization, .skillGroup, .group, .division: try await syncEverybody()
        default: break
        }
    }

    private func syncQueue(_ id: String) {
        guard let queue = QueueID(id) else { return }
        guard let entity = directory.find(.queue, id) else { return observations.change { $0.forget(queue) } }
        let rules = QueueRules(entity.body)
        let goals = ServiceLevelGoal.goals(of: entity.body)
        observations.change { $0.sync(rules, goals: goals, of: queue) }
    }

    private func syncEverybody() async throws {
        for entity in directory.list(.user) {
            guard let user = UserID(entity.id) else { continue }
            sync(user, try await agents.state(of: user))
        }
    }

    private func sync(_ user: UserID, _ state: AgentState) {
        guard directory.find(.user, user.description) != nil else {
            return observations.change { $0.forget(user) }
        }
        let person = directory.observedPerson(state)
        observations.change { $0.sync(person) }
    }
}

extension Directory {
    /// A person as the counters see one.
    func observedPerson(_ state: AgentState) -> ObservedPerson {
        ObservedPerson(
            user: state.user, presence: state.presenceDefinition, status: state.routingStatus,
            memberships: participations(of: state.user), reserveOf: reserves(of: state.user),
            utilization: utilization(of: state.user))
    }

    /// The queues that a person is a member of, and whether the person takes part.
    public func participations(of user: UserID) -> [QueueID: Bool] {
        Dictionary(queueMemberships(of: user).map { ($0.queue, $0.isJoined) }) { $0 || $1 }
    }

    /// The queues that ask a person by a conditional group alone. A later ring is no reserve: its time comes by itself.
    func reserves(of user: UserID) -> Set<QueueID> {
        let later = queueMemberships(of: user).filter { $0.stages.earliest > 1 }.map(\.queue)
        return Set(later.filter { queue($0)?.rules.rings.isEmpty == true })
    }
}

extension ServiceLevelGoal {
    /// The goals of a queue's media; a medium without one has the platform's default.
    static func goals(of body: JSONValue) -> [MediaType: ServiceLevelGoal] {
        var goals: [MediaType: ServiceLevelGoal] = [:]
        for media in MediaType.allCases {
            guard let level = body["mediaSettings"]?[media.rawValue]?["serviceLevel"] else { continue }
            goals[media] = ServiceLevelGoal(
                share: level["percentage"]?.double ?? usual.share,
                within: level["durationMs"]?.integer.map(Span.init(milliseconds:)) ?? usual.within)
        }
        return goals
    }
}

import Channels
import ContactCenter
import Foundation
import Journal
import Logging
import Routing
import ServiceLifecycle
import Synchronization

/// The contact centre without its front: commands go in, events are durable, followers do the rest.
public final class Engine: Sendable {
    public let journal: any Journal
    public let blobs: any BlobStore
    public let directory: Directory
    /// What queues do with those who wait, and when they serve.
    public let inQueueRules: InQueueRules
    public let conversations: Conversations
    public let agents: Agents
    /// Watches over the desktops of agents on queue.
    public let desks: Desks
    public let intake: Intake
    public let guests: Guests
    /// What customers did before they wrote.
    public let journey: Journey
    /// What routing decided, and why.
    public let decisions: Decisions
    /// The devices of guests.
    public let push: Push
    public let hub: NotificationHub
    /// What there is in the queues, and how long it will take.
    public let observations: Observations
    /// What the processes of a cluster tell each other beside the log.
    public let signals: Signals
    /// The time, pauses and chance; arguments of the engine so that tests and the simulation can hold them.
    public let surroundings: Surroundings
    private let open: any OutboundSender
    private let origin: Position
    private let memory: Memory
    /// What `services()` made, for those who watch over it.
    private let watched = Mutex(Watched())
    /// One reading of the whole log at a time.
    let trainings = Lanes<String>()
    /// What integrations did lately.
    let activity: ChannelActivity
    let leaseholder: Leaseholder
    let logger: Logger

    private struct Watched {
        var progress: [FollowerProgress] = []
        var routing: RoutingFollower?
    }

    /// Reads configuration and open work; ready for commands when it returns.
    public init(
        journal: any Journal, blobs: any BlobStore, open: any OutboundSender, push: [PushIntegration] = [],
        desks: DeskKeeping = DeskKeeping(), surroundings: Surroundings = .live, logger: Logger
    ) async throws(EngineError) {
        self.journal = journal
        self.blobs = blobs
        self.open = open
        self.surroundings = surroundings
        self.logger = logger
        hub = NotificationHub()
        signals = Signals(journal: journal, logger: logger)
        activity = ChannelActivity(isShared: journal.isShared)
        directory = Directory(journal: journal, surroundings: surroundings)
        let rules = InQueueRules(directory: directory)
        inQueueRules = rules
        observations = Observations(rules: rules, surroundings: surroundings)
        conversations = Conversations(journal: journal, surroundings: surroundings) {
            rules.firstLook(at: $0, now: $1)
        }
        agents = Agents(
            journal: journal, surroundings: surroundings, directory: directory, conversations: conversations)
        self.desks = Desks(
            journal: journal, agents: agents, conversations: conversations, keeping: desks,
            surroundings: surroundings, logger: logger)
        intake = Intake(
            journal: journal, directory: directory, conversations: conversations, hub: hub, signals: signals,
            surroundings: surroundings)
        guests = Guests(
            journal: journal, directory: directory, conversations: conversations, intake: intake, hub: hub,
            signals: signals, surroundings: surroundings)
        journey = Journey(journal: journal, surroundings: surroundings)
        decisions = Decisions(journal: journal, surroundings: surroundings)
        self.push = Push(
            journal: journal, directory: directory, integrations: push, surroundings: surroundings)
        var ids = surroundings.identifiers
        leaseholder = Leaseholder(
            journal: journal, node: ids.next(Leaseholder.self).description, surroundings: surroundings,
            logger: logger)
        // Before anything is read: what others write from now on is added to it.
        memory = Memory(
            conversations: conversations, agents: agents, directory: directory, intake: intake,
            surroundings: surroundings, logger: logger)
        journal.absorb { [memory] events in await memory.absorb(events) }
        origin = try await journaling { () async throws(JournalError) in try await journal.lastPosition() }
        try await directory.load()
        try await conversations.load()
        signals.receive { [weak self] signal in await self?.take(signal) }
    }

    /// The time.
    public func now() -> Instant { surroundings.now() }

    /// A new time-ordered identifier.
    public func newID<Entity>(_ entity: Entity.Type) -> Identifier<Entity> {
        var ids = surroundings.identifiers
        return ids.next(entity)
    }

    /// The followers and due work, to be run in a service group. They stop before the journal closes.
    public func services() -> [any Service] {
        let timerNudge = Nudge()
        let deliveryNudge = Nudge()
        let observing = Nudge()
        leaseholder.tell(timerNudge)
        leaseholder.tell(deliveryNudge)
        let inQueue = self.inQueue
        let followers: [any Follower] = [
            NotificationFollower(hub: hub, conversations: conversations, agents: agents, directory: directory),
            TimerFollower(nudge: timerNudge, desks: desks),
            InQueueFollower(inQueue: inQueue, nudge: timerNudge),
            DeliveryFollower(nudge: deliveryNudge, activity: activity),
            ObservationFollower(self, nudge: observing),
        ]
        // The leases first: services end from the last to the first, and what was done under a lease ends before it.
        return [leaseholder, signals] + decisionKeeping + followers.map(followerService)
            + [routing, desks, dueTimers(timerNudge, inQueue), dueDelivery(deliveryNudge)]
            + [dueObservations(observing)]
            + (journal.isSearchable ? [searchIndexer] + pushServices : [])
    }

    /// How far each follower and each due service is; empty before they are made.
    public var progress: [FollowerProgress.Reading] { watched.withLock { $0.progress.map(\.reading) } }

    /// Whether this process routes now.
    public var isRouting: Bool { leaseholder.tenure(of: .routing) != nil && watched.withLock { $0.routing } != nil }

    /// What routing sees of each queue; nothing in a process that does not route.
    func census() -> [QueueID: QueueCensus] { routingOwner?.census ?? [:] }

    /// Who routes, if this process does.
    var routingOwner: RoutingFollower? { isRouting ? watched.withLock { $0.routing } : nil }

    private func watch(_ name: String, after origin: Position? = nil) -> FollowerProgress {
        let progress = FollowerProgress(name, after: origin)
        watched.withLock { $0.progress.append(progress) }
        return progress
    }

    private func followerService(_ follower: any Follower) -> any Service {
        FollowerService(
            follower: follower, journal: journal, origin: origin, memory: memory,
            progress: watch(follower.name, after: origin), surroundings: surroundings, logger: logger)
    }

    private var routing: any Service {
        RoutingDuty(
            leaseholder: leaseholder, journal: journal, memory: memory,
            progress: (follower: watch("routing", after: origin), due: watch("due-routing")),
            surroundings: surroundings, logger: logger
        ) { [self] tenure in
            let follower = RoutingFollower(
                directory: directory, conversations: conversations, agents: agents, decisions: decisions,
                rules: inQueueRules, observations: observations, tenure: tenure, surroundings: surroundings,
                logger: logger)
            watched.withLock { $0.routing = follower }
            return follower
        }
    }

    /// The journal of a simulation keeps none.
    private var decisionKeeping: [any Service] {
        guard decisions.isKept else { return [] }
        return [
            DecisionKeeping(
                decisions: decisions, owner: { [self] in routingOwner }, progress: watch("due-decisions"),
                surroundings: surroundings, logger: logger)
        ]
    }

    private var searchIndexer: any Service {
        SearchIndexer(
            journal: journal, leaseholder: leaseholder, progress: watch("search", after: .start),
            surroundings: surroundings, logger: logger)
    }

    /// The journal of a simulation has neither an index of search nor devices.
    private var pushServices: [any Service] {
        let sending = Nudge()
        leaseholder.tell(sending)
        let delivering = PushDelivering(
            journal: journal, push: push, conversations: conversations, directory: directory,
            leaseholder: leaseholder, surroundings: surroundings, logger: logger)
        return [
            PushFollower(
                journal: journal, directory: directory, leaseholder: leaseholder,
                progress: watch("push", after: .start), nudge: push.nudge, sending: sending,
                surroundings: surroundings, logger: logger),
            dueService("push", sending) { try await delivering.send() },
        ]
    }

    private var inQueue: InQueue {
        InQueue(
            journal: journal, conversations: conversations, rules: inQueueRules, answering: ConfiguredTexts(),
            directory: directory,
            observations: observations, leaseholder: leaseholder, surroundings: surroundings, logger: logger)
    }

    private func dueObservations(_ nudge: Nudge) -> any Service {
        let service = ObservationService(self, after: origin)
        return dueService("observations", nudge) { try await service.work() }
    }

    private func dueTimers(_ nudge: Nudge, _ inQueue: InQueue) -> any Service {
        let timers = Timers(
            journal: journal, conversations: conversations, desks: desks, inQueue: inQueue, leaseholder: leaseholder,
            surroundings: surroundings, logger: logger)
        return dueService("timers", nudge) { try await timers.fire() }
    }

    private func dueDelivery(_ nudge: Nudge) -> any Service {
        let delivery = Delivery(
            journal: journal, conversations: conversations, directory: directory, leaseholder: leaseholder,
            open: open, activity: activity, surroundings: surroundings, logger: logger)
        return dueService("delivery", nudge) { try await delivery.send() }
    }

    private func dueService(
        _ name: String, _ nudge: Nudge, _ work: @escaping @Sendable () async throws -> Instant?
    ) -> any Service {
        DueService(
            name: name, nudge: nudge, progress: watch("due-\(name)"), surroundings: surroundings, logger: logger,
            work: work)
    }
}

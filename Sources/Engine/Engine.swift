import Channels
import ContactCenter
import Foundation
import Journal
import Logging
import ServiceLifecycle
import Synchronization

/// The contact centre without its front: commands go in, events are durable, followers do the rest.
public final class Engine: Sendable {
    public let journal: any Journal
    public let blobs: any BlobStore
    public let directory: Directory
    public let conversations: Conversations
    public let agents: Agents
    public let intake: Intake
    public let guests: Guests
    public let hub: NotificationHub
    /// The time; an argument of the engine so that tests can hold it.
    public let now: @Sendable () -> Instant
    private let open: OpenMessagingSender
    private let origin: Position
    /// What `services()` made, for those who watch over it.
    private let watched = Mutex<[FollowerProgress]>([])
    private let logger: Logger

    /// Reads configuration and open work; ready for commands when it returns.
    public init(
        journal: any Journal, blobs: any BlobStore, open: OpenMessagingSender,
        now: @escaping @Sendable () -> Instant = Instant.systemNow, logger: Logger
    ) async throws(EngineError) {
        self.journal = journal
        self.blobs = blobs
        self.open = open
        self.now = now
        self.logger = logger
        hub = NotificationHub()
        directory = Directory(journal: journal, clock: now)
        conversations = Conversations(journal: journal, clock: now)
        agents = Agents(journal: journal, clock: now, directory: directory, conversations: conversations)
        intake = Intake(
            journal: journal, directory: directory, conversations: conversations, hub: hub, clock: now)
        guests = Guests(
            journal: journal, directory: directory, conversations: conversations, intake: intake, hub: hub, clock: now)
        origin = try await journaling { () async throws(JournalError) in try await journal.lastPosition() }
        try await directory.load()
        try await conversations.load()
    }

    /// A new time-ordered identifier.
    public func newID<Entity>(_ entity: Entity.Type) -> Identifier<Entity> {
        var ids = LiveIdentifiers(clock: now)
        return ids.next(entity)
    }

    /// The followers and due work, to be run in a service group. They stop before the journal closes.
    public func services() -> [any Service] {
        let routing = RoutingFollower(
            directory: directory, conversations: conversations, agents: agents, clock: now, logger: logger)
        let timers = Timers(journal: journal, conversations: conversations, clock: now, logger: logger)
        let delivery = Delivery(
            journal: journal, conversations: conversations, directory: directory, open: open, clock: now, logger: logger
        )
        let timerNudge = Nudge()
        let deliveryNudge = Nudge()
        let followers: [any Follower] = [
            NotificationFollower(hub: hub, conversations: conversations, agents: agents),
            routing,
            TimerFollower(nudge: timerNudge),
            DeliveryFollower(nudge: deliveryNudge),
        ]
        let due = [
            dueService("routing", routing.nudge) { try await routing.wakeUp() },
            dueService("timers", timerNudge) { try await timers.fire() },
            dueService("delivery", deliveryNudge) { try await delivery.send() },
        ]
        return followers.map(followerService) + due
    }

    /// How far each follower and each due service is; empty before they are made.
    public var progress: [FollowerProgress.Reading] { watched.withLock { $0.map(\.reading) } }

    private func followerService(_ follower: any Follower) -> any Service {
        let progress = FollowerProgress(follower.name, after: origin)
        watched.withLock { $0.append(progress) }
        return FollowerService(
            follower: follower, journal: journal, origin: origin, progress: progress, clock: now, logger: logger)
    }

    private func dueService(
        _ name: String, _ nudge: Nudge, _ work: @escaping @Sendable () async throws -> Instant?
    ) -> any Service {
        let progress = FollowerProgress("due-\(name)")
        watched.withLock { $0.append(progress) }
        return DueService(name: name, nudge: nudge, progress: progress, clock: now, logger: logger, work: work)
    }
}

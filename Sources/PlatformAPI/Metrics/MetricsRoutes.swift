import ContactCenter
import Engine
import HTTPTypes
import Hummingbird
import Journal
import Synchronization
import Telemetry

/// `/metrics` in Prometheus' text format.
final class MetricsRoutes: Sendable {
    /// A page is written at most this often; who asks in between gets the same one.
    private static let pageAge = Duration.seconds(1)

    private let monitoring: Monitoring
    private let census: MetricsCensus
    private let page = Mutex<(at: ContinuousClock.Instant, text: String)?>(nil)

    init(monitoring: Monitoring, census: MetricsCensus) {
        self.monitoring = monitoring
        self.census = census
    }

    func show(_ call: Call<Principal>) async throws -> Response {
        try monitoring.access.check(call.request.headers, from: call.context.remoteAddress)
        guard let registry = monitoring.registry else { throw APIError.notFound }
        let text = await text(of: registry)
        return Response(
            status: .ok, headers: [.contentType: MetricsRegistry.contentType],
            body: .init(byteBuffer: .init(string: text)))
    }

    private func text(of registry: MetricsRegistry) async -> String {
        if let page = page.withLock({ $0 }), ContinuousClock.now - page.at < Self.pageAge { return page.text }
        let text = registry.page(with: await census.samples() + monitoring.samples())
        page.withLock { $0 = (.now, text) }
        return text
    }
}

/// Reads what the contact centre shows of itself.
struct MetricsCensus: Sendable {
    /// Queues and integrations that are told apart; further ones are left out, the first by id stay.
    private static let rowsMax = 500

    let engine: Engine
    let readiness: Readiness
    let rooms: GuestRooms
    let channels: NotificationChannels
    let sockets: [SocketRoute]

    func samples() async -> [Sample] {
        let vitals = engine.vitals()
        let load = engine.journal.load
        return queues(vitals) + channels(vitals) + followers(vitals, load) + journal(load) + (await backlog())
            + readiness.parts.map { Sample(.ready, [("part", $0.name)], $0.isReady ? 1 : 0) }
            + sockets.map(\.meter.sample) + ProcessVitals.samples() + [
                Sample(.conversationsOpen, vitals.openConversationsCount),
                Sample(.guestSessions, rooms.count),
                Sample(.notificationChannels, channels.count),
            ]
    }

    /// Every queue that there is, so that an empty one shows zeros; none in a process that does not route.
    private func queues(_ vitals: EngineVitals) -> [Sample] {
        guard engine.isRouting else { return [] }
        let now = engine.now()
        return engine.directory.list(.queue).sorted { $0.id < $1.id }.prefix(Self.rowsMax).flatMap {
            entity -> [Sample] in
            let queue = QueueID(entity.id).flatMap { vitals.queues[$0] } ?? .init()
            let labels = [("queue", entity.id), ("queue_name", entity.name ?? "")]
            let waited = queue.oldestSince.map { max(Double((now - $0).milliseconds) / 1_000, 0) } ?? 0
            return [
                Sample(.queueWaiting, labels, queue.waitingCount),
                Sample(.queueOffered, labels, queue.offeredCount),
                Sample(.queueLongestWait, labels, waited),
                Sample(.queueAgents, labels + [("routing_status", "idle")], queue.idleCount),
                Sample(.queueAgents, labels + [("routing_status", "interacting")], queue.interactingCount),
            ] + outlook(entity.id, labels)
        }
    }

    /// What there is nothing to say of is left out: a share of none, a wait for nobody.
    private func outlook(_ id: String, _ labels: [(String, String)]) -> [Sample] {
        guard let queue = QueueID(id) else { return [] }
        let level = engine.observations.serviceLevel(of: queue).ratio
        let wait = engine.observations.estimate(in: queue).map { Double($0.span.milliseconds) / 1_000 }
        return [
            level.map { Sample(.queueServiceLevel, labels, $0) }, wait.map { Sample(.queueEstimatedWait, labels, $0) },
        ].compactMap(\.self)
    }

    private func channels(_ vitals: EngineVitals) -> [Sample] {
        vitals.channels.sorted { $0.key < $1.key }.prefix(Self.rowsMax).flatMap { id, reading -> [Sample] in
            let labels = labels(of: id)
            var samples = [Sample(.channelFailures, labels, reading.failuresCount)]
            for (name, direction) in [("inbound", reading.inbound), ("outbound", reading.outbound)] {
                let labels = labels + [("direction", name)]
                samples.append(Sample(.channelMessages, labels, direction.count))
                if let at = direction.lastAt {
                    samples.append(Sample(.channelLastMessage, labels, Double(at.milliseconds) / 1_000))
                }
            }
            return samples
        }
    }

    private func labels(of integration: IntegrationID) -> [(String, String)] {
        let id = integration.description
        let open = engine.directory.find(.openIntegration, id)
        let web = engine.directory.find(.webDeployment, id)
        let channel = web != nil ? "webmessaging" : open != nil ? "open" : "unknown"
        return [
            ("channel", channel), ("integration", id), ("integration_name", web?.name ?? open?.name ?? ""),
        ]
    }

    private func followers(_ vitals: EngineVitals, _ load: JournalLoad) -> [Sample] {
        let now = engine.now()
        return vitals.followers.flatMap { reading -> [Sample] in
            let labels = [("follower", reading.name)]
            var samples = [
                Sample(.followerRunning, labels, reading.isRunning ? 1 : 0),
                Sample(.followerFailures, labels, reading.failuresCount),
            ]
            // Who rests leaves the log to the process that has the right to the work.
            guard let position = reading.position else { return samples }
            let seconds = reading.oldestAt.map { max(Double((now - $0).milliseconds) / 1_000, 0) } ?? 0
            samples.append(Sample(.followerLagEvents, labels, max(load.head.value - position.value, 0)))
            samples.append(Sample(.followerLagSeconds, labels, seconds))
            return samples
        }
    }

    private func journal(_ load: JournalLoad) -> [Sample] {
        [
            Sample(.commitsWaiting, load.writesWaitingCount), Sample(.logPosition, load.head.value),
            Sample(.databaseReads, load.readsCount),
        ]
    }

    /// The page is shown without the tables when the database does not answer: that is when it is needed most.
    private func backlog() async -> [Sample] {
        let now = engine.now()
        guard let backlog = try? await engine.journal.backlog(at: now) else { return [Sample(.databaseUp, 0)] }
        let age = backlog.outboxOldestAt.map { max(Double((now - $0).milliseconds) / 1_000, 0) } ?? 0
        return [
            Sample(.databaseUp, 1), Sample(.outboxEntries, [("state", "all")], backlog.outboxCount),
            Sample(.outboxEntries, [("state", "due")], backlog.outboxDueCount),
            Sample(.outboxEntries, [("state", "parked")], backlog.outboxParkedCount),
            Sample(.outboxOldest, age), Sample(.timersDue, backlog.timersDueCount),
            Sample(.pushWaiting, backlog.pushesCount),
        ]
    }
}

import ContactCenter
import Synchronization

/// What queues do with those who wait, and whether they serve. Read from the directory once for each state of it, since
/// every look at somebody who waits asks.
public final class InQueueRules: Sendable {
    /// Whether a queue serves, and until when that stays so by itself.
    public struct Reading: Hashable, Sendable {
        public var standing: QueueStanding
        public var until: Instant?
        /// When it serves again that does not; `nil` where its hours do not say.
        public var opensAt: Instant?
    }

    /// The kinds of configuration that all this is read from.
    static let kinds: Set<EntityKind> = [.queue, .schedule, .scheduleGroup, .emergencyGroup]

    private let directory: Directory
    private let known = Mutex(Known())

    private struct Known {
        var edition = -1
        var queues: [QueueID: Rules] = [:]
    }

    private struct Rules {
        var settings: InQueueSettings?
        var group: ScheduleGroup?
        var isEmergency = false
        var reading: (at: Instant, Reading)?
    }

    init(directory: Directory) { self.directory = directory }

    /// Which state of the configuration is known.
    var edition: Int { directory.inQueueEdition }

    /// What a queue does with those who wait; `nil` where nothing.
    public func settings(of queue: QueueID) -> InQueueSettings? { use(queue) { $0.settings } }

    /// Whether a queue serves at a moment.
    public func standing(of queue: QueueID, at now: Instant) -> Reading {
        use(queue) { rules in
            if rules.isEmergency { return Reading(standing: .emergency, until: nil) }
            guard let group = rules.group else { return Reading(standing: .open, until: nil) }
            if let (at, reading) = rules.reading, at <= now, reading.until.map({ now < $0 }) ?? true { return reading }
            var reading = Reading(
                standing: QueueStanding(group.state(at: now)), until: group.nextChange(after: now))
            if reading.standing != .open { reading.opensAt = group.opening(from: reading.until) }
            rules.reading = (now, reading)
            return reading
        }
    }

    /// The queues whose settings name something to do.
    var queues: Set<QueueID> {
        Set(directory.list(.queue).filter { $0.body["inQueue"] != nil }.compactMap { QueueID($0.id) })
    }

    /// When somebody who begins to wait is looked at first.
    func firstLook(at routing: RoutingRequest, now: Instant) -> Instant? {
        guard let settings = settings(of: routing.queue) else { return nil }
        var situation = situation(in: routing.queue, under: settings, since: now, at: now)
        situation.passed = (routing.passed ?? []) + [routing.queue]
        switch settings.move(in: situation, at: now) {
        case .take: return now
        case .rest(let until): return until
        }
    }

    /// What a queue's settings say of somebody who waits.
    func situation(
        in queue: QueueID, under settings: InQueueSettings, since: Instant, at now: Instant
    ) -> InQueueSituation {
        let reading = standing(of: queue, at: now)
        var situation = InQueueSituation(since: since, standing: reading.standing)
        situation.standingChangesAt = reading.until
        situation.closedQueues = Set(
            settings.targets.filter { target in
                directory.find(.queue, target.description) == nil || standing(of: target, at: now).standing != .open
            })
        return situation
    }

    private func use<Value>(_ queue: QueueID, _ body: (inout Rules) -> Value) -> Value {
        // Read before the rows: what changes in between is read again for the next edition.
        let edition = edition
        return known.withLock { known in
            if known.edition != edition { known = Known(edition: edition) }
            var rules = known.queues[queue] ?? read(queue)
            defer { known.queues[queue] = rules }
            return body(&rules)
        }
    }

    private func read(_ queue: QueueID) -> Rules {
        guard let body = directory.find(.queue, queue.description)?.body["inQueue"] else { return Rules() }
        let group = body["scheduleGroup"]?["id"]?.string.flatMap { directory.scheduleGroup($0) }
        let emergency = body["emergencyGroup"]?["id"]?.string.flatMap { directory.find(.emergencyGroup, $0) }
        return Rules(
            settings: InQueueSettings(body), group: group, isEmergency: emergency?.body["enabled"]?.bool == true)
    }
}

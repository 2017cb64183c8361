import ContactCenter
import Engine
import Foundation
import Journal

/// What the clocks of the machines show at a moment.
struct Clocks: Sendable {
    /// That of the one process that routes; nothing while none does, or several believe that they do.
    var router: Instant?
    /// Those of all processes.
    var all: [Instant]

    func earlier(by span: Duration) -> Clocks {
        let span = Span(milliseconds: -span.milliseconds)
        return Clocks(router: router.map { $0 + span }, all: all.map { $0 + span })
    }
}

/// When each queue serves: by the rows that are durable, and by the clocks of those who must go by them.
struct OpeningHours: Sendable {
    /// What is said of a queue, and since when; nothing where clocks do not agree.
    private struct Standing: Sendable {
        var standing: QueueStanding?
        var since: Duration
    }

    /// The rows of one queue, as they are now.
    private struct Line: Sendable {
        struct Reading: Sendable {
            let from: Instant
            let standing: QueueStanding
            let until: Instant?
        }

        var settings: JSONValue
        var group: ScheduleGroup?
        var isEmergency: Bool
        private var readings: [Reading] = []

        init(settings: JSONValue, group: ScheduleGroup?, isEmergency: Bool) {
            self.settings = settings
            self.group = group
            self.isEmergency = isEmergency
        }

        mutating func reading(at instant: Instant) -> Reading {
            if isEmergency { return Reading(from: instant, standing: .emergency, until: nil) }
            guard let group else { return Reading(from: instant, standing: .open, until: nil) }
            let known = readings.last { $0.from <= instant && ($0.until.map { instant < $0 } ?? true) }
            if let known { return known }
            let reading = Reading(
                from: instant, standing: QueueStanding(group.state(at: instant)),
                until: group.nextChange(after: instant))
            readings = readings.suffix(7) + [reading]
            return reading
        }
    }

    /// A change of the hours is known, and what was under way when it came is over.
    static let settling = Duration.seconds(1)
    /// After a clock was set somebody may sleep by the old one for so long.
    static let unsettled = Duration.seconds(8)

    private var rows: [String: JSONValue] = [:]
    private var lines: [QueueID: Line] = [:]
    private var byRouter: [QueueID: Standing] = [:]
    private var byAll: [QueueID: Standing] = [:]
    private var settledFrom = Duration.zero
    /// When clocks last differed, or were set.
    private(set) var lastApart: Duration?
    /// When a queue begins or ceases to serve next by itself, by the clock of the process that routes.
    private(set) var next: Duration?

    // MARK: What happened

    private static let kinds: Set<EntityKind> = [.queue, .schedule, .scheduleGroup, .emergencyGroup]

    /// A row has become durable. Throws where it cannot be read.
    mutating func saved(_ record: ConfigurationRecord) throws {
        guard let kind = EntityKind(rawValue: record.kind), Self.kinds.contains(kind) else { return }
        let body = try JSONDecoder().decode(JSONValue.self, from: record.body)
        if kind == .schedule { _ = try Schedule(body) }
        rows["\(record.kind)/\(record.id)"] = record.isDeleted ? nil : body
        lines = [:]
        for (key, body) in rows {
            guard key.hasPrefix("\(EntityKind.queue.rawValue)/"), let settings = body["inQueue"],
                settings["scheduleGroup"] != nil || settings["emergencyGroup"] != nil,
                let queue = QueueID(String(key.dropFirst(EntityKind.queue.rawValue.count + 1)))
            else { continue }
            let emergency = row(.emergencyGroup, settings["emergencyGroup"])
            lines[queue] = Line(
                settings: settings, group: try row(.scheduleGroup, settings["scheduleGroup"]).map(group),
                isEmergency: emergency?["enabled"]?.bool == true)
        }
    }

    private func row(_ kind: EntityKind, _ reference: JSONValue?) -> JSONValue? {
        reference?["id"]?.string.flatMap { rows["\(kind.rawValue)/\($0)"] }
    }

    private func group(_ body: JSONValue) throws -> ScheduleGroup {
        func schedules(_ member: String) throws -> [Schedule] {
            try (body[member]?.array ?? []).compactMap { try row(.schedule, $0).map { try Schedule($0) } }
        }
        return try ScheduleGroup(
            zone: body["timeZone"]?.string ?? "", open: schedules("openSchedules"),
            closed: schedules("closedSchedules"), holidays: schedules("holidaySchedules"))
    }

    /// Somebody has set a machine's clock.
    mutating func clockSet(at now: Duration) {
        settledFrom = now + Self.unsettled
        lastApart = now
    }

    /// Looks at what is said of each queue now.
    mutating func observe(_ clocks: Clocks, at now: Duration) {
        next = nil
        if Set(clocks.all).count > 1 { lastApart = now }
        for queue in lines.keys {
            let reading = clocks.router.map { lines[queue]?.reading(at: $0) } ?? nil
            Self.note(reading?.standing, &byRouter[queue], at: now)
            let all = Set(clocks.all.compactMap { lines[queue]?.reading(at: $0).standing })
            Self.note(all.count == 1 ? all.first : nil, &byAll[queue], at: now)
            guard let clock = clocks.router, let until = reading?.until else { continue }
            let boundary = now + .milliseconds((until - clock).milliseconds)
            next = min(next ?? boundary, boundary)
        }
    }

    private static func note(_ standing: QueueStanding?, _ known: inout Standing?, at now: Duration) {
        if known == nil || known?.standing != standing { known = Standing(standing: standing, since: now) }
    }

    // MARK: What must be

    /// Whether those who wait in a queue must be asked for, as far as hours are concerned.
    func serves(_ queue: QueueID, at now: Duration) -> Bool {
        lines[queue] == nil || byRouter[queue]?.standing == .open && settledFrom < now
    }

    /// Since when a queue has served; from the beginning where it has no hours.
    func openSince(_ queue: QueueID) -> Duration {
        lines[queue] == nil ? .zero : max(byRouter[queue]?.since ?? .zero, settledFrom)
    }

    /// What all machines have said of a queue for a span, whatever became known when.
    func standing(of queue: QueueID, for span: Duration, at now: Duration) -> QueueStanding? {
        guard let known = byAll[queue], lines[queue] != nil, now - max(known.since, settledFrom) > span else {
            return nil
        }
        return known.standing
    }

    /// What the rows say at an instant, and until when.
    mutating func reading(of queue: QueueID, at instant: Instant) -> (standing: QueueStanding, until: Instant?) {
        guard let reading = lines[queue]?.reading(at: instant) else { return (.open, nil) }
        return (reading.standing, reading.until)
    }

    /// Nobody is asked for what waits in a queue that does not serve.
    func wrongOffer(from queue: QueueID, for span: Duration, at now: Duration) -> String? {
        guard lines[queue] != nil, let known = byRouter[queue], let standing = known.standing, standing != .open,
            now - max(known.since, settledFrom) > span
        else { return nil }
        return "somebody is asked from \(queue), which has been \(standing) for \(now - known.since)"
    }

    /// Nobody is told that a queue is closed which serves, nor the other way round.
    func wrongStep(_ step: InQueueStep, in queue: QueueID, for span: Duration, at now: Duration) -> String? {
        let said: QueueStanding
        switch step {
        case .closed(let standing): said = standing
        case .opened, .treatment, .overflow, .maximumWait: said = .open
        case .inactive: return nil
        }
        guard let standing = standing(of: queue, for: span, at: now), standing != said else { return nil }
        return "step \(step) is taken while \(queue) is \(standing)"
    }

    /// What is done at a closure is what the queue's settings have for it.
    func wrongEnd(of standing: QueueStanding, _ before: Conversation, _ after: Conversation, at now: Duration)
        -> String?
    {
        guard let waiting = before.waiting, let queue = waiting.queue, let settings = lines[queue]?.settings else {
            return nil
        }
        let policy = settings[standing.rawValue] ?? settings[QueueStanding.closed.rawValue]
        let stays = after.waiting?.communication.id == waiting.communication.id
        switch policy?["action"]?.string {
        case "DISCONNECT": return after.waiting == nil ? nil : "a closure should let it go, and it waits"
        case "OVERFLOW":
            let target = policy?["queue"]?["id"]?.string.flatMap { QueueID($0) }
            guard stays else { return after.waiting?.queue == target ? nil : "a closure passes it on to nowhere" }
            let passed = (waiting.routing?.passed ?? []) + [queue]
            guard let target, !passed.contains(target), passed.count < InQueueSettings.passedMax,
                lines[target] == nil || self.standing(of: target, for: Self.settling, at: now) == .open
            else { return nil }
            return "a closure should pass it on, and it stays"
        default: return stays ? nil : "it should wait through a closure, and is gone"
        }
    }
}

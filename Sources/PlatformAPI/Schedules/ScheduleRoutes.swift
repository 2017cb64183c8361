import ContactCenter
import Engine
import HTTPTypes
import Hummingbird

/// `/api/v2/architect/schedules`, `…/schedulegroups`, `…/emergencygroups`: when a business serves.
struct ScheduleRoutes: Sendable {
    let engine: Engine
    let schedules: EntityResource
    let groups: EntityResource
    let emergencies: EntityResource

    static let path = "/api/v2/architect/schedules"
    static let groupsPath = "/api/v2/architect/schedulegroups"
    static let emergenciesPath = "/api/v2/architect/emergencygroups"

    /// The members of a group that hold schedules.
    private static let lists = ["openSchedules", "closedSchedules", "holidaySchedules"]
    /// Schedules of one list; a year of holidays is far less.
    private static let schedulesMax = 200

    init(engine: Engine) {
        self.engine = engine
        let directory = engine.directory
        schedules = EntityResource(
            directory: directory, newID: { engine.newID(Schedule.self).description }, kind: .schedule, path: Self.path,
            parameter: "scheduleId", createModel: "Schedule", defaults: ["state": "active"],
            checksVersion: true, prepare: { body, _ in try Self.preparedSchedule(body) },
            decorate: { Self.decorated($0, $1, directory) })
        groups = EntityResource(
            directory: directory, newID: { engine.newID(ScheduleGroup.self).description }, kind: .scheduleGroup,
            path: Self.groupsPath, parameter: "scheduleGroupId", createModel: "ScheduleGroup",
            defaults: ["state": "active", "openSchedules": [], "closedSchedules": [], "holidaySchedules": []],
            checksVersion: true, prepare: { body, _ in try Self.preparedGroup(body, directory) },
            decorate: { Self.decoratedGroup($0, $1, directory) })
        emergencies = EntityResource(
            directory: directory, newID: { engine.newID(EmergencyGroup.self).description }, kind: .emergencyGroup,
            path: Self.emergenciesPath, parameter: "emergencyGroupId", createModel: "EmergencyGroup",
            defaults: ["state": "active", "enabled": false, "emergencyCallFlows": []],
            checksVersion: true, prepare: { body, _ in Self.withDivision(body) },
            decorate: { Self.decorated($0, $1, directory) })
    }

    // MARK: Bodies

    private static func withDivision(_ body: JSONValue) -> JSONValue {
        var body = body
        body["division"] = body["division"]?["id"].map { ["id": $0] }
        return body
    }

    private static func preparedSchedule(_ body: JSONValue) throws -> JSONValue {
        for field in ["start", "end"] {
            let text = body[field]?.string ?? ""
            guard LocalDateTime(text) != nil else {
                throw APIError.invalidValue(field, text, allowed: "a date and time without a zone")
            }
        }
        _ = try Schedule(body)
        return withDivision(body)
    }

    private static func preparedGroup(_ body: JSONValue, _ directory: Directory) throws -> JSONValue {
        var body = withDivision(body)
        if let zone = body["timeZone"]?.string { _ = try ScheduleGroup(zone: zone, open: []) }
        for list in lists {
            let references = body[list]?.array ?? []
            guard references.count <= schedulesMax else {
                throw APIError.invalidValue(list, String(references.count), allowed: "up to \(schedulesMax) schedules")
            }
            var known: [JSONValue] = []
            for (index, reference) in references.enumerated() {
                let id = reference["id"]?.string?.lowercased() ?? ""
                guard directory.find(.schedule, id) != nil else {
                    throw APIError.invalidValue("\(list)[\(index)].id", id)
                }
                known.append(["id": .string(id)])
            }
            body[list] = .array(known)
        }
        return body
    }

    private static func decorated(_ wire: JSONValue, _ entity: Entity, _ directory: Directory) -> JSONValue {
        var wire = wire
        wire["version"] = .integer(entity.version)
        wire["division"] = directory.division(of: entity)
        return wire
    }

    private static func decoratedGroup(_ wire: JSONValue, _ entity: Entity, _ directory: Directory) -> JSONValue {
        var wire = decorated(wire, entity, directory)
        for list in lists {
            let references = (entity.body[list]?.array ?? []).compactMap { $0["id"]?.string }
            wire[list] = .array(
                references.map { .reference($0, name: directory.find(.schedule, $0)?.name, path: path) })
        }
        return wire
    }

    // MARK: Reading

    /// Groups; `scheduleIds` asks for those that hold one of these schedules.
    func listGroups(_ call: Call<Principal>) async throws -> Response {
        let ids = Set(call.query.list("scheduleIds").map { $0.lowercased() })
        let all = call.filtered(engine.directory.list(.scheduleGroup))
        let found = ids.isEmpty ? all : all.filter { !ids.isDisjoint(with: Self.schedules(of: $0)) }
        return try await call.pageResponse(found, sizeMax: 500, groups.wire)
    }

    private static func schedules(of group: Entity) -> [String] {
        lists.flatMap { group.body[$0]?.array ?? [] }.compactMap { $0["id"]?.string }
    }

    /// Ours: what a group says at a moment, `at` or now, and when it says something else.
    func evaluate(_ call: Call<Principal>) async throws -> Response {
        try .json(evaluation(of: try groups.find(call), at: try instant(call)))
    }

    /// Ours: the same of all groups, so that a list of them costs one request.
    func evaluateAll(_ call: Call<Principal>) async throws -> Response {
        let instant = try instant(call)
        return try await call.pageResponse(call.filtered(engine.directory.list(.scheduleGroup))) { group in
            evaluation(of: group, at: instant)
        }
    }

    /// Without a state where the group's time zone is not known to this machine.
    private func evaluation(of entity: Entity, at instant: Instant) -> JSONValue {
        var wire: JSONValue = [
            "scheduleGroup": .reference(entity.id, name: entity.name, path: Self.groupsPath),
            "dateEvaluated": .date(instant),
        ]
        guard let group = engine.directory.scheduleGroup(entity.id) else { return wire }
        let state = group.state(at: instant)
        wire["state"] = .string(state.rawValue)
        // What says the same for long is looked at only so far; where that ends nothing changes.
        wire["dateNextChange"] = group.nextChange(after: instant)
            .flatMap { group.state(at: $0) == state ? nil : JSONValue.date($0) }
        return wire
    }

    private func instant(_ call: Call<Principal>) throws(APIError) -> Instant {
        guard let text = call.query["at"] else { return engine.now() }
        guard let date = WireDate(text) else { throw .invalidValue("at", text, allowed: "ISO-8601 date") }
        return date.instant
    }

    /// Ours: whether a queue serves now, by its emergency group and its hours, and until when that stays so by itself.
    func standing(_ call: Call<Principal>) async throws -> Response {
        let id = try call.parameter("queueId")
        guard let entity = engine.directory.find(.queue, id.lowercased()), let queue = QueueID(entity.id) else {
            throw APIError.notFound("queue", id: id)
        }
        let now = engine.now()
        let rules = engine.inQueueRules
        let reading = rules.standing(of: queue, at: now)
        var wire: JSONValue = [
            "queue": .reference(entity.id, name: entity.name, path: QueueRoutes.path),
            "standing": .string(reading.standing.rawValue), "dateEvaluated": .date(now),
        ]
        wire["dateNextChange"] = reading.until
            .flatMap { rules.standing(of: queue, at: $0).standing == reading.standing ? nil : JSONValue.date($0) }
        return try .json(wire)
    }

    // MARK: Deleting

    /// What hours are made of stays while something is made of it.
    func deleteSchedule(_ call: Call<Principal>) async throws -> Response {
        let schedule = try schedules.find(call)
        let users = engine.directory.list(.scheduleGroup).filter { Self.schedules(of: $0).contains(schedule.id) }
        return try await delete(schedule, usedBy: users, schedules, call)
    }

    func deleteGroup(_ call: Call<Principal>) async throws -> Response {
        let group = try groups.find(call)
        return try await delete(group, usedBy: queues("scheduleGroup", group), groups, call)
    }

    func deleteEmergency(_ call: Call<Principal>) async throws -> Response {
        let group = try emergencies.find(call)
        return try await delete(group, usedBy: queues("emergencyGroup", group), emergencies, call)
    }

    private func queues(_ member: String, _ group: Entity) -> [Entity] {
        engine.directory.list(.queue).filter { $0.body["inQueue"]?[member]?["id"]?.string == group.id }
    }

    private func delete(
        _ entity: Entity, usedBy users: [Entity], _ resource: EntityResource, _ call: Call<Principal>
    ) async throws -> Response {
        guard users.isEmpty else { throw APIError.inUse(entity, by: users) }
        return try await resource.delete(call)
    }
}

extension ScheduleError: APIErrorConvertible {
    /// The status, code and message of an error.
    public var apiError: APIError {
        switch self {
        case .rule(let part):
            .invalidValue("rrule", part, allowed: "RFC 5545 with DAILY, WEEKLY, MONTHLY or YEARLY")
        case .endsBeforeStart: .invalidValue("end", "", allowed: "a time after the start")
        case .tooLong: .invalidValue("end", "", allowed: "a time at most a year after the start")
        case .timeZone(let name): .invalidValue("timeZone", name, allowed: "names of the time zone database")
        }
    }
}

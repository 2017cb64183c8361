import ContactCenter

/// When queues serve, as a candidate says it: schedules and groups under their names, and what a queue does with those
/// who wait while it does not.
extension CandidateReader {
    /// The members of a candidate that say when queues serve.
    static let hoursFields = ["schedules", "scheduleGroups", "emergencyGroups"]

    /// What of a queue's `inQueue` a replay goes by.
    private static let inQueueFields = [
        "scheduleGroup", "emergencyGroup", "closed", "holiday", "emergency", "overflow", "maximumWait",
    ]

    /// Reads schedules before groups, and groups before the queues that name them. A name that there is not is a new
    /// one's.
    mutating func readHours(_ top: [String: JSONValue]) throws(ReplayError) {
        for (name, body) in try entries(top["schedules"], "schedules") {
            let path = "schedules.\(name)"
            let row = place(.schedule, name, try members(body, path, allowed: ["start", "end", "rrule"]))
            do { _ = try Schedule(row.body) } catch { throw .candidate(path: path, reason: Self.reason(error)) }
        }
        for (name, body) in try entries(top["scheduleGroups"], "scheduleGroups") {
            let path = "scheduleGroups.\(name)"
            let lists = ["openSchedules", "closedSchedules", "holidaySchedules"]
            var fields = try members(body, path, allowed: ["timeZone"] + lists)
            for list in lists {
                if let value = fields[list] { fields[list] = try schedules(value, "\(path).\(list)") }
            }
            let row = place(.scheduleGroup, name, fields)
            do { _ = try ScheduleGroup(zone: row.body["timeZone"]?.string ?? "UTC", open: []) } catch {
                throw .candidate(path: path + ".timeZone", reason: Self.reason(error))
            }
        }
        for (name, body) in try entries(top["emergencyGroups"], "emergencyGroups") {
            let path = "emergencyGroups.\(name)"
            let fields = try members(body, path, allowed: ["enabled"])
            guard case .bool? = fields["enabled"] else {
                throw .candidate(path: path + ".enabled", reason: "true or false is expected")
            }
            _ = place(.emergencyGroup, name, fields)
        }
    }

    /// A queue's `inQueue` with groups and queues named by their ids.
    mutating func readInQueue(_ settings: JSONValue, _ path: String) throws(ReplayError) -> JSONValue {
        var fields = try members(settings, path, allowed: Self.inQueueFields)
        for (member, kind) in [("scheduleGroup", EntityKind.scheduleGroup), ("emergencyGroup", .emergencyGroup)] {
            guard let reference = fields[member], reference != .null else { continue }
            fields[member] = try self.reference(reference, kind, "\(path).\(member)")
        }
        return .object(fields)
    }

    private mutating func schedules(_ value: JSONValue, _ path: String) throws(ReplayError) -> JSONValue {
        guard let list = value.array, list.count <= Candidate.entriesMax else {
            throw .candidate(path: path, reason: "a list of schedules is expected")
        }
        var known: [JSONValue] = []
        for (index, entry) in list.enumerated() {
            known.append(try reference(entry, .schedule, "\(path)[\(index)]"))
        }
        return .array(known)
    }

    private mutating func reference(
        _ value: JSONValue, _ kind: EntityKind, _ path: String
    ) throws(ReplayError) -> JSONValue {
        let fields = try members(value, path, allowed: ["id"])
        guard let name = fields["id"]?.string else {
            throw .candidate(path: path + ".id", reason: "an id or a name is expected")
        }
        let found = try id(of: name, kind, path + ".id")
        namedIDs.insert(found)
        return ["id": .string(found)]
    }

    /// A new schedule or group that nothing goes by is a mistyped name of one that there is.
    func checkAdded() throws(ReplayError) {
        for row in added where !namedIDs.contains(row.id) {
            throw .candidate(
                path: "\(row.kind.rawValue)s.\(row.name ?? row.id)",
                reason: "there is none of this name in the span, and nothing in the candidate goes by it")
        }
    }

    /// Has a row as the candidate wants it; answers it as it was last, with that.
    private mutating func place(_ kind: EntityKind, _ name: String, _ fields: [String: JSONValue]) -> Entity {
        if var known = directory.find(kind, name.lowercased()) ?? directory.find(kind, named: name) {
            edits.append(.merge(kind, id: known.id, fields: .object(fields)))
            known.body = known.body.merged(with: .object(fields))
            directory.place(known)
            return known
        }
        let id = Identifier<ScheduleGroup>(high: 0xE1, low: UInt64(added.count + 1)).description
        edits.append(.put(kind, id: id, name: name, body: .object(fields)))
        let row = Entity(
            kind: kind, id: id, name: name, version: .max, createdAt: Instant(milliseconds: 0),
            modifiedAt: Instant(milliseconds: 0), body: .object(fields))
        directory.place(row)
        added.append(row)
        return row
    }

    private static func reason(_ error: ScheduleError) -> String {
        switch error {
        case .rule(let part): "\(part): RFC 5545 with DAILY, WEEKLY, MONTHLY or YEARLY is expected"
        case .endsBeforeStart: "start and end are expected, dates and times without a zone, the end after the start"
        case .tooLong: "the end is at most a year after the start"
        case .timeZone(let name): "\(name) is no name of the time zone database"
        }
    }
}

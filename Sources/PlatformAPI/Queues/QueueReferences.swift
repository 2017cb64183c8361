import ContactCenter
import Engine

/// What queues name that can be deleted beside them: skills that a ring takes away, and other queues. It stays while a
/// queue names it, since a queue that names what is gone could not be saved any more; or it is taken out of the
/// settings first.
struct QueueReferences {
    let directory: Directory

    /// The queues a ring of which takes a skill away.
    func queues(removing skill: String) -> [Entity] {
        directory.list(.queue).filter { queue in
            (queue.body["bullseye"]?["rings"]?.array ?? []).contains { ring in
                ring["actions"]?["skillsToRemove"]?.array?.contains { Self.names($0, skill) } ?? false
            }
        }
    }

    /// Other queues whose settings name a queue.
    func queues(naming queue: String) -> [Entity] {
        directory.list(.queue).filter { $0.id != queue && Self.without(queue, in: $0.body) != $0.body }
    }

    /// Takes a queue out of the settings of the others.
    func forget(_ queue: String) async throws(EngineError) {
        for other in queues(naming: queue) {
            try await directory.save(
                .queue, id: other.id, name: other.name, body: Self.without(queue, in: other.body),
                expectedVersion: other.version)
        }
    }

    /// Settings that do not name a queue any more. Whoever would have been passed on to it waits; a conditional group
    /// that it would have let in is not let in.
    static func without(_ queue: String, in settings: JSONValue) -> JSONValue {
        var settings = settings
        if settings["directRouting"]?["backupQueueId"]?.string?.lowercased() == queue {
            settings["directRouting"]?["backupQueueId"] = nil
        }
        for member in ["closed", "holiday", "emergency", "maximumWait"]
        where names(settings["inQueue"]?[member]?["queue"], queue) {
            settings["inQueue"]?[member]?["queue"] = nil
            settings["inQueue"]?[member]?["action"] = "WAIT"
        }
        if names(settings["inQueue"]?["overflow"]?["queue"], queue) { settings["inQueue"]?["overflow"] = nil }
        drop("conditionalGroupRouting", in: &settings) { names($0["queue"], queue) }
        if compares(settings["conditionalGroupActivation"]?["pilotRule"], with: queue) {
            settings["conditionalGroupActivation"] = nil
        }
        drop("conditionalGroupActivation", in: &settings) { compares($0, with: queue) }
        return settings
    }

    private static func names(_ reference: JSONValue?, _ id: String) -> Bool {
        reference?["id"]?.string?.lowercased() == id
    }

    private static func compares(_ rule: JSONValue?, with queue: String) -> Bool {
        rule?["conditions"]?.array?.contains { names($0["simpleMetric"]?["queue"], queue) } ?? false
    }

    /// Drops rules of a member, and the member with its last rule.
    private static func drop(_ member: String, in settings: inout JSONValue, _ isGone: (JSONValue) -> Bool) {
        guard let rules = settings[member]?["rules"]?.array, rules.contains(where: isGone) else { return }
        let rest = rules.filter { !isGone($0) }
        settings[member]?["rules"] = .array(rest)
        if rest.isEmpty { settings[member] = nil }
    }
}

extension APIError {
    /// 409: what is used stays.
    static func inUse(_ entity: Entity, by users: [Entity]) -> APIError {
        conflict("It is used by: {names}", params: ["names": users.compactMap(\.name).joined(separator: ", ")])
            .about(entity.kind.rawValue, id: entity.id)
    }
}

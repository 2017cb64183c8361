import ContactCenter
import Routing

/// What the configuration says of an agent, as routing needs it.
extension Directory {
    /// The API's largest capacity of a medium (reference F.3).
    static let capacityMax = 25

    /// How many message interactions an agent may have at once.
    func messageCapacity(of user: UserID) -> Int { utilization(of: user)[.message].maximum }

    /// An agent's capacities: the agent's own, else the organisation's, else the default, medium by medium.
    func utilization(of user: UserID) -> Utilization {
        var utilization = Utilization()
        for id in ["organization", user.description] {
            guard let body = find(.utilization, id)?.body else { continue }
            for media in MediaType.allCases {
                guard let limit = body["utilization"]?[media.rawValue] else { continue }
                utilization[media] = Utilization.Limit(limit, else: utilization[media])
            }
            for (label, limit) in body["labelUtilizations"]?.object ?? [:] {
                if let label = LabelID(label) { utilization.labels[label] = Utilization.LabelLimit(limit) }
            }
        }
        return utilization
    }

    /// The queues that an agent has joined, with the ring of the bullseye in each. Where a queue has fewer rings, the
    /// last one stands for those that are missing; without any, everybody is asked from the start.
    func memberships(of user: UserID) -> [QueueID: Stages] {
        var memberships: [QueueID: Stages] = [:]
        for queue in joinedQueues(of: user) {
            let rings = self.queue(queue)?.rules.rings.count ?? 0
            let ring = find(.queueMember, "\(queue)/\(user)")?.body["ringNumber"]?.integer ?? 1
            memberships[queue] = rings == 0 ? .first : Stages(min(Int(clamping: ring), rings))
        }
        return memberships
    }

    /// Skills and languages with their proficiency.
    func proficiencies(of user: UserID) -> [SkillID: Double] {
        var found: [SkillID: Double] = [:]
        for kind in [EntityKind.userSkill, .userLanguage] {
            for row in children(kind, of: user.description) {
                guard let id = row.id.split(separator: "/").last.flatMap({ SkillID($0) }) else { continue }
                found[id] = row.body["proficiency"]?.double ?? 0
            }
        }
        return found
    }

    /// Everybody who belongs to a queue, joined or not.
    func members(of queue: QueueID) -> [UserID] {
        children(.queueMember, of: queue.description)
            .compactMap { $0.id.split(separator: "/").last.flatMap { UserID($0) } }
    }
}

extension Utilization.Limit {
    fileprivate init(_ limit: JSONValue, else usual: Self) {
        let maximum = limit["maximumCapacity"]?.integer.map { min(max(Int($0), 0), Directory.capacityMax) }
        let media = limit["interruptableMediaTypes"]?.array.map { media in
            MediaSet(media.compactMap { $0.string.flatMap(MediaType.init(rawValue:)) })
        }
        self.init(maximum ?? usual.maximum, interruptible: media ?? usual.interruptible)
    }
}

extension Utilization.LabelLimit {
    fileprivate init(_ limit: JSONValue) {
        let interrupting = limit["interruptingLabelIds"]?.array ?? []
        self.init(
            min(max(Int(limit["maximumCapacity"]?.integer ?? 0), 0), Directory.capacityMax),
            interrupting: Set(interrupting.compactMap { $0.string.flatMap { LabelID($0) } }))
    }
}

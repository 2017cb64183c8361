import ContactCenter
import Routing

/// What the configuration says of an agent, as routing needs it.
extension Directory {
    /// The API's largest capacity of a medium (reference F.3).
    static let capacityMax = 25

    /// An agent as routing sees one.
    func agent(_ state: AgentState) -> Agent {
        let user = state.user
        var agent = Agent(
            user: user, isAvailable: false, idleSince: Instant(milliseconds: 0), memberships: [:],
            proficiencies: proficiencies(of: user), utilization: utilization(of: user))
        for membership in queueMemberships(of: user) {
            if membership.isJoined {
                agent.memberships[membership.queue] = membership.stages
            } else {
                agent.resting.insert(membership.queue)
            }
        }
        agent.take(state, isActive: isActive(user))
        agent.idleSince = idleSince(state)
        return agent
    }

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

    /// Since when an agent counts as idle. Coming on queue begins it anew (`resetAgentScoreOnPresenceChange`), or does
    /// not: then whoever went for lunch with the longest idle time is first again after it.
    func idleSince(_ state: AgentState) -> Instant {
        let settings = RoutingSettings.organization
        let stored = find(.routingSettings, settings.rawValue)?.body ?? settings.defaults
        let begins = stored["resetAgentScoreOnPresenceChange"]?.bool ?? true
        let free = begins || !state.interactions.isEmpty ? nil : state.freeSince
        return free ?? state.routingStatusAt ?? Instant(milliseconds: 0)
    }

    /// Skills and languages with their proficiency.
    func proficiencies(of user: UserID) -> [SkillID: Double] {
        tables.withLock { $0.proficiencies(of: user.description) }
    }
}

extension Agent {
    /// What an agent's own state says of availability.
    mutating func take(_ state: AgentState, isActive: Bool) {
        isAvailable = isActive && (state.routingStatus == .idle || state.routingStatus == .interacting)
        idleSince = state.routingStatusAt ?? Instant(milliseconds: 0)
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

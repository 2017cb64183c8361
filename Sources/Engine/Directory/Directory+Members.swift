import ContactCenter
import Routing

/// How a person belongs to a queue.
public struct QueueMembership: Hashable, Sendable {
    /// By what; raw values are the wire's `memberBy`.
    public enum Way: String, Hashable, Sendable {
        /// The person was put into it.
        case user
        /// A group that the queue asks has the person.
        case group
    }

    public let queue: QueueID
    public let user: UserID
    /// Who was put in and has a group as well belongs by himself.
    public let memberBy: Way
    /// Whether the person takes part now.
    public let isJoined: Bool
    /// The ring from which on the person is asked, from 1.
    public let ring: Int
    /// The stages in which the person is asked.
    public let stages: Stages
}

/// Who belongs to which queue: those who were put in, and those whom a group of the queue has.
extension Directory {
    /// How a person belongs to a queue, if so.
    public func membership(of user: UserID, in queue: QueueID) -> QueueMembership? {
        tables.withLock { tables in
            let stages = tables.groupStages(of: user)[queue]
            return tables.membership(of: user, in: queue, byGroup: stages)
        }
    }

    /// The queues to which a person belongs, by id.
    public func queueMemberships(of user: UserID) -> [QueueMembership] {
        tables.withLock { tables in
            let byGroup = tables.groupStages(of: user)
            let direct = (tables.byChild[.queueMember]?[user.description] ?? [])
                .compactMap { $0.split(separator: "/").first.flatMap { QueueID($0) } }
            return Set(direct).union(byGroup.keys).sorted()
                .compactMap { tables.membership(of: user, in: $0, byGroup: byGroup[$0]) }
        }
    }

    /// Everybody who belongs to a queue, by id.
    public func memberships(in queue: QueueID) -> [QueueMembership] {
        tables.withLock { tables in
            var byGroup: [UserID: Stages] = [:]
            for (group, stages) in tables.memberGroups.ofQueue[queue] ?? [:] {
                for user in tables.members(of: group) { byGroup[user] = byGroup[user]?.union(stages) ?? stages }
            }
            let direct = (tables.byParent[.queueMember]?[queue.description] ?? [])
                .compactMap { $0.split(separator: "/").last.flatMap { UserID($0) } }
            return Set(direct).union(byGroup.keys).sorted()
                .compactMap { tables.membership(of: $0, in: queue, byGroup: byGroup[$0]) }
        }
    }

    /// Lets a person take part in a queue, or not any more.
    @discardableResult
    public func join(_ membership: QueueMembership, _ joined: Bool) async throws(EngineError) -> QueueMembership {
        try await change(membership, by: ["joined": .bool(joined)])
    }

    /// Asks a person who was put into a queue from another ring on.
    @discardableResult
    public func move(_ membership: QueueMembership, to ring: Int) async throws(EngineError) -> QueueMembership {
        try await change(membership, by: ["ringNumber": .integer(Int64(ring))])
    }

    private func change(
        _ membership: QueueMembership, by members: [String: JSONValue]
    ) async throws(EngineError) -> QueueMembership {
        let kind: EntityKind = membership.memberBy == .user ? .queueMember : .queueGroupMember
        let id = "\(membership.queue)/\(membership.user)"
        let own = find(kind, id)?.body.object ?? [:]
        try await save(kind, id: id, name: nil, body: .object(own.merging(members) { $1 }))
        return self.membership(of: membership.user, in: membership.queue) ?? membership
    }

    /// Whom queues ask for a group of any kind now.
    public func members(of group: MemberGroupID) -> Set<UserID> { tables.withLock { $0.members(of: group) } }

    /// The skill groups that have a person now.
    public func skillGroups(of user: UserID) -> Set<SkillGroupID> {
        tables.withLock { Set($0.skillGroups(of: user).map(\.id)) }
    }

    /// The queues that ask a group.
    public func queues(asking group: MemberGroupID) -> Set<QueueID> {
        tables.withLock { Set($0.memberGroups.queues[group, default: [:]].keys) }
    }
}

extension DirectoryTables {
    /// The queues that ask a group of this person, with the stages.
    fileprivate mutating func groupStages(of user: UserID) -> [QueueID: Stages] {
        let queues = memberGroups.queues
        guard !queues.isEmpty else { return [:] }
        var found: [QueueID: Stages] = [:]
        for group in memberGroups(of: user) { found.merge(queues[group] ?? [:]) { $0.union($1) } }
        return found
    }

    fileprivate mutating func membership(
        of user: UserID, in queue: QueueID, byGroup: Stages?
    ) -> QueueMembership? {
        let id = "\(queue)/\(user)"
        if let row = rows[.queueMember]?[id] {
            let ring = max(Int(clamping: row.body["ringNumber"]?.integer ?? 1), 1)
            let own = stages(ring: ring, of: queue)
            return QueueMembership(
                queue: queue, user: user, memberBy: .user, isJoined: row.body["joined"]?.bool != false, ring: ring,
                stages: byGroup.map(own.union) ?? own)
        }
        guard let byGroup else { return nil }
        return QueueMembership(
            queue: queue, user: user, memberBy: .group,
            isJoined: rows[.queueGroupMember]?[id]?.body["joined"]?.bool != false,
            ring: ringCount(of: queue) == 0 ? 1 : byGroup.earliest, stages: byGroup)
    }

    /// Where a queue has fewer rings, the last one stands for those that are missing; without any, everybody is asked
    /// from the start.
    private mutating func stages(ring: Int, of queue: QueueID) -> Stages {
        let rings = ringCount(of: queue)
        return rings == 0 ? .first : Stages(min(ring, rings))
    }

    private mutating func ringCount(of queue: QueueID) -> Int {
        memberGroups.ringCounts[queue] ?? 0
    }
}

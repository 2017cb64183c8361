import ContactCenter
import Engine

/// The people of groups or of teams. Each is a row of a relation with a change of its own, so that routing hears of
/// everybody who comes or goes at once, and nobody writes over somebody else's change.
struct ChosenMembers: Sendable {
    let directory: Directory
    /// `groupMember` or `teamMember`.
    let relation: EntityKind

    /// People whom one request may add or take out, as with members of queues.
    static let changesMax = 100
    /// Groups, or teams, of one person: all are looked at whenever something about the person changes.
    static let groupsOfUserMax = 50

    private var groupKind: EntityKind { relation == .groupMember ? .group : .team }

    /// The people of a group, by name.
    func users(of group: String) -> [Entity] {
        directory.children(relation, of: group)
            .compactMap { $0.id.split(separator: "/").last.flatMap { directory.find(.user, String($0)) } }
            .sorted { ($0.name ?? "", $0.id) < ($1.name ?? "", $1.id) }
    }

    /// How many people a group has.
    func count(of group: String) -> JSONValue { .integer(Int64(directory.children(relation, of: group).count)) }

    /// The groups of a person, by name.
    func groups(of user: String) -> [Entity] {
        directory.parents(relation, of: user)
            .compactMap { $0.id.split(separator: "/").first.flatMap { directory.find(groupKind, String($0)) } }
            .sorted { ($0.name ?? "", $0.id) < ($1.name ?? "", $1.id) }
    }

    func has(_ user: String, in group: String) -> Bool { directory.find(relation, "\(group)/\(user)") != nil }

    func add(_ user: Entity, to group: Entity) async throws {
        try await directory.save(relation, id: "\(group.id)/\(user.id)", name: nil, body: [:])
    }

    /// Takes people out; those who are not in it are none of them already.
    func remove(_ users: [String], from group: Entity) async throws {
        for user in users.map({ $0.lowercased() }) where has(user, in: group.id) {
            try await directory.delete(relation, "\(group.id)/\(user)")
        }
    }

    /// Deletes a group with its memberships; refused while a queue asks it, since its agents would be gone from there
    /// without anybody's having said so.
    func delete(_ group: Entity) async throws {
        if let id = MemberGroupID(group.id), let queue = directory.queues(asking: id).first {
            throw APIError.conflict("The queue [{queue}] has the group as members.", params: ["queue": "\(queue)"])
                .about(groupKind.rawValue, id: group.id)
        }
        for row in directory.children(relation, of: group.id) { try await directory.delete(relation, row.id) }
        try await directory.delete(groupKind, group.id)
    }

    /// Refuses more people than one request may name, and none.
    static func check(_ ids: [String], _ field: String) throws(APIError) {
        guard !ids.isEmpty else { throw .missing(field) }
        guard ids.count <= changesMax else {
            throw .invalidValue(field, "\(ids.count) people", allowed: "up to \(changesMax)")
        }
    }
}

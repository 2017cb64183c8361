import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/routing/queues`: queues, and the short lists of them that everybody may see.
struct QueueRoutes: Sendable {
    let engine: Engine
    let resource: EntityResource

    static let path = "/api/v2/routing/queues"

    init(engine: Engine) {
        self.engine = engine
        let directory = engine.directory
        resource = EntityResource(
            directory: directory, newID: { engine.newID(Queue.self).description }, kind: .queue, path: Self.path,
            parameter: "queueId", createModel: "QueueRequest", defaults: QueueDefaults.body,
            computed: ["memberCount", "userMemberCount", "joinedMemberCount"],
            prepare: { body, _ in
                guard case .object(var members) = body, let division = members.removeValue(forKey: "division") else {
                    return body
                }
                members["division"] = ["id": division["id"] ?? .null]
                return .object(members)
            }, decorate: { Self.decorate($0, $1, directory) })
    }

    private static func decorate(_ wire: JSONValue, _ entity: Entity, _ directory: Directory) -> JSONValue {
        var wire = wire
        let members = directory.children(.queueMember, of: entity.id)
        let joined = members.count { $0.body["joined"]?.bool != false }
        wire["division"] = directory.division(of: entity)
        wire["memberCount"] = .integer(Int64(members.count))
        wire["userMemberCount"] = .integer(Int64(members.count))
        wire["joinedMemberCount"] = .integer(Int64(joined))
        return wire
    }

    /// Refused while customers wait or agents are members, unless forced: both would hang in the air.
    func delete(_ call: Call<Principal>) async throws -> Response {
        let queue = try resource.find(call)
        let members = engine.directory.children(.queueMember, of: queue.id)
        let isForced = try call.query.flag("forceDelete") ?? false
        let isWaitedIn = engine.conversations.allOpen().contains { $0.waiting?.queue?.description == queue.id }
        guard !isWaitedIn else { throw APIError.conflict("Customers wait in the queue.").about("queue", id: queue.id) }
        guard isForced || members.isEmpty else {
            throw APIError.conflict("The queue has members; use forceDelete.").about("queue", id: queue.id)
        }
        for member in members { try await engine.directory.delete(.queueMember, member.id) }
        for code in engine.directory.children(.queueWrapupCode, of: queue.id) {
            try await engine.directory.delete(.queueWrapupCode, code.id)
        }
        try await engine.directory.delete(.queue, queue.id)
        return .empty()
    }

    // MARK: Lists

    func divisionViews(_ call: Call<Principal>) async throws -> Response {
        let directory = engine.directory
        return try await call.pageResponse(call.filtered(directory.list(.queue)), sizeMax: 500) { queue in
            var wire = JSONValue.reference(queue.id, name: queue.name, path: Self.path)
            wire["division"] = directory.division(of: queue)
            return wire
        }
    }

    /// The caller's own queues.
    func mine(_ call: Call<Principal>) async throws -> Response {
        try await list(of: try call.caller.requiredUser(), call)
    }

    /// A person's queues.
    func ofUser(_ call: Call<Principal>) async throws -> Response { try await list(of: try user(call), call) }

    private func list(of user: UserID, _ call: Call<Principal>) async throws -> Response {
        let joined = try call.query.flag("joined")
        let members = engine.directory.parents(.queueMember, of: user.description).filter { member in
            joined == nil || joined == (member.body["joined"]?.bool != false)
        }
        let pairs = members.compactMap { member in queue(of: member).map { ($0, member) } }
        return try await call.pageResponse(pairs.sorted { ($0.0.name ?? "") < ($1.0.name ?? "") }) { pair in
            userQueue(pair.0, pair.1)
        }
    }

    private func queue(of member: Entity) -> Entity? {
        member.id.split(separator: "/").first.flatMap { engine.directory.find(.queue, String($0)) }
    }

    private func userQueue(_ queue: Entity, _ member: Entity) -> JSONValue {
        var wire = resource.wire(queue)
        wire["joined"] = .bool(member.body["joined"]?.bool != false)
        return wire
    }

    private func user(_ call: Call<Principal>) throws(APIError) -> UserID {
        let id = try call.parameter("userId", as: { UserID($0) })
        guard engine.directory.find(.user, id.description) != nil else { throw .notFound("user", id: id.description) }
        return id
    }

    // MARK: Joining

    /// One `{id, joined}` of a person's queues.
    private struct Join: Decodable {
        var id: String?
        var joined: Bool
    }

    /// Activates or deactivates a person in queues; an agent may do so for himself.
    func join(_ call: Call<Principal>) async throws -> Response {
        let user = try user(call)
        try call.checkCaller(is: user, orHolds: "routing:queueMember:manage")
        let joins = try await call.decodeBody([Join].self)
        var rows: [(Entity, Bool)] = []
        for join in joins { rows.append((try member(join.id ?? "", user), join.joined)) }
        for (row, joined) in rows { try await setJoined(row, joined) }
        return try await list(of: user, call)
    }

    /// The same for one queue.
    func joinOne(_ call: Call<Principal>) async throws -> Response {
        let user = try user(call)
        try call.checkCaller(is: user, orHolds: "routing:queueMember:manage")
        let row = try member(try call.parameter("queueId"), user)
        let joined = try await call.decodeBody(Join.self).joined
        let saved = try await setJoined(row, joined)
        guard let queue = queue(of: row) else { throw APIError.notFound }
        return try .json(userQueue(queue, saved))
    }

    private func member(_ queue: String, _ user: UserID) throws(APIError) -> Entity {
        guard let row = engine.directory.find(.queueMember, "\(queue.lowercased())/\(user)") else {
            throw .notFound("queue", id: queue)
        }
        return row
    }

    @discardableResult
    private func setJoined(_ row: Entity, _ joined: Bool) async throws -> Entity {
        try await engine.directory.save(
            .queueMember, id: row.id, name: nil, body: row.body.changed(by: ["joined": .bool(joined)]))
    }
}

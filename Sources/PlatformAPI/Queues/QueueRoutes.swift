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
            template: { try Self.template($0, directory) },
            computed: ["memberCount", "userMemberCount", "joinedMemberCount", "sourceQueueId"],
            prepare: { body, entity in
                var body = try QueueCheck(directory: directory).checked(body, of: entity?.id)
                if let division = body["division"] { body["division"] = ["id": division["id"] ?? .null] }
                return body
            }, decorate: { Self.decorate($0, $1, directory) })
    }

    /// `sourceQueueId` names a queue whose settings a new one takes over, members and wrap-up codes not.
    private static func template(_ body: JSONValue, _ directory: Directory) throws(APIError) -> JSONValue {
        guard let id = body["sourceQueueId"]?.string else { return .object([:]) }
        guard let source = directory.find(.queue, id.lowercased()) else { throw .invalidValue("sourceQueueId", id) }
        return source.body.without(["peerId"])
    }

    private static func decorate(_ wire: JSONValue, _ entity: Entity, _ directory: Directory) -> JSONValue {
        var wire = MemberGroupWire(directory: directory).decorated(wire.filled(with: QueueDefaults.body))
        let members = QueueID(entity.id).map { directory.memberships(in: $0) } ?? []
        wire["division"] = directory.division(of: entity)
        wire["memberCount"] = .integer(Int64(members.count))
        wire["userMemberCount"] = .integer(Int64(members.count { $0.memberBy == .user }))
        wire["joinedMemberCount"] = .integer(Int64(members.count(where: \.isJoined)))
        return wire
    }

    /// Refused while customers wait: they would hang in the air. Refused, unless forced, while agents are members, or
    /// another queue names it.
    func delete(_ call: Call<Principal>) async throws -> Response {
        let queue = try resource.find(call)
        let members = engine.directory.children(.queueMember, of: queue.id)
        let isForced = try call.query.flag("forceDelete") ?? false
        let isWaitedIn = QueueID(queue.id).map { !engine.conversations.waiting(in: $0).isEmpty } ?? false
        guard !isWaitedIn else { throw APIError.conflict("Customers wait in the queue.").about("queue", id: queue.id) }
        let references = QueueReferences(directory: engine.directory)
        let users = isForced ? [] : references.queues(naming: queue.id)
        guard users.isEmpty else { throw APIError.inUse(queue, by: users) }
        guard isForced || members.isEmpty else {
            throw APIError.conflict("The queue has members; use forceDelete.").about("queue", id: queue.id)
        }
        try await references.forget(queue.id)
        for relation in [EntityKind.queueMember, .queueGroupMember, .queueWrapupCode] {
            for row in engine.directory.children(relation, of: queue.id) {
                try await engine.directory.delete(relation, row.id)
            }
        }
        try await engine.directory.delete(.queue, queue.id)
        return .empty()
    }

    // MARK: Lists

    func list(_ call: Call<Principal>) async throws -> Response {
        try await call.pageResponse(try filtered(call), sizeMax: 500, resource.wire)
    }

    /// By name and id as everything, and by what only queues have.
    private func filtered(_ call: Call<Principal>) throws(APIError) -> [Entity] {
        let directory = engine.directory
        var queues = call.filtered(directory.list(.queue))
        let divisions = Set(call.query.list("divisionId").map { $0.lowercased() })
        if !divisions.isEmpty { queues = queues.filter { $0.isIn(divisions, directory) } }
        let peers = Set(call.query.list("peerId"))
        if !peers.isEmpty { queues = queues.filter { $0.body["peerId"]?.string.map(peers.contains) ?? false } }
        if let hasPeer = try call.query.flag("hasPeer") {
            queues = queues.filter { ($0.body["peerId"] != nil) == hasPeer }
        }
        if let library = call.query["cannedResponseLibraryId"], !library.isEmpty {
            let name = JSONValue.string(library)
            queues = queues.filter { $0.body["cannedResponseLibraries"]?["libraryIds"]?.array?.contains(name) ?? false }
        }
        return queues
    }

    func divisionViews(_ call: Call<Principal>) async throws -> Response {
        let directory = engine.directory
        return try await call.pageResponse(try filtered(call), sizeMax: 500) { queue in
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
        let memberships = engine.directory.queueMemberships(of: user)
            .filter { joined == nil || joined == $0.isJoined }
        let divisions = Set(call.query.list("divisionId"))
        let pairs = memberships.compactMap { membership in queue(of: membership).map { ($0, membership) } }
            .filter { divisions.isEmpty || $0.0.isIn(divisions, engine.directory) }
        return try await call.pageResponse(pairs.sorted { ($0.0.name ?? "") < ($1.0.name ?? "") }) { pair in
            userQueue(pair.0, pair.1)
        }
    }

    private func queue(of membership: QueueMembership) -> Entity? {
        engine.directory.find(.queue, membership.queue.description)
    }

    private func userQueue(_ queue: Entity, _ membership: QueueMembership) -> JSONValue {
        var wire = resource.wire(queue)
        wire["joined"] = .bool(membership.isJoined)
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
        var memberships: [(QueueMembership, Bool)] = []
        for join in joins { memberships.append((try member(join.id ?? "", user), join.joined)) }
        for (membership, joined) in memberships { try await engine.directory.join(membership, joined) }
        return try await list(of: user, call)
    }

    /// The same for one queue.
    func joinOne(_ call: Call<Principal>) async throws -> Response {
        let user = try user(call)
        try call.checkCaller(is: user, orHolds: "routing:queueMember:manage")
        let membership = try member(try call.parameter("queueId"), user)
        let saved = try await engine.directory.join(membership, try await call.decodeBody(Join.self).joined)
        guard let queue = queue(of: saved) else { throw APIError.notFound }
        return try .json(userQueue(queue, saved))
    }

    private func member(_ queue: String, _ user: UserID) throws(APIError) -> QueueMembership {
        guard let membership = QueueID(queue).flatMap({ engine.directory.membership(of: user, in: $0) }) else {
            throw .notFound("queue", id: queue)
        }
        return membership
    }
}

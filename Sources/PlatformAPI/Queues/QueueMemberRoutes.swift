import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/routing/queues/{queueId}/members` and `…/wrapupcodes`: who works in a queue, and how its talks are summed
/// up.
struct QueueMemberRoutes: Sendable {
    let engine: Engine
    let users: UserWires

    /// Members that one request may add or remove, as the API has it.
    static let changesMax = 100

    /// Somebody who belongs to a queue, with the person's row.
    struct Member {
        let membership: QueueMembership
        let user: Entity
    }

    private struct Reference: Decodable {
        var id: String
    }

    private struct Change: Decodable {
        var id: String?
        var joined: Bool?
        var ringNumber: Int64?
    }

    // MARK: Members

    func list(_ call: Call<Principal>) async throws -> Response {
        let filter = try QueueMemberFilter(call.query, engine)
        var members: [Member] = []
        for membership in engine.directory.memberships(in: try queueID(call)) {
            guard let member = member(membership), try await filter.matches(member) else { continue }
            members.append(member)
        }
        members.sort { ($0.user.name ?? "", $0.user.id) < ($1.user.name ?? "", $1.user.id) }
        if call.query["sortOrder"]?.lowercased().hasPrefix("desc") == true { members.reverse() }
        let expand = Set(call.query.list("expand"))
        return try await call.pageResponse(members) { try await wire($0, expand: expand) }
    }

    /// Adds people; with `delete=true` removes them. Nobody is added when one of them does not exist.
    func change(_ call: Call<Principal>) async throws -> Response {
        let queue = try queue(call)
        let references = try await call.decodeBodyIfPresent([Reference].self) ?? []
        guard references.count <= Self.changesMax else {
            throw APIError.invalidValue("body", "\(references.count) members", allowed: "up to \(Self.changesMax)")
        }
        let isRemoval = try call.query.flag("delete") ?? false
        var users: [Entity] = []
        for reference in references { users.append(try user(reference.id)) }
        for user in users {
            let id = "\(queue.id)/\(user.id)"
            let exists = engine.directory.find(.queueMember, id) != nil
            if isRemoval, exists { try await engine.directory.delete(.queueMember, id) }
            if !isRemoval, !exists {
                try await engine.directory.save(
                    .queueMember, id: id, name: nil, body: ["joined": true, "ringNumber": 1])
            }
        }
        return .empty()
    }

    func update(_ call: Call<Principal>) async throws -> Response {
        let queue = try queueID(call)
        var changes: [(QueueMembership, Change)] = []
        for change in try await call.decodeBody([Change].self) {
            let membership = try membership(queue, change.id ?? "")
            try check(change, of: membership)
            changes.append((membership, change))
        }
        var wires: [JSONValue] = []
        for (membership, change) in changes {
            let saved = try await save(change, membership)
            if let member = member(saved) { wires.append(try await wire(member, expand: [])) }
        }
        return try .json(Listing(wires))
    }

    func updateOne(_ call: Call<Principal>) async throws -> Response {
        let membership = try membership(try queueID(call), try call.parameter("memberId"))
        let change = try await call.decodeBody(Change.self)
        try check(change, of: membership)
        _ = try await save(change, membership)
        return .empty(.accepted)
    }

    /// Whom a group has leaves with it only: the person may stop taking part, or lose the skill.
    func remove(_ call: Call<Principal>) async throws -> Response {
        let membership = try membership(try queueID(call), try call.parameter("memberId"))
        guard membership.memberBy == .user else {
            throw APIError.conflict("The person is a member of the queue by a group.")
                .about("queueMember", id: membership.user.description)
        }
        try await engine.directory.delete(.queueMember, "\(membership.queue)/\(membership.user)")
        return .empty()
    }

    private func check(_ change: Change, of membership: QueueMembership) throws(APIError) {
        guard let ring = change.ringNumber else { return }
        guard (1...6).contains(ring) else { throw .invalidValue("ringNumber", String(ring), allowed: "1 to 6") }
        guard membership.memberBy == .user || ring == membership.ring else {
            throw .invalidValue("ringNumber", String(ring), allowed: "\(membership.ring), where the group is")
        }
    }

    private func save(_ change: Change, _ membership: QueueMembership) async throws -> QueueMembership {
        var saved = membership
        if let joined = change.joined { saved = try await engine.directory.join(saved, joined) }
        if let ring = change.ringNumber, saved.memberBy == .user {
            saved = try await engine.directory.move(saved, to: Int(ring))
        }
        return saved
    }

    private func queueID(_ call: Call<Principal>) throws(APIError) -> QueueID {
        let queue = try queue(call)
        guard let id = QueueID(queue.id) else { throw .notFound("queue", id: queue.id) }
        return id
    }

    private func queue(_ call: Call<Principal>) throws(APIError) -> Entity {
        let id = try call.parameter("queueId")
        guard let queue = engine.directory.find(.queue, id.lowercased()) else { throw .notFound("queue", id: id) }
        return queue
    }

    private func user(_ id: String) throws(APIError) -> Entity {
        guard let user = engine.directory.find(.user, id.lowercased()) else { throw .notFound("user", id: id) }
        return user
    }

    private func membership(_ queue: QueueID, _ user: String) throws(APIError) -> QueueMembership {
        guard let membership = UserID(user).flatMap({ engine.directory.membership(of: $0, in: queue) }) else {
            throw .notFound("queueMember", id: user)
        }
        return membership
    }

    private func member(_ membership: QueueMembership) -> Member? {
        engine.directory.find(.user, membership.user.description).map { Member(membership: membership, user: $0) }
    }

    private func wire(_ member: Member, expand: Set<String>) async throws -> JSONValue {
        let membership = member.membership
        var wire: JSONValue = [
            "id": .string(member.user.id), "user": try await users.wire(member.user, expand: expand),
            "joined": .bool(membership.isJoined), "ringNumber": .integer(Int64(membership.ring)),
            "memberBy": .string(membership.memberBy.rawValue),
            "selfUri": .string("\(QueueRoutes.path)/\(membership.queue)/members/\(member.user.id)"),
        ]
        wire["name"] = member.user.name.map(JSONValue.string)
        wire["routingStatus"] = try await users.routingStatus(of: membership.user)
        return wire
    }

    // MARK: Wrap-up codes

    func listCodes(_ call: Call<Principal>) async throws -> Response {
        try await call.pageResponse(call.filtered(codes(of: try queue(call).id)), sizeMax: 500) {
            WrapupCodeRoutes.wire($0, engine.directory)
        }
    }

    func addCodes(_ call: Call<Principal>) async throws -> Response {
        let queue = try queue(call)
        let references = try await call.decodeBodyIfPresent([Reference].self) ?? []
        var added: [Entity] = []
        for reference in references {
            guard let code = engine.directory.find(.wrapupCode, reference.id.lowercased()) else {
                throw APIError.notFound("wrapupCode", id: reference.id)
            }
            added.append(code)
        }
        for code in added where engine.directory.find(.queueWrapupCode, "\(queue.id)/\(code.id)") == nil {
            try await engine.directory.save(.queueWrapupCode, id: "\(queue.id)/\(code.id)", name: nil, body: [:])
        }
        return try .json(added.map { WrapupCodeRoutes.wire($0, engine.directory) })
    }

    func removeCode(_ call: Call<Principal>) async throws -> Response {
        let id = "\(try queue(call).id)/\(try call.parameter("codeId").lowercased())"
        try await engine.directory.delete(.queueWrapupCode, id)
        return .empty()
    }

    /// The codes of a queue by name.
    func codes(of queue: String) -> [Entity] {
        engine.directory.children(.queueWrapupCode, of: queue)
            .compactMap { $0.id.split(separator: "/").last.flatMap { engine.directory.find(.wrapupCode, String($0)) } }
            .sorted { ($0.name ?? "", $0.id) < ($1.name ?? "", $1.id) }
    }
}

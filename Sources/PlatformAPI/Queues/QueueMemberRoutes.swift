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
        let queue = try queue(call)
        let joined = try call.query.flag("joined")
        let name = call.query["name"].map { NameFilter($0, isPrefix: true) }
        var members = engine.directory.children(.queueMember, of: queue.id).compactMap(member)
        members = members.filter { row, user in
            (joined == nil || joined == (row.body["joined"]?.bool != false)) && (name?.matches(user.name) ?? true)
        }
        members.sort { ($0.1.name ?? "", $0.1.id) < ($1.1.name ?? "", $1.1.id) }
        if call.query["memberBy"]?.lowercased() == "group" { members = [] }
        let expand = Set(call.query.list("expand"))
        return try await call.pageResponse(members) { try await wire($0.0, $0.1, queue, expand: expand) }
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
        let queue = try queue(call)
        let changes = try await call.decodeBody([Change].self)
        for change in changes { _ = try row(queue, change.id ?? "") }
        var wires: [JSONValue] = []
        for change in changes {
            let row = try await save(change, try row(queue, change.id ?? ""))
            if let (row, user) = member(row) { wires.append(try await wire(row, user, queue, expand: [])) }
        }
        return try .json(Listing(wires))
    }

    func updateOne(_ call: Call<Principal>) async throws -> Response {
        let row = try row(try queue(call), try call.parameter("memberId"))
        _ = try await save(try await call.decodeBody(Change.self), row)
        return .empty(.accepted)
    }

    func remove(_ call: Call<Principal>) async throws -> Response {
        let row = try row(try queue(call), try call.parameter("memberId"))
        try await engine.directory.delete(.queueMember, row.id)
        return .empty()
    }

    private func save(_ change: Change, _ row: Entity) async throws -> Entity {
        var body = row.body
        if let joined = change.joined { body["joined"] = .bool(joined) }
        if let ring = change.ringNumber {
            guard (1...6).contains(ring) else {
                throw APIError.invalidValue("ringNumber", String(ring), allowed: "1 to 6")
            }
            body["ringNumber"] = .integer(ring)
        }
        return try await engine.directory.save(.queueMember, id: row.id, name: nil, body: body)
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

    private func row(_ queue: Entity, _ user: String) throws(APIError) -> Entity {
        guard let row = engine.directory.find(.queueMember, "\(queue.id)/\(user.lowercased())") else {
            throw .notFound("queueMember", id: user)
        }
        return row
    }

    private func member(_ row: Entity) -> (Entity, Entity)? {
        row.id.split(separator: "/").last.flatMap { engine.directory.find(.user, String($0)) }.map { (row, $0) }
    }

    private func wire(_ row: Entity, _ user: Entity, _ queue: Entity, expand: Set<String>) async throws -> JSONValue {
        var wire: JSONValue = [
            "id": .string(user.id), "user": try await users.wire(user, expand: expand),
            "joined": .bool(row.body["joined"]?.bool != false), "ringNumber": row.body["ringNumber"] ?? 1,
            "memberBy": "user", "selfUri": .string("\(QueueRoutes.path)/\(queue.id)/members/\(user.id)"),
        ]
        wire["name"] = user.name.map(JSONValue.string)
        if let id = UserID(user.id) { wire["routingStatus"] = try await users.routingStatus(of: id) }
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

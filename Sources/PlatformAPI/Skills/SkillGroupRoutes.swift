import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/routing/skillgroups`: agents found by their skills, and the divisions that they come from.
struct SkillGroupRoutes: Sendable {
    let engine: Engine
    let resource: EntityResource

    static let path = "/api/v2/routing/skillgroups"
    private static let divisionsMember = "memberDivisions"

    init(engine: Engine) {
        self.engine = engine
        let directory = engine.directory
        resource = EntityResource(
            directory: directory, newID: { engine.newID(SkillGroup.self).description }, kind: .skillGroup,
            path: Self.path, parameter: "skillGroupId", createModel: "SkillGroupWithMemberDivisions",
            updateModel: "SkillGroup", hidden: ["createdBy", "modifiedBy"], filtersByPrefix: true,
            prepare: { body, _ in try Self.prepared(body, directory) },
            decorate: { Self.decorate($0, $1, directory) })
    }

    private static func prepared(_ body: JSONValue, _ directory: Directory) throws(APIError) -> JSONValue {
        var body = body
        var conditions = SkillGroupConditions(directory: directory)
        body["skillConditions"] = try conditions.checked(body["skillConditions"]?.array ?? [])
        if let division = body["division"] { body["division"] = ["id": division["id"] ?? .null] }
        for id in body[divisionsMember]?.array ?? [] { try check(id.string, directory, field: divisionsMember) }
        return body
    }

    private static func check(_ division: String?, _ directory: Directory, field: String) throws(APIError) {
        guard let division, division == SkillGroup.allDivisions || directory.find(.division, division) != nil else {
            throw .invalidValue(field, division ?? "")
        }
    }

    private static func decorate(_ wire: JSONValue, _ entity: Entity, _ directory: Directory) -> JSONValue {
        var wire = wire
        wire["division"] = directory.division(of: entity)
        wire["memberCount"] = .integer(Int64(MemberGroupID(entity.id).map { directory.members(of: $0).count } ?? 0))
        // Members are found when somebody asks, so that no group is ever half full.
        wire["status"] = "Complete"
        return wire
    }

    /// What answers show: only the one to POST has the divisions.
    private func wire(_ group: Entity) -> JSONValue { resource.wire(group).without([Self.divisionsMember]) }

    // MARK: Groups

    func list(_ call: Call<Principal>) async throws -> Response {
        let groups = call.filtered(engine.directory.list(.skillGroup), namePrefix: true)
        return try call.cursorResponse(groups, at: { ListCursor(name: $0.name, id: $0.id) }) {
            wire($0).without(["skillConditions", "status"])
        }
    }

    func get(_ call: Call<Principal>) async throws -> Response { try .json(wire(try resource.find(call))) }

    func create(_ call: Call<Principal>) async throws -> Response {
        var wire = resource.wire(try await resource.created(call))
        wire[Self.divisionsMember] = wire[Self.divisionsMember] ?? [.string(SkillGroup.allDivisions)]
        return try .json(wire)
    }

    func update(_ call: Call<Principal>) async throws -> Response { try .json(wire(try await resource.updated(call))) }

    /// Refused while a queue asks the group: its agents would be gone from there without anybody's having said so.
    func delete(_ call: Call<Principal>) async throws -> Response {
        let group = try resource.find(call)
        if let id = MemberGroupID(group.id), let queue = engine.directory.queues(asking: id).first {
            throw APIError.conflict(
                "The queue [{queue}] has the skill group as members.", params: ["queue": queue.description]
            ).about("skillGroup", id: group.id)
        }
        try await engine.directory.delete(.skillGroup, group.id)
        return .empty()
    }

    // MARK: Members

    func members(_ call: Call<Principal>) async throws -> Response {
        let group = try resource.find(call)
        let users = MemberGroupID(group.id).map { engine.directory.members(of: $0) } ?? []
        let found = users.compactMap { engine.directory.find(.user, $0.description) }
        return try call.cursorResponse(found, at: { ListCursor(name: $0.name, id: $0.id) }) {
            .reference($0.id, name: $0.name, path: UserWires.path)
        }
    }

    /// The groups that have a person.
    func ofUser(_ call: Call<Principal>) async throws -> Response {
        let user = try call.parameter("userId", as: { UserID($0) })
        guard engine.directory.find(.user, user.description) != nil else {
            throw APIError.notFound("user", id: user.description)
        }
        let groups = engine.directory.skillGroups(of: user)
            .compactMap { engine.directory.find(.skillGroup, $0.description) }
        return try call.cursorResponse(groups, at: { ListCursor(name: $0.name, id: $0.id) }, wire)
    }

    // MARK: Divisions

    private struct DivisionChange: Decodable {
        var addDivisionIds: [String]?
        var removeDivisionIds: [String]?
    }

    func divisions(_ call: Call<Principal>) async throws -> Response {
        let ids = Set(divisions(of: try resource.find(call)))
        let found = engine.directory.list(.division)
            .filter { ids.contains(SkillGroup.allDivisions) || ids.contains($0.id) }
            .map { JSONValue.reference($0.id, name: $0.name, path: "/api/v2/authorization/divisions") }
        return try .json(Listing(found))
    }

    /// Adds divisions, then takes others away; `*` stands for all.
    func changeDivisions(_ call: Call<Principal>) async throws -> Response {
        let group = try resource.find(call)
        let change = try await call.decodeBody(DivisionChange.self)
        let all = engine.directory.list(.division).map(\.id)
        for id in change.addDivisionIds ?? [] { try Self.check(id, engine.directory, field: "addDivisionIds") }
        let gone = Set(change.removeDivisionIds ?? [])
        var ids = divisions(of: group) + (change.addDivisionIds ?? [])
        if ids.contains(SkillGroup.allDivisions) { ids = gone.isEmpty ? [SkillGroup.allDivisions] : all }
        if gone.contains(SkillGroup.allDivisions) { ids = [] }
        let rest = Set(ids).subtracting(gone).sorted()
        try await engine.directory.save(
            .skillGroup, id: group.id, name: group.name,
            body: group.body.changed(by: [Self.divisionsMember: .array(rest.map(JSONValue.string))]),
            expectedVersion: group.version)
        return .empty()
    }

    private func divisions(of group: Entity) -> [String] {
        group.body[Self.divisionsMember]?.array?.compactMap(\.string) ?? [SkillGroup.allDivisions]
    }
}

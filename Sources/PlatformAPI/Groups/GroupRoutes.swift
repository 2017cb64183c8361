import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/groups`: people who were put together by hand.
struct GroupRoutes: Sendable {
    let engine: Engine
    let users: UserWires
    let resource: EntityResource
    private let chosen: ChosenMembers

    static let path = "/api/v2/groups"

    init(engine: Engine) {
        self.engine = engine
        users = UserWires(engine: engine)
        let directory = engine.directory
        let chosen = ChosenMembers(directory: directory, relation: .groupMember)
        self.chosen = chosen
        resource = EntityResource(
            directory: directory, newID: { engine.newID(MemberGroup.self).description }, kind: .group,
            path: Self.path, parameter: "groupId", createModel: "GroupCreate", updateModel: "GroupUpdate",
            defaults: [
                "state": "active", "type": "official", "visibility": "public", "rulesVisible": true,
                "rolesEnabled": false, "includeOwners": false, "callsEnabled": false, "images": [], "addresses": [],
                "ownerIds": [],
            ],
            hidden: ["createdBy", "modifiedBy", "ownerIds"], filtersByPrefix: true,
            prepare: { body, _ in try Self.checked(body, directory) },
            decorate: { Self.decorate($0, $1, chosen) })
    }

    /// Owners who were members as well would be in it without a membership that anybody could end.
    private static func checked(_ body: JSONValue, _ directory: Directory) throws(APIError) -> JSONValue {
        for (index, id) in (body["ownerIds"]?.array ?? []).enumerated() {
            guard let id = id.string, directory.find(.user, id) != nil else {
                throw .invalidValue("ownerIds[\(index)]", id.string ?? "")
            }
        }
        guard body["includeOwners"]?.bool != true else {
            throw .invalidValue("includeOwners", "true", allowed: "false")
        }
        return body
    }

    private static func decorate(_ wire: JSONValue, _ group: Entity, _ chosen: ChosenMembers) -> JSONValue {
        var wire = wire.without(["dateCreated"])
        wire["version"] = .integer(group.version)
        wire["memberCount"] = chosen.count(of: group.id)
        wire["owners"] = .array(
            (group.body["ownerIds"]?.array ?? []).compactMap(\.string)
                .compactMap { chosen.directory.find(.user, $0) }
                .map { .reference($0.id, name: $0.name, path: UserWires.path) })
        return wire
    }

    // MARK: Groups

    /// PUT as the API has it: what the body leaves out stays.
    func update(_ call: Call<Principal>) async throws -> Response {
        let group = try resource.find(call)
        let raw = try await call.decodeBodyIfPresent(JSONValue.self) ?? [:]
        let changes = try ModelTable.shared.checked(raw, as: "GroupUpdate", ignoringRequired: true)
        try check(changes["version"], of: group)
        let saved = try await resource.save(
            group.body.changed(by: changes), name: changes["name"]?.string ?? group.name, earlier: group, call)
        return try .json(resource.wire(saved))
    }

    func delete(_ call: Call<Principal>) async throws -> Response {
        try await chosen.delete(try resource.find(call))
        return .empty()
    }

    func profile(_ call: Call<Principal>) async throws -> Response {
        let wire = resource.wire(try resource.find(call))
        var profile: JSONValue = [:]
        for name in ["id", "name", "state", "dateModified", "version", "selfUri"] { profile[name] = wire[name] }
        return try .json(profile)
    }

    private func check(_ version: JSONValue?, of group: Entity) throws {
        guard let version = version?.integer, version != group.version else { return }
        throw EngineError.versionConflict
    }

    // MARK: Members

    func members(_ call: Call<Principal>) async throws -> Response {
        var found = chosen.users(of: try resource.find(call).id)
        if call.query["sortOrder"]?.lowercased().hasPrefix("desc") == true { found.reverse() }
        let expand = Set(call.query.list("expand"))
        return try await call.pageResponse(found) { try await users.wire($0, expand: expand) }
    }

    /// Everybody, without pages.
    func individuals(_ call: Call<Principal>) async throws -> Response {
        var wires: [JSONValue] = []
        for user in chosen.users(of: try resource.find(call).id) {
            wires.append(try await users.wire(user, expand: []))
        }
        return try .json(Listing(wires))
    }

    /// Nobody is added when one of them does not exist or is in too many groups. The version says what the group was
    /// when the client looked at it.
    func add(_ call: Call<Principal>) async throws -> Response {
        let group = try resource.find(call)
        let body = try ModelTable.shared.checked(try await call.decodeBody(JSONValue.self), as: "GroupMembersUpdate")
        try check(body["version"], of: group)
        let ids = (body["memberIds"]?.array ?? []).compactMap(\.string)
        try ChosenMembers.check(ids, "memberIds")
        var added: [Entity] = []
        for (index, id) in ids.enumerated() {
            guard let user = engine.directory.find(.user, id.lowercased()) else {
                throw APIError.invalidValue("memberIds[\(index)]", id)
            }
            guard !chosen.has(user.id, in: group.id) else { continue }
            let most = ChosenMembers.groupsOfUserMax
            guard chosen.groups(of: user.id).count < most else {
                throw APIError.invalidValue("memberIds[\(index)]", id, allowed: "people in less than \(most) groups")
            }
            added.append(user)
        }
        for user in added { try await chosen.add(user, to: group) }
        return try .json([String: String](), status: .accepted)
    }

    func remove(_ call: Call<Principal>) async throws -> Response {
        let group = try resource.find(call)
        let ids = call.query.list("ids")
        try ChosenMembers.check(ids, "ids")
        try await chosen.remove(ids, from: group)
        return try .json([String: String](), status: .accepted)
    }
}

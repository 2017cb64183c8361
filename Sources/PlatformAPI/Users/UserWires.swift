import ContactCenter
import Engine

/// People as the wire shows them (`User`). What costs a look elsewhere comes only when `expand` asks for it.
struct UserWires: Sendable {
    let engine: Engine

    static let path = "/api/v2/users"
    /// What an answer never holds.
    private static let hidden: Set<String> = ["passwordHash", "roles", "divisionId", "createdBy", "modifiedBy"]

    func wire(_ user: Entity, expand: Set<String>) async throws -> JSONValue {
        var wire = user.wire(path: Self.path, hiding: Self.hidden).without(["dateCreated", "dateModified"])
        wire["version"] = .integer(user.version)
        wire["division"] = engine.directory.division(of: user)
        wire["state"] = user.body["state"] ?? "active"
        wire["username"] = user.body["email"]
        wire["primaryContactInfo"] = user.body["email"].map {
            [["address": $0, "mediaType": "EMAIL", "type": "PRIMARY"]]
        }
        for member in ["addresses", "images"] { wire[member] = user.body[member] ?? [] }
        wire["acdAutoAnswer"] = user.body["acdAutoAnswer"] ?? false
        return try await expanded(wire, user, expand)
    }

    private func expanded(_ wire: JSONValue, _ user: Entity, _ expand: Set<String>) async throws -> JSONValue {
        guard let id = UserID(user.id), !expand.isEmpty else { return wire }
        var wire = wire
        if expand.contains("presence") { wire["presence"] = try await presence(of: id) }
        if expand.contains("routingStatus") { wire["routingStatus"] = try await routingStatus(of: id) }
        if expand.contains("skills") {
            wire["skills"] = .array(UserSkillRoutes(engine: engine, flavour: .skill).rows(of: id))
        }
        if expand.contains("languages") {
            wire["languages"] = .array(UserSkillRoutes(engine: engine, flavour: .language).rows(of: id))
        }
        if expand.contains("authorization") { wire["authorization"] = Self.authorization(of: user) }
        if expand.contains("conversationSummary") { wire["conversationSummary"] = summary(of: id) }
        if expand.contains("groups") {
            let chosen = ChosenMembers(directory: engine.directory, relation: .groupMember)
            wire["groups"] = .array(
                chosen.groups(of: user.id).map { .reference($0.id, name: $0.name, path: GroupRoutes.path) })
        }
        for list in ["locations", "profileSkills", "certifications"] where expand.contains(list) {
            wire[list] = user.body[list] ?? []
        }
        return wire
    }

    func presence(of user: UserID) async throws -> JSONValue {
        try JSONValue(encoding: UserPresenceWire(try await engine.agents.state(of: user), offline: engine.offlineID))
    }

    func routingStatus(of user: UserID) async throws -> JSONValue {
        try JSONValue(encoding: RoutingStatusWire(try await engine.agents.state(of: user)))
    }

    private static func authorization(of user: Entity) -> JSONValue {
        let roles = user.roles.map { JSONValue.reference($0, name: $0, path: "/api/v2/authorization/roles") }
        let permissions = PermissionSet(roles: user.roles).listed.map(JSONValue.string)
        return [
            "roles": .array(roles), "unusedRoles": [], "permissions": .array(permissions), "permissionPolicies": [],
        ]
    }

    private func summary(of user: UserID) -> JSONValue {
        let participants = engine.conversations.open(of: user)
            .compactMap { $0.participants.last { $0.user == user && ($0.isPresent || $0.owesWrapup) } }
        let active = participants.count(where: \.isPresent)
        let counts: JSONValue = [
            "contactCenter": [
                "active": .integer(Int64(active)), "acw": .integer(Int64(participants.count - active)),
            ], "enterprise": ["active": 0, "acw": 0],
        ]
        return ["userId": .string(user.description), "message": counts]
    }
}

extension Engine {
    /// The id of the presence of who is not there.
    var offlineID: String { (try? agents.definition(of: .offline)) ?? "" }
}

extension JSONValue {
    /// What a value is on the wire, to be a part of a larger one.
    init(encoding value: some Encodable) throws {
        self = try APIJSON.decode(JSONValue.self, from: try APIJSON.encode(value))
    }
}

import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/teams`: people of one division who work together.
struct TeamRoutes: Sendable {
    let engine: Engine
    let resource: EntityResource
    private let chosen: ChosenMembers

    static let path = "/api/v2/teams"

    init(engine: Engine) {
        self.engine = engine
        let directory = engine.directory
        let chosen = ChosenMembers(directory: directory, relation: .teamMember)
        self.chosen = chosen
        resource = EntityResource(
            directory: directory, newID: { engine.newID(MemberGroup.self).description }, kind: .team,
            path: Self.path, parameter: "teamId", createModel: "Team", hidden: ["createdBy", "modifiedBy"],
            filtersByPrefix: true,
            prepare: { body, _ in
                var body = body
                if let division = body["division"] { body["division"] = ["id": division["id"] ?? .null] }
                return body
            },
            decorate: { wire, team in
                var wire = wire
                wire["division"] = directory.division(of: team)
                wire["memberCount"] = chosen.count(of: team.id)
                return wire
            })
    }

    // MARK: Teams

    func list(_ call: Call<Principal>) async throws -> Response {
        let teams = call.filtered(engine.directory.list(.team), namePrefix: true)
        return try call.cursorResponse(teams, at: { ListCursor(name: $0.name, id: $0.id) }, resource.wire)
    }

    func delete(_ call: Call<Principal>) async throws -> Response {
        try await chosen.delete(try resource.find(call))
        return .empty()
    }

    // MARK: Members

    func members(_ call: Call<Principal>) async throws -> Response {
        let found = chosen.users(of: try resource.find(call).id)
        return try call.cursorResponse(found, at: { ListCursor(name: $0.name, id: $0.id) }) {
            .reference($0.id, name: $0.name, path: UserWires.path)
        }
    }

    /// Adds whom it can, and says of the others why not.
    func add(_ call: Call<Principal>) async throws -> Response {
        let team = try resource.find(call)
        let body = try ModelTable.shared.checked(try await call.decodeBody(JSONValue.self), as: "TeamMembers")
        let ids = (body["memberIds"]?.array ?? []).compactMap(\.string)
        try ChosenMembers.check(ids, "memberIds")
        var added: [JSONValue] = []
        var failures: [JSONValue] = []
        for id in ids {
            let user = engine.directory.find(.user, id.lowercased())
            if let user, let reason = refusal(of: user, in: team) {
                failures.append(["id": .string(id), "reason": .string(reason)])
            } else if let user {
                if !chosen.has(user.id, in: team.id) { try await chosen.add(user, to: team) }
                added.append(.reference(user.id, name: nil, path: UserWires.path))
            } else {
                failures.append(["id": .string(id), "reason": "UserNotFound"])
            }
        }
        return try .json(["entities": .array(added), "failures": .array(failures)] as JSONValue)
    }

    /// Why somebody cannot join, in the API's words.
    private func refusal(of user: Entity, in team: Entity) -> String? {
        guard !chosen.has(user.id, in: team.id) else { return nil }
        let directory = engine.directory
        guard directory.division(of: user)?["id"] == directory.division(of: team)?["id"] else {
            return "UserGroupDivisionMismatch"
        }
        return chosen.groups(of: user.id).count < ChosenMembers.groupsOfUserMax ? nil : "UserGroupLimitExceeded"
    }

    func remove(_ call: Call<Principal>) async throws -> Response {
        let team = try resource.find(call)
        let ids = call.query.list("id")
        try ChosenMembers.check(ids, "id")
        try await chosen.remove(ids, from: team)
        return .empty()
    }
}

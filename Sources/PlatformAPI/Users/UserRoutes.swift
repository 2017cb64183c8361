import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/users`: the people of the business.
struct UserRoutes: Sendable {
    let engine: Engine
    let wires: UserWires
    let tokens: Tokens
    let channels: NotificationChannels
    let passwords: PasswordWorker

    // MARK: Reading

    func me(_ call: Call<Principal>) async throws -> Response {
        let expand = Set(call.query.list("expand"))
        var wire = try await wires.wire(try entity(try call.caller.requiredUser()), expand: expand)
        if expand.contains("organization"), let organization = engine.directory.list(.organization).first {
            wire["organization"] = OrganizationRoutes.wire(organization)
        }
        if expand.contains("date") { wire["date"] = ["currentDate": .date(engine.now())] }
        return try .json(wire)
    }

    func get(_ call: Call<Principal>) async throws -> Response {
        try .json(try await wires.wire(try find(call), expand: Set(call.query.list("expand"))))
    }

    func list(_ call: Call<Principal>) async throws -> Response {
        let state = call.query["state"].flatMap { $0.isEmpty ? nil : $0 } ?? "active"
        guard ["active", "inactive", "deleted", "any"].contains(state) else {
            throw APIError.invalidValue("state", state, allowed: "active, inactive, deleted, any")
        }
        let expand = Set(call.query.list("expand"))
        let users = call.filtered(engine.directory.list(.user))
            .filter { state == "any" || ($0.body["state"]?.string ?? "active") == state }
        return try await call.pageResponse(users, sizeMax: 500) { try await wires.wire($0, expand: expand) }
    }

    // MARK: Writing

    func create(_ call: Call<Principal>) async throws -> Response {
        let raw = try await call.decodeBody(JSONValue.self)
        var body = try ModelTable.shared.checked(raw, as: "CreateUser")
        let name = try EntityName.checked(body["name"]?.string)
        let email = try email(body["email"]?.string, of: nil)
        try engine.directory.checkDivision(body["divisionId"]?.string)
        let hash = try await passwordHash(body["password"]?.string)
        body = body.without(["name", "password"])
        body["email"] = .string(email)
        body["roles"] = try roles(raw, call) ?? [.string(Role.agent.rawValue)]
        body["state"] = body["state"] ?? "active"
        body["passwordHash"] = hash.map(JSONValue.string)
        let id = engine.newID(User.self).description
        let user = try await engine.directory.save(.user, id: id, name: name, body: body, expectedVersion: 0)
        return try .json(try await wires.wire(user, expand: []))
    }

    func update(_ call: Call<Principal>) async throws -> Response {
        let user = try find(call)
        let raw = try await call.decodeBody(JSONValue.self)
        var changes = try ModelTable.shared.checked(raw, as: "UpdateUser", ignoringRequired: true)
        if let version = changes["version"]?.integer, version != user.version { throw EngineError.versionConflict }
        let name = changes["name"]?.string
        if let email = changes["email"]?.string { changes["email"] = .string(try self.email(email, of: user)) }
        if let roles = try roles(raw, call) { changes["roles"] = roles }
        changes = changes.without(["id", "name", "version", "username", "manager", "chat", "primaryContactInfo"])
        let saved = try await engine.directory.save(
            .user, id: user.id, name: try name.map { try EntityName.checked($0) } ?? user.name,
            body: user.body.changed(by: changes), expectedVersion: user.version)
        if !saved.isActive { try await end(saved) }
        return try .json(try await wires.wire(saved, expand: []))
    }

    func delete(_ call: Call<Principal>) async throws -> Response {
        let user = try find(call)
        guard try call.caller.user?.description != user.id else {
            throw APIError.conflict("Nobody can delete himself.").about("user", id: user.id)
        }
        try await end(user)
        for relation in [EntityKind.userSkill, .userLanguage] {
            for row in engine.directory.children(relation, of: user.id) {
                try await engine.directory.delete(relation, row.id)
            }
        }
        for relation in [EntityKind.queueMember, .queueGroupMember, .groupMember, .teamMember] {
            for row in engine.directory.parents(relation, of: user.id) {
                try await engine.directory.delete(relation, row.id)
            }
        }
        if engine.directory.find(.directRoutingBackup, user.id) != nil {
            try await engine.directory.delete(.directRoutingBackup, user.id)
        }
        try await engine.directory.delete(.user, user.id)
        return try .json([String: String]())
    }

    // MARK: Passwords

    private struct NewPassword: Decodable {
        var newPassword: String
        var oldPassword: String?
    }

    /// An administrator sets a password; who is signed in with the old one is signed out.
    func setPassword(_ call: Call<Principal>) async throws -> Response {
        let user = try find(call)
        let body = try await call.decodeBody(NewPassword.self)
        try await store(body.newPassword, of: user)
        return .empty()
    }

    /// A person changes his own, and proves that it is him.
    func changePassword(_ call: Call<Principal>) async throws -> Response {
        let user = try entity(try call.caller.requiredUser())
        let body = try await call.decodeBody(NewPassword.self)
        let hash = user.body["passwordHash"]?.string ?? Password.decoy
        guard try await passwords.matches(body.oldPassword ?? "", hash: hash) else {
            throw APIError(.badRequest, "invalid.password", "The old password is not right.")
        }
        try await store(body.newPassword, of: user)
        return .empty()
    }

    private func store(_ password: String, of user: Entity) async throws {
        guard let hash = try await passwordHash(password) else { throw APIError.missing("newPassword") }
        var body = user.body
        body["passwordHash"] = .string(hash)
        try await engine.directory.save(
            .user, id: user.id, name: user.name, body: body, expectedVersion: user.version)
        if let id = UserID(user.id) { try await tokens.revokeAll(of: id) }
    }

    private func passwordHash(_ password: String?) async throws -> String? {
        guard let password, !password.isEmpty else { return nil }
        guard (Password.lengthMin...Password.bytesMax).contains(password.utf8.count) else {
            throw APIError(
                .badRequest, "invalid.password", "A password has at least {length} characters.",
                params: ["length": String(Password.lengthMin)])
        }
        return try await passwords.hash(password)
    }

    // MARK: Parts

    private func find(_ call: Call<Principal>) throws(APIError) -> Entity {
        try entity(try call.parameter("userId", as: { UserID($0) }))
    }

    private func entity(_ id: UserID) throws(APIError) -> Entity {
        guard let user = engine.directory.find(.user, id.description) else {
            throw .notFound("user", id: id.description)
        }
        return user
    }

    private func end(_ user: Entity) async throws {
        guard let id = UserID(user.id) else { return }
        try await tokens.revokeAll(of: id)
        try await channels.revoke(id)
        try await engine.agents.signOut(id)
    }

    /// An address in the form in which it is compared; taken by nobody else.
    private func email(_ text: String?, of user: Entity?) throws(APIError) -> String {
        let email = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        guard !email.isEmpty else { throw .missing("email") }
        let halves = email.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty }), email.utf8.count <= 254,
            !email.contains(where: \.isWhitespace)
        else { throw .invalidValue("email", email) }
        let taken = engine.directory.list(.user).first { $0.body["email"]?.string == email }
        guard taken == nil || taken?.id == user?.id else {
            throw .conflict("The e-mail address [{email}] is taken.", params: ["email": email])
        }
        return email
    }

    /// Our own member `roles`: the names of roles. Only who may give everything may give roles.
    private func roles(_ raw: JSONValue, _ call: Call<Principal>) throws(APIError) -> JSONValue? {
        guard let names = raw["roles"]?.array?.compactMap(\.string) else { return nil }
        let permission = "authorization:grant:add"
        guard try call.caller.holds(permission) else { throw .missingPermission(anyOf: [permission]) }
        for name in names where Role(rawValue: name) == nil {
            throw .invalidValue("roles", name, allowed: Role.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return .array(names.map(JSONValue.string))
    }
}

import ContactCenter
import Engine
import Hummingbird

/// What a person can do: `/api/v2/users/{userId}/routingskills` and `…/routinglanguages`, which differ in names only.
struct UserSkillRoutes: Sendable {
    /// Skills or languages.
    struct Flavour: Sendable {
        let kind: EntityKind
        let relation: EntityKind
        /// The last part of the path, as `routingskills`.
        let collection: String
        let parameter: String
        /// The member that links to the definition, as `skillUri`.
        let uriMember: String
        let definitionPath: String

        static let skill = Flavour(
            kind: .skill, relation: .userSkill, collection: "routingskills", parameter: "skillId",
            uriMember: "skillUri", definitionPath: "/api/v2/routing/skills")
        static let language = Flavour(
            kind: .language, relation: .userLanguage, collection: "routinglanguages", parameter: "languageId",
            uriMember: "languageUri", definitionPath: "/api/v2/routing/languages")
    }

    let engine: Engine
    let flavour: Flavour

    private struct Assignment: Decodable {
        var id: String?
        var proficiency: Double
    }

    func list(_ call: Call<Principal>) async throws -> Response {
        try await call.pageResponse(rows(of: try user(call))) { $0 }
    }

    func add(_ call: Call<Principal>) async throws -> Response {
        let user = try user(call)
        let assignment = try await call.decodeBody(Assignment.self)
        let definition = try definition(assignment.id ?? "")
        try check(assignment)
        return try .json(try await save(user, definition, assignment))
    }

    /// PUT or PATCH of one.
    func set(_ call: Call<Principal>) async throws -> Response {
        let user = try user(call)
        let definition = try definition(try call.parameter(flavour.parameter))
        guard engine.directory.find(flavour.relation, "\(user)/\(definition.id)") != nil else {
            throw APIError.notFound(flavour.kind.rawValue, id: definition.id)
        }
        let assignment = try await call.decodeBody(Assignment.self)
        try check(assignment)
        return try .json(try await save(user, definition, assignment))
    }

    func remove(_ call: Call<Principal>) async throws -> Response {
        let id = "\(try user(call))/\(try call.parameter(flavour.parameter).lowercased())"
        try await engine.directory.delete(flavour.relation, id)
        return .empty()
    }

    /// PATCH of several: adds or changes these, leaves others.
    func merge(_ call: Call<Principal>) async throws -> Response { try await bulk(call, replacing: false) }

    /// PUT of several: exactly these.
    func replaceAll(_ call: Call<Principal>) async throws -> Response { try await bulk(call, replacing: true) }

    private func bulk(_ call: Call<Principal>, replacing: Bool) async throws -> Response {
        let user = try user(call)
        let assignments = try await call.decodeBodyIfPresent([Assignment].self) ?? []
        var wanted: [(Entity, Assignment)] = []
        for assignment in assignments {
            try check(assignment)
            wanted.append((try definition(assignment.id ?? ""), assignment))
        }
        if replacing {
            let kept = Set(wanted.map { "\(user)/\($0.0.id)" })
            for row in engine.directory.children(flavour.relation, of: user.description) where !kept.contains(row.id) {
                try await engine.directory.delete(flavour.relation, row.id)
            }
        }
        for (definition, assignment) in wanted { _ = try await save(user, definition, assignment) }
        return try await list(call)
    }

    private func save(_ user: UserID, _ definition: Entity, _ assignment: Assignment) async throws -> JSONValue {
        let row = try await engine.directory.save(
            flavour.relation, id: "\(user)/\(definition.id)", name: nil,
            body: ["proficiency": .number(assignment.proficiency), "state": "active"])
        return wire(row, definition, user)
    }

    private func check(_ assignment: Assignment) throws(APIError) {
        guard (0...5).contains(assignment.proficiency) else {
            throw .invalidValue("proficiency", String(assignment.proficiency), allowed: "0 to 5")
        }
    }

    private func definition(_ id: String) throws(APIError) -> Entity {
        guard let entity = engine.directory.find(flavour.kind, id.lowercased()) else {
            throw .notFound(flavour.kind.rawValue, id: id)
        }
        return entity
    }

    private func user(_ call: Call<Principal>) throws(APIError) -> UserID {
        let id = try call.parameter("userId", as: { UserID($0) })
        guard engine.directory.find(.user, id.description) != nil else { throw .notFound("user", id: id.description) }
        return id
    }

    /// A person's skills as the wire shows them, by name.
    func rows(of user: UserID) -> [JSONValue] {
        engine.directory.children(flavour.relation, of: user.description).compactMap { row in
            row.id.split(separator: "/").last.flatMap { engine.directory.find(flavour.kind, String($0)) }
                .map { (row, $0) }
        }.sorted { ($0.1.name ?? "") < ($1.1.name ?? "") }.map { wire($0.0, $0.1, user) }
    }

    private func wire(_ row: Entity, _ definition: Entity, _ user: UserID) -> JSONValue {
        var wire = JSONValue.reference(
            definition.id, name: definition.name, path: "/api/v2/users/\(user)/\(flavour.collection)")
        wire["proficiency"] = row.body["proficiency"] ?? 0
        wire["state"] = row.body["state"] ?? "active"
        wire[flavour.uriMember] = .string("\(flavour.definitionPath)/\(definition.id)")
        return wire
    }
}

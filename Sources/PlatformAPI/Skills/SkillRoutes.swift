import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/routing/skills` and `/api/v2/routing/languages`: what agents can be good at.
struct SkillRoutes: Sendable {
    let skills: EntityResource
    let languages: EntityResource
    private let engine: Engine

    private var directory: Directory { engine.directory }

    init(engine: Engine) {
        let directory = engine.directory
        self.engine = engine
        skills = EntityResource(
            directory: directory, newID: { engine.newID(Skill.self).description }, kind: .skill,
            path: "/api/v2/routing/skills", parameter: "skillId", createModel: "CreateRoutingSkill",
            updateModel: "UpdateSkillDivisionRequest", defaults: ["state": "active"], filtersByPrefix: true,
            decorate: { wire, entity in
                var wire = Self.decorated(wire, entity)
                wire["division"] = directory.division(of: entity)
                return wire
            })
        languages = EntityResource(
            directory: directory, newID: { engine.newID(Skill.self).description }, kind: .language,
            path: "/api/v2/routing/languages", parameter: "languageId", createModel: "Language",
            defaults: ["state": "active"], filtersByPrefix: true, decorate: Self.decorated)
    }

    func deleteSkill(_ call: Call<Principal>) async throws -> Response {
        try await delete(try skills.find(call), .userSkill)
    }

    func deleteLanguage(_ call: Call<Principal>) async throws -> Response {
        try await delete(try languages.find(call), .userLanguage)
    }

    /// Everybody loses it. Refused while a customer who waits asks for it, who would wait for ever; while a skill group
    /// asks for it, since nobody would be in there any more; and while a ring of a queue takes it away.
    private func delete(_ definition: Entity, _ relation: EntityKind) async throws -> Response {
        guard !isWaitedFor(definition.id) else {
            throw APIError.conflict("Customers wait for it.").about(definition.kind.rawValue, id: definition.id)
        }
        let group = directory.list(.skillGroup).first { $0.body.names(skill: definition.id) }
        if let group {
            throw APIError.conflict("The skill group [{group}] asks for it.", params: ["group": group.name ?? group.id])
                .about(definition.kind.rawValue, id: definition.id)
        }
        let users = QueueReferences(directory: directory).queues(removing: definition.id)
        guard users.isEmpty else { throw APIError.inUse(definition, by: users) }
        for row in directory.parents(relation, of: definition.id) { try await directory.delete(relation, row.id) }
        try await directory.delete(definition.kind, definition.id)
        return .empty()
    }

    private func isWaitedFor(_ id: String) -> Bool {
        guard let skill = SkillID(id) else { return false }
        return engine.conversations.allOpen().contains { conversation in
            guard let routing = conversation.waiting?.routing else { return false }
            return routing.skills.contains(skill) || routing.language == skill
        }
    }

    /// Both models know fewer members than other configuration, and a version as text.
    @Sendable private static func decorated(_ wire: JSONValue, _ entity: Entity) -> JSONValue {
        var wire = wire.without(["createdBy", "modifiedBy", "dateCreated", "divisionId"])
        wire["version"] = .string(String(entity.version))
        return wire
    }
}

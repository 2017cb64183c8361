import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/routing/skills` and `/api/v2/routing/languages`: what agents can be good at.
struct SkillRoutes: Sendable {
    let skills: EntityResource
    let languages: EntityResource

    init(engine: Engine) {
        let directory = engine.directory
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

    /// Both models know fewer members than other configuration, and a version as text.
    @Sendable private static func decorated(_ wire: JSONValue, _ entity: Entity) -> JSONValue {
        var wire = wire.without(["createdBy", "modifiedBy", "dateCreated", "divisionId"])
        wire["version"] = .string(String(entity.version))
        return wire
    }
}

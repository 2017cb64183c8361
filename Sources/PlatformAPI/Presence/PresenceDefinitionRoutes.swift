import ContactCenter
import Engine
import Hummingbird

/// What people can be: `/api/v2/presence/definitions`, and its older form `/api/v2/presencedefinitions`.
struct PresenceDefinitionRoutes: Sendable {
    let directory: Directory
    let resource: EntityResource

    static let path = "/api/v2/presence/definitions"

    private struct Envelope: Encodable {
        var total: Int
        var entities: [JSONValue]
        var selfUri: String
    }

    init(engine: Engine) {
        directory = engine.directory
        resource = EntityResource(
            directory: engine.directory, newID: { engine.newID(AgentState.self).description },
            kind: .presenceDefinition, path: Self.path, parameter: "definitionId",
            createModel: "OrganizationPresenceDefinition", computed: ["type"],
            prepare: { body, earlier in
                guard earlier?.body["type"]?.string != "System" else {
                    throw APIError.conflict("System presences stay as they are.")
                }
                guard body["systemPresence"]?.string.flatMap(SystemPresence.init(wire:)) != nil else {
                    throw APIError.missing("systemPresence")
                }
                return body.changed(by: ["type": "User"])
            }, decorate: Self.decorate)
    }

    @Sendable private static func decorate(_ wire: JSONValue, _ entity: Entity) -> JSONValue {
        var wire = wire.without(["dateCreated", "dateModified", "createdBy", "modifiedBy", "primary"])
        let presence = entity.body["systemPresence"]?.string.flatMap(SystemPresence.init(wire:))
        wire["systemPresence"] = presence.map { .string($0.joinedName) }
        wire["type"] = entity.body["type"] ?? "System"
        wire["deactivated"] = entity.body["deactivated"] ?? false
        wire["divisionId"] = entity.body["divisionId"] ?? "*"
        wire["languageLabels"] = entity.body["languageLabels"] ?? ["en": .string(entity.name ?? "")]
        return wire
    }

    /// Without pages; `deactivated` is `false` unless asked for, or `ALL`.
    func list(_ call: Call<Principal>) async throws -> Response {
        let wanted = call.query["deactivated"]?.lowercased() ?? "false"
        let definitions = directory.list(.presenceDefinition).filter { definition in
            wanted == "all" || String(definition.body["deactivated"]?.bool ?? false) == wanted
        }
        return try .json(
            Envelope(
                total: definitions.count, entities: definitions.map(resource.wire),
                selfUri: call.request.uri.path))
    }

    /// System presences cannot go: agents' states stand on them.
    func delete(_ call: Call<Principal>) async throws -> Response {
        let definition = try resource.find(call)
        guard definition.body["type"]?.string == "User" else {
            throw APIError.conflict("System presences stay as they are.")
        }
        return try await resource.delete(call)
    }

    /// The older form, paged, with `primary` and upper-case system presences.
    func listOlder(_ call: Call<Principal>) async throws -> Response {
        try await call.pageResponse(directory.list(.presenceDefinition), sizeMax: 500) { definition in
            let presence = definition.body["systemPresence"]?.string.flatMap(SystemPresence.init(wire:))
            return [
                "id": .string(definition.id), "name": .string(definition.name ?? ""),
                "languageLabels": definition.body["languageLabels"] ?? ["en": .string(definition.name ?? "")],
                "systemPresence": .string(presence?.constantName ?? ""),
                "deactivated": definition.body["deactivated"] ?? false,
                "primary": .bool(definition.body["type"]?.string != "User"),
                "createdDate": .date(definition.createdAt), "modifiedDate": .date(definition.modifiedAt),
                "selfUri": .string("/api/v2/presencedefinitions/\(definition.id)"),
            ]
        }
    }
}

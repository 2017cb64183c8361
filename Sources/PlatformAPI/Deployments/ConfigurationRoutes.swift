import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/webdeployments/configurations`: a draft that is edited, and what was published of it last. Earlier versions
/// are not kept yet.
struct ConfigurationRoutes: Sendable {
    let engine: Engine

    static let path = "/api/v2/webdeployments/configurations"
    private static let kind = EntityKind.webDeploymentConfiguration
    private static let model = "WebDeploymentConfigurationVersion"
    /// What the API fills in itself.
    private static let computed = [
        "id", "name", "version", "dateCreated", "dateModified", "datePublished", "lastModifiedUser", "createdUser",
        "publishedUser", "status",
    ]

    private struct Envelope: Encodable {
        var total: Int
        var entities: [JSONValue]
        var selfUri: String
    }

    // MARK: Reading

    func list(_ call: Call<Principal>) async throws -> Response {
        let entities = engine.directory.list(Self.kind).map { Self.wire($0) }
        return try .json(Envelope(total: entities.count, entities: entities, selfUri: Self.path))
    }

    func versions(_ call: Call<Principal>) async throws -> Response {
        let entity = try find(call)
        return try .json(
            Envelope(total: 1, entities: [Self.wire(entity)], selfUri: "\(Self.path)/\(entity.id)/versions"))
    }

    func draft(_ call: Call<Principal>) async throws -> Response { try .json(Self.draftWire(try find(call))) }

    func version(_ call: Call<Principal>) async throws -> Response {
        let entity = try find(call)
        let version = try call.parameter("versionId")
        guard version == Self.version(entity) else { throw APIError.notFound("configurationVersion", id: version) }
        return try .json(Self.wire(entity))
    }

    // MARK: Writing

    /// The first version is published with its creation, so that a deployment can show it at once.
    func create(_ call: Call<Principal>) async throws -> Response {
        let (name, fields) = try checked(try await call.decodeBody(JSONValue.self))
        let body = published(fields, version: 1, call)
        let entity = try await engine.directory.save(
            Self.kind, id: engine.newID(Integration.self).description, name: name, body: body, expectedVersion: 0)
        return try .json(Self.wire(entity))
    }

    func updateDraft(_ call: Call<Principal>) async throws -> Response {
        let entity = try find(call)
        let (name, fields) = try checked(try await call.decodeBody(JSONValue.self))
        var body = entity.body
        body["draft"] = fields.changed(by: ["name": .string(name)])
        let saved = try await engine.directory.save(
            Self.kind, id: entity.id, name: entity.name, body: body, expectedVersion: entity.version)
        return try .json(Self.draftWire(saved))
    }

    func publish(_ call: Call<Principal>) async throws -> Response {
        let entity = try find(call)
        let fields = entity.body["draft"] ?? entity.body
        let next = (Int64(Self.version(entity)) ?? 0) + 1
        let body = published(fields.without(Self.computed + ["draft"]), version: next, call)
        let saved = try await engine.directory.save(
            Self.kind, id: entity.id, name: fields["name"]?.string ?? entity.name, body: body,
            expectedVersion: entity.version)
        try await moveDeployments(to: next, of: saved.id)
        return try .json(Self.wire(saved))
    }

    func delete(_ call: Call<Principal>) async throws -> Response {
        let entity = try find(call)
        let isShown = engine.directory.list(.webDeployment).contains {
            $0.body["configuration"]?["id"]?.string == entity.id
        }
        guard !isShown else { throw APIError.conflict("A deployment shows the configuration.") }
        try await engine.directory.delete(Self.kind, entity.id)
        return .empty()
    }

    private func published(_ fields: JSONValue, version: Int64, _ call: Call<Principal>) -> JSONValue {
        fields.changed(by: [
            "version": .string(String(version)), "status": "Active", "datePublished": .date(engine.now()),
            "publishedUserId": (try? call.author) ?? .null,
        ])
    }

    /// Deployments follow their configuration: the messenger asks for what is current.
    private func moveDeployments(to version: Int64, of configuration: String) async throws {
        for deployment in engine.directory.list(.webDeployment)
        where deployment.body["configuration"]?["id"]?.string == configuration {
            var body = deployment.body
            body["configuration"] = ["id": .string(configuration), "version": .string(String(version))]
            try await engine.directory.save(
                .webDeployment, id: deployment.id, name: deployment.name, body: body,
                expectedVersion: deployment.version)
        }
    }

    private func checked(_ raw: JSONValue) throws(APIError) -> (name: String, fields: JSONValue) {
        let body = try ModelTable.shared.checked(raw, as: Self.model)
        let settings = body["authenticationSettings"]
        let integration = settings?["integrationId"]?.string ?? ""
        if settings?["enabled"]?.bool == true, engine.directory.find(.integration, integration.lowercased()) == nil {
            throw .invalidValue("authenticationSettings.integrationId", String(integration.prefix(64)))
        }
        return (try EntityName.checked(body["name"]?.string), body.without(Self.computed))
    }

    private func find(_ call: Call<Principal>) throws(APIError) -> Entity {
        let id = try call.parameter("configurationId")
        guard let entity = engine.directory.find(Self.kind, id.lowercased()) else {
            throw .notFound("configuration", id: id)
        }
        return entity
    }

    // MARK: Shapes

    static func version(_ entity: Entity) -> String { entity.body["version"]?.string ?? "1" }

    static func wire(_ entity: Entity) -> JSONValue {
        var wire = entity.wire(path: path, hiding: ["draft", "publishedUserId", "createdBy", "modifiedBy"])
        wire["version"] = .string(version(entity))
        wire["publishedUser"] = entity.body["publishedUserId"]?.string.map {
            .reference($0, name: nil, path: UserWires.path)
        }
        wire["selfUri"] = .string("\(path)/\(entity.id)/versions/\(version(entity))")
        return wire
    }

    private static func draftWire(_ entity: Entity) -> JSONValue {
        let draft = entity.body["draft"] ?? entity.body.without(computed)
        return draft.changed(by: [
            "id": .string(entity.id), "name": .string(draft["name"]?.string ?? entity.name ?? ""), "version": "DRAFT",
            "status": "Active", "dateCreated": .date(entity.createdAt), "dateModified": .date(entity.modifiedAt),
            "selfUri": .string("\(path)/\(entity.id)/versions/draft"),
        ]).without(["draft", "publishedUserId"])
    }
}

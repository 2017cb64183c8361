import ContactCenter
import Engine
import Foundation
import Hummingbird

/// `/api/v2/integrations`: what the contact centre works with beside messaging. So far one type: an identity provider
/// that speaks OpenID Connect, at which customers of the messenger sign in.
struct IntegrationRoutes: Sendable {
    let engine: Engine
    let resource: EntityResource

    static let path = "/api/v2/integrations"
    /// The type of an identity provider for the messenger.
    static let messengerSignIn = "openid-connect-messenger"
    /// The configuration has a URL of its own.
    static let currentMember = "current"

    private struct TypeList: Encodable {
        var entities: [JSONValue]
        var pageSize = 25
        var pageNumber = 1
        var pageCount = 1
        var total = 1
    }

    init(engine: Engine) {
        self.engine = engine
        resource = EntityResource(
            directory: engine.directory, newID: { engine.newID(Integration.self).description }, kind: .integration,
            path: Self.path, parameter: "integrationId", createModel: "CreateIntegrationRequest",
            updateModel: "Integration", computed: ["config", "reportedState"], hidden: [Self.currentMember],
            prepare: { body, earlier in try Self.prepared(body, earlier) }, decorate: Self.decorate)
    }

    /// An integration is switched on by its own step, once it is configured.
    private static func prepared(_ body: JSONValue, _ earlier: Entity?) throws(APIError) -> JSONValue {
        if let earlier {
            return body.changed(by: ["integrationType": earlier.body["integrationType"] ?? .null])
        }
        let type = body["integrationType"]?["id"]?.string ?? ""
        guard type == messengerSignIn else {
            throw .invalidValue("integrationType.id", String(type.prefix(64)), allowed: messengerSignIn)
        }
        return body.changed(by: ["integrationType": ["id": .string(type)], "intendedState": "DISABLED"])
    }

    @Sendable static func decorate(_ wire: JSONValue, _ entity: Entity) -> JSONValue {
        let isOn = entity.body["intendedState"]?.string == "ENABLED"
        return wire.without(["createdBy", "modifiedBy"]).changed(by: [
            "integrationType": type, "config": ["current": configuration(entity)],
            "reportedState": [
                "code": isOn ? "ACTIVE" : "INACTIVE", "effective": isOn ? "ACTIVE" : "INACTIVE",
                "lastUpdated": .date(entity.modifiedAt),
            ],
        ])
    }

    static let type: JSONValue = [
        "id": .string(messengerSignIn), "name": "OpenID Connect Messenger Configuration", "provider": "engawa",
        "category": "Messaging", "nonInstallable": false,
        "description": "An identity provider at which customers sign in to the messenger.",
        "selfUri": .string("\(path)/types/\(messengerSignIn)"),
    ]

    func types(_ call: Call<Principal>) async throws -> Response { try .json(TypeList(entities: [Self.type])) }

    func type(_ call: Call<Principal>) async throws -> Response {
        let id = try call.parameter("typeId")
        guard id == Self.messengerSignIn else { throw APIError.notFound("integrationType", id: id) }
        return try .json(Self.type)
    }

    func delete(_ call: Call<Principal>) async throws -> Response {
        let entity = try resource.find(call)
        try await engine.directory.delete(.integration, entity.id)
        return try .json(resource.wire(entity))
    }

    // MARK: Configuration

    static func configuration(_ entity: Entity) -> JSONValue {
        let empty: JSONValue = ["properties": [:], "advanced": [:], "notes": "", "credentials": [:], "version": 1]
        let kept = entity.body[currentMember] ?? empty
        return kept.changed(by: [
            "id": .string(entity.id), "name": .string(entity.name ?? ""),
            "selfUri": .string("\(path)/\(entity.id)/config/current"),
        ])
    }

    func current(_ call: Call<Principal>) async throws -> Response {
        try .json(Self.configuration(try resource.find(call)))
    }

    /// The version must be the one that was read, if one is given: two administrators do not overwrite each other.
    func replaceCurrent(_ call: Call<Principal>) async throws -> Response {
        let entity = try resource.find(call)
        let raw = try await call.decodeBody(JSONValue.self)
        let body = try ModelTable.shared.checked(raw, as: "IntegrationConfiguration")
        let known = Self.configuration(entity)["version"]?.integer ?? 1
        if let version = body["version"]?.integer, version != known {
            throw APIError.conflict("The configuration has another version by now.")
        }
        try SignInRules.check(body["properties"] ?? [:])
        let current: JSONValue = [
            "properties": body["properties"] ?? [:], "advanced": body["advanced"] ?? [:],
            "notes": body["notes"] ?? "", "credentials": try credentials(body["credentials"]),
            "version": .integer(known + 1),
        ]
        let saved = try await engine.directory.save(
            .integration, id: entity.id, name: entity.name,
            body: entity.body.changed(by: [Self.currentMember: current]), expectedVersion: entity.version)
        return try .json(Self.configuration(saved))
    }

    /// References only, by the name that the type gives them.
    private func credentials(_ body: JSONValue?) throws(APIError) -> JSONValue {
        var references: [String: JSONValue] = [:]
        for (name, reference) in body?.object ?? [:] {
            let id = reference["id"]?.string ?? ""
            guard let credential = engine.directory.find(.credential, id.lowercased()) else {
                throw .invalidValue("credentials.\(name.prefix(40)).id", String(id.prefix(64)))
            }
            references[name] = .reference(credential.id, name: credential.name, path: CredentialRoutes.path)
        }
        return .object(references)
    }
}

/// `/api/v2/integrations/credentials`: secrets of integrations. They go in and never come out.
struct CredentialRoutes: Sendable {
    let resource: EntityResource

    static let path = "/api/v2/integrations/credentials"
    static let fieldsMember = "credentialFields"
    /// Client id and secret at an identity provider.
    static let clientType = "openIdConnectMessenger"
    private static let fieldBytesMax = 1_024

    init(engine: Engine) {
        resource = EntityResource(
            directory: engine.directory, newID: { engine.newID(Integration.self).description }, kind: .credential,
            path: Self.path, parameter: "credentialId", createModel: "Credential", hidden: [Self.fieldsMember],
            prepare: { body, _ in
                try Self.check(body)
                return body
            },
            decorate: { wire, entity in
                wire.without(["createdBy", "modifiedBy", "dateCreated", "dateModified"]).changed(by: [
                    "createdDate": .date(entity.createdAt), "modifiedDate": .date(entity.modifiedAt),
                ])
            })
    }

    private static func check(_ body: JSONValue) throws(APIError) {
        let type = body["type"]?["id"]?.string ?? ""
        guard type == clientType else {
            throw .invalidValue("type.id", String(type.prefix(64)), allowed: clientType)
        }
        for (name, value) in body[fieldsMember]?.object ?? [:] {
            guard ["clientId", "clientSecret"].contains(name) else {
                throw .invalidValue(fieldsMember, String(name.prefix(40)), allowed: "clientId, clientSecret")
            }
            guard let text = value.string, !text.isEmpty, text.utf8.count <= fieldBytesMax else {
                throw .missing("\(fieldsMember).\(name)")
            }
        }
    }

    func types(_ call: Call<Principal>) async throws -> Response {
        let text: JSONValue = ["type": "string"]
        let properties: JSONValue = ["clientId": text, "clientSecret": text]
        return try .json([
            [
                "id": .string(Self.clientType), "name": "OpenID Connect client",
                "properties": ["type": "object", "properties": properties] as JSONValue,
                "displayOrder": ["clientId", "clientSecret"], "required": [],
            ] as JSONValue
        ])
    }
}

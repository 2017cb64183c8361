import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/webdeployments`: where a messenger stands, and how it looks and behaves (reference, section B.11).
struct DeploymentRoutes: Sendable {
    let engine: Engine
    let address: PublicAddress
    let deployments: EntityResource

    static let path = "/api/v2/webdeployments/deployments"

    /// These lists have cursors elsewhere; an organisation has few enough for one page.
    private struct Envelope: Encodable {
        var total: Int
        var entities: [JSONValue]
        var selfUri: String
    }

    init(engine: Engine, address: PublicAddress) {
        self.engine = engine
        self.address = address
        let directory = engine.directory
        deployments = EntityResource(
            directory: directory, newID: { engine.newID(Integration.self).description }, kind: .webDeployment,
            path: Self.path, parameter: "deploymentId", createModel: "WebDeployment",
            defaults: ["allowAllDomains": false, "allowedDomains": [], "status": "Active"],
            computed: ["snippet", "lastModifiedUser"],
            prepare: { body, _ in try Self.prepared(body, engine) },
            decorate: { wire, entity in Self.decorated(wire, entity, address) })
    }

    private static func prepared(_ body: JSONValue, _ engine: Engine) throws(APIError) -> JSONValue {
        let directory = engine.directory
        let id = body["configuration"]?["id"]?.string ?? ""
        guard let configuration = directory.find(.webDeploymentConfiguration, id.lowercased()) else {
            throw .invalidValue("configuration.id", id)
        }
        if let queue = body["defaultQueue"]?["id"]?.string, directory.find(.queue, queue.lowercased()) == nil {
            throw .invalidValue("defaultQueue.id", queue)
        }
        let version = body["configuration"]?["version"]?.string ?? configuration.body["version"]?.string ?? "1"
        var body = body
        if let named = body["pushIntegrations"]?.array {
            let known = try named.map { (one) throws(APIError) in try pushIntegration(one, engine) }
            body["pushIntegrations"] = .array(known)
        }
        return body.changed(by: ["configuration": ["id": .string(configuration.id), "version": .string(version)]])
    }

    /// An integration for notifications, which the server's configuration must have.
    private static func pushIntegration(_ named: JSONValue, _ engine: Engine) throws(APIError) -> JSONValue {
        let id = named["id"]?.string?.lowercased() ?? ""
        guard let known = engine.push.integrations[id] else { throw .invalidValue("pushIntegrations.id", id) }
        return ["id": .string(id), "provider": .string(known.service.rawValue)]
    }

    private static func decorated(_ wire: JSONValue, _ entity: Entity, _ address: PublicAddress) -> JSONValue {
        var wire = wire.without(["createdBy", "modifiedBy"])
        let source = "\(address.http(host: nil))/messenger.js"
        wire["snippet"] = .string("<script src=\"\(source)\" data-deployment-id=\"\(entity.id)\" defer></script>")
        wire["status"] = entity.body["status"] ?? "Active"
        wire["lastModifiedUser"] = entity.body["modifiedBy"]?.string.map {
            .reference($0, name: nil, path: UserWires.path)
        }
        if let configuration = entity.body["configuration"], let id = configuration["id"]?.string {
            let version = configuration["version"]?.string ?? "1"
            wire["configuration"] = configuration.changed(by: [
                "selfUri": .string("\(ConfigurationRoutes.path)/\(id)/versions/\(version)")
            ])
        }
        return wire
    }

    func list(_ call: Call<Principal>) async throws -> Response {
        let entities = engine.directory.list(.webDeployment).map(deployments.wire)
        return try .json(Envelope(total: entities.count, entities: entities, selfUri: Self.path))
    }

    /// The configuration that a deployment shows.
    func activeConfiguration(_ call: Call<Principal>) async throws -> Response {
        let deployment = try deployments.find(call)
        let id = deployment.body["configuration"]?["id"]?.string ?? ""
        guard let configuration = engine.directory.find(.webDeploymentConfiguration, id) else {
            throw APIError.notFound("configuration", id: id)
        }
        return try .json([
            "configurationVersion": ConfigurationRoutes.wire(configuration), "deployment": deployments.wire(deployment),
        ])
    }
}

import ContactCenter
import Engine

/// `/api/v2/routing/wrapupcodes`.
struct WrapupCodeRoutes: Sendable {
    let resource: EntityResource

    static let path = "/api/v2/routing/wrapupcodes"

    init(engine: Engine) {
        let directory = engine.directory
        resource = EntityResource(
            directory: directory, newID: { engine.newID(Wrapup.self).description }, kind: .wrapupCode,
            path: Self.path, parameter: "codeId", createModel: "WrapupCodeRequest",
            decorate: { Self.decorate($0, $1, directory) })
    }

    static func wire(_ code: Entity, _ directory: Directory) -> JSONValue {
        decorate(code.wire(path: path), code, directory)
    }

    private static func decorate(_ wire: JSONValue, _ entity: Entity, _ directory: Directory) -> JSONValue {
        var wire = wire
        wire["division"] = directory.division(of: entity)
        return wire
    }
}

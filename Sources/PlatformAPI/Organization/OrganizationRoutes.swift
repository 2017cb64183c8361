import ContactCenter
import Engine
import Hummingbird

/// The organisation, its divisions and the roles of this version.
struct OrganizationRoutes: Sendable {
    let directory: Directory

    static func wire(_ organization: Entity) -> JSONValue {
        let base: JSONValue = [
            "defaultLanguage": "en-us", "defaultCountryCode": "US", "state": "active", "voicemailEnabled": false,
            "productPlatform": "GenesysCloud", "features": [:],
        ]
        var wire = organization.wire(path: "/api/v2/organizations").without(["dateCreated", "dateModified"])
            .filled(with: base)
        wire["version"] = .integer(organization.version)
        return wire
    }

    func me(_ call: Call<Principal>) async throws -> Response {
        guard let organization = directory.list(.organization).first else { throw APIError.notFound }
        return try .json(Self.wire(organization))
    }

    func divisions(_ call: Call<Principal>) async throws -> Response {
        try await call.pageResponse(call.filtered(directory.list(.division)), sizeMax: 500, wire)
    }

    func division(_ call: Call<Principal>) async throws -> Response {
        let id = try call.parameter("divisionId")
        guard let division = directory.find(.division, id.lowercased()) else {
            throw APIError.notFound("division", id: id)
        }
        return try .json(wire(division))
    }

    func homeDivision(_ call: Call<Principal>) async throws -> Response {
        guard let division = directory.homeDivision else { throw APIError.notFound }
        return try .json(wire(division))
    }

    private func wire(_ division: Entity) -> JSONValue {
        var wire = division.wire(path: "/api/v2/authorization/divisions").without(["dateCreated", "dateModified"])
        wire["homeDivision"] = .bool(division.id == directory.homeDivision?.id)
        wire["description"] = division.body["description"] ?? ""
        return wire
    }

    func roles(_ call: Call<Principal>) async throws -> Response {
        try await call.pageResponse(Role.allCases, sizeMax: 500) { role in
            var wire = JSONValue.reference(role.rawValue, name: role.rawValue, path: "/api/v2/authorization/roles")
            wire["permissions"] = .array(role.permissions.map(JSONValue.string))
            wire["permissionPolicies"] = []
            return wire
        }
    }
}

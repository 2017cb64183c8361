import ContactCenter
import Engine

@testable import PlatformAPI

/// Puts rows into an empty directory.
struct Planter {
    let engine: Engine

    func plantFoundations(secret: String) async throws {
        _ = try await plant(.organization, "Veranda", ["defaultLanguage": "en-us"])
        _ = try await plant(.division, "Home", ["homeDivision": true])
        for presence in SystemPresence.allCases {
            _ = try await plant(
                .presenceDefinition, presence.rawValue,
                ["systemPresence": .string(presence.rawValue), "type": "System", "languageLabels": ["en": "x"]])
        }
        try await engine.directory.save(
            .oauthClient, id: APIBench.clientID, name: "Back office",
            body: [
                "authorizedGrantType": "CLIENT-CREDENTIALS", "registeredRedirectUri": [.string(APIBench.redirect)],
                "roles": ["admin"], "secretHash": .string(Secrets.hash(secret)),
            ])
        try await engine.directory.save(
            .oauthClient, id: APIBench.desktopID, name: "Desktop",
            body: [
                "authorizedGrantType": "CODE", "registeredRedirectUri": [.string(APIBench.redirect)], "isPublic": true,
                "roles": [], "isDesktop": true,
            ])
    }

    func plant(_ kind: EntityKind, _ name: String, _ body: JSONValue = [:]) async throws -> String {
        let id = engine.newID(Planter.self).description
        try await engine.directory.save(kind, id: id, name: name, body: body)
        return id
    }

    func plant(person name: String, role: String, passwordHash: String) async throws -> String {
        try await plant(
            .user, name,
            [
                "email": .string("\(name)@example.org"), "roles": [.string(role)], "state": "active",
                "passwordHash": .string(passwordHash),
            ])
    }
}

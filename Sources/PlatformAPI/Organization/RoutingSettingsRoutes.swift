import ContactCenter
import Engine
import Hummingbird

/// What holds for all routing: `/api/v2/routing/settings`, `…/settings/contactcenter`, and the media that there are.
struct RoutingSettingsRoutes: Sendable {
    let directory: Directory

    static let path = "/api/v2/routing/settings"

    func get(_ call: Call<Principal>) async throws -> Response { try .json(shown(.organization)) }

    func set(_ call: Call<Principal>) async throws -> Response {
        let body = try ModelTable.shared.checked(try await call.decodeBody(JSONValue.self), as: "RoutingSettings")
        try await save(body, as: .organization)
        return try .json(shown(.organization))
    }

    func reset(_ call: Call<Principal>) async throws -> Response {
        if directory.find(.routingSettings, RoutingSettings.organization.rawValue) != nil {
            try await directory.delete(.routingSettings, RoutingSettings.organization.rawValue)
        }
        return .empty()
    }

    func getContactCenter(_ call: Call<Principal>) async throws -> Response { try .json(shown(.contactCenter)) }

    func setContactCenter(_ call: Call<Principal>) async throws -> Response {
        let changes = try ModelTable.shared.checked(
            try await call.decodeBody(JSONValue.self), as: "ContactCenterSettings")
        try await save(shown(.contactCenter).changed(by: changes), as: .contactCenter)
        return .empty()
    }

    /// The media in which somebody can write to this contact centre.
    func mediaTypes(_ call: Call<Principal>) async throws -> Response {
        let channels = [MessagingPlatform.webmessaging, .open].map { JSONValue.string($0.rawValue) }
        return try .json(Listing([["mediaType": "message", "availableSubTypes": .array(channels)] as JSONValue]))
    }

    private func shown(_ settings: RoutingSettings) -> JSONValue {
        (directory.find(.routingSettings, settings.rawValue)?.body ?? [:]).filled(with: settings.defaults)
    }

    private func save(_ body: JSONValue, as settings: RoutingSettings) async throws {
        try await directory.save(.routingSettings, id: settings.rawValue, name: nil, body: body)
    }
}

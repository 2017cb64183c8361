import Engine
import Hummingbird

/// `/desktop/config.json`: what our own desktop must know before anybody has signed in.
struct DesktopRoutes: Sendable {
    let directory: Directory

    private struct Configuration: Encodable {
        var clientId: String
        var organizationName: String
    }

    func configuration(_ call: Call<Principal>) async throws -> Response {
        guard let client = directory.list(.oauthClient).first(where: { $0.body["isDesktop"]?.bool == true }) else {
            throw APIError.notFound
        }
        return try .json(
            Configuration(clientId: client.id, organizationName: directory.list(.organization).first?.name ?? ""))
    }
}

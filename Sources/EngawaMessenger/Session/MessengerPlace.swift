import Foundation

/// Where a deployment is, on both of its ways.
struct MessengerPlace: Sendable {
    static let application = "engawa-messenger-swift-1"

    let server: URL
    let deployment: String
    let origin: String?

    var headers: [String: String] { origin.map { ["Origin": $0] } ?? [:] }
    var jsonHeaders: [String: String] { headers.merging(["Content-Type": "application/json"]) { $1 } }

    func http(_ path: String, query: [URLQueryItem] = []) -> URL { url(server.scheme ?? "https", path, query) }

    var socket: URL {
        url(
            server.scheme == "http" ? "ws" : "wss", "/v1",
            [
                URLQueryItem(name: "deploymentId", value: deployment),
                URLQueryItem(name: "application", value: Self.application),
            ])
    }

    private func url(_ scheme: String, _ path: String, _ query: [URLQueryItem]) -> URL {
        var parts = URLComponents(url: server, resolvingAgainstBaseURL: true) ?? URLComponents()
        parts.scheme = scheme
        parts.path = (parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path) + path
        parts.queryItems = query.isEmpty ? nil : query
        return parts.url ?? server
    }
}

import Foundation

/// `demo.json`: how people and programs find their way in a demonstration. It holds passwords and is readable only by
/// its owner.
struct DemoFile: Codable {
    struct Client: Codable {
        var id: String
        var secret: String
    }

    struct User: Codable {
        var id: String
        var name: String
        var email: String
        var password: String
        var roles: [String]
        var queues: [String]
    }

    struct OpenIntegration: Codable {
        var id: String
        var outboundNotificationWebhookSignatureSecretToken: String
    }

    struct Integrations: Codable {
        var open: OpenIntegration
    }

    var baseUrl: String
    var guestUrl: String
    var oauthClient: Client
    var deploymentId: String
    var queues: [String: String]
    var users: [User]
    var integrations: Integrations

    static let name = "demo.json"

    /// What an earlier run planted in this folder.
    static func read(in folder: URL) throws -> DemoFile? {
        guard let data = try? Data(contentsOf: folder.appending(path: "seed.json")) else { return nil }
        return try JSONDecoder().decode(DemoFile.self, from: data)
    }

    /// Keeps what was planted, for the next start.
    func keep(in folder: URL) throws { try write("seed.json", in: folder) }

    /// Says that the server answers, and where.
    func announce(in folder: URL) throws { try write(Self.name, in: folder) }

    /// Takes the announcement back, so that nobody reads where an earlier run was.
    static func withdraw(in folder: URL) {
        try? FileManager.default.removeItem(at: folder.appending(path: name))
    }

    private func write(_ name: String, in folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let url = folder.appending(path: name)
        try encoder.encode(self).write(to: url, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
    }
}

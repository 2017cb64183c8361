import ArgumentParser
import Channels
import ContactCenter
import Foundation

/// The file that says which services bring notifications to devices, as `docs/operations/push.md` describes it. Keys
/// stay in files beside it: they are in no database, and so in no backup of one.
struct PushFile: Decodable {
    /// One app at one service.
    struct Entry: Decodable {
        /// By which deployments name it.
        var id: String
        var provider: PushService
        /// The service's address where it is not the provider's own.
        var baseUrl: String?
        var teamId: String?
        var keyId: String?
        var topic: String?
        /// Apple's `AuthKey_….p8`.
        var keyFile: String?
        /// Google's file of a service account.
        var serviceAccountFile: String?
    }

    var integrations: [Entry]

    /// Apps of one organisation at most.
    static let integrationsMax = 100

    /// Reads the file and the keys that it names; paths are relative to its folder. What is wrong stops the start.
    static func open(_ path: String?, client: ChannelClient) async throws -> [PushIntegration] {
        guard let path else { return [] }
        let url = URL(filePath: path)
        let file: PushFile
        do { file = try JSONDecoder().decode(PushFile.self, from: try Data(contentsOf: url)) } catch {
            throw ValidationError("\(path) is no file of push integrations: \(error)")
        }
        guard file.integrations.count <= integrationsMax else {
            throw ValidationError("\(path) has more than \(integrationsMax) push integrations")
        }
        var integrations: [PushIntegration] = []
        for entry in file.integrations {
            do { integrations.append(try await entry.open(in: url.deletingLastPathComponent(), client: client)) } catch
            {
                throw ValidationError("\(path), integration \(entry.id): \(error)")
            }
        }
        guard Set(integrations.map(\.id)).count == integrations.count else {
            throw ValidationError("\(path) has an id twice")
        }
        return integrations
    }
}

extension PushFile.Entry {
    func open(in folder: URL, client: ChannelClient) async throws -> PushIntegration {
        let sender: any PushSender
        switch provider {
        case .apns:
            var account = APNsSender.Account(
                teamID: try required(teamId, "teamId"), keyID: try required(keyId, "keyId"),
                topic: try required(topic, "topic"),
                key: String(decoding: try Self.read(required(keyFile, "keyFile"), in: folder), as: UTF8.self))
            if let baseUrl { account.baseURL = baseUrl }
            sender = try await APNsSender(account, client: client)
        case .fcm:
            let bytes = try Self.read(required(serviceAccountFile, "serviceAccountFile"), in: folder)
            let account = try JSONDecoder().decode(FCMSender.Account.self, from: bytes)
            sender = try await FCMSender(account, baseURL: baseUrl ?? "https://fcm.googleapis.com", client: client)
        }
        return PushIntegration(id: id.lowercased(), service: provider, sender: sender)
    }

    private func required(_ value: String?, _ name: String) throws -> String {
        guard let value, !value.isEmpty else { throw ValidationError("\(name) is missing") }
        return value
    }

    private static func read(_ path: String, in folder: URL) throws -> Data {
        do { return try Data(contentsOf: URL(filePath: path, relativeTo: folder)) } catch {
            throw ValidationError("\(path) cannot be read")
        }
    }
}

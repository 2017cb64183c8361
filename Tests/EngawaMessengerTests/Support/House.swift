import Channels
import ContactCenter
import Engine
import Foundation
import Journal
import Logging
import ServiceLifecycle

@testable import PlatformAPI

/// A shop with one deployment, one queue and one agent.
struct Shop: Sendable {
    var deployment: IntegrationID
    var support: QueueID
    var hana: UserID
}

/// The whole server on a real database and a real port. It can be opened again on the same data.
final class House: Sendable {
    let engine: Engine
    let port: Int
    let shop: Shop
    private let journal: any Journal
    private let client: ChannelClient
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// What a test changes of the house.
    struct Setting: Sendable {
        /// The `messenger.apps.conversations` of the deployment's configuration.
        var app: JSONValue = [:]
        var limits = GuestLimits()

        /// Guests may be as fast as they like.
        static func fast(app: JSONValue = [:]) -> Setting {
            var setting = Setting(app: app)
            setting.limits.allow(messagesPerSecond: 1_000_000)
            setting.limits.historyPerMinute = 1_000
            return setting
        }
    }

    /// Opens a house in a folder; `before` is the one that was there, of which the shop and the port stay.
    static func open(in folder: URL, _ setting: Setting, before: House? = nil) async throws -> House {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let journal = try await SQLJournal.open(path: folder.appending(path: "engawa.db").path, logger: logger)
        let client = ChannelClient()
        let engine = try await Engine(
            journal: journal, blobs: try DiskBlobStore(path: folder.appending(path: "blobs").path),
            open: OpenMessagingSender(client: client), logger: logger)
        let shop: Shop
        if let before { shop = before.shop } else { shop = try await plant(setting, in: engine) }
        let api = try await PlatformAPI(engine: engine, address: PublicAddress(), guestLimits: setting.limits)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let router = APIServer.makeRouter()
        api.install(in: router)
        let application = APIServer.application(
            router: router, sockets: Sockets(api.socketRoutes), settings: ServerSettings(port: before?.port ?? 0),
            logger: logger
        ) { continuation.yield($0) }
        let services: [any Service] = engine.services() + [application, api.channels]
        let group = ServiceGroup(
            configuration: .init(services: services.map { .init(service: $0) }, logger: logger))
        // Owner: the house; it ends with `close`.
        let running = Task { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        let port = await iterator.next() ?? 0
        return House(engine, port, shop, journal, client, group, running)
    }

    private init(
        _ engine: Engine, _ port: Int, _ shop: Shop, _ journal: any Journal, _ client: ChannelClient,
        _ group: ServiceGroup, _ running: Task<Void, any Error>
    ) {
        self.engine = engine
        self.port = port
        self.shop = shop
        self.journal = journal
        self.client = client
        self.group = group
        self.running = running
    }

    func close() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
        await journal.close()
        try await client.close()
    }

    /// Runs a test in a house of its own. The test may close it and open it again.
    static func run(
        _ setting: Setting = .fast(), _ body: @Sendable (Street) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "messenger-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let street = Street(folder, setting, try await open(in: folder, setting))
        do { try await body(street) } catch {
            try? await street.house.close()
            throw error
        }
        try await street.house.close()
    }

    private static func plant(_ setting: Setting, in engine: Engine) async throws -> Shop {
        let directory = engine.directory
        let shop = Shop(
            deployment: engine.newID(Integration.self), support: engine.newID(Queue.self), hana: engine.newID(User.self)
        )
        try await directory.save(
            .queue, id: shop.support.description, name: "Support",
            body: [
                "acwSettings": ["wrapupPrompt": "OPTIONAL"],
                "mediaSettings": ["message": ["alertingTimeoutSeconds": 30]],
            ])
        try await directory.save(
            .user, id: shop.hana.description, name: "Hana", body: ["roles": ["agent"], "state": "active"])
        try await directory.save(
            .queueMember, id: "\(shop.support)/\(shop.hana)", name: nil, body: ["joined": true])
        for presence in [SystemPresence.available, .onQueue, .offline] {
            try await directory.save(
                .presenceDefinition, id: engine.newID(User.self).description, name: presence.rawValue,
                body: ["systemPresence": .string(presence.rawValue), "type": "System"])
        }
        try await directory.save(
            .webDeploymentConfiguration, id: "configuration", name: "Shop",
            body: ["version": "3", "messenger": ["apps": ["conversations": setting.app]]])
        try await directory.save(
            .webDeployment, id: shop.deployment.description, name: "Shop",
            body: [
                "allowAllDomains": true, "status": "Active", "configuration": ["id": "configuration", "version": "3"],
                "defaultQueue": ["id": .string(shop.support.description)],
            ])
        return shop
    }

    // MARK: The agent

    func goOnQueue() async throws {
        try await engine.agents.setPresence(of: shop.hana, definition: try engine.agents.definition(of: .onQueue))
    }

    /// The agent takes the conversation that alerts.
    func accept() async throws -> (ConversationID, Participant) {
        while true {
            for conversation in engine.conversations.open(of: shop.hana) {
                guard
                    let agent = conversation.agents.first(where: {
                        $0.user == shop.hana && $0.communication.state == .alerting
                    })
                else { continue }
                try await engine.conversations.perform(.answer(agent.id), on: conversation.id)
                return (conversation.id, agent)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func say(_ message: NormalizedMessage, in id: ConversationID, by agent: Participant) async throws {
        var message = message
        message.originatingEntity = .human
        message.nickname = agent.name
        _ = try await engine.conversations.send(message, in: id, by: agent.communication.id)
    }

    func say(_ text: String, in id: ConversationID, by agent: Participant) async throws {
        try await say(NormalizedMessage(type: .text, text: text), in: id, by: agent)
    }
}

/// Where one house stands after the other.
actor Street {
    private let folder: URL
    private let setting: House.Setting
    private(set) var house: House

    init(_ folder: URL, _ setting: House.Setting, _ house: House) {
        self.folder = folder
        self.setting = setting
        self.house = house
    }

    /// The server starts again on its data, on the same port.
    func reopen() async throws { house = try await House.open(in: folder, setting, before: house) }
}

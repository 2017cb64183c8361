import Channels
import ContactCenter
import Engine
import Foundation
import Journal
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import PlatformAPI
@testable import TestSupport

/// The whole server on a real database and a free port, with one deployment, one queue and two agents.
struct RealtimeBench: Sendable {
    let engine: Engine
    let api: PlatformAPI
    let port: Int
    let clock: TestClock
    let deployment: IntegrationID
    let support: QueueID
    let hana: UserID
    let kenji: UserID
    /// What SIGTERM does.
    let shutDown: @Sendable () async -> Void

    /// What a test changes of the house that it runs in.
    struct Setting: Sendable {
        /// The `messenger.apps.conversations` of the deployment's configuration.
        var app: JSONValue = [:]
        /// Members of the deployment.
        var deployment: JSONValue = ["allowAllDomains": true, "status": "Active"]
        var limits = GuestLimits()

        /// A guest who is ended on cannot write until the next conversation.
        static let readOnly = Setting(app: ["conversationDisconnect": ["enabled": true, "type": "ReadOnly"]])

        /// Guests may be as fast as they like.
        static var fast: Setting {
            var setting = Setting()
            setting.limits.messagesPerSecond = 1_000_000
            setting.limits.messagesBurst = 1_000_000
            setting.limits.requestsPerMinute = 60_000_000
            setting.limits.historyPerMinute = 1_000
            return setting
        }
    }

    static func run(_ setting: Setting = Setting(), _ body: @Sendable (RealtimeBench) async throws -> Void) async throws
    {
        let place = FileManager.default.temporaryDirectory.appending(path: "realtime-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let journal = try await SQLJournal.open(path: place.appending(path: "engawa.db").path, logger: logger)
        let clock = TestClock()
        let client = ChannelClient()
        let engine = try await Engine(
            journal: journal, blobs: try DiskBlobStore(path: place.appending(path: "blobs").path),
            open: OpenMessagingSender(client: client), surroundings: Surroundings(now: { clock.now }), logger: logger)
        let people = try await Seed.plant(setting, in: engine)
        let api = try await PlatformAPI(engine: engine, address: PublicAddress(), guestLimits: setting.limits)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let router = APIServer.makeRouter()
        api.install(in: router)
        let application = APIServer.application(
            router: router, sockets: Sockets(api.socketRoutes), settings: ServerSettings(port: 0), logger: logger
        ) { continuation.yield($0) }
        let services: [any Service] = engine.services() + [application, api.channels]
        let group = ServiceGroup(
            configuration: .init(services: services.map { .init(service: $0) }, logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            let bench = RealtimeBench(
                engine: engine, api: api, port: port, clock: clock, deployment: people.deployment,
                support: people.support, hana: people.hana, kenji: people.kenji
            ) { await group.triggerGracefulShutdown() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(bench)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            await journal.close()
            try await client.close()
            try result.get()
        }
    }

    // MARK: The business

    func goOnQueue(_ user: UserID) async throws {
        try await engine.agents.setPresence(of: user, definition: try engine.agents.definition(of: .onQueue))
    }

    /// The agent's part in a conversation, once the conversation alerts there.
    func alerted(_ user: UserID) async throws -> (ConversationID, Participant) {
        while true {
            for conversation in engine.conversations.open(of: user) {
                if let agent = conversation.agents.first(where: {
                    $0.user == user && $0.communication.state == .alerting
                }) {
                    return (conversation.id, agent)
                }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// The agent takes the conversation that alerts.
    func accepted(_ user: UserID) async throws -> (ConversationID, Participant) {
        let (id, agent) = try await alerted(user)
        try await engine.conversations.perform(.answer(agent.id), on: id)
        return (id, agent)
    }

    func say(_ text: String, in id: ConversationID, by agent: Participant) async throws {
        var message = NormalizedMessage(type: .text, text: text)
        message.originatingEntity = .human
        message.nickname = agent.name
        _ = try await engine.conversations.send(message, in: id, by: agent.communication.id)
    }

    /// A token of the platform API for a person.
    func accessToken(_ user: UserID) async throws -> String {
        let client = try #require(engine.directory.oauthClient(Seed.client))
        return try await api.tokens.issue(to: client, user: user, isWithoutSecret: true).accessToken
    }

    // MARK: HTTP

    func get(_ path: String, _ headers: [String] = [], method: String = "GET") async throws -> RawClient.Answer {
        try await RawClient.request(port, method, path, headers: headers)
    }

    /// A request of the platform API: the body as JSON.
    func call(_ method: String, _ path: String, token: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let bytes = try body.map { Array(try JSONEncoder().encode($0)) }
        let answer = try await RawClient.request(
            port, method, path, headers: ["Authorization: Bearer \(token)", "Content-Type: application/json"],
            body: bytes)
        return try answer.json
    }
}

extension RawClient.Answer {
    var json: JSONValue {
        get throws { try JSONDecoder().decode(JSONValue.self, from: Data(body.utf8)) }
    }
}

/// A business for a test.
private enum Seed {
    static let client = "00000000-0000-7000-8000-0000000000c1"

    struct People {
        var deployment: IntegrationID
        var support: QueueID
        var hana: UserID
        var kenji: UserID
    }

    static func plant(_ setting: RealtimeBench.Setting, in engine: Engine) async throws -> People {
        let directory = engine.directory
        let people = People(
            deployment: engine.newID(Integration.self), support: engine.newID(Queue.self),
            hana: engine.newID(User.self), kenji: engine.newID(User.self))
        try await directory.save(
            .queue, id: people.support.description, name: "Support",
            body: [
                "acwSettings": ["wrapupPrompt": "OPTIONAL"],
                "mediaSettings": ["message": ["alertingTimeoutSeconds": 30]],
            ])
        for (user, name) in [(people.hana, "Hana"), (people.kenji, "Kenji")] {
            try await directory.save(
                .user, id: user.description, name: name, body: ["roles": ["agent"], "state": "active"])
            try await directory.save(.queueMember, id: "\(people.support)/\(user)", name: nil, body: ["joined": true])
        }
        for presence in [SystemPresence.available, .onQueue, .offline] {
            try await directory.save(
                .presenceDefinition, id: engine.newID(User.self).description, name: presence.rawValue,
                body: ["systemPresence": .string(presence.rawValue), "type": "System"])
        }
        try await directory.save(
            .oauthClient, id: client, name: "Desktop", body: ["authorizedGrantType": "CODE", "isPublic": true])
        try await plantDeployment(setting, people, in: directory)
        return people
    }

    private static func plantDeployment(
        _ setting: RealtimeBench.Setting, _ people: People, in directory: Directory
    ) async throws {
        try await directory.save(
            .webDeploymentConfiguration, id: "configuration", name: "Shop",
            body: ["version": "3", "messenger": ["apps": ["conversations": setting.app]]])
        var body = setting.deployment
        body["configuration"] = ["id": "configuration", "version": "3"]
        body["defaultQueue"] = ["id": .string(people.support.description)]
        try await directory.save(.webDeployment, id: people.deployment.description, name: "Shop", body: body)
    }
}

/// The system's clock, which a test can put forward.
final class TestClock: Sendable {
    private let offset = Mutex<Int64>(0)

    var now: Instant { Instant(milliseconds: Instant.systemNow().milliseconds + offset.withLock { $0 }) }

    func pass(_ span: Span) { offset.withLock { $0 += span.milliseconds } }
}

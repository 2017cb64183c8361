import Channels
import ContactCenter
import Engine
import Foundation
import Journal
import Logging
import ServiceLifecycle
import Synchronization
import Testing

/// An engine on a real database in a folder of its own, with its followers at work.
struct EngineBench {
    let engine: Engine
    let integration: IntegrationID
    let support: QueueID
    let hana: UserID
    let kenji: UserID
    let clock: TestClock

    /// Runs `body` with an engine, then ends it as a shutdown does.
    static func run(on database: TestedDatabase, _ body: (EngineBench) async throws -> Void) async throws {
        try await Place.use(database) { place async throws in try await run(at: place, body) }
    }

    /// The same at a place that may have been used before.
    @discardableResult
    static func run<Value: Sendable>(
        at place: Place, desks: DeskKeeping = DeskKeeping(), _ body: (EngineBench) async throws -> Value
    ) async throws -> Value {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let journal = try await SQLJournal.open(place.database, logger: logger)
        let client = ChannelClient()
        let clock = TestClock()
        let engine = try await Engine(
            journal: journal, blobs: try DiskBlobStore(path: place.folder.appending(path: "blobs").path),
            open: OpenMessagingSender(client: client), desks: desks, surroundings: Surroundings(now: { clock.now }),
            logger: logger)
        let bench = try await EngineBench(engine, clock)
        let group = ServiceGroup(
            configuration: .init(services: engine.services().map { .init(service: $0) }, logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Value, any Error>
            do { result = .success(try await body(bench)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            await journal.close()
            try await client.close()
            return try result.get()
        }
    }

    private init(_ engine: Engine, _ clock: TestClock) async throws {
        self.engine = engine
        self.clock = clock
        let directory = engine.directory
        if let queue = directory.find(.queue, named: "Support"), let known = directory.find(.recipient, named: "Shop") {
            support = try #require(QueueID(queue.id))
            integration = try #require(IntegrationID(known.id))
            hana = try #require(directory.find(.user, named: "Hana").flatMap { UserID($0.id) })
            kenji = try #require(directory.find(.user, named: "Kenji").flatMap { UserID($0.id) })
            return
        }
        support = engine.newID(Queue.self)
        integration = engine.newID(Integration.self)
        hana = engine.newID(User.self)
        kenji = engine.newID(User.self)
        try await directory.save(
            .queue, id: support.description, name: "Support",
            body: [
                "acwSettings": ["wrapupPrompt": "MANDATORY"],
                "mediaSettings": ["message": ["alertingTimeoutSeconds": 7]],
            ])
        try await directory.save(
            .recipient, id: integration.description, name: "Shop",
            body: ["defaultQueue": ["id": .string(support.description)]])
        for (user, name) in [(hana, "Hana"), (kenji, "Kenji")] {
            try await directory.save(.user, id: user.description, name: name, body: [:])
            try await directory.save(.queueMember, id: "\(support)/\(user)", name: nil, body: ["joined": true])
        }
        for presence in [SystemPresence.available, .onQueue, .offline] {
            try await directory.save(
                .presenceDefinition, id: engine.newID(User.self).description, name: presence.rawValue,
                body: ["systemPresence": .string(presence.rawValue), "type": "System"])
        }
    }

    /// A schedule group `g`, open from nine to five of a day whose eve it is on the bench's clock, at 22:13.
    func setHours() async throws {
        try await engine.directory.save(
            .schedule, id: "s", name: "Day", body: ["start": "2023-11-15T09:00:00", "end": "2023-11-15T17:00:00"])
        try await engine.directory.save(
            .scheduleGroup, id: "g", name: "Hours", body: ["timeZone": "UTC", "openSchedules": [["id": "s"]]])
    }

    func goOnQueue(_ user: UserID) async throws {
        try await engine.agents.setPresence(of: user, definition: try engine.agents.definition(of: .onQueue))
    }

    @discardableResult
    func write(_ text: String, from user: String = "mika", id: String? = nil) async throws -> Intake.Receipt {
        try await engine.intake.receive(
            InboundMessage(
                integration: integration, platform: .webmessaging, platformUser: user, externalID: id,
                message: NormalizedMessage(type: .text, text: text)))
    }

    /// Follows a user's conversations.
    func watch(_ user: UserID) -> Watch {
        let watch = Watch()
        engine.hub.subscribe(watch, to: .userConversations(user))
        engine.hub.subscribe(watch, to: .userRoutingStatus(user))
        return watch
    }
}

/// A clock that a test sets; it moves a little with each look, as clocks do.
final class TestClock: Sendable {
    private let time = Mutex<Int64>(1_700_000_000_000)

    var now: Instant {
        Instant(
            milliseconds: time.withLock { time in
                time += 1
                return time
            })
    }

    func pass(_ span: Span) { time.withLock { $0 += span.milliseconds } }
}

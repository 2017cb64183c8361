import ContactCenter
import Journal

import func Foundation.log

@testable import Engine
@testable import Simulation

/// A day of a contact centre without misfortunes, and without learning from it: the real engine on a simulated machine,
/// agents with habits of their own, and customers who come at random and lose patience.
struct CalmDay {
    let world: World
    let place: Place

    /// Who works where.
    struct Place: Sendable {
        var queues: [QueueID] = []
        var shops: [IntegrationID] = []
        var returns: SkillID
        var agents: [Person] = []
        /// What closes a queue at once, on a day on which that happens.
        var emergency: String?
    }

    /// An agent with habits.
    struct Person: Sendable {
        let user: UserID
        /// How long handling takes in proportion to others'.
        let pace: Double
        /// How soon an alert is answered, on average.
        let reaction: Duration
        let declines: Double
        let misses: Double
    }

    static let length = Duration.seconds(8 * 3_600)
    static let opening = Duration.seconds(60)

    /// An ordinary day, lived through once: nothing in it depends on what is looked at.
    static let ordinary = live(seed: 4)

    /// Lives through a day; answers what the database holds in the evening.
    /// - Parameter isEventful: whether queues overflow, call in a conditional group and close (``unsettle(_:_:)``).
    static func live(seed: UInt64, isEventful: Bool = false) -> DayLog? {
        let world = World(seed: seed, nodesCount: 1)
        defer { world.unwind() }
        world.servers[0].start()
        world.scheduler.run(until: .seconds(5))
        let laid = Laid()
        world.people.start {
            let house = try? await world.servers[0].ask(world.people, isReliable: true) {
                (engine) throws(EngineError) in
                var place = try await build(in: engine)
                if isEventful { try await unsettle(&place, engine) }
                return place
            }
            laid.place = house
        }
        world.scheduler.run(until: opening)
        guard let place = laid.place else { return nil }
        let day = CalmDay(world: world, place: place)
        for person in place.agents { world.people.start { await day.work(person) } }
        for shop in place.shops.indices { world.people.start { await day.open(shop) } }
        if let emergency = place.emergency { world.people.start { await day.alarm(emergency) } }
        world.scheduler.run(until: opening + length)
        // Who lives on must stop before the run is unwound.
        world.close()
        return world.database.read { DayLog(events: $0.events, rows: $0.configuration) }
    }

    private final class Laid: @unchecked Sendable {
        // One thread runs all of a simulation.
        var place: Place?
    }

    // MARK: The house

    private static func build(in engine: Engine) async throws(EngineError) -> Place {
        let directory = engine.directory
        var place = Place(returns: engine.newID(Skill.self))
        for presence in [SystemPresence.available, .onQueue, .offline] {
            try await directory.save(
                .presenceDefinition, id: engine.newID(User.self).description, name: presence.rawValue,
                body: ["systemPresence": .string(presence.rawValue), "type": "System"])
        }
        try await directory.save(.skill, id: place.returns.description, name: "Returns", body: [:])
        for (name, method, seconds) in [("Support", "ALL", 20), ("Sales", "BEST", 15), ("Orders", "ALL", 30)] {
            let queue = engine.newID(Queue.self)
            let shop = engine.newID(Integration.self)
            place.queues.append(queue)
            place.shops.append(shop)
            try await directory.save(
                .queue, id: queue.description, name: name,
                body: [
                    "skillEvaluationMethod": .string(method), "acwSettings": ["wrapupPrompt": "MANDATORY"],
                    "mediaSettings": [
                        "message": [
                            "alertingTimeoutSeconds": .integer(Int64(seconds)), "serviceLevel": ["durationMs": 30_000],
                        ]
                    ],
                ])
            try await directory.save(
                .recipient, id: shop.description, name: name,
                body: ["defaultQueue": ["id": .string(queue.description)]])
        }
        try await hire(into: &place, engine)
        return place
    }

    private static func hire(into place: inout Place, _ engine: Engine) async throws(EngineError) {
        for number in 0..<9 {
            let user = engine.newID(User.self)
            let directory = engine.directory
            try await directory.save(.user, id: user.description, name: "Agent \(number)", body: [:])
            let most = JSONValue.integer(Int64(1 + number % 3))
            try await directory.save(
                .utilization, id: user.description, name: nil,
                body: ["utilization": ["message": ["maximumCapacity": most]]])
            for (index, queue) in place.queues.enumerated() where number % 3 != index || number == 0 {
                try await directory.save(.queueMember, id: "\(queue)/\(user)", name: nil, body: ["joined": true])
            }
            if number.isMultiple(of: 2) {
                try await directory.save(
                    .userSkill, id: "\(user)/\(place.returns)", name: nil,
                    body: ["proficiency": .integer(Int64(1 + number % 5))])
            }
            place.agents.append(
                Person(
                    user: user, pace: 0.7 + 0.1 * Double(number % 6), reaction: .seconds(3 + number % 4),
                    declines: number.isMultiple(of: 4) ? 0.1 : 0.02, misses: number == 5 ? 0.12 : 0.02))
        }
    }

    // MARK: Customers

    /// Customers of one shop come more densely around noon.
    private func open(_ shop: Int) async {
        var number = 0
        while world.isOpen {
            let part = (world.scheduler.now - Self.opening) / Self.length
            let gap = 150.0 - 360.0 * part * (1 - part)
            await world.people.pause(draw { $0.exponential(.seconds(Int64(gap))) })
            number += 1
            let address = "\(shop)-\(number)"
            world.people.start { await come(address, to: shop) }
        }
    }

    private func come(_ address: String, to shop: Int) async {
        let integration = place.shops[shop]
        let receipt = await ask { (engine) throws(EngineError) in
            try await engine.intake.receive(
                InboundMessage(
                    integration: integration, platform: .open, platformUser: address, externalID: address,
                    message: NormalizedMessage(type: .text, text: "Hello")))
        }
        guard let id = receipt?.record.draft.conversation else { return }
        await world.people.pause(draw { $0.exponential(.seconds(900)) })
        _ = await ask { (engine) throws(EngineError) in
            guard try await engine.conversations.find(id).waiting != nil else { return }
            try await engine.intake.leave(integration: integration, platformUser: address)
        }
    }

    // MARK: Agents

    private func work(_ person: Person) async {
        let user = person.user
        let ear = Ear { conversation, alert in
            world.people.start { await react(person, to: alert, in: conversation) }
        }
        world.servers[0].engine?.hub.subscribe(ear, to: .userConversations(user))
        await world.people.pause(draw { $0.span(.zero, .seconds(1_800)) })
        while world.isOpen {
            await set(user, .idle)
            await world.people.pause(draw { $0.span(.seconds(5_400), .seconds(9_000)) })
            await set(user, .offQueue)
            await world.people.pause(draw { $0.span(.seconds(600), .seconds(1_500)) })
        }
    }

    private func set(_ user: UserID, _ status: AgentState.RoutingStatus) async {
        _ = await ask { (engine) throws(EngineError) in
            _ = try await engine.agents.setRoutingStatus(of: user, status)
        }
    }

    private func react(_ person: Person, to alert: Participant, in id: ConversationID) async {
        let fate = draw { $0.below(1_000) }
        let (misses, declines) = (Int(person.misses * 1_000), Int(person.declines * 1_000))
        if fate < misses {
            let timeout = Duration.milliseconds(alert.alertingTimeout?.milliseconds ?? 30_000)
            await world.people.pause(timeout + draw { $0.span(.seconds(30), .seconds(240)) })
            return await comeBack(person.user)
        }
        await world.people.pause(draw { $0.span(.seconds(1), person.reaction * 2) })
        let isDeclined = fate < misses + declines
        let isDone = await ask { (engine) throws(EngineError) in
            try await engine.conversations.perform(
                isDeclined ? .disconnect(alert.id, .client) : .answer(alert.id), on: id)
        }
        guard isDone != nil, !isDeclined else { return }
        await handle(person, alert, in: id)
    }

    /// Who let an alert pass comes back, unless it has gone home.
    private func comeBack(_ user: UserID) async {
        _ = await ask { (engine) throws(EngineError) in
            guard try await engine.agents.state(of: user).isNotResponding else { return }
            _ = try await engine.agents.setRoutingStatus(of: user, .idle)
        }
    }

    private func handle(_ person: Person, _ alert: Participant, in id: ConversationID) async {
        let talk = draw { Duration.seconds(60) + $0.exponential(.seconds(300)) } * person.pace
        await world.people.pause(talk)
        let isPassed = draw { $0.happens(0.08) }
        let target = RoutingRequest(queue: place.queues[draw { $0.below(place.queues.count) }], skills: [place.returns])
        _ = await ask { (engine) throws(EngineError) in
            try await engine.conversations.perform(
                isPassed ? .transfer(alert.id, .queue(target)) : .disconnect(alert.id, .client), on: id)
        }
        await world.people.pause(draw { $0.span(.seconds(10), .seconds(50)) } * person.pace)
        _ = await ask { (engine) throws(EngineError) in
            try await engine.conversations.perform(.wrapUp(alert.id, Wrapup(code: "done")), on: id)
        }
    }

    // MARK: Asking

    private func draw<Value: Sendable>(_ body: (inout Chance) -> Value) -> Value { world.draw(body) }

    func ask<Value: Sendable>(
        _ body: @escaping @Sendable (Engine) async throws(EngineError) -> Value
    ) async -> Value? {
        try? await world.servers[0].ask(world.people, isReliable: true, body)
    }
}

/// Hears of each alert once.
private final class Ear: NotificationSubscriber, @unchecked Sendable {
    // One thread runs all of a simulation.
    private var heard: Set<ParticipantID> = []
    private let alerted: @Sendable (ConversationID, Participant) -> Void

    init(_ alerted: @escaping @Sendable (ConversationID, Participant) -> Void) { self.alerted = alerted }

    func deliver(_ notification: Notification, on topic: Topic) {
        guard case .conversation(let conversation, _) = notification.kind,
            case .userConversations(let user) = topic
        else { return }
        for agent in conversation.agents where agent.user == user && agent.communication.state == .alerting {
            if heard.insert(agent.id).inserted { alerted(conversation.id, agent) }
        }
    }
}

extension Chance {
    mutating func exponential(_ mean: Duration) -> Duration {
        let unit = Double(next() >> 11) * 0x1p-53
        return .milliseconds(Int64(-log(1 - unit) * Double(mean.milliseconds)))
    }
}

/// What the simulated database holds, asked as the past of a real one is.
struct DayLog: RecordedLog {
    let events: [RecordedEvent]
    let rows: [ConfigurationRecord]

    private static let messages: Set<String> = ["messageReceived", "messageSent", "messageStatusChanged"]

    func position(before instant: Instant) -> Position { events.last { $0.at < instant }?.position ?? .start }

    func events(after position: Position, through last: Position) -> [RecordedEvent] {
        let later = events.filter { $0.position > position && $0.position <= last }
        return Array(later.filter { !Self.messages.contains($0.type) }.prefix(LogHistory.pageMax))
    }

    func configurationEvents(after stream: StreamID?) -> [RecordedEvent] {
        let all = events.filter { $0.stream.kind == .configuration }.sorted { $0.stream.key < $1.stream.key }
        return Array(all.filter { $0.stream.key > stream?.key ?? .init(high: 0, low: 0) }.prefix(LogHistory.pageMax))
    }

    func firstEvents(of streams: [StreamID]) -> [RecordedEvent] {
        let asked = Set(streams)
        return events.filter { $0.version == 1 && asked.contains($0.stream) }
    }

    func lastEvents(of streams: [StreamID], type: String, through position: Position) -> [RecordedEvent] {
        streams.compactMap { stream in
            events.last { $0.stream == stream && $0.type == type && $0.position <= position }
        }
    }

    func configuration() -> [ConfigurationRecord] { rows }
}

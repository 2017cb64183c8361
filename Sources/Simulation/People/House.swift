import ContactCenter
import Engine
import Synchronization

/// Who works where: queues, agents, and what customers write to.
struct House: Sendable {
    var queues: [QueueID] = []
    var agents: [UserID] = []
    var posts: [UserID: Attendance.Post] = [:]
    var rules: [QueueID: Attendance.Rules] = [:]
    /// Of the queues that close.
    var hours: [QueueHours] = []
    var skill: SkillID
    /// The web deployment that guests write to.
    var deployment: IntegrationID
    /// The open integration that platforms write to.
    var integration: IntegrationID

    /// Lays it all down in an engine that nobody disturbs yet.
    static func build(in engine: Engine, _ chance: inout Chance) async throws(EngineError) -> House {
        var house = House(
            skill: engine.newID(Skill.self), deployment: engine.newID(Integration.self),
            integration: engine.newID(Integration.self))
        let directory = engine.directory
        for presence in [SystemPresence.available, .onQueue, .offline] {
            try await directory.save(
                .presenceDefinition, id: engine.newID(User.self).description, name: presence.rawValue,
                body: ["systemPresence": .string(presence.rawValue), "type": "System"])
        }
        try await directory.save(.skill, id: house.skill.description, name: "Returns", body: [:])
        for (name, prompt) in [("Support", "MANDATORY_TIMEOUT"), ("Sales", "OPTIONAL")] {
            let queue = engine.newID(Queue.self)
            house.queues.append(queue)
            let (rules, body) = Self.rules(prompt, &chance)
            house.rules[queue] = rules
            try await directory.save(.queue, id: queue.description, name: name, body: body)
        }
        try await house.treat(directory)
        try await house.hire(2 + chance.below(4), directory, engine, &chance)
        try await house.open(directory)
        try await house.close(directory, engine, &chance)
        return house
    }

    /// How a queue is served, for those who watch and as the API has it.
    private static func rules(_ prompt: String, _ chance: inout Chance) -> (Attendance.Rules, JSONValue) {
        let alerting = JSONValue.number(Double(7 + chance.below(20)))
        let evaluation = ["ALL", "ALL", "BEST", "NONE"][chance.below(4)]
        let isPriorityOnly = chance.happens(0.25)
        let lastAgent = ["QueueMembersOnly", "AnyAgent", "Disabled"][chance.below(3)]
        let ring = chance.below(40)
        let rules = Attendance.Rules(
            needsSkills: evaluation == "ALL", promisesLastAgent: lastAgent != "Disabled",
            point: isPriorityOnly ? Span(milliseconds: 1 << 42) : .seconds(60), secondRing: .seconds(ring))
        let timeout: JSONValue = ["type": "TIMEOUT_SECONDS", "threshold": .number(Double(ring))]
        let first: JSONValue = ["expansionCriteria": [timeout]]
        let last: JSONValue = ["expansionCriteria": [timeout]]
        let body: JSONValue = [
            "acwSettings": ["wrapupPrompt": .string(prompt), "timeoutMs": 15_000],
            "mediaSettings": ["message": ["alertingTimeoutSeconds": alerting]],
            "messageHandling": ["parkAfterSeconds": 30, "returnWaitSeconds": 40],
            "skillEvaluationMethod": .string(evaluation), "lastAgentRoutingMode": .string(lastAgent),
            "scoringMethod": .string(isPriorityOnly ? "PriorityOnly" : "TimestampAndPriority"),
            "bullseye": ["rings": [first, last]],
        ]
        return (rules, body)
    }

    /// Those who wait are told so, passed on, and told when it takes too long.
    private func treat(_ directory: Directory) async throws(EngineError) {
        let treatment: JSONValue = [
            "delaySeconds": 5, "intervalSeconds": 20, "timesMax": 5, "texts": ["en": "You are number {position}."],
        ]
        let limit: JSONValue = ["seconds": 150, "action": "WAIT", "texts": ["en": "This takes longer than usual."]]
        for (index, queue) in queues.enumerated() {
            guard let entity = directory.find(.queue, queue.description) else { continue }
            var settings: JSONValue = ["treatment": treatment, "maximumWait": limit]
            if index == 0 {
                settings["overflow"] = ["queue": ["id": .string(queues[1].description)], "afterSeconds": 60]
            }
            var body = entity.body
            body["inQueue"] = settings
            try await directory.save(.queue, id: entity.id, name: entity.name, body: body)
        }
    }

    private mutating func hire(
        _ count: Int, _ directory: Directory, _ engine: Engine, _ chance: inout Chance
    ) async throws(EngineError) {
        for number in 0..<count {
            let user = engine.newID(User.self)
            var post = Attendance.Post(capacity: 1 + chance.below(3), rings: [:], skills: [])
            try await directory.save(.user, id: user.description, name: "Agent \(number)", body: [:])
            let maximum = JSONValue.number(Double(post.capacity))
            let body: JSONValue = ["utilization": ["message": ["maximumCapacity": maximum]]]
            try await directory.save(.utilization, id: user.description, name: nil, body: body)
            // The first two are everywhere, so that nobody waits for a place that nobody works at.
            for queue in queues where number < 2 || chance.happens(0.6) {
                let ring = number == 0 ? 1 : 1 + chance.below(2)
                post.rings[queue] = ring
                try await directory.save(
                    .queueMember, id: "\(queue)/\(user)", name: nil,
                    body: ["joined": true, "ringNumber": .number(Double(ring))])
            }
            if number == 0 || chance.happens(0.5) {
                post.skills.insert(skill)
                try await directory.save(.userSkill, id: "\(user)/\(skill)", name: nil, body: [:])
            }
            agents.append(user)
            posts[user] = post
        }
    }

    private func open(_ directory: Directory) async throws(EngineError) {
        let support = JSONValue.string(queues[0].description)
        try await directory.save(
            .webDeployment, id: deployment.description, name: "Site", body: ["defaultQueue": ["id": support]])
        try await directory.save(
            .recipient, id: integration.description, name: "Shop",
            body: ["defaultQueue": ["id": .string(queues[1].description)]])
        try await directory.save(
            .openIntegration, id: integration.description, name: "Shop",
            body: ["outboundNotificationWebhookUrl": "https://shop.invalid/hook"])
    }
}

/// What the people know of what they did: the side of the proof that is not the database's.
final class Ledger: Sendable {
    /// A message that somebody sent.
    struct Entry: Sendable {
        let integration: IntegrationID
        /// The customer's address, or the agent's leg.
        let sender: String
        let externalID: String
        let text: String
        /// When it was sent first, and when it was acknowledged.
        let sentAt: Duration
        var acknowledgedAt: Duration?
        var message: MessageID?
    }

    private struct State {
        var entries: [Entry] = []
        var findings: [String] = []
        var story: [(at: Duration, what: String)] = []
    }

    private let state = Mutex(State())

    var entries: [Entry] { state.withLock { $0.entries } }
    var findings: [String] { state.withLock { $0.findings } }

    /// What happened to machines, and when.
    var story: [(at: Duration, what: String)] { state.withLock { $0.story } }

    func tell(_ at: Duration, _ what: String) { state.withLock { $0.story.append((at, what)) } }

    func note(_ entry: Entry) -> Int {
        state.withLock { state in
            state.entries.append(entry)
            return state.entries.count - 1
        }
    }

    /// The server said that it has it. A second acknowledgement must name the same message.
    func acknowledge(_ index: Int, _ message: MessageID, at now: Duration) {
        state.withLock { state in
            if let known = state.entries[index].message, known != message {
                state.findings.append("message \(state.entries[index].externalID) was acknowledged as two messages")
            }
            state.entries[index].message = message
            state.entries[index].acknowledgedAt = state.entries[index].acknowledgedAt ?? now
        }
    }

    /// Something is wrong.
    func find(_ finding: String) { state.withLock { if $0.findings.count < 20 { $0.findings.append(finding) } } }
}

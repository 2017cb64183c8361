import ContactCenter
import Engine
import Routing
import Synchronization

/// An agent at work: goes on queue, takes what alerts or does not, talks, transfers, wraps up, leaves in the middle.
struct AgentPerson: Sendable {
    let user: UserID
    let world: World
    let screen = AgentScreen()

    private var process: Process { world.people }

    /// One shift after the other until the run ends.
    func live() async {
        while world.isDay {
            await process.pause(world.draw { $0.span(.zero, .seconds(60)) })
            await shift(for: world.draw { $0.span(.seconds(300), .seconds(7_200)) })
        }
        // In the evening everybody comes back until nobody waits any more, so that all that came is served.
        while world.isOpen {
            await beOnQueue()
            while world.isServed, world.isOpen { await process.pause(.seconds(5)) }
            await work(isDiligent: true)
            await process.pause(.seconds(1))
        }
    }

    private func shift(for span: Duration) async {
        let end = world.scheduler.now + span
        await beOnQueue()
        while world.isDay, world.scheduler.now < end {
            await work(isDiligent: false)
            await process.pause(world.draw { $0.span(.milliseconds(300), .seconds(4)) })
            if world.draw({ $0.happens(0.02) }) { await beOnQueue() }
        }
        guard world.isDay else { return }
        let (user, way) = (user, world.draw { $0.below(3) })
        // One of three just goes home without a word to the machine.
        if way == 0 { await attempt { (engine) throws(EngineError) in try await engine.agents.signOut(user) } }
        if way == 1 {
            await attempt { (engine) throws(EngineError) in
                _ = try await engine.agents.setRoutingStatus(of: user, .offQueue)
            }
        }
        await process.pause(world.draw { $0.span(.seconds(30), .seconds(900)) })
    }

    private func beOnQueue() async {
        let user = user
        while world.isOpen {
            let isDone = await attempt { (engine) throws(EngineError) in
                _ = try await engine.agents.setRoutingStatus(of: user, .idle)
            }
            if isDone { return }
            await process.pause(.seconds(1))
        }
    }

    // MARK: Conversations in hand

    /// Looks at all that is in hand and does something about one or the other.
    private func work(isDiligent: Bool) async {
        let user = user
        let open = try? await world.anyServer().ask(process) { (engine) throws(EngineError) in
            engine.conversations.open(of: user)
        }
        for conversation in open ?? [] {
            for agent in conversation.participants where agent.user == user {
                if agent.communication.state == .alerting {
                    await answer(agent, in: conversation.id, isDiligent)
                } else if agent.communication.state == .connected {
                    await talk(agent, in: conversation, isDiligent)
                } else if agent.communication.state == .parked {
                    await wantBack(agent, in: conversation.id)
                } else if agent.owesWrapup, agent.id.low % 10 < 6, world.draw({ $0.happens(0.3) }) {
                    // The others let the time pass that after-call work may take.
                    await attempt { (engine) throws(EngineError) in
                        try await engine.conversations.perform(
                            .wrapUp(agent.id, Wrapup(code: "done")), on: conversation.id)
                    }
                }
            }
        }
    }

    /// Each alert has its fate: taken, declined or let pass. A desktop stops ringing when an alert's time is over.
    private func answer(_ agent: Participant, in id: ConversationID, _ isDiligent: Bool) async {
        let fate = isDiligent ? 0 : agent.communication.id.low % 100
        let endsAt = agent.startedAt + (agent.alertingTimeout ?? .seconds(0))
        guard fate < 70, !isDiligent || process.wallClock < endsAt else { return }
        await attempt { (engine) throws(EngineError) in
            try await engine.conversations.perform(
                fate < 60 ? .answer(agent.id) : .disconnect(agent.id, .client), on: id)
        }
    }

    private func talk(_ agent: Participant, in conversation: Conversation, _ isDiligent: Bool) async {
        let die = world.draw { $0.below(100) }
        let id = conversation.id
        if isDiligent, die < 60 || die >= 95 {
            await attempt { (engine) throws(EngineError) in
                try await engine.conversations.perform(.disconnect(agent.id, .client), on: id)
            }
        } else if die < 45 {
            await say(agent.communication.id, in: conversation)
        } else if die < 51 {
            await attempt { (engine) throws(EngineError) in
                try await engine.conversations.perform(.disconnect(agent.id, .client), on: id)
            }
        } else if die < 60, die >= 54, conversation.awaitsCustomer == true {
            await attempt { (engine) throws(EngineError) in
                try await engine.conversations.perform(.park(agent.id), on: id)
            }
        } else if die < 54 {
            let queue = world.draw { chance in world.house.queues[chance.below(world.house.queues.count)] }
            let skills = world.draw { $0.happens(0.5) } ? [world.house.skill] : []
            let priority = world.draw { $0.below(3) }
            await attempt { (engine) throws(EngineError) in
                try await engine.conversations.perform(
                    .transfer(agent.id, .queue(RoutingRequest(queue: queue, skills: skills, priority: priority))),
                    on: id)
            }
        }
    }

    /// Now and then an agent wants something back before the customer does.
    private func wantBack(_ agent: Participant, in id: ConversationID) async {
        guard world.draw({ $0.happens(0.01) }) else { return }
        await attempt { (engine) throws(EngineError) in
            try await engine.conversations.perform(.recall(agent.id), on: id)
        }
    }

    /// Sends a message, and sends it again under the same key until it is known what became of it.
    private func say(_ leg: CommunicationID, in conversation: Conversation) async {
        guard let origin = conversation.origin else { return }
        let key = "a\(world.scheduler.now.milliseconds)"
        let entry = Ledger.Entry(
            integration: origin.integration, sender: "\(leg)", externalID: "\n\(leg)\n\(key)", text: "answer \(key)",
            sentAt: world.scheduler.now)
        let index = world.ledger.note(entry)
        let message = NormalizedMessage(type: .text, text: entry.text)
        while world.isOpen {
            do throws(ClientError) {
                let record = try await world.anyServer().ask(process) { (engine) throws(EngineError) in
                    try await engine.conversations.send(message, in: conversation.id, by: leg, key: key)
                }
                return world.ledger.acknowledge(index, record.draft.id, at: world.scheduler.now)
            } catch {
                // The customer or the agent has left meanwhile: nothing to say any more.
                if case .refused(.conversation) = error { return }
                await process.pause(world.draw { $0.span(.milliseconds(100), .seconds(2)) })
            }
        }
    }

    @discardableResult
    private func attempt(_ body: @escaping @Sendable (Engine) async throws(EngineError) -> Void) async -> Bool {
        do throws(ClientError) {
            try await world.anyServer().ask(process, body)
            return true
        } catch { return false }
    }

    // MARK: The desktop's window

    /// Follows one's own conversations until the run ends.
    func watch() async {
        let topic = Topic.userConversations(user)
        while world.isOpen {
            let server = world.anyServer()
            let starts = server.startsCount
            guard let engine = server.engine else {
                await process.pause(.milliseconds(500))
                continue
            }
            let connection = AgentConnection()
            engine.hub.subscribe(connection, to: topic)
            let user = user
            engine.desks.opened(user)
            let open = try? await server.ask(process) { (engine) throws(EngineError) in
                engine.conversations.open(of: user)
            }
            if let open {
                screen.connect(connection, read: open)
                while world.isOpen, server.startsCount == starts, server.engine != nil,
                    !world.isDay || world.draw({ !$0.happens(0.002) })
                {
                    await process.pause(.seconds(2))
                }
            }
            connection.close()
            engine.hub.unsubscribe(connection, from: topic)
            engine.desks.closed(user)
            // Now and then the whole desktop is gone for a while.
            let isCrash = world.isDay && world.draw { $0.happens(0.1) }
            let longest = isCrash ? Duration.seconds(300) : .seconds(2)
            await process.pause(world.draw { $0.span(.milliseconds(100), longest) })
        }
    }
}

/// What one connection of an agent got.
final class AgentConnection: NotificationSubscriber {
    private struct State {
        var versions: [ConversationID: Int64] = [:]
        var wentBack: [ConversationID] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    func deliver(_ notification: Notification, on topic: Topic) {
        guard case .conversation(let conversation, _) = notification.kind else { return }
        state.withLock { state in
            guard !state.isClosed else { return }
            if let known = state.versions[conversation.id], known > conversation.version {
                state.wentBack.append(conversation.id)
            }
            state.versions[conversation.id] = conversation.version
        }
    }

    func close() { state.withLock { $0.isClosed = true } }
    var versions: [ConversationID: Int64] { state.withLock { $0.versions } }
    var wentBack: [ConversationID] { state.withLock { $0.wentBack } }
}

/// What an agent sees now: what was read at the connection, and what came since.
final class AgentScreen: Sendable {
    private let shown = Mutex<(connection: AgentConnection?, read: [ConversationID: Int64])>((nil, [:]))

    func connect(_ connection: AgentConnection, read open: [Conversation]) {
        let versions = Dictionary(uniqueKeysWithValues: open.map { ($0.id, $0.version) })
        shown.withLock { $0 = (connection, versions) }
    }

    /// The version of each conversation that the agent sees.
    var versions: [ConversationID: Int64] {
        let (connection, read) = shown.withLock { $0 }
        return read.merging(connection?.versions ?? [:]) { max($0, $1) }
    }

    var wentBack: [ConversationID] { shown.withLock { $0.connection }?.wentBack ?? [] }
}

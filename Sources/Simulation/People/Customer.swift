import ContactCenter
import Engine
import Journal
import Synchronization

/// A customer who writes now and then: through the messenger, or through a platform that calls our webhook.
struct Customer: Sendable {
    let number: Int
    let world: World
    let isGuest: Bool
    let screen: GuestScreen?

    init(number: Int, world: World) {
        self.number = number
        self.world = world
        isGuest = world.scheduler.draw { $0.happens(0.5) }
        screen = isGuest ? GuestScreen() : nil
    }

    var address: String { "c\(number)" }
    private var process: Process { world.people }
    private var integration: IntegrationID { isGuest ? world.house.deployment : world.house.integration }

    /// Writes until the day ends.
    func live() async {
        await process.pause(world.draw { $0.span(.zero, .seconds(120)) })
        var line = 0
        while world.isDay {
            for _ in 0..<world.draw({ 1 + $0.below(5) }) where world.isDay {
                line += 1
                await write(line)
                await process.pause(world.draw { $0.span(.milliseconds(200), .seconds(20)) })
            }
            if world.draw({ $0.happens(0.25) }) { await leave() }
            await process.pause(world.draw { $0.span(.seconds(10), .seconds(600)) })
        }
    }

    /// Sends until somebody says that it has arrived. Platforms send some messages twice at once, and some again.
    private func write(_ line: Int) async {
        let id = "\(address)-\(line)"
        let entry = Ledger.Entry(
            integration: integration, sender: address, externalID: "\(address)\n\(id)", text: "line \(line)",
            sentAt: world.scheduler.now)
        let index = world.ledger.note(entry)
        let isDoubled = world.draw { $0.happens(0.15) }
        if isDoubled { process.start { _ = await send(id, entry, index) } }
        while !(await send(id, entry, index)), world.isOpen {
            await process.pause(world.draw { $0.span(.milliseconds(100), .seconds(3)) })
        }
        if world.draw({ $0.happens(0.1) }) {
            let late = world.draw { $0.span(.zero, .seconds(30)) }
            process.start {
                await process.pause(late)
                _ = await send(id, entry, index)
            }
        }
    }

    private func send(_ id: String, _ entry: Ledger.Entry, _ index: Int) async -> Bool {
        let inbound = InboundMessage(
            integration: integration, platform: isGuest ? .webmessaging : .open, platformUser: address,
            externalID: id, message: NormalizedMessage(type: .text, text: entry.text))
        do throws(ClientError) {
            let receipt = try await world.anyServer().ask(process) { (engine) throws(EngineError) in
                try await engine.intake.receive(inbound)
            }
            world.ledger.acknowledge(index, receipt.record.draft.id, at: world.scheduler.now)
            return true
        } catch { return false }
    }

    private func leave() async {
        let (integration, address) = (integration, address)
        _ = try? await world.anyServer().ask(process) { (engine) throws(EngineError) in
            try await engine.intake.leave(integration: integration, platformUser: address)
        }
    }

    // MARK: The messenger's window

    /// Keeps the window up to date until the run ends: connects, reads the history, follows.
    func watch() async {
        guard let screen else { return }
        while world.isOpen {
            let server = world.anyServer()
            let starts = server.startsCount
            guard let engine = server.engine else {
                await process.pause(.milliseconds(500))
                continue
            }
            let connection = GuestConnection()
            engine.hub.subscribe(connection, to: .guest(integration, platformUser: address))
            if await read(server) {
                screen.connect(connection)
                while world.isOpen, server.startsCount == starts, server.engine != nil {
                    await process.pause(.seconds(2))
                }
            }
            // The connection breaks: nothing more comes through it.
            connection.close()
            engine.hub.unsubscribe(connection, from: .guest(integration, platformUser: address))
            screen.collect(connection, world.ledger, address)
            await process.pause(world.draw { $0.span(.milliseconds(100), .seconds(2)) })
        }
    }

    private func read(_ server: Server) async -> Bool {
        let (deployment, address) = (integration, address)
        let page = try? await server.ask(process) { (engine) throws(EngineError) in
            let session = try await engine.guests.session(platformUser: address, deployment: deployment)
            let beginning = Instant(milliseconds: 0)
            return try await engine.guests.history(of: session, since: beginning, page: 1, pageSize: 2_000)
                .messages.map(\.0)
        }
        guard let page else { return false }
        screen?.show(page)
        return true
    }
}

/// What one connection of a guest got.
final class GuestConnection: NotificationSubscriber {
    private let got = Mutex<(records: [MessageRecord], isClosed: Bool)>(([], false))

    func deliver(_ notification: Notification, on topic: Topic) {
        guard case .message(let record, _, _) = notification.kind else { return }
        got.withLock { if !$0.isClosed { $0.records.append(record) } }
    }

    func close() { got.withLock { $0.isClosed = true } }
    var records: [MessageRecord] { got.withLock { $0.records } }
}

/// What a guest sees: what was read, and what came since.
final class GuestScreen: Sendable {
    private let shown = Mutex<(ids: Set<MessageID>, connection: GuestConnection?)>(([], nil))

    func connect(_ connection: GuestConnection) { shown.withLock { $0.connection = connection } }

    func show(_ records: [MessageRecord]) { shown.withLock { $0.ids.formUnion(records.map(\.draft.id)) } }

    /// Takes what a connection brought, which must be in order and nothing twice.
    func collect(_ connection: GuestConnection, _ ledger: Ledger, _ address: String) {
        let records = connection.records
        for (earlier, later) in zip(records, records.dropFirst()) where earlier.position >= later.position {
            ledger.find("guest \(address) saw \(later.position.value) after \(earlier.position.value)")
        }
        show(records)
    }

    /// All that the guest has seen by now.
    func all(_ ledger: Ledger, _ address: String) -> Set<MessageID> {
        if let connection = shown.withLock({ $0.connection }) { collect(connection, ledger, address) }
        return shown.withLock { $0.ids }
    }
}

import ContactCenter
import Engine
import Foundation
import Journal

/// What must hold when a run is over and all has settled.
struct Invariants {
    let world: World
    let database: Database
    let book: Watchman.Book
    let now: Instant
    private(set) var findings: [String] = []

    /// Alarms and answers of the last moment are still on their way.
    static let slack = Span.seconds(10)

    init(world: World) {
        self.world = world
        database = world.database.read { copy $0 }
        book = world.watchman.book
        now = world.database.now
        findings = world.ledger.findings + book.findings
        if world.scheduler.isStuck { findings.append("something goes round in a circle while no time passes") }
    }

    private mutating func find(_ finding: String) { findings.append(finding) }

    /// All that is wrong.
    static func check(_ world: World) -> [String] {
        var invariants = Invariants(world: world)
        invariants.checkTranscripts()
        invariants.checkDelivery()
        invariants.checkScreens()
        invariants.checkTimers()
        invariants.checkWaiting()
        invariants.checkTreatment()
        invariants.checkMemory()
        return invariants.findings
    }

    // MARK: Messages

    /// Each acknowledged message exactly once, and after those that its sender knew to have arrived.
    private mutating func checkTranscripts() {
        var places: [String: [Position]] = [:]
        var ids: [String: MessageID] = [:]
        for record in database.allMessages {
            let text = (try? record.content().text) ?? ""
            let sender =
                record.draft.isInbound
                ? database.identity(record.draft.identity)?.platformUser ?? "" : "\(record.draft.communication)"
            places["\(sender)|\(text)", default: []].append(record.position)
            ids["\(sender)|\(text)"] = record.draft.id
        }
        for (sender, entries) in Dictionary(grouping: world.ledger.entries, by: \.sender).sorted(by: { $0.key < $1.key }
        ) {
            var known: [(acknowledgedAt: Duration, position: Position)] = []
            for entry in entries.sorted(by: { $0.sentAt < $1.sentAt }) {
                let found = places["\(sender)|\(entry.text)"] ?? []
                if found.count > 1 { find("“\(entry.text)” of \(sender) is there \(found.count) times") }
                guard let acknowledgedAt = entry.acknowledgedAt else { continue }
                guard let position = found.first else {
                    find("“\(entry.text)” of \(sender) was acknowledged and is lost")
                    continue
                }
                if ids["\(sender)|\(entry.text)"] != entry.message {
                    find("“\(entry.text)” was acknowledged as another")
                }
                if known.contains(where: { $0.acknowledgedAt < entry.sentAt && $0.position > position }) {
                    find("“\(entry.text)” of \(sender) is before what was acknowledged earlier")
                }
                known.append((acknowledgedAt, position))
            }
        }
    }

    /// Each message to a platform is there, in the customer's order, repeated under the same id only.
    private mutating func checkDelivery() {
        if !database.outboxIDs.isEmpty { find("\(database.outboxIDs.count) messages were never sent") }
        var first: [MessageID: Int] = [:]
        for (index, reception) in world.platform.receptions.enumerated() where first[reception.message] == nil {
            first[reception.message] = index
        }
        var last: [IdentityID: Int] = [:]
        for record in database.allMessages
        where !record.draft.isInbound && record.draft.integration == world.house.integration {
            let id = record.draft.id
            if record.draft.status == .queued { find("message \(id.hex) is queued for ever") }
            guard let index = first.removeValue(forKey: id) else {
                if record.draft.status != .failed { find("message \(id.hex) was not delivered") }
                continue
            }
            if let earlier = last[record.draft.identity], earlier > index { find("message \(id.hex) overtook another") }
            last[record.draft.identity] = index
        }
        if !first.isEmpty { find("\(first.count) messages were delivered that nobody wrote") }
    }

    /// What people see is what there is.
    private mutating func checkScreens() {
        for customer in world.customers {
            guard let screen = customer.screen else { continue }
            let identity = database.identity(integration: world.house.deployment, platformUser: customer.address)
            let all = Set(identity.map { database.history(of: $0.id) }?.map(\.draft.id) ?? [])
            let seen = screen.all(world.ledger, customer.address)
            if seen != all { find("guest \(customer.address) sees \(seen.count) of \(all.count) messages") }
        }
        for agent in world.agents {
            if !agent.screen.wentBack.isEmpty { find("agent \(agent.user) saw a conversation go back") }
            let versions = agent.screen.versions
            for conversation in book.conversations.values.sorted(by: { $0.id < $1.id })
            where conversation.participants.contains(where: {
                $0.user == agent.user && ($0.isPresent || $0.owesWrapup)
            }) {
                let seen = versions[conversation.id] ?? 0
                if seen != conversation.version {
                    find("agent \(agent.user) sees \(conversation.id) at \(seen), not \(conversation.version)")
                }
            }
        }
        findings += world.ledger.findings.filter { !findings.contains($0) }
    }

    // MARK: Work

    /// No timer is overdue, and whatever has an end has a timer.
    private mutating func checkTimers() {
        for timer in database.timers(in: .all) where timer.dueAt + Self.slack < now {
            find("timer \(timer.key) is overdue")
        }
        for conversation in open {
            for participant in conversation.participants {
                if participant.communication.state == .alerting, let timeout = participant.alertingTimeout,
                    participant.startedAt + timeout + Self.slack < now
                {
                    find("an alert of \(conversation.id) never ends")
                }
                if participant.owesWrapup, let started = participant.afterCallWorkStartedAt,
                    let timeout = participant.wrapupPolicy?.timeout, started + timeout + Self.slack < now
                {
                    find("after-call work of \(conversation.id) never ends")
                }
            }
        }
    }

    private var open: [Conversation] { book.conversations.values.filter(\.isOpen).sorted { $0.id < $1.id } }

    /// Nobody waits while somebody who may take it is free.
    private mutating func checkWaiting() {
        guard let directory = world.servers.compactMap(\.engine).first?.directory else { return }
        var hours = book.attendance.hours
        for conversation in open {
            if let agent = conversation.returning, let user = agent.user { checkReturn(of: conversation, to: user) }
            guard let waiting = conversation.waiting, let routing = waiting.routing,
                !conversation.agents.contains(where: { $0.communication.state == .alerting }),
                hours.reading(of: routing.queue, at: now).standing == .open
            else { continue }
            let free = world.house.agents.first { user in
                let status = book.agents[user]?.routingStatus ?? .offQueue
                let skills = Set(directory.children(.userSkill, of: "\(user)").map(\.id))
                return (status == .idle || status == .interacting)
                    && book.load(of: user) < world.house.posts[user]?.capacity ?? 0
                    && directory.joinedQueues(of: user).contains(routing.queue)
                    && routing.skills.allSatisfy { skills.contains("\(user)/\($0)") }
            }
            if let free { find("\(conversation.id) waits while agent \(free) is free") }
        }
    }

    /// Nothing stays parked that is wanted back while its agent has room, nor longer than the customer should wait.
    private mutating func checkReturn(of conversation: Conversation, to user: UserID) {
        let status = book.agents[user]?.routingStatus ?? .offQueue
        let hasRoom = book.load(of: user) < world.house.posts[user]?.capacity ?? 0
        if (status == .idle || status == .interacting) && hasRoom {
            find("\(conversation.id) stays parked while agent \(user) is free")
        }
        guard let recalledAt = conversation.returning?.communication.recalledAt else { return }
        if recalledAt + (conversation.returning?.parking?.returnWait ?? ParkingPolicy.returnWaitDefault) + Self.slack
            < now
        {
            find("the customer of \(conversation.id) waits for agent \(user) for ever")
        }
    }

    /// Nothing that a queue does with those who wait is overdue.
    private mutating func checkTreatment() {
        guard let rules = world.servers.compactMap(\.engine).first?.inQueueRules else { return }
        let due = Instant(milliseconds: now.milliseconds - Self.slack.milliseconds)
        var hours = book.attendance.hours
        for conversation in open {
            guard let waiting = conversation.waiting, let queue = waiting.queue,
                let settings = rules.settings(of: queue)
            else { continue }
            var situation = InQueueSituation(since: waiting.startedAt)
            situation.progress = waiting.inQueue ?? InQueueProgress()
            situation.passed = (waiting.routing?.passed ?? []) + [queue]
            situation.alertEndsAt = conversation.agents.isEmpty ? nil : now
            let reading = hours.reading(of: queue, at: now)
            guard hours.reading(of: queue, at: due).standing == reading.standing else { continue }
            situation.standing = reading.standing
            situation.standingChangesAt = reading.until
            situation.closedQueues = Set(
                world.house.queues.filter { hours.reading(of: $0, at: now).standing != .open })
            switch settings.move(in: situation, at: due) {
            case .take(let step, _): find("\(conversation.id) waits, and \(step) is forgotten")
            case .rest(let until):
                guard let until, situation.alertEndsAt == nil else { continue }
                let timer = database.timers["inqueue/\(waiting.communication.id)"]
                if timer.map({ $0.dueAt > until + Self.slack }) ?? true {
                    find("\(conversation.id) waits, and nobody looks at it again")
                }
            }
        }
    }

    // MARK: Followers

    /// What is remembered is what the log says.
    private mutating func checkMemory() {
        let expected = Dictionary(uniqueKeysWithValues: open.map { ($0.id, $0) })
        for server in world.servers {
            guard let engine = server.engine else {
                find("\(server.name) does not run")
                continue
            }
            let live = Dictionary(uniqueKeysWithValues: engine.conversations.allOpen().map { ($0.id, $0) })
            for id in Set(live.keys).union(expected.keys).sorted() where live[id] != expected[id] {
                let (here, there) = (live[id]?.version ?? 0, expected[id]?.version ?? 0)
                find("\(server.name) remembers \(id) at \(here), the log has \(there)")
            }
        }
        for (user, agent) in book.agents.sorted(by: { $0.key < $1.key }) {
            let legs = open.flatMap(\.participants).filter {
                $0.user == user && ($0.owesWrapup || $0.communication.state == .connected)
            }
            if agent.interactions != Set(legs.map(\.communication.id)) {
                find("agent \(user) has \(agent.interactions.count) in hand, the conversations say \(legs.count)")
            }
        }
        checkRouter()
    }

    private mutating func checkRouter() {
        let routing = world.servers.compactMap(\.engine).filter(\.isRouting)
        if routing.count != 1 { find("\(routing.count) processes route") }
        guard let queues = routing.first?.vitals().queues else { return }
        for queue in world.house.queues {
            let waiting = open.compactMap { conversation in conversation.waiting.map { (conversation, $0) } }
                .filter { $0.1.queue == queue }
            let offered = waiting.count { pair in pair.0.agents.contains { $0.communication.state == .alerting } }
            let census = queues[queue]
            if census?.waitingCount ?? 0 != waiting.count || census?.offeredCount ?? 0 != offered {
                find("routing counts \(census?.waitingCount ?? 0) in \(queue), the log \(waiting.count)")
            }
        }
    }
}

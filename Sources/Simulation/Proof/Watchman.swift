import ContactCenter
import Foundation
import Journal
import Synchronization

/// Recomputes everything from the log, commit by commit, and says what must not be.
final class Watchman: Sendable {
    /// What the log says.
    struct Book: Sendable {
        var conversations: [ConversationID: Conversation] = [:]
        var agents: [UserID: AgentState] = [:]
        var attendance = Attendance()
        var treatments = Treatments()
        var findings: [String] = []

        mutating func find(_ finding: String) { if findings.count < 20 { findings.append(finding) } }

        /// Legs that take an agent's attention; what is parked takes none.
        func load(of user: UserID) -> Int { attendance.loads[user] ?? 0 }
    }

    private let state = Mutex(Book())
    private let machines = Mutex(Machines())

    /// In a value of its own: a bare function would be wrapped once more at each look through the lock, and a day of
    /// commits would call it through as many layers.
    private struct Machines: Sendable {
        var ask: @Sendable () -> (routersCount: Int, clocks: Clocks) = { (1, Clocks(all: [])) }
    }

    var book: Book { state.withLock { $0 } }

    func expect(_ posts: [UserID: Attendance.Post], _ rules: [QueueID: Attendance.Rules]) {
        state.withLock { book in
            book.attendance.posts = posts
            book.attendance.rules = rules
        }
    }

    /// Who can tell how many processes have the right to route, and what clocks show.
    func askMachines(_ ask: @escaping @Sendable () -> (routersCount: Int, clocks: Clocks)) {
        machines.withLock { $0.ask = ask }
    }

    /// Somebody has set a machine's clock.
    func clockSet(at now: Duration) { state.withLock { $0.attendance.hours.clockSet(at: now) } }

    func expectTrouble(until end: Duration) { state.withLock { $0.attendance.expectTrouble(until: end) } }

    func complain(_ finding: String) { state.withLock { $0.find(finding) } }

    /// A commit has become durable.
    func look(_ events: [RecordedEvent], _ rows: [ConfigurationRecord], at now: Duration) {
        guard let stream = events.first?.stream else { return }
        let (count, clocks) = machines.withLock { $0 }.ask()
        state.withLock { book in
            if count != 1 { book.attendance.expectTrouble(until: now) }
            book.attendance.pass(to: now, by: clocks, book.agents)
            if let finding = book.attendance.overdue(at: now) { book.find(finding) }
            defer { book.attendance.look(book.agents, at: now) }
            do {
                switch stream.kind {
                case .conversation: try Self.follow(events, stream.key.cast(), at: now, &book)
                case .user:
                    let user: UserID = stream.key.cast()
                    var agent = book.agents[user] ?? AgentState(user: user)
                    for event in events {
                        agent.apply(try JSONDecoder().decode(AgentState.Event.self, from: event.body), at: event.at)
                    }
                    book.agents[user] = agent
                case .configuration:
                    for row in rows { try book.attendance.hours.saved(row) }
                    book.attendance.hours.observe(clocks, at: now)
                }
            } catch { book.find("an event cannot be read: \(error)") }
        }
    }

    private static func follow(
        _ events: [RecordedEvent], _ id: ConversationID, at now: Duration, _ book: inout Book
    ) throws {
        let before = book.conversations[id] ?? Conversation(id: id)
        var after = before
        var given: [UserID] = []
        var all: [ConversationEvent] = []
        for event in events {
            let happened = try JSONDecoder().decode(ConversationEvent.self, from: event.body)
            after.apply(happened, at: event.at)
            all.append(happened)
            if case .resumed(let leg) = happened, let user = after.participant(having: leg)?.user {
                given.append(user)
            }
            guard case .offered(let body) = happened else { continue }
            given.append(body.user)
            let wrong = book.attendance.wrong(with: body, of: id, at: now)
            for finding in wrong { book.find("conversation \(id) at \(after.version): \(finding)") }
        }
        book.conversations[id] = after
        book.attendance.conversationChanged(before, after, at: now)
        let findings =
            book.treatments.wrong(with: all, in: after) + illegal(before, after)
            + book.attendance.wrong(with: all, before, after, at: now)
        for finding in findings { book.find("conversation \(id) at \(after.version): \(finding)") }
        for user in given {
            guard let capacity = book.attendance.posts[user]?.capacity else { continue }
            let load = book.load(of: user)
            if load > capacity { book.find("agent \(user) has \(load) of at most \(capacity)") }
        }
    }

    /// What may not be in a conversation, or may not become of the one before.
    private static func illegal(_ before: Conversation, _ after: Conversation) -> [String] {
        var findings: [String] = []
        let present = after.participants.filter(\.isPresent)
        if present.count(where: { $0.purpose == .customer }) > 1 { findings.append("the customer is here twice") }
        if present.count(where: { $0.purpose == .acd }) > 1 { findings.append("it waits twice") }
        if present.count(where: { $0.communication.state == .alerting }) > 1 { findings.append("two are asked") }
        if after.customer == nil, after.isAttended { findings.append("somebody stays when the customer has left") }
        for (old, new) in zip(before.participants, after.participants) {
            if old.id != new.id { findings.append("participants change places") }
            if old.communication.state == .disconnected, new.communication.state != .disconnected {
                findings.append("a leg comes back")
            }
            if old.communication.state == .connected, new.communication.state == .alerting {
                findings.append("a leg goes back")
            }
        }
        if after.participants.count < before.participants.count { findings.append("a participant is forgotten") }
        return findings
    }
}

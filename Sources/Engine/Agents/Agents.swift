import ContactCenter
import Foundation
import Journal
import Synchronization

/// The states of the agents: presence, routing status, what is in hand.
public final class Agents: Sendable {
    private let journal: any Journal
    private let clock: @Sendable () -> Instant
    private let directory: Directory
    private let conversations: Conversations
    private let lanes = Lanes<UserID>()
    private let states = Mutex<[UserID: Known]>([:])

    private struct Known {
        var state: AgentState
        var snapshotVersion: Int64
    }

    init(
        journal: any Journal, clock: @escaping @Sendable () -> Instant, directory: Directory,
        conversations: Conversations
    ) {
        self.journal = journal
        self.clock = clock
        self.directory = directory
        self.conversations = conversations
    }

    /// The state of an agent; one who never signed in is offline.
    public func state(of user: UserID) async throws(EngineError) -> AgentState { try await known(user).state }

    /// Sets a presence by its definition's id.
    @discardableResult
    public func setPresence(
        of user: UserID, definition: String, message: String? = nil
    ) async throws(EngineError) -> AgentState {
        guard let entity = directory.find(.presenceDefinition, definition),
            let presence = entity.body["systemPresence"]?.string.flatMap(SystemPresence.init(wire:))
        else { throw .invalid(field: "presenceDefinition.id", message: "There is no such presence definition.") }
        return try await perform(.setPresence(definition: definition, presence, message: message), on: user)
    }

    /// Sets the routing status as far as a client may: `IDLE` (on queue and answering) or `OFF_QUEUE`.
    @discardableResult
    public func setRoutingStatus(
        of user: UserID, _ status: AgentState.RoutingStatus
    ) async throws(EngineError) -> AgentState {
        switch status {
        case .idle:
            let state = try await state(of: user)
            if state.systemPresence == .onQueue { return try await perform(.setIdle, on: user) }
            return try await setPresence(of: user, definition: try definition(of: .onQueue))
        case .offQueue: return try await setPresence(of: user, definition: try definition(of: .available))
        default: throw .invalid(field: "status", message: "The status can be set to IDLE or OFF_QUEUE.")
        }
    }

    /// The agent is gone: offline, and every conversation in hand goes back to its queue.
    public func signOut(_ user: UserID) async throws(EngineError) {
        try await setPresence(of: user, definition: try definition(of: .offline))
        for conversation in conversations.open(of: user) {
            for participant in conversation.participants where participant.user == user && participant.isPresent {
                try await conversations.requeue(participant.id, in: conversation.id)
            }
        }
    }

    /// The id of the definition that stands for a system presence.
    public func definition(of presence: SystemPresence) throws(EngineError) -> String {
        let match = directory.list(.presenceDefinition).first { entity in
            entity.body["systemPresence"]?.string.flatMap(SystemPresence.init(wire:)) == presence
                && entity.body["type"]?.string != "User"
        }
        guard let match else { throw .notFound(kind: "presenceDefinition", id: presence.rawValue) }
        return match.id
    }

    @discardableResult
    func perform(_ command: AgentState.Command, on user: UserID) async throws(EngineError) -> AgentState {
        try await lanes.run(user) { () async throws(EngineError) -> AgentState in
            for _ in 0..<Conversations.conflictRetriesMax {
                if let state = try await attempt(command, on: user) { return state }
                states.withLock { $0[user] = nil }
            }
            throw .versionConflict
        }
    }

    private func attempt(_ command: AgentState.Command, on user: UserID) async throws(EngineError) -> AgentState? {
        let now = clock()
        var current = try await known(user)
        let before = current.state.version
        let events: [AgentState.Event]
        do { events = try current.state.handle(command, at: now) } catch { throw .agent(error) }
        guard !events.isEmpty else { return current.state }
        var commit = Commit(stream: StreamID(.user, user), expectedVersion: before)
        for (index, event) in events.enumerated() {
            let change = AgentChange(event: event, state: current.state, isLast: index == events.count - 1)
            commit.events.append(
                EventDraft(type: event.name, at: now, body: try JSON.encode(event), value: change))
        }
        commit.snapshot = SnapshotDraft(
            body: try JSON.encode(current.state), isOpen: current.state.systemPresence != .offline, startedAt: now)
        current.snapshotVersion = current.state.version
        let stored = current
        commit.whenDurable = { _ in self.states.withLock { $0[user] = stored } }
        let final = commit
        do { _ = try await journal.commit(final) } catch .versionConflict { return nil } catch {
            throw EngineError(error)
        }
        return current.state
    }

    private func known(_ user: UserID) async throws(EngineError) -> Known {
        if let known = states.withLock({ $0[user] }) { return known }
        let record = try await journaling { () async throws(JournalError) in
            try await journal.stream(StreamID(.user, user))
        }
        guard let record else { return Known(state: AgentState(user: user), snapshotVersion: 0) }
        var state = AgentState(user: user)
        if let snapshot = record.snapshot { state = try JSON.decode(AgentState.self, from: snapshot) }
        for event in record.events {
            state.apply(try JSON.decode(AgentState.Event.self, from: event.body), at: event.at)
        }
        let known = Known(state: state, snapshotVersion: record.snapshotVersion)
        states.withLock { $0[user] = known }
        return known
    }
}

/// What followers in this process get with an event of an agent.
struct AgentChange: Sendable {
    let event: AgentState.Event
    let state: AgentState
    let isLast: Bool
}

extension Conversations {
    /// Takes a conversation from an agent who is gone; one that ended meanwhile is as good as taken.
    func requeue(_ participant: ParticipantID, in id: ConversationID) async throws(EngineError) {
        do { try await perform(.requeue(participant), on: id) } catch .conversation(.alreadyDisconnected) {}
    }
}

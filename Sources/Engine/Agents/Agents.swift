import ContactCenter
import Foundation
import Journal
import Synchronization

/// The states of the agents: presence, routing status, what is in hand.
public final class Agents: Sendable {
    private let journal: any Journal
    private let surroundings: Surroundings
    private let directory: Directory
    private let conversations: Conversations
    private let lanes = Lanes<UserID>()
    let states = Mutex<[UserID: Known]>([:])

    struct Known {
        /// Absent while only a version is known that it must have at least.
        var state: AgentState?
        var floor: Int64 = 0
        var snapshotVersion: Int64

        var version: Int64 { state?.version ?? floor }
    }

    init(
        journal: any Journal, surroundings: Surroundings, directory: Directory,
        conversations: Conversations
    ) {
        self.journal = journal
        self.surroundings = surroundings
        self.directory = directory
        self.conversations = conversations
    }

    /// The state of an agent; one who never signed in is offline.
    public func state(of user: UserID) async throws(EngineError) -> AgentState { try await known(user) }

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

    /// The agent is gone: offline, and every conversation in hand goes back to its queue. Who has parked one stays its
    /// agent: nobody waits there until the customer writes again.
    public func signOut(_ user: UserID) async throws(EngineError) {
        try await setPresence(of: user, definition: try definition(of: .offline))
        try await conversations.requeueAll(of: user)
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
    func perform(
        _ command: AgentState.Command, on user: UserID, under fence: Fence? = nil
    ) async throws(EngineError) -> AgentState {
        try await lanes.run(user) { () async throws(EngineError) -> AgentState in
            for _ in 0..<Conversations.conflictRetriesMax {
                let known = states.withLock { $0[user]?.version }
                do throws(EngineError) {
                    if let state = try await attempt(command, on: user, under: fence) { return state }
                    try await reload(user)
                } catch {
                    // As with conversations: a refusal counts only of what the journal has.
                    guard case .agent = error, journal.isShared, try await reload(user).version != known else {
                        throw error
                    }
                }
            }
            throw .versionConflict
        }
    }

    private func attempt(
        _ command: AgentState.Command, on user: UserID, under fence: Fence?
    ) async throws(EngineError) -> AgentState? {
        let now = surroundings.now()
        var state = try await known(user)
        let before = state.version
        let events: [AgentState.Event]
        do { events = try state.handle(command, at: now) } catch { throw .agent(error) }
        guard !events.isEmpty else { return state }
        var commit = Commit(stream: StreamID(.user, user), expectedVersion: before)
        commit.fence = fence
        for (index, event) in events.enumerated() {
            let change = AgentChange(event: event, state: state, isLast: index == events.count - 1)
            commit.events.append(
                EventDraft(type: event.name, at: now, body: try JSON.encode(event), value: change))
        }
        commit.snapshot = SnapshotDraft(
            body: try JSON.encode(state), isOpen: state.systemPresence != .offline, startedAt: now)
        let stored = Known(state: state, snapshotVersion: state.version)
        commit.whenDurable = { _ in self.remember(stored, of: user) }
        let final = commit
        do { _ = try await journal.commit(final) } catch .versionConflict { return nil } catch {
            throw EngineError(error)
        }
        return state
    }

    /// Remembers a state, unless a later one is known.
    private func remember(_ stored: Known, of user: UserID) {
        states.withLock { states in
            if let known = states[user], known.version > stored.version { return }
            states[user] = stored
        }
    }

    private func known(_ user: UserID) async throws(EngineError) -> AgentState {
        if let state = states.withLock({ $0[user]?.state }) { return state }
        return try await reload(user)
    }

    @discardableResult
    private func reload(_ user: UserID) async throws(EngineError) -> AgentState {
        let record = try await journaling { () async throws(JournalError) in
            try await journal.stream(StreamID(.user, user))
        }
        var state = AgentState(user: user)
        // One who never signed in is remembered, too: then another process's first event of this person is seen.
        guard let record else {
            remember(Known(state: state, snapshotVersion: 0), of: user)
            return states.withLock { $0[user]?.state } ?? state
        }
        if let snapshot = record.snapshot { state = try JSON.decode(AgentState.self, from: snapshot) }
        for event in record.events {
            state.apply(try JSON.decode(AgentState.Event.self, from: event.body), at: event.at)
        }
        remember(Known(state: state, snapshotVersion: record.snapshotVersion), of: user)
        return states.withLock { $0[user]?.state } ?? state
    }
}

/// What followers in this process get with an event of an agent.
struct AgentChange: Sendable {
    let event: AgentState.Event
    let state: AgentState
    let isLast: Bool
}

import ContactCenter
import Foundation
import Journal
import Logging

/// What this process remembers, kept in step with what the others write.
struct Memory: Sendable {
    let conversations: Conversations
    let agents: Agents
    let directory: Directory
    let intake: Intake
    let surroundings: Surroundings
    let logger: Logger

    /// How often what cannot be read is tried, and how long apart.
    private static let absorptionTriesMax = 20
    private static let absorptionPause = Duration.milliseconds(250)

    /// Brings memory up to date with events that other processes committed, before any follower sees them.
    ///
    /// It never waits for a lane: whoever holds one may be waiting for the journal, and the journal for us. What is
    /// remembered only ever goes forward, because each state carries its version.
    func absorb(_ events: [RecordedEvent]) async {
        for event in events {
            var tries = 0
            while let error = await failure(of: event) {
                if tries % Self.absorptionTriesMax == 0 {
                    logger.error("memory is behind", metadata: ["error": "\(error)", "tries": "\(tries)"])
                }
                tries += 1
                // A database that is away comes back, and nobody may see the event before. What cannot be read will not
                // be readable later.
                guard error.isTransient || tries < Self.absorptionTriesMax else { break }
                do { try await surroundings.sleep(Self.absorptionPause) } catch { return }
            }
        }
    }

    private func failure(of event: RecordedEvent) async -> EngineError? {
        do throws(EngineError) { try await absorb(event) } catch { return error }
        return nil
    }

    private func absorb(_ event: RecordedEvent) async throws(EngineError) {
        switch event.stream.kind {
        case .conversation:
            try await conversations.absorb(event)
            // Which conversation a customer's messages belong to has changed.
            if event.version == 1, let origin = try await conversations.find(event.conversation).origin {
                intake.forget(integration: origin.integration, platformUser: origin.address)
            }
        case .user: try agents.absorb(event)
        case .configuration: try await directory.absorb(event)
        }
    }
}

extension Conversations {
    /// Applies another process's event to what is remembered; reads the conversation where it cannot be applied.
    func absorb(_ event: RecordedEvent) async throws(EngineError) {
        let happened = try ConversationEvent.read(event.body)
        let content = try event.message?.content()
        let isUpToDate = live.withLock { $0.apply(happened, event, content: content) }
        if !isUpToDate { try await reload(event.conversation) }
    }
}

extension LiveTable {
    /// Applies an event that another process committed; `false` if the state before it is not known here.
    mutating func apply(_ happened: ConversationEvent, _ event: RecordedEvent, content: NormalizedMessage?) -> Bool {
        let id = event.conversation
        var current: LiveConversation
        if let known = find(id) {
            current = known
        } else if event.version == 1 {
            current = LiveConversation(conversation: Conversation(id: id), snapshotVersion: 0, recent: [:])
        } else {
            return isOver(id, at: event.version)
        }
        guard event.version > current.conversation.version else { return true }
        guard event.version == current.conversation.version + 1 else { return false }
        current.conversation.apply(happened, at: event.at)
        if happened.changesState { current.snapshotVersion = event.version }
        if let record = event.message, let content { current.note(MessageDetail(record, content)) }
        if case .messageStatusChanged(let message, let status) = happened { current.note(status, of: message) }
        put(HeldConversation(current))
        return true
    }
}

extension Agents {
    /// Applies another process's event to what is remembered, or forgets it where it cannot be applied.
    func absorb(_ event: RecordedEvent) throws(EngineError) {
        let user: UserID = event.stream.key.cast()
        let happened = try JSON.decode(AgentState.Event.self, from: event.body)
        states.withLock { states in
            guard var known = states[user] else { return }
            guard event.version > known.version else { return }
            if event.version == known.version + 1, known.state != nil {
                known.state?.apply(happened, at: event.at)
                known.snapshotVersion = event.version
            } else {
                // At least this version: a reading that began before is not believed.
                known = Known(state: nil, floor: event.version, snapshotVersion: 0)
            }
            states[user] = known
        }
    }
}

extension Directory {
    /// Reads the row that another process's event names.
    func absorb(_ event: RecordedEvent) async throws(EngineError) {
        let change = try JSON.decode(ConfigurationChange.self, from: event.body)
        try await refresh(kind: change.kind, id: change.id)
    }
}

import ContactCenter
import Foundation
import Journal
import Synchronization

/// The way in for customers: who is it, which conversation does it belong to, and into the conversation with it.
public final class Intake: Sendable {
    private let journal: any Journal
    private let directory: Directory
    private let conversations: Conversations
    private let hub: NotificationHub
    private let signals: Signals
    private let surroundings: Surroundings
    private let lanes = Lanes<IdentityKey>()
    private let identities = Mutex(GenerationCache<IdentityKey, ContactIdentity>(countMax: 200_000))

    private struct IdentityKey: Hashable, Sendable {
        let integration: IntegrationID
        let platformUser: String
    }

    /// What became of a message.
    public struct Receipt: Sendable {
        public var record: MessageRecord
        /// The message had come before; this is the first one.
        public var isDuplicate: Bool
    }

    init(
        journal: any Journal, directory: Directory, conversations: Conversations, hub: NotificationHub,
        signals: Signals, surroundings: Surroundings
    ) {
        self.journal = journal
        self.directory = directory
        self.conversations = conversations
        self.hub = hub
        self.signals = signals
        self.surroundings = surroundings
    }

    /// Takes a message; it is durable when this returns. A message that came before changes nothing.
    public func receive(_ inbound: InboundMessage) async throws(EngineError) -> Receipt {
        guard let receipt = try await take(inbound, onlyToBegin: false) else {
            throw .unavailable(reason: "a message that nobody took")
        }
        return receipt
    }

    /// A customer is there without a word yet; `inbound.message` is the event that says so, kept in the history. `nil`
    /// where a conversation has begun already: then nothing happens.
    public func join(_ inbound: InboundMessage) async throws(EngineError) -> Receipt? {
        try await take(inbound, onlyToBegin: true)
    }

    private func take(_ inbound: InboundMessage, onlyToBegin: Bool) async throws(EngineError) -> Receipt? {
        var attachments = Attachments(message: inbound.message)
        attachments.externalID = inbound.externalID.map { "\(inbound.platformUser)\n\($0)" }
        attachments.trace = inbound.trace
        var ids = surroundings.identifiers
        let id = ids.next(NormalizedMessage.self)
        let arrived = try await arrive(inbound, attachments, onlyToBegin: onlyToBegin) { .receive(id, $0) }
        guard let outcome = arrived else { return nil }
        guard let record = outcome.message else { throw .unavailable(reason: "a message without a row") }
        return Receipt(record: record, isDuplicate: outcome.isDuplicate)
    }

    /// The customer leaves the conversation that is under way; `false` if there is none.
    @discardableResult
    public func leave(
        integration: IntegrationID, platformUser: String, type: Communication.DisconnectType = .endpoint
    ) async throws(EngineError) -> Bool {
        let key = IdentityKey(integration: integration, platformUser: platformUser)
        guard let identity = try await read(key), let conversation = identity.conversation else { return false }
        do { try await conversations.perform(.customerLeave(type), on: conversation) } catch .conversation(
            .customerGone)
        {
            return false
        }
        return true
    }

    /// What a platform says of a message that we sent; statuses only move forward.
    public func report(_ status: MessageStatus, of message: MessageID) async throws(EngineError) {
        guard let (record, _) = try await conversations.message(message), !record.draft.isInbound else {
            throw .notFound(kind: "message", id: message.hex)
        }
        guard record.draft.status.mayAdvance(to: status) else { return }
        try await conversations.perform(.reportStatus(message, status), on: record.draft.conversation)
    }

    /// A customer types; nothing is kept.
    public func customerTypes(
        integration: IntegrationID, platformUser: String, durationMs: Int64
    ) async throws(EngineError) {
        let key = IdentityKey(integration: integration, platformUser: platformUser)
        guard let id = try await known(key)?.conversation else { return }
        let conversation = try await conversations.find(id)
        showTyping(in: conversation, durationMs: durationMs)
        await signals.send(.customerTyping(id, durationMs: durationMs))
    }

    /// Shows it to the agents who are connected to this process.
    func showTyping(in conversation: Conversation, durationMs: Int64) {
        let notification = Notification(.customerTyping(conversation, durationMs: durationMs))
        for agent in conversation.agents {
            guard let user = agent.user, agent.communication.state == .connected else { continue }
            hub.publish(notification, on: .userTyping(user))
        }
    }

    /// The identity of a platform's user, if it ever wrote; where other processes write, too, as it was some moments
    /// ago, unless `fresh`.
    public func identity(
        integration: IntegrationID, platformUser: String, fresh: Bool = false
    ) async throws(EngineError) -> ContactIdentity? {
        let key = IdentityKey(integration: integration, platformUser: platformUser)
        return fresh ? try await read(key) : try await known(key)
    }

    /// Forgets what is remembered of a platform's user whom another process has changed.
    func forget(integration: IntegrationID, platformUser: String) {
        identities.withLock { $0.put(IdentityKey(integration: integration, platformUser: platformUser), nil) }
    }

    /// Cuts the thread: the customer's next message starts a new conversation.
    func endThread(_ identity: ContactIdentity, session: GuestSessionRecord) async throws(EngineError) {
        let key = IdentityKey(integration: identity.integration, platformUser: identity.platformUser)
        try await lanes.run(key) { () async throws(EngineError) in
            guard let current = try await read(key) else { return }
            var changed = current
            changed.conversation = nil
            var commit = Commit(identity: .update(changed, expected: current.conversation))
            commit.sessions = [session]
            let ended = changed
            commit.whenDurable = { _ in self.identities.withLock { $0.put(key, ended) } }
            let final = commit
            _ = try await journaling { () async throws(JournalError) in try await journal.commit(final) }
        }
        await signals.send(.threadEnded(key.integration, platformUser: key.platformUser))
    }

    // MARK: Identity and thread

    private func arrive(
        _ inbound: InboundMessage, _ attachments: Attachments, onlyToBegin: Bool,
        _ command: (ConversationCommand.Arrival) -> ConversationCommand
    ) async throws(EngineError) -> Conversations.Outcome? {
        let key = IdentityKey(integration: inbound.integration, platformUser: inbound.platformUser)
        return try await lanes.run(key) { () async throws(EngineError) -> Conversations.Outcome? in
            for _ in 0..<Conversations.conflictRetriesMax {
                if onlyToBegin, try await known(key)?.conversation != nil { return nil }
                do throws(EngineError) { return try await attempt(inbound, key, attachments, command) } catch {
                    guard case .versionConflict = error else { throw error }
                    identities.withLock { $0.put(key, nil) }
                }
            }
            throw .versionConflict
        }
    }

    private func attempt(
        _ inbound: InboundMessage, _ key: IdentityKey, _ attachments: Attachments,
        _ command: (ConversationCommand.Arrival) -> ConversationCommand
    ) async throws(EngineError) -> Conversations.Outcome {
        let earlier = try await known(key)
        let identity = try await thread(earlier ?? newIdentity(inbound), inbound)
        guard let conversation = identity.conversation else { throw .unavailable(reason: "a thread without an id") }
        var arrival = ConversationCommand.Arrival(
            origin: origin(identity, inbound), entry: entry(of: inbound), attributes: inbound.participantAttributes,
            isAuthenticated: inbound.isAuthenticated)
        if inbound.referral != nil, earlier?.conversation == conversation {
            arrival.formerEntry = try await formerEntry(conversation)
        }
        arrival.journey = inbound.journey
        arrival.languages = inbound.languages
        arrival.isWordless = inbound.message.type == .event
        var parts = attachments
        parts.identity = write(identity, earlier)
        let outcome = try await conversations.perform(command(arrival), on: conversation, with: parts)
        if !outcome.isDuplicate { identities.withLock { $0.put(key, identity) } }
        return outcome
    }

    /// The conversation that a message belongs to now: the one under way or inside its window, else a new one.
    private func thread(
        _ identity: ContactIdentity, _ inbound: InboundMessage
    ) async throws(EngineError) -> ContactIdentity {
        var identity = identity
        identity.profile = identity.profile.updated(with: inbound.profile)
        if let current = identity.conversation {
            let conversation = try await conversations.find(current)
            if conversation.continues(at: surroundings.now(), window: directory.threadingWindow(inbound.platform)) {
                return identity
            }
        }
        var ids = surroundings.identifiers
        identity.conversation = ids.next(Conversation.self)
        return identity
    }

    /// What the entry point by which the customer came before gives as its own, as it is configured now.
    private func formerEntry(_ conversation: ConversationID) async throws(EngineError) -> [String: String] {
        let customer = try await conversations.find(conversation).participants.last { $0.purpose == .customer }
        let id = customer?.attributes[Referral.entryPointAttribute].flatMap { EntryPointID($0) }
        return id.flatMap { directory.configuredEntryPoint($0) }?.attributes ?? [:]
    }

    private func newIdentity(_ inbound: InboundMessage) -> ContactIdentity {
        var ids = surroundings.identifiers
        return ContactIdentity(
            id: ids.next(ContactIdentity.self), contact: ids.next(Contact.self), integration: inbound.integration,
            platformUser: inbound.platformUser, profile: inbound.profile, conversation: nil)
    }

    private func write(_ identity: ContactIdentity, _ earlier: ContactIdentity?) -> IdentityWrite? {
        guard let earlier else { return .insert(identity) }
        if earlier != identity { return .update(identity, expected: earlier.conversation) }
        // What is remembered here may be old: another process may have cut the thread.
        return journal.isShared ? .confirm(identity.id, expected: earlier.conversation) : nil
    }

    private func known(_ key: IdentityKey) async throws(EngineError) -> ContactIdentity? {
        if let known = identities.withLock({ $0.find(key) }) { return known }
        return try await read(key)
    }

    /// Asks the journal where other processes write, too; what is remembered otherwise.
    private func read(_ key: IdentityKey) async throws(EngineError) -> ContactIdentity? {
        if !journal.isShared, let known = identities.withLock({ $0.find(key) }) { return known }
        let read = try await journaling { () async throws(JournalError) in
            try await journal.identity(integration: key.integration, platformUser: key.platformUser)
        }
        if let read { identities.withLock { $0.put(key, read) } }
        return read
    }

    private func origin(_ identity: ContactIdentity, _ inbound: InboundMessage) -> Origin {
        Origin(
            platform: inbound.platform, integration: inbound.integration, identity: identity.id,
            contact: identity.contact, address: inbound.platformUser, name: identity.profile.displayName)
    }

    /// Where a conversation goes in when nobody answers yet: the default queue of the recipient or deployment.
    private func entry(of inbound: InboundMessage) -> RoutingRequest? {
        let id = inbound.integration.description
        let holder = directory.find(.recipient, id) ?? directory.find(.webDeployment, id)
        return holder?.body["defaultQueue"]?["id"]?.string.flatMap { QueueID($0) }.map { RoutingRequest(queue: $0) }
    }
}

extension Directory {
    /// The window in which a returning customer continues the same conversation (design: 72 hours unless set).
    public static let threadingWindowDefault = Span.hours(72)

    /// The organisation's window for a channel. Of web messaging it is never longer than the default, because the
    /// messenger forgets then what was said.
    public func threadingWindow(_ platform: MessagingPlatform) -> Span {
        let timeline = find(.routingSettings, "threadingtimeline")?.body
        let own = timeline?["settings"]?.array?.first {
            $0["messengerType"]?.string?.lowercased() == platform.rawValue.lowercased()
        }
        guard let minutes = own?["timeoutInMinutes"]?.integer ?? timeline?["defaultTimeoutMinutes"]?.integer else {
            return Self.threadingWindowDefault
        }
        return platform == .webmessaging ? min(.minutes(minutes), Self.threadingWindowDefault) : .minutes(minutes)
    }
}

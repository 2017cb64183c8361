import ContactCenter
import Engine
import NIOCore
import Synchronization

/// The sessions that have a connection to this process.
final class GuestRooms: Sendable {
    private let hub: NotificationHub
    private let rooms = Mutex<[GuestTokens.Guest: GuestRoom]>([:])

    init(hub: NotificationHub) { self.hub = hub }

    /// How many sessions have a connection.
    var count: Int { rooms.withLock { $0.count } }

    /// Takes a connection into its session's room. Answers with the room and the connection that has to go for it.
    ///
    /// The room follows the guest's topic from here on; the hub is asked under the lock, so that a room which empties
    /// at the same moment cannot leave the topic after this one has joined it.
    func enter(
        _ connection: GuestConnection, _ guest: GuestTokens.Guest, make: () -> GuestRoom
    ) -> (room: GuestRoom, displaced: GuestConnection?) {
        rooms.withLock { rooms in
            if let room = rooms[guest] { return (room, room.add(connection)) }
            let room = make()
            rooms[guest] = room
            hub.subscribe(room, to: guest.topic)
            return (room, room.add(connection))
        }
    }

    /// Tells the sessions that have ended so. The journal is asked first, because what was said at another process may
    /// not have come yet, and the business may have changed how long sessions last.
    func tellExpiry(_ engine: Engine) async throws(EngineError) {
        let now = engine.now()
        let over = rooms.withLock { rooms in rooms.values.filter { $0.owesExpiry(by: now) } }
        for room in over {
            let session = try await engine.guests.session(
                platformUser: room.guest.platformUser, deployment: room.guest.deployment)
            if session.isExpired { room.tellExpiry(by: now) } else { room.extend(to: session.expiresAt) }
        }
    }

    /// Takes a connection out.
    func leave(_ connection: GuestConnection, _ room: GuestRoom) {
        rooms.withLock { rooms in
            guard room.remove(connection), rooms[room.guest] === room else { return }
            rooms[room.guest] = nil
            hub.unsubscribe(room, from: room.guest.topic)
        }
    }
}

extension GuestTokens.Guest {
    var topic: Topic { .guest(deployment, platformUser: platformUser) }
}

/// One session with its connections: each sees everything.
final class GuestRoom: NotificationSubscriber {
    private struct State {
        /// The oldest first.
        var connections: [GuestConnection] = []
        var expiresAt: Instant?
        var isExpiryTold = false
    }

    let guest: GuestTokens.Guest
    let duration: Span
    private let renderer: GuestRenderer
    private let limits: GuestLimits
    private let state: Mutex<State>

    init(_ guest: GuestTokens.Guest, duration: Span, renderer: GuestRenderer, limits: GuestLimits) {
        self.guest = guest
        self.duration = duration
        self.renderer = renderer
        self.limits = limits
        state = Mutex(State())
    }

    /// When the session ends unless somebody says something: counted from now as long as nothing was said at all, for
    /// a session lasts from its last message on.
    func expiresAt(_ now: Instant) -> Instant { state.withLock { $0.expiresAt } ?? now + duration }

    /// Whether the session has ended.
    func isOver(by now: Instant) -> Bool { now >= expiresAt(now) }

    /// Something was said; the session lasts at least until then.
    func extend(to instant: Instant) {
        state.withLock { state in
            guard instant > state.expiresAt ?? Instant(milliseconds: 0) else { return }
            state.expiresAt = instant
            state.isExpiryTold = false
        }
    }

    /// Whether the session has ended and its connections do not know.
    func owesExpiry(by now: Instant) -> Bool {
        state.withLock { state in !state.isExpiryTold && state.expiresAt.map { now >= $0 } ?? false }
    }

    /// Tells every connection that the session has ended, once.
    func tellExpiry(by now: Instant) {
        let connections = state.withLock { state in
            guard !state.isExpiryTold, let expiresAt = state.expiresAt, now >= expiresAt else {
                return [GuestConnection]()
            }
            state.isExpiryTold = true
            return state.connections
        }
        for connection in connections { connection.push(GuestFrames.sessionExpired) }
    }

    /// Hands what happened to every connection. The frame is made once for all.
    func deliver(_ notification: Notification, on topic: Topic) {
        if case .session(let notice) = notification.kind, notice != .cleared { return heed(notice) }
        guard let frame = renderer.frame(for: notification) else { return }
        if case .message(let record, _, _) = notification.kind { extend(to: record.draft.at + duration) }
        for connection in state.withLock({ $0.connections }) { connection.push(frame) }
    }

    /// What is said to connections by whether they have signed in.
    private func heed(_ notice: Notification.SessionNotice) {
        let connections = state.withLock { $0.connections }
        switch notice {
        case .closed: closeAll()
        case .signedIn where !guest.isAuthenticated:
            for connection in connections { connection.closeForGood(with: GuestFrames.signedInElsewhere) }
        case .loggedOut where guest.isAuthenticated:
            for connection in connections { connection.closeForGood(with: GuestFrames.loggedOut) }
        case .moved: for connection in connections { connection.closeForNow() }
        case .cleared, .signedIn, .loggedOut: break
        }
    }

    /// Closes the session's connections, but for one if given.
    func closeAll(except kept: GuestConnection? = nil) {
        for connection in state.withLock({ $0.connections }) where connection !== kept { connection.closeForGood() }
    }

    /// The connection that has to go, when there is one too many.
    fileprivate func add(_ connection: GuestConnection) -> GuestConnection? {
        state.withLock { state in
            state.connections.removeAll { $0 === connection }
            state.connections.append(connection)
            return state.connections.count > limits.connectionsMax ? state.connections.removeFirst() : nil
        }
    }

    /// Whether nobody is left.
    fileprivate func remove(_ connection: GuestConnection) -> Bool {
        state.withLock { state in
            state.connections.removeAll { $0 === connection }
            return state.connections.isEmpty
        }
    }
}

/// Makes the frames of what happened in a session.
struct GuestRenderer: Sendable {
    let engine: Engine
    let files: FileLinks

    /// The frame, the same for all connections; `nil` when the guest is not told.
    func frame(for notification: Notification) -> ByteBuffer? {
        notification.rendered(as: "guest") { kind -> ByteBuffer? in render(kind) }
    }

    private func render(_ kind: Notification.Kind) -> ByteBuffer? {
        switch kind {
        case .message(let record, let message, let trace):
            return GuestFrames.message(GuestMessageWire(record, message, files: files), trace: trace)
        case .agentTyping(let conversation, let nickname, let durationMs):
            guard settings(of: conversation)?.showsAgentTyping == true else { return nil }
            var wire = outbound(.typing(TypingEvent(type: "On", duration: durationMs)), at: engine.now())
            wire.channel.from = nickname.map(GuestMessageWire.Channel.Person.init)
            return GuestFrames.message(wire, trace: nil)
        case .ended(let conversation): return disconnect(conversation)
        case .customerLeft(let isReadOnly, let trace): return left(isReadOnly: isReadOnly, trace: trace)
        case .session(.cleared): return GuestFrames.sessionCleared
        case .attachment(let notice): return GuestFrames.upload(notice)
        default: return nil
        }
    }

    /// The guest has left.
    func left(isReadOnly: Bool, trace: String?) -> ByteBuffer {
        var wire = GuestMessageWire(
            event: .presence(PresenceEvent(type: "Disconnect")), id: engine.newID(NormalizedMessage.self),
            at: engine.now(), isInbound: true)
        if isReadOnly { wire.metadata["readOnly"] = "true" }
        return GuestFrames.message(wire, trace: trace)
    }

    /// The business has left. A guest who left is told by `left`, one who wiped the conversation by another event.
    private func disconnect(_ conversation: Conversation) -> ByteBuffer? {
        guard let settings = settings(of: conversation), settings.tellsDisconnect,
            let leg = conversation.participants.last(where: { $0.purpose == .customer })?.communication,
            let at = leg.disconnectedAt, leg.disconnectType != .endpoint
        else { return nil }
        var wire = outbound(.presence(PresenceEvent(type: "Disconnect")), at: at)
        if engine.directory.disconnectIsReadOnly(settings.id) { wire.metadata["readOnly"] = "true" }
        return GuestFrames.message(wire, trace: nil)
    }

    private func outbound(_ event: MessageEvent, at: Instant) -> GuestMessageWire {
        GuestMessageWire(event: event, id: engine.newID(NormalizedMessage.self), at: at, isInbound: false)
    }

    private func settings(of conversation: Conversation) -> DeploymentSettings? {
        conversation.origin.flatMap { DeploymentSettings($0.integration, in: engine.directory) }
    }
}

import ContactCenter
import Engine
import Journal
import NIOCore
import Synchronization

/// One channel of a client: the topics that it follows, and the socket that shows them, if one is there.
///
/// What happens while no socket is there is not kept; clients read the state again when they come back.
final class NotificationChannel: NotificationSubscriber {
    /// Topics of a channel at most (reference H.1).
    static let topicsMax = 1_000

    let id: String
    /// Under what the journal knows the channel.
    let idHash: String
    let owner: ChannelOwner
    private let hub: NotificationHub
    private let rendering: NotificationRendering
    private let desks: Desks
    private let state: Mutex<State>

    private struct State {
        var expiresAt: Instant
        var topics: [String: TopicName] = [:]
        /// The names under which a topic is followed; two spellings are two events.
        var names: [Topic: Set<String>] = [:]
        var socket: Socket?
        var isEnded = false
    }

    init(
        id: String, owner: ChannelOwner, expiresAt: Instant, hub: NotificationHub, rendering: NotificationRendering,
        desks: Desks
    ) {
        self.id = id
        idHash = Secrets.hash(id)
        self.owner = owner
        self.hub = hub
        self.rendering = rendering
        self.desks = desks
        state = Mutex(State(expiresAt: expiresAt))
    }

    var expiresAt: Instant { state.withLock { $0.expiresAt } }
    var topics: [String] { state.withLock { $0.topics.keys.sorted() } }
    var isConnected: Bool { state.withLock { $0.socket != nil } }

    /// Follows more topics, or these alone. `false`, and no change, beyond the limit or when the channel has ended.
    func follow(_ names: [TopicName], replacing: Bool, expiresAt: Instant) -> Bool {
        state.withLock { state in
            var topics = replacing ? [:] : state.topics
            for name in names { topics[name.text] = name }
            guard topics.count <= Self.topicsMax, !state.isEnded else { return false }
            state.topics = topics
            state.expiresAt = expiresAt
            var followed: [Topic: Set<String>] = [:]
            for name in topics.values {
                if case .hub(let topic) = name.subject { followed[topic, default: []].insert(name.text) }
            }
            rewire(to: followed, &state)
            return true
        }
    }

    /// The hub knows the topics while a socket is there: what nobody hears need not be rendered. It is asked under the
    /// lock, so that two changes cannot overtake each other on the way; it never calls back while it is asked.
    private func rewire(to followed: [Topic: Set<String>], _ state: inout State) {
        if state.socket != nil {
            for topic in state.names.keys where followed[topic] == nil { hub.unsubscribe(self, from: topic) }
            for topic in followed.keys where state.names[topic] == nil { hub.subscribe(self, to: topic) }
        }
        state.names = followed
    }

    /// Takes a socket; the one before is told and closed (one socket for each channel). `false` when the channel has
    /// ended since the socket was admitted.
    func attach(_ socket: Socket) -> Bool {
        let (isTaken, before) = state.withLock { state -> (Bool, Socket?) in
            guard !state.isEnded else { return (false, nil) }
            let before = state.socket
            state.socket = socket
            if before == nil { for topic in state.names.keys { hub.subscribe(self, to: topic) } }
            return (true, before)
        }
        if let before { tellTaken(before) } else if isTaken, let user = owner.user { desks.opened(user) }
        return isTaken
    }

    /// The channel has no socket here any more.
    private func left(_ socket: Socket?) {
        if socket != nil, let user = owner.user { desks.closed(user) }
    }

    /// A socket of another process took the channel.
    func yield() {
        let socket = state.withLock { state -> Socket? in
            defer { state.socket = nil }
            if state.socket != nil { for topic in state.names.keys { hub.unsubscribe(self, from: topic) } }
            return state.socket
        }
        left(socket)
        if let socket { tellTaken(socket) }
    }

    private func tellTaken(_ socket: Socket) {
        socket.send(rendering.system("no_longer_subscribed", channel: id, reason: "another_channel_subscribed"))
        socket.close(code: SocketClose.normal, reason: "another socket took this channel")
    }

    /// What the journal keeps of it.
    var record: NotificationChannelRecord {
        NotificationChannelRecord(
            idHash: idHash, user: owner.user, client: owner.client, expiresAt: expiresAt, topics: topics)
    }

    /// The socket is gone.
    func detach(_ socket: Socket) {
        let gone = state.withLock { state -> Socket? in
            guard state.socket?.id == socket.id else { return nil }
            state.socket = nil
            for topic in state.names.keys { hub.unsubscribe(self, from: topic) }
            return socket
        }
        left(gone)
    }

    /// Ends the channel: it follows nothing and its socket closes.
    func end(reason: String) {
        let socket = state.withLock { state -> Socket? in
            state.isEnded = true
            rewire(to: [:], &state)
            defer { state.socket = nil }
            return state.socket
        }
        left(socket)
        socket?.close(code: SocketClose.normal, reason: reason)
    }

    func send(_ bytes: ByteBuffer) { _ = state.withLock { $0.socket }?.send(bytes) }

    func deliver(_ notification: Notification, on topic: Topic) {
        let (socket, names) = state.withLock { ($0.socket, $0.names[topic] ?? []) }
        guard let socket, !names.isEmpty else { return }
        for name in names {
            guard let bytes = rendering.event(notification, topic: topic, name: name) else { continue }
            socket.send(bytes)
        }
    }
}

/// Whose channel it is: channels are counted by person and client together.
struct ChannelOwner: Hashable, Sendable {
    let user: UserID?
    let client: String
}

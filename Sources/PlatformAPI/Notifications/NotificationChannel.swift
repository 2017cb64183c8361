import ContactCenter
import Engine
import NIOCore
import Synchronization

/// One channel of a client: the topics that it follows, and the socket that shows them, if one is there.
///
/// What happens while no socket is there is not kept; clients read the state again when they come back.
final class NotificationChannel: NotificationSubscriber {
    /// Topics of a channel at most (reference H.1).
    static let topicsMax = 1_000

    let id: String
    let owner: ChannelOwner
    private let hub: NotificationHub
    private let rendering: NotificationRendering
    private let state: Mutex<State>

    private struct State {
        var expiresAt: Instant
        var topics: [String: TopicName] = [:]
        /// The names under which a topic is followed; two spellings are two events.
        var names: [Topic: Set<String>] = [:]
        var socket: Socket?
    }

    init(id: String, owner: ChannelOwner, expiresAt: Instant, hub: NotificationHub, rendering: NotificationRendering) {
        self.id = id
        self.owner = owner
        self.hub = hub
        self.rendering = rendering
        state = Mutex(State(expiresAt: expiresAt))
    }

    var expiresAt: Instant { state.withLock { $0.expiresAt } }
    var topics: [String] { state.withLock { $0.topics.keys.sorted() } }
    var isConnected: Bool { state.withLock { $0.socket != nil } }

    /// Follows more topics, or these alone. `false`, and no change, beyond the limit.
    func follow(_ names: [TopicName], replacing: Bool, expiresAt: Instant) -> Bool {
        let change = state.withLock { state -> (gone: [Topic], new: [Topic])? in
            var topics = replacing ? [:] : state.topics
            for name in names { topics[name.text] = name }
            guard topics.count <= Self.topicsMax else { return nil }
            let before = Set(state.names.keys)
            state.topics = topics
            state.expiresAt = expiresAt
            state.names = [:]
            for name in topics.values {
                if case .hub(let topic) = name.subject { state.names[topic, default: []].insert(name.text) }
            }
            let after = Set(state.names.keys)
            return (Array(before.subtracting(after)), Array(after.subtracting(before)))
        }
        guard let change else { return false }
        for topic in change.gone { hub.unsubscribe(self, from: topic) }
        for topic in change.new { hub.subscribe(self, to: topic) }
        return true
    }

    /// Takes a socket; the one before is told and closed (one socket for each channel).
    func attach(_ socket: Socket) {
        let before = state.withLock { state in
            defer { state.socket = socket }
            return state.socket
        }
        guard let before else { return }
        before.send(rendering.system("no_longer_subscribed", channel: id, reason: "another_channel_subscribed"))
        before.close(code: SocketClose.normal, reason: "another socket took this channel")
    }

    /// The socket is gone.
    func detach(_ socket: Socket) {
        state.withLock { state in
            if state.socket?.id == socket.id { state.socket = nil }
        }
    }

    /// Ends the channel: it follows nothing and its socket closes.
    func end(reason: String) {
        _ = follow([], replacing: true, expiresAt: expiresAt)
        state.withLock { $0.socket }?.close(code: SocketClose.normal, reason: reason)
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

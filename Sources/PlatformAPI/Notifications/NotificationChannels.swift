import ContactCenter
import Engine
import NIOCore
import ServiceLifecycle
import Synchronization

/// The notification channels of this process. A channel lives for a day after its last subscription; losing one costs
/// a client a new channel and a look at the state, so they are not stored.
public final class NotificationChannels: Service {
    /// Channels of one person and client (reference H.1); beyond it the oldest without a socket goes.
    static let perOwnerMax = 20
    /// Channels in all; beyond it new ones are refused.
    static let countMax = 50_000
    static let lifetime = Span.hours(24)
    static let heartbeatPause = Duration.seconds(30)

    let engine: Engine
    let rendering: NotificationRendering
    private let channels = Mutex<[String: NotificationChannel]>([:])

    /// Channels over an engine's hub.
    public init(engine: Engine) {
        self.engine = engine
        rendering = NotificationRendering(directory: engine.directory, now: engine.now)
    }

    /// Sends heartbeats and forgets what expired.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    try await Task.sleep(for: Self.heartbeatPause)
                    self.beat()
                }
            }
        } catch is CancellationError {}
        for channel in all { channel.send(NotificationRendering.socketClosing) }
    }

    /// Makes a channel.
    func create(for owner: ChannelOwner) throws(APIError) -> NotificationChannel {
        let channel = NotificationChannel(
            id: "streaming-1-\(Secrets.make())", owner: owner, expiresAt: engine.now() + Self.lifetime, hub: engine.hub,
            rendering: rendering)
        let (isAdmitted, evicted) = channels.withLock { channels -> (Bool, NotificationChannel?) in
            let own = channels.values.filter { $0.owner == owner }.sorted { $0.expiresAt < $1.expiresAt }
            let evicted = own.count >= Self.perOwnerMax ? own.first { !$0.isConnected } : nil
            if own.count >= Self.perOwnerMax, evicted == nil { return (false, nil) }
            guard channels.count < Self.countMax else { return (false, nil) }
            if let evicted { channels[evicted.id] = nil }
            channels[channel.id] = channel
            return (true, evicted)
        }
        evicted?.end(reason: "too many channels")
        // Without `Retry-After`: clients repeat what has one, and waiting frees no channel.
        guard isAdmitted else {
            throw APIError(.tooManyRequests, "too.many.requests", "There are too many channels with open sockets.")
        }
        return channel
    }

    /// A channel by id, unless it expired.
    func find(_ id: String) -> NotificationChannel? {
        guard let channel = channels.withLock({ $0[id] }), channel.expiresAt > engine.now() else { return nil }
        return channel
    }

    /// The channels of one owner.
    func list(of owner: ChannelOwner) -> [NotificationChannel] {
        all.filter { $0.owner == owner && $0.expiresAt > engine.now() }.sorted { $0.id < $1.id }
    }

    /// Ends all channels of a person, whose tokens were revoked.
    func revoke(_ user: UserID) {
        for channel in all where channel.owner.user == user {
            channel.send(rendering.system("token_revoked", channel: channel.id, reason: "user_tokens_revoked"))
            forget(channel, reason: "tokens revoked")
        }
    }

    private var all: [NotificationChannel] { channels.withLock { Array($0.values) } }

    /// One heartbeat on each socket, and the end of channels whose time is over.
    func beat() {
        let now = engine.now()
        for channel in all {
            if channel.expiresAt <= now {
                forget(channel, reason: "the channel expired")
            } else {
                channel.send(NotificationRendering.heartbeat)
            }
        }
    }

    private func forget(_ channel: NotificationChannel, reason: String) {
        channels.withLock { _ = $0.removeValue(forKey: channel.id) }
        channel.end(reason: reason)
    }
}

import ContactCenter
import Engine
import NIOCore
import ServiceLifecycle
import Synchronization

/// The notification channels. A channel lives for a day after its last subscription. The journal keeps them, so that a
/// client may make one at one process, connect at another and subscribe at a third; here are those that this process
/// has seen, which are in step with the others by signals, and at the latest with the next heartbeat.
public final class NotificationChannels: Service {
    /// Channels of one person and client (reference H.1); beyond it the oldest without a socket goes.
    static let perOwnerMax = 20
    /// Channels that are remembered; beyond it those without a socket go, which are read again when they are needed,
    /// and when all have one, new ones are refused.
    static let countMax = 50_000
    static let lifetime = Span.hours(24)
    static let heartbeatPause = Duration.seconds(30)

    let engine: Engine
    let rendering: NotificationRendering
    private let channels = Mutex<[String: NotificationChannel]>([:])

    /// Channels over an engine's hub.
    /// - Parameter files: the links to files of messages.
    public init(engine: Engine, files: FileLinks) {
        self.engine = engine
        rendering = NotificationRendering(directory: engine.directory, files: files, now: engine.now)
        engine.signals.receive { [weak self] signal in await self?.take(signal) }
    }

    /// How many there are.
    var count: Int { channels.withLock { $0.count } }

    /// Sends heartbeats and forgets what expired.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    try await Task.sleep(for: Self.heartbeatPause)
                    self.beat()
                    if self.engine.journal.isShared { await self.refreshAll() }
                }
            }
        } catch is CancellationError {}
        for channel in all { channel.send(NotificationRendering.socketClosing) }
    }

    /// Makes a channel. Two that are made at the same moment at different processes may be one more than the limit.
    func create(for owner: ChannelOwner) async throws -> NotificationChannel {
        let channel = make("streaming-1-\(Secrets.make())", owner, expiresAt: engine.now() + Self.lifetime)
        let now = engine.now()
        let own = try await keeping { journal in
            try await journal.channels(user: owner.user, client: owner.client)
        }.filter { $0.expiresAt > now }
        if own.count >= Self.perOwnerMax {
            // Without `Retry-After`: clients repeat what has one, and waiting frees no channel.
            guard let evicted = own.first(where: { known($0.idHash)?.isConnected != true }) else {
                throw Self.tooMany
            }
            try await end(evicted.idHash, reason: "too many channels")
        }
        guard remember(channel) else { throw Self.tooMany }
        try await save(channel)
        return channel
    }

    private static var tooMany: APIError {
        APIError(.tooManyRequests, "too.many.requests", "There are too many channels with open sockets.")
    }

    /// A channel by id, unless it expired; from the journal if another process made it.
    func find(_ id: String) async throws -> NotificationChannel? {
        let hash = Secrets.hash(id)
        if let channel = known(hash) {
            if engine.journal.isShared { try await refresh(channel) }
            return known(hash).flatMap { $0.expiresAt > engine.now() ? $0 : nil }
        }
        guard let record = try await keeping({ try await $0.channel(idHash: hash) }), record.expiresAt > engine.now()
        else { return nil }
        let channel = make(id, ChannelOwner(user: record.user, client: record.client), expiresAt: record.expiresAt)
        follow(record, on: channel)
        guard remember(channel) else { throw Self.tooMany }
        return known(hash)
    }

    /// The channels of one owner that this process has seen; the ids of others are kept as hashes only.
    func list(of owner: ChannelOwner) -> [NotificationChannel] {
        all.filter { $0.owner == owner && $0.expiresAt > engine.now() }.sorted { $0.id < $1.id }
    }

    /// Follows more topics, or these alone. `false`, and no change, beyond the limit or when the channel has ended.
    func follow(_ names: [TopicName], on channel: NotificationChannel, replacing: Bool) async throws -> Bool {
        guard channel.follow(names, replacing: replacing, expiresAt: engine.now() + Self.lifetime) else { return false }
        try await save(channel)
        await engine.signals.send(.channelChanged(idHash: channel.idHash))
        return true
    }

    /// A socket took the channel: one at another process has to go.
    func taken(_ channel: NotificationChannel) async {
        await engine.signals.send(.channelTaken(idHash: channel.idHash))
    }

    /// Ends all channels of a person, whose tokens were revoked.
    func revoke(_ user: UserID) async throws {
        endHere(user)
        try await keeping { try await $0.deleteChannels(user: user) }
        await engine.signals.send(.tokensRevoked(user))
    }

    func endHere(_ user: UserID) {
        for channel in all where channel.owner.user == user {
            channel.send(rendering.system("token_revoked", channel: channel.id, reason: "user_tokens_revoked"))
            forget(channel, reason: "tokens revoked")
        }
    }

    /// Remembers a channel; `false` when there is no room. One that is remembered already stays.
    private func remember(_ channel: NotificationChannel) -> Bool {
        channels.withLock { channels in
            if channels[channel.idHash] != nil { return true }
            if channels.count >= Self.countMax { channels = channels.filter { $0.value.isConnected } }
            guard channels.count < Self.countMax else { return false }
            channels[channel.idHash] = channel
            return true
        }
    }

    func known(_ idHash: String) -> NotificationChannel? { channels.withLock { $0[idHash] } }

    var all: [NotificationChannel] { channels.withLock { Array($0.values) } }

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

    func forget(_ channel: NotificationChannel, reason: String) {
        channels.withLock { _ = $0.removeValue(forKey: channel.idHash) }
        channel.end(reason: reason)
    }
}

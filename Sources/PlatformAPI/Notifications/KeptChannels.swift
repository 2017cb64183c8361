import ContactCenter
import Engine
import Journal

/// What the journal keeps of channels, and what other processes say of them.
extension NotificationChannels {
    func take(_ signal: Signal) async {
        switch signal {
        case .channelChanged(let hash):
            if let channel = known(hash) { try? await refresh(channel) }
        case .channelTaken(let hash): known(hash)?.yield()
        case .tokensRevoked(let user): endHere(user)
        default: break
        }
    }

    /// Reads all channels with a socket again, in case a signal was lost.
    func refreshAll() async {
        for channel in all where channel.isConnected { try? await refresh(channel) }
    }

    /// Brings a channel up to date with what another process made of it.
    func refresh(_ channel: NotificationChannel) async throws {
        guard let record = try await keeping({ try await $0.channel(idHash: channel.idHash) }) else {
            return forget(channel, reason: "the channel has ended")
        }
        follow(record, on: channel)
    }

    func follow(_ record: NotificationChannelRecord, on channel: NotificationChannel) {
        let names = record.topics.compactMap(TopicName.read).flatMap { $0 }
        _ = channel.follow(names, replacing: true, expiresAt: record.expiresAt)
    }

    func save(_ channel: NotificationChannel) async throws {
        let record = channel.record
        try await keeping { try await $0.saveChannel(record) }
    }

    func end(_ idHash: String, reason: String) async throws {
        if let channel = known(idHash) { forget(channel, reason: reason) }
        try await keeping { try await $0.deleteChannels([idHash]) }
        await engine.signals.send(.channelChanged(idHash: idHash))
    }

    /// Removes what expired from the journal.
    func removeExpired() async throws {
        let now = engine.now()
        _ = try await keeping { try await $0.deleteChannels(expiredBy: now) }
    }

    func keeping<Value: Sendable>(
        _ call: (any Journal) async throws -> Value
    ) async throws -> Value {
        do { return try await call(engine.journal) } catch let error as JournalError { throw EngineError(error) }
    }

    func make(_ id: String, _ owner: ChannelOwner, expiresAt: Instant) -> NotificationChannel {
        NotificationChannel(
            id: id, owner: owner, expiresAt: expiresAt, hub: engine.hub, rendering: rendering, desks: engine.desks)
    }
}

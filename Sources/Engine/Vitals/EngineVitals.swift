import ContactCenter
import Routing

/// What a contact centre shows of itself to those who watch over it.
public struct EngineVitals: Sendable {
    /// Queues as routing sees them; empty in a process that does not route.
    public var queues: [QueueID: QueueCensus]
    /// Conversations with work under way.
    public var openConversationsCount: Int
    /// Followers and due services.
    public var followers: [FollowerProgress.Reading]
    /// What integrations did.
    public var channels: [IntegrationID: ChannelActivity.Reading]
}

extension Engine {
    /// Read now, from memory.
    public func vitals() -> EngineVitals {
        EngineVitals(
            queues: census(), openConversationsCount: conversations.openCount, followers: progress,
            channels: activity.all)
    }
}

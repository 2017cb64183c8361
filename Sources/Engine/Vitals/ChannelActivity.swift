import ContactCenter
import Journal
import Synchronization

/// When each integration last had messages, and how many. A follower tells it once for each batch of events, beside the
/// way that a message takes.
public final class ChannelActivity: Sendable {
    /// Integrations that are told apart; further ones are not counted.
    static let integrationsMax = 1_000

    /// What happened at one integration, in one direction.
    public struct Direction: Sendable, Equatable {
        /// Messages that this process committed.
        public var count: Int64 = 0
        /// When the last one happened, whoever committed it.
        public var lastAt: Instant?
    }

    /// What happened at one integration.
    public struct Reading: Sendable, Equatable {
        public var inbound = Direction()
        public var outbound = Direction()
        /// Messages that were given up.
        public var failuresCount: Int64 = 0
    }

    private let readings = Mutex<[IntegrationID: Reading]>([:])
    /// Whether events come that other processes committed; these count there.
    private let isShared: Bool

    init(isShared: Bool) { self.isShared = isShared }

    /// All that is known.
    public var all: [IntegrationID: Reading] { readings.withLock { $0 } }

    func note(_ events: [RecordedEvent]) {
        guard events.contains(where: { $0.message != nil }) else { return }
        readings.withLock { readings in
            for event in events {
                guard let draft = event.message?.draft else { continue }
                Self.change(draft.integration, in: &readings) { reading in
                    let direction = draft.isInbound ? \Reading.inbound : \Reading.outbound
                    // What another process committed comes without its decoded value.
                    if !isShared || event.value != nil { reading[keyPath: direction].count += 1 }
                    reading[keyPath: direction].lastAt = max(reading[keyPath: direction].lastAt ?? draft.at, draft.at)
                }
            }
        }
    }

    func noteFailure(_ integration: IntegrationID) {
        readings.withLock { Self.change(integration, in: &$0) { $0.failuresCount += 1 } }
    }

    private static func change(
        _ integration: IntegrationID, in readings: inout [IntegrationID: Reading], _ body: (inout Reading) -> Void
    ) {
        guard readings[integration] != nil || readings.count < integrationsMax else { return }
        body(&readings[integration, default: Reading()])
    }
}

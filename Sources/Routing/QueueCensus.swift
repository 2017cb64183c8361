import ContactCenter

/// What routing sees of one queue now.
public struct QueueCensus: Sendable, Equatable {
    /// Interactions that wait, offered ones included.
    public var waitingCount = 0
    /// Of these, those for which an agent is alerted.
    public var offeredCount = 0
    /// Since when the oldest of them waits.
    public var oldestSince: Instant?
    /// Members on queue who have nothing in hand.
    public var idleCount = 0
    /// Members on queue who have something in hand.
    public var interactingCount = 0

    /// Nobody waits and nobody serves.
    public init() {}

    mutating func count(_ interaction: WaitingInteraction) {
        waitingCount += 1
        if interaction.isOffered { offeredCount += 1 }
        oldestSince = min(oldestSince ?? interaction.since, interaction.since)
    }

    mutating func count(_ agent: Agent, isOccupied: Bool) {
        guard agent.isAvailable else { return }
        if isOccupied { interactingCount += 1 } else { idleCount += 1 }
    }
}

extension AgentPool {
    /// Counts every agent in each of its queues.
    func count(into queues: inout [QueueID: QueueCensus]) {
        for agent in known {
            for queue in agent.memberships.keys {
                queues[queue, default: .init()].count(agent, isOccupied: isOccupied(agent.user))
            }
        }
    }
}

extension Router {
    /// The agents who take part in a queue, as far as routing has been told.
    public func members(of queue: QueueID) -> [UserID] {
        pool.known.filter { $0.memberships[queue] != nil }.map(\.user)
    }
}

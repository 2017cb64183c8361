import ContactCenter

/// One queue at one moment: all of it read at once, so that its numbers agree.
public struct QueueObservation: Sendable {
    /// One medium of it.
    public struct Medium: Sendable {
        public var media: MediaType
        public var reading: QueueReading
        /// Of the last half hour.
        public var level: ServiceLevel
        /// For the next interaction that comes; `nil` while nobody is on queue, or the queue does not serve.
        public var estimate: WaitEstimate?
    }

    public var queue: QueueID
    public var at: Instant
    public var people: PeopleCount
    /// Messages, and every other medium that has had something.
    public var media: [Medium]
}

extension QueueLedger {
    /// A queue now.
    public func observation(of queue: QueueID, at now: Instant) -> QueueObservation {
        let media = MediaType.allCases.filter { $0 == .message || ledgers[QueueMedium(queue, $0)] != nil }
        return QueueObservation(
            queue: queue, at: now, people: people(of: queue),
            media: media.map { one in
                let medium = QueueMedium(queue, one)
                return QueueObservation.Medium(
                    media: one, reading: reading(of: medium), level: serviceLevel(of: medium, at: now),
                    estimate: estimate(in: medium, at: now))
            })
    }
}

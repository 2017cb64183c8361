/// The newest events in order of position, bounded in number and in bytes; the oldest go first.
struct EventRing {
    /// Every event after this position, up to `head`, is here.
    private(set) var floor: Position
    /// The position of the last event.
    private(set) var head: Position
    /// How many events are here.
    private(set) var count = 0

    private var slots: [RecordedEvent?]
    private var start = 0
    private var bytes = 0
    private let bytesMax: Int

    /// An empty ring at the end of the log.
    init(head: Position, eventsMax: Int, bytesMax: Int) {
        floor = head
        self.head = head
        self.bytesMax = bytesMax
        slots = Array(repeating: nil, count: eventsMax)
    }

    /// Adds an event behind all others.
    mutating func append(_ event: RecordedEvent) {
        let size = Self.size(of: event)
        while count == slots.count || (count > 0 && bytes + size > bytesMax) { removeOldest() }
        slots[(start + count) % slots.count] = event
        count += 1
        bytes += size
        head = event.position
    }

    /// Empties the ring at another end of the log.
    mutating func restart(at head: Position) {
        while count > 0 { removeOldest() }
        floor = head
        self.head = head
    }

    /// The events after a position that is not below the floor.
    func events(after position: Position, limit: Int) -> [RecordedEvent] {
        let first = index(after: position)
        return (first..<min(count, first + limit)).compactMap(event)
    }

    private func event(at index: Int) -> RecordedEvent? { slots[(start + index) % slots.count] }

    /// The index of the first event after a position, by halving: positions may have gaps.
    private func index(after position: Position) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if let event = event(at: middle), event.position <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func removeOldest() {
        if let oldest = event(at: 0) {
            floor = oldest.position
            bytes -= Self.size(of: oldest)
        }
        slots[start] = nil
        start = (start + 1) % slots.count
        count -= 1
    }

    private static func size(of event: RecordedEvent) -> Int {
        event.body.count + (event.message?.draft.body.count ?? 0)
    }
}

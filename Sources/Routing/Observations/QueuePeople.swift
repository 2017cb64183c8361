import ContactCenter

/// What the counters need to know of a person.
public struct ObservedPerson: Hashable, Sendable {
    public var user: UserID
    /// The id of the presence definition; `nil` for one who never signed in.
    public var presence: String?
    public var status: AgentState.RoutingStatus
    /// The queues that the person is a member of, and whether the person takes part.
    public var memberships: [QueueID: Bool]
    /// Of these, the queues that ask the person only while a condition holds: nobody counts on that beforehand.
    public var reserveOf: Set<QueueID>
    /// The most interactions at once, by the medium's ordinal.
    public var capacities: [Int]

    /// A person.
    public init(
        user: UserID, presence: String?, status: AgentState.RoutingStatus, memberships: [QueueID: Bool],
        reserveOf: Set<QueueID> = [], utilization: Utilization
    ) {
        self.user = user
        self.presence = presence
        self.status = status
        self.memberships = memberships
        self.reserveOf = reserveOf
        capacities = MediaType.allCases.map { utilization[$0].maximum }
    }

    /// On queue and answering.
    var isServing: Bool { status == .idle || status == .interacting }
}

/// A queue's people, counted.
public struct PeopleCount: Hashable, Sendable {
    /// Members, taking part or not.
    public internal(set) var memberCount = 0
    /// Members who take part: those on queue and those off queue.
    public internal(set) var activeCount = 0
    public internal(set) var onQueueCount = 0
    /// Of those who take part, by presence definition; the empty id stands for those who never signed in.
    public internal(set) var presences: [String: Int] = [:]
    /// Of those who take part, by routing status.
    public internal(set) var statuses: [AgentState.RoutingStatus: Int] = [:]
    /// Interactions that those who serve may have at once, each person shared among his queues, by ordinal of medium.
    var slots = [Double](repeating: 0, count: MediaType.allCases.count)
    /// How many more they could have now, not shared.
    var freeSlots = [Int](repeating: 0, count: MediaType.allCases.count)

    /// Members who take part and are not on queue.
    public var offQueueCount: Int { activeCount - onQueueCount }
    /// On queue with nothing in hand, of those whom the queue asks without a condition.
    public internal(set) var idleCount = 0
}

/// The people of all queues, counted as each changes: a change costs as much as the person has queues.
struct PeopleLedger: Sendable {
    private struct Known: Sendable {
        var person: ObservedPerson
        var loads: [Int]
    }

    private var people: [UserID: Known] = [:]
    private var counts: [QueueID: PeopleCount] = [:]
    /// What is in hand of somebody who was not told of yet.
    private var strangers: [UserID: [Int]] = [:]

    subscript(queue: QueueID) -> PeopleCount { counts[queue] ?? PeopleCount() }

    /// Takes what is known of a person now; answers the queues whose counts changed.
    mutating func sync(_ person: ObservedPerson) -> Set<QueueID> {
        let before = people[person.user]
        guard before?.person != person else { return [] }
        let loads = before?.loads ?? strangers.removeValue(forKey: person.user) ?? Self.nothing
        if let before { count(before, by: -1) }
        let now = Known(person: person, loads: loads)
        people[person.user] = now
        count(now, by: 1)
        return Set(before?.person.memberships.keys.map(\.self) ?? []).union(person.memberships.keys)
    }

    /// Somebody who is not there any more.
    mutating func forget(_ user: UserID) -> Set<QueueID> {
        guard let gone = people.removeValue(forKey: user) else { return [] }
        count(gone, by: -1)
        return Set(gone.person.memberships.keys)
    }

    /// An interaction more or less in hand.
    mutating func load(_ user: UserID, _ media: MediaType, by change: Int) {
        guard var known = people[user] else {
            strangers[user, default: Self.nothing][media.ordinal] += change
            return
        }
        count(known, by: -1)
        known.loads[media.ordinal] += change
        people[user] = known
        count(known, by: 1)
    }

    /// Nothing is in anybody's hands.
    mutating func dropLoads() {
        strangers = [:]
        for (user, known) in people where known.loads != Self.nothing {
            count(known, by: -1)
            people[user]?.loads = Self.nothing
            count(Known(person: known.person, loads: Self.nothing), by: 1)
        }
    }

    private static let nothing = [Int](repeating: 0, count: MediaType.allCases.count)

    private mutating func count(_ known: Known, by change: Int) {
        let person = known.person
        let shares = Double(max(person.memberships.values.count { $0 }, 1))
        for (queue, isJoined) in person.memberships {
            counts[queue, default: PeopleCount()].memberCount += change
            if isJoined {
                counts[queue]?.countActive(person, by: change)
                if !person.reserveOf.contains(queue) {
                    counts[queue]?.countCapacity(person, known.loads, shares: shares, by: change)
                }
            }
            if counts[queue]?.memberCount == 0 { counts[queue] = nil }
        }
    }
}

extension PeopleCount {
    fileprivate mutating func countActive(_ person: ObservedPerson, by change: Int) {
        activeCount += change
        if person.status != .offQueue { onQueueCount += change }
        presences.count(person.presence ?? "", by: change)
        statuses.count(person.status, by: change)
    }

    fileprivate mutating func countCapacity(
        _ person: ObservedPerson, _ loads: [Int], shares: Double, by change: Int
    ) {
        if person.status == .idle { idleCount += change }
        guard person.isServing else { return }
        for media in MediaType.allCases.map(\.ordinal) {
            slots[media] += Double(change) * Double(person.capacities[media]) / shares
            freeSlots[media] += change * max(person.capacities[media] - loads[media], 0)
        }
    }
}

extension Dictionary where Value == Int {
    /// Counts up or down; what comes to nothing goes.
    mutating func count(_ key: Key, by change: Int) {
        let now = self[key, default: 0] + change
        self[key] = now == 0 ? nil : now
    }
}

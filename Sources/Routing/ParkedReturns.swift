import ContactCenter

/// A conversation that an agent has parked and that is wanted back.
public struct ParkedReturn: Hashable, Sendable {
    public var conversation: ConversationID
    /// The parked leg.
    public var leg: CommunicationID
    public var user: UserID
    /// Since when it is wanted back.
    public var since: Instant
    /// The agent asked for it: then being on queue is not asked for, only room.
    public var isAskedByAgent: Bool
    public var media: MediaType
    public var label: LabelID?

    /// A message that is wanted back.
    public init(
        _ conversation: ConversationID, leg: CommunicationID, user: UserID, since: Instant, isAskedByAgent: Bool
    ) {
        self.conversation = conversation
        self.leg = leg
        self.user = user
        self.since = since
        self.isAskedByAgent = isAskedByAgent
        media = .message
    }
}

/// What is parked and wanted back, and whose room has changed since it was looked at.
struct ParkedReturns: Sendable {
    private(set) var waiting: [ConversationID: ParkedReturn] = [:]
    private var ofUser: [UserID: Set<ConversationID>] = [:]
    /// Those that were let back and do not show as legs yet.
    var underWay: [ConversationID: ParkedReturn] = [:]
    private var touched: Set<UserID> = []

    mutating func touch(_ user: UserID) { if ofUser[user] != nil { touched.insert(user) } }

    mutating func put(_ entry: ParkedReturn) {
        take(entry.conversation)
        waiting[entry.conversation] = entry
        ofUser[entry.user, default: []].insert(entry.conversation)
        touched.insert(entry.user)
    }

    mutating func take(_ conversation: ConversationID) {
        guard let entry = waiting.removeValue(forKey: conversation) else { return }
        ofUser[entry.user]?.remove(conversation)
        if ofUser[entry.user]?.isEmpty == true { ofUser[entry.user] = nil }
    }

    /// What may come back now as far as changes go, whoever waits longest first.
    mutating func takeTouched() -> [ParkedReturn] {
        defer { touched = [] }
        return touched.flatMap { ofUser[$0] ?? [] }.compactMap { waiting[$0] }
            .sorted { $0.since == $1.since ? $0.conversation < $1.conversation : $0.since < $1.since }
    }
}

/// What is parked comes back to its agent before anything new is given to that agent, and within the same capacity.
extension Router {
    /// Whether a conversation is parked and wanted back now. Told after what the conversation asks for otherwise.
    public mutating func sync(_ conversation: ConversationID, returning entry: ParkedReturn?) {
        if let going = parkedReturns.underWay[conversation] {
            if going.leg == entry?.leg { return }
            parkedReturns.underWay[conversation] = nil
            if !isOccupied(going) { release(going.leg, of: going.user) }
        }
        guard let entry else { return parkedReturns.take(conversation) }
        if parkedReturns.waiting[conversation] != entry { parkedReturns.put(entry) }
    }

    /// What comes back now; each takes its agent's room at once.
    public mutating func returns() -> [ParkedReturn] {
        var found: [ParkedReturn] = []
        for entry in parkedReturns.takeTouched() {
            let hasRoom =
                entry.isAskedByAgent
                ? pool.hasCapacity(entry.user, for: entry.media) : pool.hasRoom(entry.user, for: entry.media)
            guard hasRoom, pool.admits(entry.label, entry.user) else { continue }
            parkedReturns.take(entry.conversation)
            parkedReturns.underWay[entry.conversation] = entry
            pool.occupy(entry.user, with: Occupation(entry.leg, media: entry.media, label: entry.label))
            found.append(entry)
        }
        return found
    }

    /// It could not come back: the room is free again. Whether it is wanted still, `sync` tells.
    public mutating func refused(_ entry: ParkedReturn) {
        guard parkedReturns.underWay.removeValue(forKey: entry.conversation) != nil else { return }
        if !isOccupied(entry) { release(entry.leg, of: entry.user) }
        parkedReturns.put(entry)
    }
}

import ContactCenter
import Routing

/// A round of waiting that is gone through again: what the record says of it, and what becomes of it this time.
struct ReplayedRound {
    struct Alert {
        let user: UserID
        let leg: CommunicationID
        let offer: Int
    }

    /// When the waiting ends if nobody answers before.
    enum End {
        case leaves(Instant)
        case isRemoved(Instant)
    }

    let recorded: RecordedInteraction
    var told: RecordedInteraction
    /// The round that comes of this one (a transfer, an agent who gave it back), and how long after it.
    var next: Int?
    var gap = Span(milliseconds: 0)
    /// Whether it comes of another one instead of coming by itself.
    var followsAnother = false
    var hasCome = false
    var alert: Alert?
    /// The leg of the agent who answered.
    var leg: CommunicationID?
    var end: End?
    /// What the queue's settings have done, and when they are looked at again.
    var progress = InQueueProgress()
    var looksAt: Instant?
    /// After-call work that is due when the agent leaves; nothing: it is not over in the record.
    var afterCallWork: Span?

    private init(_ recorded: RecordedInteraction) {
        self.recorded = recorded
        told = recorded
        told.offers = []
        told.changes = []
        told.answer = nil
        (told.lastStep, told.closure) = (nil, nil)
        told.outcome = .open
        told.endedAt = nil
    }

    /// The same customer, waiting on in another queue.
    func passedOn(asking routing: RoutingRequest, at now: Instant) -> ReplayedRound {
        var round = ReplayedRound(recorded)
        (round.next, round.gap, round.end) = (next, gap, end)
        round.hasCome = true
        round.told.cause = .transferred(from: nil)
        round.told.routing = routing
        round.told.queuedAt = now
        return round
    }

    /// A wait that its queue's settings passed on is one wait: when and where to it is passed on, is found anew.
    private static func joined(_ recorded: [RecordedInteraction]) -> [RecordedInteraction] {
        var rounds: [RecordedInteraction] = []
        var lasts: [ConversationID: Int] = [:]
        for round in recorded {
            guard let last = lasts[round.conversation], rounds[last].isPassedOn,
                round.cause == .transferred(from: nil)
            else {
                lasts[round.conversation] = rounds.count
                rounds.append(round)
                continue
            }
            rounds[last].offers += round.offers
            (rounds[last].outcome, rounds[last].endedAt) = (round.outcome, round.endedAt)
            (rounds[last].answer, rounds[last].lastStep) = (round.answer, round.lastStep)
        }
        return rounds
    }

    /// Rounds in order, each tied to the one that it came of.
    static func chained(_ recorded: [RecordedInteraction]) -> [ReplayedRound] {
        let recorded = joined(recorded)
        var rounds = recorded.map(ReplayedRound.init)
        var lasts: [ConversationID: Int] = [:]
        for index in rounds.indices {
            let round = rounds[index].recorded
            let last = lasts.updateValue(index, forKey: round.conversation)
            guard round.cause != .arrived, let last,
                let end = recorded[last].answer?.endedAt ?? recorded[last].endedAt
            else { continue }
            rounds[index].followsAnother = true
            rounds[last].next = index
            rounds[last].gap = max(round.queuedAt - end, Span(milliseconds: 0))
        }
        return rounds
    }
}

/// What is under way in a conversation.
struct ConversationNow {
    /// The round that waits.
    var waiting: Int?
    var legs: [UserID: Set<Occupation>] = [:]
    /// Rounds that are with an agent, after-call work left aside.
    var connectedCount = 0
    /// The agent who spoke with the customer last, this time.
    var lastAgent: UserID?
    /// The customer wrote again while this went on: then it was no round of its own, unless this is over.
    var deferred: [Int] = []

    var isBusy: Bool { waiting != nil || connectedCount > 0 }

    mutating func occupy(_ user: UserID, _ occupation: Occupation) { legs[user, default: []].insert(occupation) }

    mutating func vacate(_ user: UserID, _ leg: CommunicationID) {
        guard let occupation = legs[user]?.first(where: { $0.leg == leg }) else { return }
        legs[user]?.remove(occupation)
        if legs[user]?.isEmpty == true { legs[user] = nil }
    }
}

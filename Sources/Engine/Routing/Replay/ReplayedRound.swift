import ContactCenter
import Routing

/// A round of waiting that is gone through again: what the record says of it, and what becomes of it this time.
struct ReplayedRound {
    struct Alert {
        let user: UserID
        let leg: CommunicationID
        let offer: Int
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
    /// After-call work that is due when the agent leaves; nothing: it is not over in the record.
    var afterCallWork: Span?

    private init(_ recorded: RecordedInteraction) {
        self.recorded = recorded
        told = recorded
        told.offers = []
        told.changes = []
        told.answer = nil
        told.outcome = .open
        told.endedAt = nil
    }

    /// Rounds in order, each tied to the one that it came of.
    static func chained(_ recorded: [RecordedInteraction]) -> [ReplayedRound] {
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
